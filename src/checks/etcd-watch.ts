// What etcd promises of watches: ordered (by revision), unique (no event twice), reliable (none left out), atomic (a
// revision is never split), resumable (from any revision that is not compacted), and honest about progress.

import { deepEqual } from '../sim/api/json.ts'
import type { EtcdEvent, EtcdWatchCreate, EtcdWatchResponse } from '../sim/etcd/messages.ts'
import type { Delivery } from '../sim/kernel/delivery.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import { ChangeLogs } from './change-logs.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import { OpenStreams } from './open-streams.ts'
import type { Change, Recorded } from './recorded.ts'

interface Stream {
  readonly request: number
  readonly client: string
  readonly server: string
  readonly from: number
  /** When the member has the request; what it sends before is of an older stream of the same number. */
  readonly opensAt: number
  readonly prefix: string | null
  /** Up to here, everything has been delivered; -1: not known. */
  last: number
}

class Watches {
  readonly sees = ['etcd-watch-create', 'etcd-watch', 'etcd-watch-cancel', 'lost', 'process']
  private readonly streams = new OpenStreams<Stream>()
  private readonly logs = new ChangeLogs()
  private readonly recorded: Recorded

  constructor(recorded: Recorded) {
    this.recorded = recorded
  }

  changed({ key, revision }: Change): Complaints {
    this.logs.add(key, revision)
    return fine
  }

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) return this.message(event)
    this.streams.see(event)
    return fine
  }

  private message(event: Delivery): Complaints {
    const { from, to } = event
    if (event.type === 'etcd-watch-create') this.create(event, event.message as EtcdWatchCreate)
    else if (event.type === 'etcd-watch') return this.tell(event, event.message as EtcdWatchResponse)
    else this.streams.close(from, to, (event.message as EtcdWatchCreate).id)
    return fine
  }

  private create({ seq, from, to, deliveredAt }: Delivery, message: EtcdWatchCreate): void {
    const { id, key, end, startRevision } = message
    const prefix = end !== undefined && key.endsWith('/') ? key : null
    if (prefix !== null) this.logs.follow(prefix, this.recorded.revision)
    this.streams.open(id, {
      request: seq,
      client: from,
      server: to,
      from: startRevision,
      opensAt: deliveredAt,
      prefix,
      last: startRevision - 1,
    })
  }

  private tell({ from, to, at }: Delivery, message: EtcdWatchResponse): Complaints {
    const stream = this.streams.get(to, from, message.id)
    if (stream === undefined || at < stream.opensAt) return fine
    if (message.cancelled !== null) {
      this.streams.close(to, from, message.id)
      return this.ended(stream, message)
    }
    if (message.events.length > 0) return this.events(stream, message.events)
    if (message.revision > stream.last && stream.last >= 0) return this.progress(stream, message.revision)
    return fine
  }

  private ended(
    { server: member, prefix, last }: Stream,
    { compactRevision }: EtcdWatchResponse,
  ): Complaints {
    if (compactRevision === 0 || last < 0 || compactRevision > last + 1) return fine
    return [
      `${member} refuses to go on with ${prefix ?? 'a watch'} at revision ${last + 1}, though only what is before ${compactRevision} is compacted`,
    ]
  }

  private progress(stream: Stream, revision: number): Complaints {
    const missed = stream.prefix === null ? undefined : this.logs.next(stream.prefix, stream.last)
    stream.last = revision
    if (missed === undefined || missed.revision > revision) return fine
    return [
      `${stream.server} says that ${stream.prefix} is delivered up to ${revision}, without ${missed.key} of revision ${missed.revision}`,
    ]
  }

  private events(stream: Stream, events: readonly EtcdEvent[]): Complaints {
    const { server: member, prefix } = stream
    const found: string[] = []
    const before = stream.last
    let last = before
    for (const { type, kv } of events) {
      const { key, modRevision } = kv
      if (modRevision <= before || modRevision < last)
        found.push(`${member} sends revision ${modRevision} of ${key} after revision ${last}`)
      if (modRevision > this.recorded.revision)
        found.push(`${member} sends revision ${modRevision} of ${key}, which no member has stored`)
      if (prefix !== null && !key.startsWith(prefix))
        found.push(`${member} sends ${key} to a watch on ${prefix}`)
      const stored = this.recorded.get(key)
      if (type === 'put' && stored?.revision === modRevision && !deepEqual(stored.object, kv.value))
        found.push(`${member} sends another ${key} than was stored at revision ${modRevision}`)
      last = Math.max(last, modRevision)
    }
    stream.last = last
    // A watch that began "now" began at a revision that is not known.
    if (prefix !== null && before >= 0) found.push(...this.gaps(member, prefix, before, events, last))
    return found
  }

  /** All that was stored between two deliveries has to be in the second one, whole revisions of it. */
  private gaps(
    member: string,
    prefix: string,
    before: number,
    events: readonly EtcdEvent[],
    last: number,
  ): readonly string[] {
    const due = this.logs.between(prefix, before, last)
    if (due === undefined) return fine
    let at = 0
    for (const { key, revision } of due) {
      const event = events[at]
      if (event?.kv.key === key && event.kv.modRevision === revision) {
        at++
        continue
      }
      const sent = events.some(({ kv }) => kv.key === key && kv.modRevision === revision)
      if (!sent) return [`${member} leaves out revision ${revision} of ${key} from a watch on ${prefix}`]
    }
    return fine
  }
}

export const etcdWatch: Check = {
  name: 'etcd-watch',
  title: { en: 'Watches tell everything, once, in order', 'zh-CN': 'watch 不漏、不重、不乱' },
  explains: {
    en: "etcd's watches are ordered, unique, reliable, atomic and resumable. Every cache of the cluster is built from them; one lost event would stay wrong for hours.",
    'zh-CN':
      'etcd 的 watch 有序、不重复、不遗漏、不拆分同一修订版本，并可从断点恢复。集群中所有缓存都由它构建，漏掉一个事件，缓存就会长时间出错。',
  },
  start: (recorded) => new Watches(recorded),
}
