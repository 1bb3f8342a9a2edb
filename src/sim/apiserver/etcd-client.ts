// The apiserver's client of etcd: one member at a time, and the next one when it is gone or silent.
// Models etcd's clientv3 as the apiserver uses it. Departures: it stays on one member instead of spreading its calls,
// gives up a silent member after 8 s instead of 40 s, and tells its caller when trying a transaction again is safe.

import type { EtcdOp, EtcdRequest, EtcdResponse, OpResult } from '../etcd/messages.ts'
import { IdMap } from '../kernel/id-map.ts'
import type { Micros } from '../kernel/micros.ts'
import { milliseconds } from '../kernel/micros.ts'
import type { Context, ProcessId } from '../kernel/process.ts'
import type { Outcome, Token } from '../kernel/task.ts'

/** A member answers within 7 s, if only to say that it timed out; one that is silent for longer is gone. */
const SILENCE_MICROS = milliseconds(8_000)
const FIRST_BACKOFF_MICROS = milliseconds(1_000)
const LONGEST_BACKOFF_MICROS = milliseconds(16_000)
const MOST_ATTEMPTS = 6

const NO_MEMBER =
  'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: connect: connection refused"'
const BROKEN = 'rpc error: code = Unavailable desc = error reading from server: EOF'

interface PendingCall {
  readonly op: EtcdOp
  readonly token: Token
  readonly member: ProcessId
  readonly sentSeq: number
  readonly sentAt: Micros
  readonly cause: number
  readonly attempt: number
  /** The newest Raft term known when it was sent. */
  readonly term: number
}

/** A member that the apiserver stops counting on, in what was sent to it up to `upTo`. */
export interface LostMember {
  readonly member: ProcessId
  /** The number of a message. */
  readonly upTo: number
  /** It may still be there, and is told that nobody watches any more. */
  readonly silent: boolean
}

interface Outage {
  readonly until: number
  readonly backoff: number
}

export interface EtcdClientState {
  readonly members: readonly ProcessId[]
  current: number
  nextId: number
  /** The newest Raft term that a member has mentioned. */
  term: number
  /** By id, oldest first. */
  readonly calls: IdMap<PendingCall>
  readonly outages: Record<string, Outage>
  silenceArmed: boolean
}

/** `ambiguous`: the transaction may have been applied, or may yet be. */
export type EtcdAnswer =
  | { readonly ok: true; readonly revision: number; readonly result: OpResult }
  | { readonly ok: false; readonly error: string; readonly ambiguous: boolean }

export interface EtcdSilenceTimer {
  readonly type: 'etcd-silence'
}

/** What the client needs of its process: to give a call its answer. */
export type Resolve = (token: Token, answer: EtcdAnswer) => void

export function etcdClientState(members: readonly ProcessId[]): EtcdClientState {
  return { members, current: 0, nextId: 1, term: 0, calls: new IdMap(), outages: {}, silenceArmed: false }
}

/** Sends a call; its answer comes later, unless no member can be reached. */
export function callEtcd(etcd: EtcdClientState, op: EtcdOp, token: Token, context: Context): Outcome {
  const failure = send(etcd, op, token, context, 0)
  return failure === null ? 'pending' : { value: failure }
}

function send(
  etcd: EtcdClientState,
  op: EtcdOp,
  token: Token,
  context: Context,
  attempt: number,
): EtcdAnswer | null {
  const member = availableMember(etcd, context.now)
  if (member === undefined || attempt >= MOST_ATTEMPTS) {
    return {
      ok: false,
      error: member === undefined ? NO_MEMBER : BROKEN,
      ambiguous: attempt > 0 && op.op !== 'range',
    }
  }
  const id = etcd.nextId++
  const { cause, now } = context
  const request: EtcdRequest = { type: 'etcd-request', id, request: op }
  const sentSeq = context.send(member, request)
  etcd.calls.set(id, { op, token, member, sentSeq, sentAt: now, cause, attempt, term: etcd.term })
  watchForSilence(etcd, SILENCE_MICROS, context)
  return null
}

/** The member in use, or the next in order that is not known to be away. */
export function availableMember(etcd: EtcdClientState, now: Micros): ProcessId | undefined {
  for (let i = 0; i < etcd.members.length; i++) {
    const index = (etcd.current + i) % etcd.members.length
    const member = etcd.members[index]
    if (member === undefined) continue
    const outage = etcd.outages[member]
    if (outage !== undefined && outage.until > now) continue
    etcd.current = index
    return member
  }
  return undefined
}

