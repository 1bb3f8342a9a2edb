// Objects in etcd: create, update, delete and read, each safe against others who write at the same time.
// Models apiserver/pkg/storage/etcd3/store.go. Departure: a transaction whose answer was lost with a member is tried
// again on the next one, and recognised where it had been applied; the real client reports the error. A creation tried
// again has another uid, as it has when a real client sends it again: what the first one made may be deleted by then.
import { copied, deepEqual } from '../api/json.ts'
import type { KubeObject, ObjectMeta, Uid } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import { internalServerError, resourceExpired } from '../api/status.ts'
import type { DeleteRangeOp, KeyValue, OpResult, PutOp } from '../etcd/messages.ts'
import { prefixEnd } from '../kernel/cow-map.ts'
import { milliseconds } from '../kernel/micros.ts'
import { deepFreeze } from '../kernel/plain-data.ts'
import type { Context } from '../kernel/process.ts'
import type { Task } from '../kernel/task.ts'
import { callEtcdStore, sleep, step } from './effects.ts'
import { eventLease } from './event-leases.ts'
import { etcdFailure } from './failures.ts'
import { newUid } from './object-identity.ts'
import type { ServedKind } from './served-kinds.ts'
import { keyInEtcd } from './served-kinds.ts'
import type { ServerState } from './state.ts'
import { cacheOf } from './state.ts'
import { objectOf, withResourceVersion } from './versioned.ts'

const MOST_TRANSACTION_ATTEMPTS = 8
const RETRY_MICROS = milliseconds(250)

export type Stored<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: Status }

const done = <T>(value: T): Stored<T> => ({ ok: true, value })
const failed = (status: Status): { readonly ok: false; readonly status: Status } => ({ ok: false, status })

/** What became of one conditional write. */
type Commit =
  | { readonly outcome: 'done'; readonly revision: number; readonly value: KubeObject | null }
  | { readonly outcome: 'changed'; readonly kv: KeyValue | null }
  | { readonly outcome: 'failed'; readonly status: Status }

/** Writes this value, or deletes (null), if the key's last change is the expected one (0: it must not exist). */
function* commit(key: string, expected: number, value: KubeObject | null, lease = 0): Task<Commit> {
  let written = value
  /** Those whose answers were lost. */
  const doubtful: (KubeObject | null)[] = []
  let failure: Status | null = null
  for (let attempt = 0; attempt < MOST_TRANSACTION_ATTEMPTS; attempt++) {
    if (attempt > 1) yield* sleep(RETRY_MICROS)
    if (attempt > 0 && expected === 0 && value !== null)
      written = withUid(value, yield* step((_state, context) => newUid(() => context.random())))
    const answer = yield* callEtcdStore({
      op: 'txn',
      compare: [{ key, target: 'mod', result: '=', value: expected }],
      success: [writeOf(key, written, lease)],
      failure: [{ op: 'range', key }],
    })
    if (!answer.ok) {
      failure = etcdFailure(answer.error)
      if (!answer.ambiguous && doubtful.length === 0) break
      doubtful.push(written)
      continue
    }
    if (answer.result.op !== 'txn') break
    if (answer.result.succeeded) return { outcome: 'done', revision: answer.revision, value: written }
    const kv = firstOf(answer.result.responses[0])
    const applied = doubtful.find((tried) => isWritten(expected, kv, tried))
    if (applied === undefined) return { outcome: 'changed', kv }
    const revision = expected === 0 ? kv?.createRevision : kv?.modRevision
    return { outcome: 'done', revision: revision ?? answer.revision, value: applied }
  }
  return { outcome: 'failed', status: failure ?? internalServerError('unexpected answer from etcd') }
}

function writeOf(key: string, value: KubeObject | null, lease: number): PutOp | DeleteRangeOp {
  if (value === null) return { op: 'delete', key }
  return lease === 0 ? { op: 'put', key, value } : { op: 'put', key, value, lease }
}

const withUid = (object: KubeObject, uid: Uid): KubeObject =>
  deepFreeze({ ...object, metadata: { ...object.metadata, uid } })

/** Whether a write whose answer was lost had been applied. What it created may have been changed since. */
function isWritten(expected: number, kv: KeyValue | null, value: KubeObject | null): boolean {
  if (value === null || kv === null) return value === null && kv === null
  return expected === 0 ? uidOf(kv.value) === value.metadata.uid : deepEqual(kv.value, value)
}

