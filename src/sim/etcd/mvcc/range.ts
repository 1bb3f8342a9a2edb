// Reading keys, now or at a past revision. etcd keeps all revisions of a key in an index; here the past is found by
// taking back what happened since, which costs nothing when writing and little when reading the recent past.
import type { KeyValue, RangeOp, RangeResult } from '../messages.ts'
import type { Result } from './errors.ts'
import { success } from './errors.ts'
import { eachEventFrom, newestRevision } from './history.ts'
import type { KeyRange } from './key-range.ts'
import { inRange } from './key-range.ts'
import type { Store } from './store.ts'
import { checkRevision, countLive, visitLive } from './store.ts'

type RangeQuery = Pick<RangeOp, 'key' | 'end' | 'limit' | 'revision' | 'countOnly'>

/** `count` is of the whole range; at most `limit` keys are returned, in order, and `more` says that there are others. */
export function range(store: Store, query: RangeQuery): Result<RangeResult> {
  const revision = query.revision ?? 0
  if (revision <= 0) return success(rangeLive(store, query))
  const readable = checkRevision(store, revision)
  if (!readable.ok) return readable
  // Within a transaction, its own changes come after every revision that can be named.
  if (revision >= newestRevision(store.history)) return success(rangeLive(store, query))
  return success(rangePast(store, query, revision))
}

function rangeLive(store: Store, query: RangeQuery): RangeResult {
  const kvs: KeyValue[] = []
  const wanted = wantedOf(query)
  if (wanted > 0) {
    visitLive(store, query, (kv) => {
      kvs.push(kv)
      return kvs.length < wanted
    })
  }
  const count = kvs.length < wanted ? kvs.length : countLive(store, query)
  return resultOf(kvs, count, query)
}

function rangePast(store: Store, query: RangeQuery, revision: number): RangeResult {
  const then = changedSince(store, query, revision)
  const changed = [...then.keys()].sort((a, b) => (a < b ? -1 : 1))
  const wanted = wantedOf(query)
  const kvs: KeyValue[] = []
  let next = 0
  const takeChangedUpTo = (key: string | null): void => {
    for (; next < changed.length; next++) {
      const other = changed[next]
      if (other === undefined || (key !== null && other > key)) return
      const kv = then.get(other)
      if (kv != null && kvs.length < wanted) kvs.push(kv)
    }
  }
  visitLive(store, query, (kv) => {
    takeChangedUpTo(kv.key)
    if (kvs.length < wanted && !then.has(kv.key)) kvs.push(kv)
    return kvs.length < wanted
  })
  takeChangedUpTo(null)
  let count = countLive(store, query)
  for (const [key, kv] of then) count += (kv === null ? 0 : 1) - (store.live.has(key) ? 1 : 0)
  return resultOf(kvs, count, query)
}

/** What keys that changed after `revision` were then: the first change tells it. */
function changedSince(store: Store, keys: KeyRange, revision: number): Map<string, KeyValue | null> {
  const then = new Map<string, KeyValue | null>()
  eachEventFrom(store.history, revision + 1, ({ kv, previous }) => {
    if (inRange(kv.key, keys) && !then.has(kv.key)) then.set(kv.key, previous)
    return true
  })
  return then
}

function wantedOf({ countOnly, limit }: RangeQuery): number {
  if (countOnly === true) return 0
  return limit === undefined || limit <= 0 ? Number.POSITIVE_INFINITY : limit
}

function resultOf(kvs: readonly KeyValue[], count: number, { countOnly }: RangeQuery): RangeResult {
  return { op: 'range', kvs, count, more: countOnly !== true && count > kvs.length }
}