export function nextEtcdId(etcd: EtcdClientState): number {
  return etcd.nextId++
}

export function etcdAnswered(
  etcd: EtcdClientState,
  from: ProcessId,
  message: EtcdResponse,
  context: Context,
  resolve: Resolve,
): void {
  if (etcd.outages[from] !== undefined) delete etcd.outages[from]
  if (message.raftTerm > etcd.term) etcd.term = message.raftTerm
  const call = etcd.calls.get(message.id)
  if (call === undefined) return
  etcd.calls.delete(message.id)
  if (message.error === null && message.result !== null) {
    resolve(call.token, { ok: true, revision: message.revision, result: message.result })
    return
  }
  const error = message.error ?? 'etcdserver: empty answer'
  if (isLeaderLoss(error) || (isTimeout(error) && call.term > 0 && message.raftTerm > call.term)) {
    tryAgain(etcd, call, error, context, resolve)
    return
  }
  if (isTimeout(error)) preferAnother(etcd, from)
  resolve(call.token, { ok: false, error, ambiguous: false })
}

const isTimeout = (error: string): boolean => error.startsWith('etcdserver: request timed out')

/**
 * A new leader is there, or about to be: the same call will go through. etcd says so by these two errors; a time-out in
 * whose course the term has grown means the same, and is what it words as "possibly due to previous leader failure".
 */
const isLeaderLoss = (error: string): boolean =>
  error === 'etcdserver: leader changed' ||
  error === 'etcdserver: request timed out, possibly due to previous leader failure'

/** Reads are simply sent again; whether a transaction was applied is for the storage layer to find out. */
function tryAgain(
  etcd: EtcdClientState,
  call: PendingCall,
  error: string,
  context: Context,
  resolve: Resolve,
): void {
  const { cause } = context
  context.cause = call.cause
  const failure: EtcdAnswer | null =
    call.op.op === 'range'
      ? send(etcd, call.op, call.token, context, call.attempt + 1)
      : { ok: false, error, ambiguous: true }
  if (failure !== null) resolve(call.token, failure)
  context.cause = cause
}

/** New calls go to the next member, if this one is in use. */
export function preferAnother(etcd: EtcdClientState, member: ProcessId): void {
  if (etcd.members[etcd.current] === member) etcd.current = (etcd.current + 1) % etcd.members.length
}

/** What was sent to the member gets no answer. */
export function etcdMemberLost(
  etcd: EtcdClientState,
  { member, upTo }: LostMember,
  context: Context,
  resolve: Resolve,
): void {
  const outage = etcd.outages[member]
  // Of what was sent at once, each part may be refused: that is one failure.
  if (outage === undefined || outage.until <= context.now) {
    const backoff = Math.min(LONGEST_BACKOFF_MICROS, (outage?.backoff ?? FIRST_BACKOFF_MICROS / 2) * 2)
    etcd.outages[member] = { until: context.now + backoff, backoff }
  }
  preferAnother(etcd, member)
  for (const [id, call] of etcd.calls) {
    if (call.member !== member || call.sentSeq > upTo) continue
    etcd.calls.delete(id)
    tryAgain(etcd, call, BROKEN, context, resolve)
  }
}

/** Which member has kept silent for too long, if one has. Arms the next look while calls are open. */
export function silentMember(etcd: EtcdClientState, context: Context): ProcessId | undefined {
  etcd.silenceArmed = false
  const oldest = oldestCall(etcd)
  if (oldest === undefined) return undefined
  const age = context.now - oldest.sentAt
  if (age >= SILENCE_MICROS) {
    watchForSilence(etcd, SILENCE_MICROS, context)
    // Where there is no other, waiting is all that is left.
    return hasAlternative(etcd, oldest.member, context.now) ? oldest.member : undefined
  }
  watchForSilence(etcd, SILENCE_MICROS - age, context)
  return undefined
}

function hasAlternative(etcd: EtcdClientState, silent: ProcessId, now: Micros): boolean {
  return etcd.members.some((member) => member !== silent && (etcd.outages[member]?.until ?? 0) <= now)
}

function oldestCall(etcd: EtcdClientState): PendingCall | undefined {
  for (const call of etcd.calls.values()) return call
  return undefined
}

function watchForSilence(etcd: EtcdClientState, after: number, context: Context): void {
  if (etcd.silenceArmed) return
  etcd.silenceArmed = true
  const timer: EtcdSilenceTimer = { type: 'etcd-silence' }
  context.timer(after as Micros, timer)
}
