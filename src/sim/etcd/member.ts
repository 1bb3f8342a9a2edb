// An etcd member as a process. Models etcd's server (etcdserver, rafthttp): requests, the Raft loop with its disk, the
// apply loop, watch streams. Left out: authentication, quotas, most of membership changes, and several Readys in flight.
import { milliseconds } from '../kernel/micros.ts'
import type { Context, Delivery, KernelMessage, ProcessDefinition } from '../kernel/process.ts'
import type { MemberConfig, MemberState } from './member-state.ts'
import { createMember } from './member-state.ts'
import { isForPredecessor, isOfPredecessor, takeUp, tendMembership } from './membership.ts'
import type { EtcdMessage } from './messages.ts'
import type { RaftMessage } from './raft/index.ts'
import { memberId, reportSnapshot, reportUnreachable, step, tick } from './raft/index.ts'
import { finishFlush, workOff } from './ready-loop.ts'
import { expireLeases, giveUpOldRequests, receiveRequest, retryReads, retryWrites } from './requests.ts'
import {
  cancelLeaderless,
  cancelWatch,
  catchUp,
  closeClient,
  createWatch,
  reportProgress,
} from './watch-streams.ts'

/** rafthttp gives up a snapshot that its receiver does not take within 5 s. */
const SNAPSHOT_TICKS = 50

/** etcd's tick: the heartbeat interval. */
const TICK = milliseconds(100)

type OwnMessage = { readonly type: 'tick' } | { readonly type: 'flushed' } | { readonly type: 'catch-up' }
type MemberMessage = EtcdMessage | KernelMessage | OwnMessage

export const etcdMember: ProcessDefinition<MemberState, MemberConfig, MemberMessage> = {
  kind: 'etcd',
  echoes: ['raft', 'etcd-response', 'etcd-watch'],
  init: (_id, config, start) => createMember(config, start),
  handle(state, delivery, context) {
    state.trigger = 0
    receive(state, delivery, context)
    workOff(state, context)
  },
}

function receive(
  state: MemberState,
  { from, sentAt, message }: Delivery<MemberMessage>,
  context: Context,
): void {
  switch (message.type) {
    case 'start':
      // Members do not tick in step.
      context.timer(milliseconds(Math.floor(context.random() * 100)), { type: 'tick' })
      return
    case 'tick':
      return onTick(state, context)
    case 'flushed':
      return finishFlush(state, context)
    case 'raft':
      if (isForPredecessor(state, from, sentAt) || isOfPredecessor(state, from, sentAt)) return
      if (asksTooMuch(state, message.message)) return
      state.trigger = message.trigger
      if (message.message.type === 'MsgAppResp' && state.snapshotTicks[from] !== undefined)
        delete state.snapshotTicks[from]
      step(state.raft, message.message)
      return
    case 'etcd-request':
      return receiveRequest(state, from, message, context)
    case 'etcd-watch-create':
      return createWatch(state, from, message, context)
    case 'etcd-watch-cancel':
      return cancelWatch(state, from, message.id)
    case 'etcd-progress':
      return reportProgress(state, from, context)
    case 'catch-up':
      return catchUp(state, context)
    case 'etcd-join':
      return takeUp(state, from, message, context)
    case 'etcd-join-seen':
      if (message.joining === state.disk.joining) state.seenSince[from] ??= sentAt
      return
    case 'reset':
      if (state.members.includes(message.peer)) reportUnreachable(state.raft, memberId(message.peer))
      else closeClient(state, message.peer, message.upTo)
      return
    case 'etcd-response':
    case 'etcd-watch':
      return
  }
}

/** Who knows nothing of what it voted for may not vote, and may not lead. */
const asksTooMuch = ({ disk }: MemberState, { type }: RaftMessage): boolean =>
  disk.joining !== undefined && (type === 'MsgVote' || type === 'MsgPreVote' || type === 'MsgTimeoutNow')

function onTick(state: MemberState, context: Context): void {
  context.timer(TICK, { type: 'tick' })
  if (state.disk.joining === undefined) tick(state.raft, () => context.random())
  tendMembership(state, context)
  state.leaderlessTicks = state.raft.leader === null ? state.leaderlessTicks + 1 : 0
  giveUpSnapshots(state)
  retryWrites(state)
  retryReads(state, context)
  giveUpOldRequests(state, context)
  cancelLeaderless(state, context)
  expireLeases(state, context)
}

/** A snapshot that got no answer is taken for lost, or its receiver would get nothing more from this leader. */
function giveUpSnapshots(state: MemberState): void {
  for (const member of Object.keys(state.snapshotTicks)) {
    const ticks = (state.snapshotTicks[member] ?? 0) + 1
    state.snapshotTicks[member] = ticks
    if (ticks < SNAPSHOT_TICKS) continue
    delete state.snapshotTicks[member]
    reportSnapshot(state.raft, memberId(member), true)
  }
}
