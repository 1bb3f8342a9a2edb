// Uids are unique in space and time: no two objects share one, and an object keeps its own for life.
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import type { Change } from './recorded.ts'

/** Uids of deleted objects that are remembered. */
const DEAD_KEPT = 20_000

class Uids {
  private readonly keys = new Map<string, string>()
  private readonly dead = new Set<string>()

  changed({ key, object, previous }: Change): Complaints {
    const before = previous?.object.metadata.uid
    const uid = object?.metadata.uid
    if (before === uid) return fine
    if (before !== undefined && uid !== undefined)
      return [`${key} had the uid ${before} and has ${uid} without having been deleted`]
    if (before !== undefined) this.bury(before)
    return uid === undefined ? fine : this.born(key, uid)
  }

  private born(key: string, uid: string): Complaints {
    const other = this.keys.get(uid)
    this.keys.set(uid, key)
    if (other !== undefined) return [`${key} has the uid ${uid}, which is that of ${other}`]
    return this.dead.has(uid) ? [`${key} has the uid ${uid} of an object that was deleted`] : fine
  }

  private bury(uid: string): void {
    this.keys.delete(uid)
    this.dead.add(uid)
    if (this.dead.size <= DEAD_KEPT) return
    for (const oldest of this.dead) {
      this.dead.delete(oldest)
      return
    }
  }
}

export const uidsUnique: Check = {
  name: 'uids-unique',
  title: { en: 'Uids are unique', 'zh-CN': 'UID 唯一' },
  explains: {
    en: 'No two objects ever share a uid. Owners, caches and kubelets tell a new object from an old one of the same name by it.',
    'zh-CN': '任何两个对象都不共用 UID。属主引用、缓存和 kubelet 都靠它区分同名的新旧对象。',
  },
  start: () => new Uids(),
}
