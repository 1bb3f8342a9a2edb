// No orphan outlives its owner: once things are quiet, what has owners has at least one that exists.
import type { Check, Complaints } from './check.ts'
import type { Recorded } from './recorded.ts'

function orphans(recorded: Recorded): Complaints {
  const uids = new Set<string>()
  for (const { object } of recorded.all()) {
    // What the apiserver keeps for itself has no metadata.
    const uid = (object as Partial<typeof object>).metadata?.uid
    if (uid !== undefined) uids.add(uid)
  }
  const found: string[] = []
  for (const { key, object } of recorded.all()) {
    const owners = (object as Partial<typeof object>).metadata?.ownerReferences ?? []
    if (owners.length === 0 || owners.some(({ uid }) => uids.has(uid))) continue
    found.push(
      `${key} outlives its owner, ${owners.map(({ kind, name }) => `${kind} ${name}`).join(' and ')}`,
    )
  }
  return found
}

export const noOrphans: Check = {
  name: 'no-orphans',
  title: { en: 'No orphan outlives its owner', 'zh-CN': '没有失去属主的孤儿' },
  explains: {
    en: 'Once things are quiet, nothing is left of which every owner is gone: the garbage collector has cleared it away.',
    'zh-CN': '平静之后，不存在属主已全部消失的对象：垃圾收集器都已清理。',
  },
  settles: true,
  start: (recorded) => ({ settled: () => orphans(recorded) }),
}
