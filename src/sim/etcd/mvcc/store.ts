// etcd's multi-version store: the keys as they are now, and how they came to it since the last compaction. Models mvcc's
// kvstore with its index and lease attachments. Left out: the file (bbolt) with its quota and defragmentation.
// All members apply the same operations in the same order, so nothing here may depend on anything else.
import type { CowMap } from '../../kernel/cow-map.ts'
import { cowMap } from '../../kernel/cow-map.ts'
import type { EtcdEvent, KeyValue } from '../messages.ts'
import type { Result } from './errors.ts'
import { failure, success } from './errors.ts'
import type { History } from './history.ts'
import { cloneHistory, eachEventFrom, forgetBefore, newestRevision, newHistory, record } from './history.ts'
import type { KeyRange } from './key-range.ts'
import { inRange, lastKey } from './key-range.ts'
import type { Leases } from './leases.ts'
import { attach, cloneLeases, detach, newLeases } from './leases.ts'

export interface Store {
  /** The revision of the last change. An empty store has 1. */
  revision: number
  /** Older revisions than this cannot be read. 0 before the first compaction. */
  compactRevision: number
  live: CowMap<KeyValue>
  history: History
  leases: Leases
  /** Members that are out of space. */
  alarms: readonly string[]
}

export const newStore = (): Store => ({
  revision: 1,
  compactRevision: 0,
  live: cowMap<KeyValue>(),
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

/** The lease must exist, if it is not 0. Returns what was there before. */
export function put(write: Write, key: string, value: unknown, lease: number): KeyValue | null {
  const { store, revision } = write
  const previous = store.live.get(key) ?? null
  const kv: KeyValue = Object.freeze({
    key,
    value,
    createRevision: previous?.createRevision ?? revision,
    modRevision: revision,
    version: (previous?.version ?? 0) + 1,
    lease,
  })
  store.live.set(key, kv)
  const before = previous?.lease ?? 0
  if (before !== lease) {
    if (before !== 0) detach(store.leases, before, key)
    if (lease !== 0) attach(store.leases, lease, key)
  }
  record(store.history, Object.freeze({ type: 'put', kv, previous }))
  return previous
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
    const { key, lease } = previous
    store.live.delete(key)
    if (lease !== 0) detach(store.leases, lease, key)
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

/** How many keys were changed after this revision, which may not be compacted away. */
export function changesSince({ history }: Store, revision: number): number {
  let count = 0
  eachEventFrom(history, revision + 1, () => {
    count++
    return true
  })
  return count
}

/** The events in the range from revision `from` on, in order; `from` may not be compacted away. */
export function eventsFrom(store: Store, from: number, range: KeyRange): Result<EtcdEvent[]> {
  if (from < store.compactRevision) return failure('compacted')
  const events: EtcdEvent[] = []
  eachEventFrom(store.history, from, (event) => {
    if (inRange(event.kv.key, range)) events.push(event)
    return true
  })
  return success(events)
}