const uidOf = (value: unknown): unknown => (value as KubeObject).metadata.uid

function firstOf(result: OpResult | undefined): KeyValue | null {
  return result?.op === 'range' ? (result.kvs[0] ?? null) : null
}

/** An object as etcd holds it: without resourceVersion, which the revision of the write is. */
export function toStore(object: KubeObject): KubeObject {
  const stored = copied(object)
  stored.metadata = withoutVersion(object.metadata)
  return deepFreeze(stored)
}

function withoutVersion(metadata: ObjectMeta): ObjectMeta {
  const { resourceVersion: _filledIn, ...kept } = metadata
  // Without it the rest is as much as an ObjectMeta that has not been stored yet.
  return kept as ObjectMeta
}

/** Null: there is an object with this key already. `value` is what `toStore` made. */
export function* createObject(key: string, value: KubeObject, lease = 0): Task<Stored<KubeObject | null>> {
  const result = yield* commit(key, 0, value, lease)
  if (result.outcome === 'failed') return failed(result.status)
  if (result.outcome === 'changed' || result.value === null) return done(null)
  return done(withResourceVersion(result.value, result.revision))
}

/** The newest state, agreed on by a quorum; null: there is none. */
export function* readObject(key: string): Task<Stored<KubeObject | null>> {
  const answer = yield* callEtcdStore({ op: 'range', key })
  if (!answer.ok) return failed(etcdFailure(answer.error))
  const kv = firstOf(answer.result)
  return done(kv === null ? null : objectOf(kv))
}

/** Where an object is: by this key below its kind's prefix, and in the watch cache of its kind. */
export interface ObjectPlace {
  readonly served: ServedKind
  readonly key: string
}

/** What an attempt to update makes of the present object. */
export type Attempt =
  | { readonly next: 'put'; readonly object: KubeObject }
  | { readonly next: 'delete' }
  /** A dry run: nothing is written. */
  | { readonly next: 'rehearse'; readonly object: KubeObject }
  | { readonly next: 'fail'; readonly status: Status }
  /** It has to know first what etcd holds under this key. */
  | { readonly next: 'ask'; readonly key: string }

/** What was asked for, by its key in etcd. */
export type Answers = ReadonlyMap<string, Stored<KubeObject | null>>

export const NO_ANSWERS: ReadonlyMap<string, Stored<KubeObject | null>> = new Map()

export const withAnswer = (answers: Answers, key: string, answer: Stored<KubeObject | null>): Answers =>
  new Map([...answers, [key, answer]])

/** One attempt is one step. */
export type Attempting = (
  state: ServerState,
  context: Context,
  current: KubeObject | null,
  answers: Answers,
) => Attempt

export type Updated =
  | { readonly change: 'put' | 'created' | 'none'; readonly object: KubeObject }
  | { readonly change: 'deleted'; readonly object: KubeObject }

/** What an attempt began with, and what it came to. */
interface Tried {
  readonly current: KubeObject | null
  readonly result: Attempt
}

/**
 * Reads, changes and writes until nobody else wrote in between. It begins with `known` or else the cached object, which
 * saves a read; when that turns out to be stale, or leads to a failure, the attempt is made again on the newest state.
 * @param attempted told of each object that an attempt came to
 */
export function* guaranteedUpdate(
  place: ObjectPlace,
  known: KubeObject | null,
  attempting: Attempting,
  attempted?: (object: KubeObject) => void,
): Task<Stored<Updated>> {
  const key = keyInEtcd(place.served, place.key)
  let current = known
  let certain = false
  let answers = NO_ANSWERS
  for (;;) {
    const tried: Tried | null = yield* tryOnce(place, current, certain, answers, attempting)
    if (tried === null) {
      const read = yield* readObject(key)
      if (!read.ok) return read
      current = read.value
      certain = true
      continue
    }
    current = tried.current
    const { result } = tried
    if (result.next === 'ask') {
      answers = withAnswer(answers, result.key, yield* readObject(result.key))
      continue
    }
    if (result.next === 'put' || result.next === 'rehearse') attempted?.(result.object)
    if (result.next === 'rehearse') return done({ change: 'none', object: result.object })
    const idle =
      result.next === 'fail' || (result.next === 'put' && current !== null && isSame(result.object, current))
    if (idle) {
      if (!certain) {
        const read = yield* readObject(key)
        if (!read.ok) return read
        certain = true
        if (read.value?.metadata.resourceVersion !== current?.metadata.resourceVersion) {
          current = read.value
          continue
        }
      }
      if (result.next === 'fail') return failed(result.status)
      if (current !== null) return done({ change: 'none', object: current })
    }
    const written = yield* write(place, key, current, result)
    if (written.outcome === 'failed') return failed(written.status)
    if (written.outcome === 'changed') {
      current = written.kv === null ? null : objectOf(written.kv)
      certain = true
      continue
    }
    if (written.value !== null) {
      return done({
        change: current === null ? 'created' : 'put',
        object: withResourceVersion(written.value, written.revision),
      })
    }
    if (current !== null)
      return done({ change: 'deleted', object: withResourceVersion(current, written.revision) })
  }
}

