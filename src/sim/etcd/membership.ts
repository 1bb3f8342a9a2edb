// What members agree on about themselves. A member without its disk joins again: it is told everything and is not counted,
// and votes only after the others have committed that; etcd itself has an operator remove and add it as a learner. A member
// without space raises the NOSPACE alarm, which stops all writes; here it disarms it by itself once there is space.
import { deepFreeze } from '../kernel/plain-data.ts'
import type { Context, ProcessId } from '../kernel/process.ts'
import type { Command, MemberState } from './member-state.ts'
import type { EtcdJoin, EtcdJoinSeen, EtcdOp, MemberOp } from './messages.ts'
import { countAgain, discount, memberId, propose } from './raft/index.ts'

const ASK_EVERY_MICROS = 500_000

/** At each tick: asks for what this member needs. */
export function tendMembership(state: MemberState, context: Context): void {
  if (context.now - state.askedAt < ASK_EVERY_MICROS) return
  const { joining } = state.disk
  if (joining !== undefined) {
    state.askedAt = context.now
    const join: EtcdJoin = { type: 'etcd-join', joining }
    for (const member of state.members) if (member !== state.id) context.send(member, join)
    return
  }
  const full = isFull(context)
  if (full === state.store.alarms.includes(state.id) || state.raft.leader === null) return
  state.askedAt = context.now
  ask(state, { op: 'alarm', member: state.id, active: full })
}

const isFull = (context: Context): boolean => context.impairment('disk-full') !== undefined

function ask(state: MemberState, op: MemberOp): void {
  propose(state.raft, [deepFreeze<Command>({ member: state.id, id: 0, cause: 0, op, lease: 0 })])
}

/** Another member has lost its disk. Only a leader counts members, so only a leader has anything to forget. */
export function takeUp(state: MemberState, member: ProcessId, { joining }: EtcdJoin, context: Context): void {
  const seen: EtcdJoinSeen = { type: 'etcd-join-seen', joining }
  context.send(member, seen)
  state.newSince[member] = joining
  if (discount(state.raft, memberId(member), joining)) ask(state, { op: 'join', member, joining })
}

/** What a member said before it lost its disk is true of it no more: what it had acknowledged is gone. */
export const isOfPredecessor = (state: MemberState, from: ProcessId, sentAt: number): boolean =>
  sentAt < (state.newSince[from] ?? 0)

/** What was said to the member that this one was before would only mislead it. */
export const isForPredecessor = (state: MemberState, from: ProcessId, sentAt: number): boolean =>
  state.disk.joining !== undefined && sentAt < (state.seenSince[from] ?? Number.MAX_SAFE_INTEGER)

export function applyMemberOp(state: MemberState, op: MemberOp): void {
  const { store } = state
  if (op.op === 'join') {
    countAgain(state.raft, memberId(op.member), op.joining)
    if (op.member === state.id && op.joining === state.disk.joining) delete state.disk.joining
    return
  }
  const others = store.alarms.filter((member) => member !== op.member)
  store.alarms = op.active ? [...others, op.member].sort() : others
}

/** Whether an operation would add to the store. Deleting, compacting and revoking only make room. */
export function needsSpace(op: EtcdOp): boolean {
  if (op.op === 'lease-grant') return true
  return op.op === 'txn' && [...op.success, ...op.failure].some((inner) => inner.op === 'put')
}
