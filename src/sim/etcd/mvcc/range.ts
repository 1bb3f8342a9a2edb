// Reading keys, now or at a past revision. etcd keeps all revisions of a key in an index; here the past is found by
// taking back what happened since, which costs nothing when writing and little when reading the recent past.
import type { KeyValue, RangeOp, RangeResult } from '../messages.ts'
import type { Result } from './errors.ts'
import { success } from './errors.ts'
import { eachEventFrom, newestRevision } from './history.ts'
import type { KeyRange } from './key-range.ts'
import { inRange } from './key-range.ts'
import type { Store } from './store.ts'
import { checkRevision, visitLive } from './store.ts'

type RangeQuery = Pick<RangeOp, 'key' | 'end' | 'limit' | 'revision' | 'countOnly'>

/** `count` is of the whole range; at most `limit` keys are returned, in order, and `more` says that there are others. */
export function range(store: Store, query: RangeQuery): Result<RangeResult> {
  const revision = query.revision ?? 0
  if (revision <= 0) return success(rangeLive(store, query))
  const readable = checkRevision(store, revision)
  if (!readable.ok) return readable
  // Within a transaction, its own changes come after every revision that can be named.
  if (revision >= newestRevision(store.history)) return success(rangeLive(store, query))
  const past = valuesAt(store, query, revision)
  return success(cut(past, past.length, query))
}

function rangeLive(store: Store, query: RangeQuery): RangeResult {
  const wanted = query.countOnly === true ? 0 : query.limit || Number.POSITIVE_INFINITY
  const kvs: KeyValue[] = []
  let count = 0
  visitLive(store, query, (kv) => {
    count++
    if (count <= wanted) kvs.push(kv)
    return true
  })
  return cut(kvs, count, query)
}

function cut(kvs: readonly KeyValue[], count: number, { countOnly, limit }: RangeQuery): RangeResult {
  if (countOnly === true) return { op: 'range', kvs: [], count, more: false }
  const limited = limit !== undefined && limit > 0 && count > limit
  return { op: 'range', kvs: limited ? kvs.slice(0, limit) : kvs, count, more: limited }
}

function valuesAt(store: Store, keys: KeyRange, revision: number): KeyValue[] {
  // The first change after `revision` tells what a key was then.
  const then = new Map<string, KeyValue | null>()
  eachEventFrom(store.history, revision + 1, ({ kv, previous }) => {
    if (inRange(kv.key, keys) && !then.has(kv.key)) then.set(kv.key, previous)
    return true
  })
  const values: KeyValue[] = []
  visitLive(store, keys, (kv) => {
    if (!then.has(kv.key)) values.push(kv)
    return true
  })
  if (then.size === 0) return values
  for (const kv of then.values()) if (kv !== null) values.push(kv)
  return values.sort((a, b) => (a.key < b.key ? -1 : 1))
}
