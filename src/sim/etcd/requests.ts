// Clients' requests to a member: writes become proposals, linearizable reads wait for the leader's confirmation, and what
// gets no answer in time is told so. Models etcdserver's v3_server.go.
import { deepFreeze } from '../kernel/plain-data.ts'
import type { Context, ProcessId } from '../kernel/process.ts'
import type { Command, MemberState, PendingRead, PendingRequest } from './member-state.ts'
import type { EtcdRequest, EtcdResponse, OpResult, TxnOp } from './messages.ts'
import { applyTxn, cloneStore, expiredLeases, range, validateTxn } from './mvcc/index.ts'
import { propose, readIndex } from './raft/index.ts'

/** 5 s, and twice the election time-out: etcd's ReqTimeout. */
const REQUEST_MICROS = 7_000_000
/** How long a read waits before it asks for confirmation again (etcd's readIndexRetryTime). */
const READ_RETRY_MICROS = 500_000

const TIMED_OUT = 'etcdserver: request timed out'

export function receiveRequest(
  state: MemberState,
  client: ProcessId,
  message: EtcdRequest,
  context: Context,
): void {
  const { id, request } = message
  if (request.op === 'range' || (request.op === 'txn' && isReadOnly(request))) {
    const read: PendingRead = {
      client,
      requestId: id,
      cause: context.cause,
      askedAt: context.now,
      op: request,
    }
    if (request.op === 'range' && request.serializable === true) answerRead(state, read, context)
    else askToRead(state, read, context)
    return
  }
  const problem = request.op === 'txn' ? validateTxn(request, 0) : null
  if (problem !== null && !problem.ok) return respond(state, client, id, null, problem.error, context)
  const number = state.nextCommand++
  // The request came in a message, so it is frozen already.
  const command: Command = Object.freeze({
    member: state.id,
    id: number,
    cause: context.cause,
    op: request,
    lease: request.op === 'lease-grant' ? leaseNumber(context) : 0,
  })
  const pending: PendingRequest = {
    client,
    requestId: id,
    cause: context.cause,
    askedAt: context.now,
    waiting: command,
  }
  state.pending.set(number, pending)
  tryToPropose(state, pending)
}

const isReadOnly = ({ success, failure }: TxnOp): boolean => onlyReads(success) && onlyReads(failure)

function onlyReads(ops: TxnOp['success']): boolean {
  for (let i = 0; i < ops.length; i++) if (ops[i]?.op !== 'range') return false
  return true
}

/** etcd draws a 63-bit number; 48 bits stay exact here. */
const leaseNumber = (context: Context): number => 1 + Math.floor(context.random() * 0xffffffffffff)

/** Proposes what no leader could take before. */
export function retryWrites(state: MemberState): void {
  if (state.raft.leader === null) return
  for (const request of state.pending.values()) tryToPropose(state, request)
}

function tryToPropose(state: MemberState, request: PendingRequest): void {
  if (request.waiting === null || state.raft.leader === null) return
  state.trigger = request.cause
  if (propose(state.raft, [request.waiting]) === 'ok') request.waiting = null
}

function askToRead(state: MemberState, read: PendingRead, context: Context): void {
  state.reads.next.push(read)
  if (state.reads.current === null) startRound(state, context)
}

/** All reads that came in meanwhile share the next confirmation. */
function startRound(state: MemberState, context: Context): void {
  const { reads } = state
  const first = reads.next[0]
  if (first === undefined) {
    reads.current = null
    return
  }
  reads.rounds++
  reads.current = {
    context: `${state.id}/${reads.rounds}`,
    reads: reads.next,
    askedAt: context.now,
    index: null,
  }
  reads.next = []
  state.trigger = first.cause
  readIndex(state.raft, reads.current.context)
}

/** Lost confirmations are asked for again. */
export function retryReads(state: MemberState, context: Context): void {
  const { current } = state.reads
  if (current === null || current.index !== null || context.now - current.askedAt < READ_RETRY_MICROS) return
  current.askedAt = context.now
  readIndex(state.raft, current.context)
}

/** The leader confirmed: the reads of this round may be answered once the store has come to `index`. */
export function confirmRound(state: MemberState, context: string, index: number): void {
  const { current } = state.reads
  if (current?.context === context) current.index = index
}

export function answerReadyReads(state: MemberState, context: Context): void {
  const { current } = state.reads
  if (current === null || current.index === null || state.raft.log.applied < current.index) return
  state.reads.current = null
  const { cause } = context
  for (const read of current.reads) {
    // The confirmation is the cause where it was asked for this read; where it was shared, the request itself is.
    context.cause = state.trigger === read.cause ? cause : read.cause
    answerRead(state, read, context)
  }
  context.cause = cause
  startRound(state, context)
}

function answerRead(state: MemberState, { client, requestId, op }: PendingRead, context: Context): void {
  const result = op.op === 'range' ? range(state.store, op) : applyTxn(cloneStore(state.store), op)
  if (result.ok) respond(state, client, requestId, result.value, null, context)
  else respond(state, client, requestId, null, result.error, context)
}

export function respond(
  state: MemberState,
  client: ProcessId,
  id: number,
  result: OpResult | null,
  error: string | null,
  context: Context,
): void {
  const response: EtcdResponse = Object.freeze({
    type: 'etcd-response',
    id,
    revision: state.store.revision,
    raftTerm: state.raft.term,
    result: deepFreeze(result),
    error,
  })
  context.send(client, response)
}

export function giveUpOldRequests(state: MemberState, context: Context): void {
  const late = context.now - REQUEST_MICROS
  const { cause } = context
  for (const [number, request] of state.pending) {
    if (request.askedAt > late) break // They are in the order in which they came.
    state.pending.delete(number)
    context.cause = request.cause
    respond(state, request.client, request.requestId, null, TIMED_OUT, context)
  }
  giveUpReads(state, late, context)
  context.cause = cause
}

function giveUpReads(state: MemberState, late: number, context: Context): void {
  const { reads } = state
  const isOpen = (read: PendingRead): boolean => {
    if (read.askedAt > late) return true
    context.cause = read.cause
    respond(state, read.client, read.requestId, null, TIMED_OUT, context)
    return false
  }
  reads.next = reads.next.filter(isOpen)
  if (reads.current === null) return
  const left = reads.current.reads.filter(isOpen)
  if (left.length > 0) reads.current = { ...reads.current, reads: left }
  else startRound(state, context)
}

/** The leader proposes to revoke leases whose time is over. */
export function expireLeases(state: MemberState, context: Context): void {
  if (state.lessor === null || state.raft.role !== 'leader') return
  for (const lease of expiredLeases(state.lessor, context.now)) {
    const op = { op: 'lease-revoke', lease } as const
    propose(state.raft, [deepFreeze<Command>({ member: state.id, id: 0, cause: 0, op, lease })])
  }
}
