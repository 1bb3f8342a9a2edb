// etcd's multi-version store: the keys as they are now, and how they came to it since the last compaction. Models mvcc's
// kvstore with its index and lease attachments. Left out: the file (bbolt) with its quota and defragmentation.
// All members apply the same operations in the same order, so nothing here may depend on anything else.
import type { SharedMap } from '../../kernel/shared-map.ts'
import { sharedMap } from '../../kernel/shared-map.ts'
import type { EtcdEvent, KeyValue, PutOp } from '../messages.ts'
import type { Result } from './errors.ts'
import { failure, success } from './errors.ts'
import type { History } from './history.ts'
import { cloneHistory, eventsSince, forgetBefore, newestRevision, newHistory, record } from './history.ts'
import type { KeyRange } from './key-range.ts'
import { lastKey } from './key-range.ts'
import type { Leases } from './leases.ts'
import { attach, cloneLeases, newLeases } from './leases.ts'

export interface Store {
  /** The revision of the last change. An empty store has 1. */
  revision: number
  /** Older revisions than this cannot be read. 0 before the first compaction. */
  compactRevision: number
  /** Members that did the same share it. */
  live: SharedMap<KeyValue>
  history: History
  leases: Leases
  /** Members that are out of space. */
  alarms: readonly string[]
}

export const newStore = (): Store => ({
  revision: 1,
  compactRevision: 0,
  live: sharedMap<KeyValue>(),
  history: newHistory(),
  leases: newLeases(),
  alarms: [],
})

/** An independent copy that shares what has not changed: for checkpoints and for Raft's snapshots. */
export const cloneStore = (store: Store): Store => ({
  revision: store.revision,
  compactRevision: store.compactRevision,
  live: store.live.clone(),
  history: cloneHistory(store.history),
  leases: cloneLeases(store.leases),
  alarms: store.alarms,
})

/** One transaction under way: its changes share a revision, and see each other. */
export interface Write {
  readonly store: Store
  readonly revision: number
}

export const beginWrite = (store: Store): Write => ({ store, revision: store.revision + 1 })

/** A transaction that changed nothing does not use up a revision. */
export function endWrite({ store }: Write): void {
  store.revision = Math.max(store.revision, newestRevision(store.history))
}

/** The lease must exist, if it is not 0. `previous` is what the key holds now. */
export function put(
  { store, revision }: Write,
  { key, value, lease = 0 }: PutOp,
  previous: KeyValue | null,
): EtcdEvent {
  const event = putEvent(key, value, previous, revision, lease)
  take({ store, revision }, event)
  return event
}

/** What a put makes of the store. */
export function take({ store, revision }: Write, event: EtcdEvent): void {
  const { kv, previous } = event
  store.live.set(kv.key, kv)
  if (kv.lease !== 0 && previous?.lease !== kv.lease) attach(store.leases, kv.lease, kv.key, revision)
  record(store.history, event)
}

const LATEST = 1024
// cache: what members made of the latest puts, at most LATEST, by the lowest bits of the revision.
const latest: EtcdEvent[] = []

/** Lets go of the writes of another cluster. */
export const forgetEvents = (): void => {
  latest.length = 0
}

/** All members come to the same event, mostly within milliseconds: the first to do so makes it for all. */
function putEvent(
  key: string,
  value: unknown,
  previous: KeyValue | null,
  revision: number,
  lease: number,
): EtcdEvent {
  const place = revision % LATEST
  const made = latest[place]
  if (
    made !== undefined &&
    made.kv.value === value &&
    made.kv.modRevision === revision &&
    made.kv.key === key &&
    made.kv.lease === lease &&
    isSameKeyValue(made.previous, previous)
  )
    return made
  const kv: KeyValue = Object.freeze({
    key,
    value,
    createRevision: previous === null ? revision : previous.createRevision,
    modRevision: revision,
    version: previous === null ? 1 : previous.version + 1,
    lease,
  })
  const event: EtcdEvent = Object.freeze({ type: 'put', kv, previous })
  latest[place] = event
  return event
}

/** Of one key. Values are compared by identity. */
export function isSameKeyValue(one: KeyValue | null, other: KeyValue | null): boolean {
  if (one === other || one === null || other === null) return one === other
  return (
    one.value === other.value &&
    one.modRevision === other.modRevision &&
    one.createRevision === other.createRevision &&
    one.version === other.version &&
    one.lease === other.lease
  )
}

/** Returns what was deleted, in the order of the keys. */
export function deleteRange(write: Write, range: KeyRange): KeyValue[] {
  const { store, revision } = write
  const deleted: KeyValue[] = []
  visitLive(store, range, (kv) => {
    deleted.push(kv)
    return true
  })
  for (const previous of deleted) {
    const { key } = previous
    store.live.delete(key)
    const kv = Object.freeze({
      key,
      value: null,
      createRevision: 0,
      modRevision: revision,
      version: 0,
      lease: 0,
    })
    record(store.history, Object.freeze({ type: 'delete', kv, previous }))
  }
  return deleted
}

/** Calls back for each key in the range, in order, until the answer is false. */
export function visitLive({ live }: Store, { key, end }: KeyRange, visit: (kv: KeyValue) => boolean): void {
  if (end === undefined) {
    const kv = live.get(key)
    if (kv !== undefined) visit(kv)
    return
  }
  const high = end === lastKey ? live.maxKey() : end
  if (high === undefined || high < key) return
  live.forRange(key, high, end === lastKey, (_key, kv) => (visit(kv) ? undefined : { break: 0 }))
}

/** How many keys the range holds, without touching them. */
export function countLive({ live }: Store, { key, end }: KeyRange): number {
  if (end === undefined) return live.has(key) ? 1 : 0
  const high = end === lastKey ? live.maxKey() : end
  return high === undefined || high < key ? 0 : live.forRange(key, high, end === lastKey)
}

/** Whether `revision` can be read: neither compacted away nor still to come. */
export function checkRevision(store: Store, revision: number): Result<number> {
  if (revision > store.revision) return failure('futureRevision')
  if (revision < store.compactRevision) return failure('compacted')
  return success(revision)
}

/** Makes everything before `revision` unreadable, except for values that are still current at it. */
export function compact(store: Store, revision: number): Result<null> {
  if (revision <= store.compactRevision) return failure('compacted')
  if (revision > store.revision) return failure('futureRevision')
  store.compactRevision = revision
  forgetBefore(store.history, revision)
  return success(null)
}

/** What was changed after this revision, which may not be compacted away. */
export function changesSince({ history }: Store, revision: number): readonly EtcdEvent[] {
  return eventsSince(history, revision)
}