/** Null: nothing is known yet to try it on. */
function tryOnce(
  { served, key }: ObjectPlace,
  current: KubeObject | null,
  certain: boolean,
  answers: Answers,
  attempting: Attempting,
): Task<Tried | null> {
  return step((state, context) => {
    const from = current ?? (certain ? null : (cacheOf(state, served.id).objects.get(key) ?? null))
    if (from === null && !certain) return null
    return { current: from, result: attempting(state, context, from, answers) }
  })
}

function* write(
  { served }: ObjectPlace,
  key: string,
  current: KubeObject | null,
  attempt: Attempt,
): Task<Commit> {
  const expected = current === null ? 0 : revisionOf(current)
  if (attempt.next !== 'put') return yield* commit(key, expected, null)
  const lease = served.definition.kind === 'Event' ? yield* eventLease() : 0
  return yield* commit(key, expected, toStore(attempt.object), lease)
}

function revisionOf(object: KubeObject): number {
  return Number(object.metadata.resourceVersion)
}

/** Whether an update changes nothing: the resourceVersion that the client sent does not count. */
function isSame(object: KubeObject, current: KubeObject): boolean {
  return object === current || equalMembers(object, current, 'metadata', equalMetadata)
}

const equalMetadata = (metadata: unknown, current: unknown): boolean =>
  equalMembers(metadata as ObjectMeta, current as ObjectMeta, 'resourceVersion', () => true)

/** Deep equality but for one member, which is compared in its own way. */
function equalMembers(
  a: object,
  b: object,
  exception: string,
  equal: (a: unknown, b: unknown) => boolean,
): boolean {
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  for (const key in left) {
    const other = Object.hasOwn(right, key) ? right[key] : undefined
    if (key !== exception && !deepEqual(left[key], other)) return false
  }
  for (const key in right)
    if (!Object.hasOwn(left, key) && right[key] !== undefined && key !== exception) return false
  return equal(left[exception], right[exception])
}

export interface StoredPage {
  readonly kvs: readonly KeyValue[]
  readonly revision: number
  readonly more: boolean
  readonly count: number
}

/** One page of a list at a revision, after a key. */
export function* readPage(
  prefix: string,
  under: string,
  after: string,
  limit: number,
  revision: number,
): Task<Stored<StoredPage>> {
  const end = prefixEnd(prefix + under)
  const answer = yield* callEtcdStore({
    op: 'range',
    key: after === '' ? prefix + under : `${prefix}${after}\u0000`,
    ...(end === undefined ? {} : { end }),
    limit,
    revision,
  })
  if (!answer.ok)
    return failed(answer.error.includes('compacted') ? expiredContinue() : etcdFailure(answer.error))
  if (answer.result.op !== 'range') return failed(internalServerError('unexpected answer from etcd'))
  const { kvs, more, count } = answer.result
  return done({ kvs, more, count, revision: revision === 0 ? answer.revision : revision })
}

function expiredContinue(): Status {
  return resourceExpired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
  )
}

/** etcd's present revision, agreed on by a quorum. */
export function* currentRevision(prefix: string): Task<Stored<number>> {
  const end = prefixEnd(prefix)
  const answer = yield* callEtcdStore({
    op: 'range',
    key: prefix,
    ...(end === undefined ? {} : { end }),
    limit: 1,
    countOnly: true,
  })
  return answer.ok ? done(answer.revision) : failed(etcdFailure(answer.error))
}
