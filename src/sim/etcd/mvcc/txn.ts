// Transactions: compare, then do one list of operations or the other, all in one revision. Models etcd's apply_txn.
// Left out: nested transactions and comparisons of values, which Kubernetes does not use.
import { unreachable } from '../../kernel/assert.ts'
import { Recent } from '../../kernel/recent.ts'
import type {
  Compare,
  DeleteRangeOp,
  EtcdEvent,
  KeyValue,
  OpResult,
  PutOp,
  RangeOp,
  TxnOp,
} from '../messages.ts'
import type { Result } from './errors.ts'
import { failure, success } from './errors.ts'
import { inRange } from './key-range.ts'
import { hasLease } from './leases.ts'
import { range } from './range.ts'
import type { Store, Write } from './store.ts'
import { beginWrite, checkRevision, deleteRange, endWrite, isSameKeyValue, put, take } from './store.ts'

export type SimpleOp = RangeOp | PutOp | DeleteRangeOp
export type TxnResult = Extract<OpResult, { op: 'txn' }>

/** etcd's `--max-txn-ops` and `--max-request-bytes`. */
export const maxTxnOps = 128
export const maxRequestBytes = 1.5 * 1024 * 1024

/** What the member that takes a request refuses before it troubles the others. `bytes` is the caller's estimate. */
export function validateTxn(
  { compare, success: then, failure: otherwise }: TxnOp,
  bytes: number,
): Result<null> {
  if (bytes > maxRequestBytes) return failure('requestTooLarge')
  if (Math.max(compare.length, then.length, otherwise.length) > maxTxnOps) return failure('tooManyOps')
  if (hasEmptyKey(compare) || hasEmptyKey(then) || hasEmptyKey(otherwise)) return failure('emptyKey')
  return changesKeyTwice(then) || changesKeyTwice(otherwise) ? failure('duplicateKey') : nothingWrong
}

const nothingWrong: Result<null> = Object.freeze({ ok: true, value: null })

function hasEmptyKey(items: readonly { readonly key: string }[]): boolean {
  for (let i = 0; i < items.length; i++) if (items[i]?.key === '') return true
  return false
}

/** Whether a key is put twice, or put and deleted: the order within a revision would then matter. */
function changesKeyTwice(ops: readonly SimpleOp[]): boolean {
  if (ops.length < 2) return false
  const puts = new Set<string>()
  for (const op of ops) {
    if (op.op !== 'put') continue
    if (puts.has(op.key)) return true
    puts.add(op.key)
  }
  if (puts.size === 0) return false
  return ops.some((op) => op.op === 'delete' && [...puts].some((key) => inRange(key, op)))
}

/** Does the transaction, or nothing of it. */
export function applyTxn(store: Store, txn: TxnOp): Result<TxnResult> {
  const { compare, success: then } = txn
  const only = then[0]
  if (only?.op === 'put' && then.length === 1 && compare.length === 1 && compare[0]?.key === only.key)
    return applyPutIf(store, compare[0], only, txn)
  return applyAny(store, txn)
}

/** What a write made of a store. */
interface Made {
  readonly before: object
  readonly txn: TxnOp
  readonly event: EtcdEvent
  readonly result: Result<TxnResult>
}

// cache: what the latest writes came to, at most as many as `Recent` keeps, by the revision.
const latest = new Recent<Made>()

/** Lets go of the writes of another cluster. */
export const forgetTxns = (): void => latest.forget()

/** Nearly all writes put the one key that they compare. All members do each, on stores that hold the same, with one result. */
function applyPutIf(store: Store, compare: Compare, op: PutOp, txn: TxnOp): Result<TxnResult> {
  const possible = checkOp(store, op)
  const write = beginWrite(store)
  const known = latest.find(
    write.revision,
    (made) => made.txn === txn && made.event.kv.modRevision === write.revision,
  )
  // A store that holds the same comes to the same, however it got there.
  if (possible.ok && known !== undefined && store.live.meet(known.before, isSameKeyValue)) {
    take(write, known.event)
    endWrite(write)
    return known.result
  }
  const before = store.live.version
  const previous = store.live.get(op.key)
  if (!possible.ok || !holds(compare, previous)) return applyAny(store, txn)
  const event = put(write, op, previous ?? null)
  endWrite(write)
  const response: OpResult = Object.freeze({ op: 'put', previous: event.previous })
  const responses = Object.freeze([response])
  const result = success<TxnResult>(Object.freeze({ op: 'txn', succeeded: true, responses }))
  latest.keep(write.revision, { before, txn, event, result })
  return result
}

function applyAny(store: Store, txn: TxnOp): Result<TxnResult> {
  const succeeded = holdAll(store, txn.compare)
  const ops = succeeded ? txn.success : txn.failure
  for (const op of ops) {
    const possible = checkOp(store, op)
    if (!possible.ok) return possible
  }
  const write = beginWrite(store)
  const responses: OpResult[] = []
  for (const op of ops) {
    const response = applyOp(write, op)
    if (!response.ok) return response
    responses.push(response.value)
  }
  endWrite(write)
  return success({ op: 'txn', succeeded, responses })
}

/** All that can go wrong is looked at first, so that a transaction never stops half done. */
function checkOp(store: Store, op: SimpleOp): Result<null> {
  if (op.op === 'put' && op.lease !== undefined && op.lease !== 0 && !hasLease(store.leases, op.lease)) {
    return failure('leaseNotFound')
  }
  if (op.op === 'range' && op.revision !== undefined && op.revision > 0) {
    const readable = checkRevision(store, op.revision)
    if (!readable.ok) return readable
  }
  return nothingWrong
}

function applyOp(write: Write, op: SimpleOp): Result<OpResult> {
  switch (op.op) {
    case 'range':
      return range(write.store, op)
    case 'put':
      return success({ op: 'put', previous: put(write, op, write.store.live.get(op.key) ?? null).previous })
    case 'delete': {
      const previous = deleteRange(write, op)
      return success({ op: 'delete', deleted: previous.length, previous })
    }
    default:
      return unreachable(op)
  }
}

function holdAll(store: Store, compares: readonly Compare[]): boolean {
  for (const compare of compares) if (!holds(compare, store.live.get(compare.key))) return false
  return true
}

function holds({ target, result, value }: Compare, kv: KeyValue | undefined): boolean {
  const actual = targetOf(kv, target)
  switch (result) {
    case '=':
      return actual === value
    case '!=':
      return actual !== value
    case '<':
      return actual < value
    case '>':
      return actual > value
  }
}

/** A key that does not exist has 0 everywhere. */
function targetOf(kv: KeyValue | undefined, target: Compare['target']): number {
  if (kv === undefined) return 0
  switch (target) {
    case 'mod':
      return kv.modRevision
    case 'create':
      return kv.createRevision
    case 'version':
      return kv.version
  }
}
