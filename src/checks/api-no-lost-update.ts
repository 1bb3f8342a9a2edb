// No update is lost: each stored change descends from the one before it, and a write that was acknowledged has been
// stored, on top of the version that it named.
import type { RequestMessage, ResponseMessage } from '../sim/api/messages.ts'
import type { KubeObject } from '../sim/api/objects.ts'
import type { Delivery } from '../sim/kernel/delivery.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import type { Change, Recorded } from './recorded.ts'

/** Changes of one object that an answer may be late by. */
const CHANGES_KEPT = 8

interface Written {
  readonly revision: number
  /** That of the change before; 0: it did not exist. */
  readonly prior: number
}

interface Asked {
  readonly client: string
  readonly server: string
  readonly path: string
  /** 0: whatever there is. */
  readonly version: number
}

class Updates {
  readonly sees = ['request', 'response', 'process']
  private readonly asked = new Map<string, Asked>()
  /** By uid. */
  private readonly written = new Map<string, readonly Written[]>()
  private readonly recorded: Recorded

  constructor(recorded: Recorded) {
    this.recorded = recorded
  }

  changed({ event, key, object, previous, revision }: Change): Complaints {
    if (object === null) this.written.delete(previous?.object.metadata.uid ?? '')
    else {
      const { uid } = object.metadata
      const known = this.written.get(uid) ?? []
      this.written.set(uid, [...known.slice(1 - CHANGES_KEPT), { revision, prior: previous?.revision ?? 0 }])
    }
    if (event.previous === (previous?.object ?? null)) return fine
    return [`the change of ${key} at revision ${revision} was made on another object than was stored there`]
  }

  see(event: TraceEvent): Complaints {
    if (!isMessage(event)) {
      if (event.type === 'process' && event.step === 'down') this.gone(event.target)
      return fine
    }
    if (event.type === 'request') this.request(event, event.message as RequestMessage)
    else return this.response(event, event.message as ResponseMessage)
    return fine
  }

  private request({ from, to }: Delivery, { id, request }: RequestMessage): void {
    const { method, query, body, path } = request
    if ((method !== 'PUT' && method !== 'POST') || query.dryRun !== undefined) return
    const metadata = (body as Partial<KubeObject> | undefined)?.metadata
    const version = method === 'PUT' ? Number(metadata?.resourceVersion ?? 0) : 0
    this.asked.set(`${from} ${to} ${id}`, { client: from, server: to, path, version })
  }

  private response({ from, to }: Delivery, { id, response }: ResponseMessage): Complaints {
    const name = `${to} ${from} ${id}`
    const asked = this.asked.get(name)
    if (asked === undefined) return fine
    this.asked.delete(name)
    if (response.status !== 200 && response.status !== 201) return fine
    const metadata = (response.body as Partial<KubeObject> | null)?.metadata
    if (metadata?.uid === undefined || metadata.resourceVersion === undefined) return fine
    return this.acknowledged(asked, metadata.uid, Number(metadata.resourceVersion))
  }

  private acknowledged({ path, version }: Asked, uid: string, revision: number): Complaints {
    if (revision > this.recorded.revision)
      return [`${path} was acknowledged with resourceVersion ${revision}, which nothing was stored at`]
    const known = this.written.get(uid)
    const write = known?.find((one) => one.revision === revision)
    if (known === undefined || version === 0 || revision === version) return fine
    // An answer that is later than so many changes cannot be judged any more.
    if (write === undefined) {
      const isOld = revision < (known[0]?.revision ?? 0)
      return isOld
        ? fine
        : [`${path} was acknowledged with resourceVersion ${revision}, without having been stored`]
    }
    if (write.prior === version) return fine
    return [
      `${path} was based on version ${version} and replaced version ${write.prior}: what came between is lost`,
    ]
  }

  private gone(process: string): void {
    for (const [name, { client, server }] of this.asked)
      if (client === process || server === process) this.asked.delete(name)
  }
}

export const apiNoLostUpdate: Check = {
  name: 'api-no-lost-update',
  title: { en: 'No update is lost', 'zh-CN': '更新不丢失' },
  explains: {
    en: 'A write that names a version replaces that version or is refused, and each change is made on the one before it. Otherwise two controllers would undo each other unseen.',
    'zh-CN':
      '指明了版本的写入，要么正好替换该版本，要么被拒绝；每次变更都以上一次为基础。否则两个控制器会在不知情中互相覆盖。',
  },
  start: (recorded) => new Updates(recorded),
}
