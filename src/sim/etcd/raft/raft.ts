// A Raft member as its host uses it: created from its disk, moved by ticks, messages and requests.
// Models etcd/raft's RawNode. Left out: changes of the membership (learners, joint consensus); the members are fixed.
import { assert } from '../../kernel/assert.ts'
import type { RaftDisk } from './disk.ts'
import { broadcastHeartbeat } from './heartbeat.ts'
import { lastIndex, newLog } from './log.ts'
import type { MemberId, ReadContext } from './messages.ts'
import { noTerm } from './messages.ts'
import { newProgress } from './progress.ts'
import { becomeFollower } from './role.ts'
import type { Raft, RaftOptions } from './state.ts'
import { defaultRaftOptions, newReadIndexQueue, progressOf, quorumSize } from './state.ts'
import type { StepResult } from './step.ts'
import { step } from './step.ts'

export interface RaftConfig {
  readonly id: MemberId
  /** All voters, `id` included. */
  readonly members: readonly MemberId[]
  /** `emptyDisk()` for a new member. It is read only here. */
  readonly disk: RaftDisk
  readonly options?: Partial<RaftOptions>
}

/** A member that just started: a follower that knows what its disk says. Committed entries are handed out again. */
export function createRaft({ id, members, disk, options }: RaftConfig): Raft {
  const sorted = [...new Set(members)].sort()
  assert(sorted.includes(id), `${id} is not among the members`)
  const log = newLog(disk)
  const { term, vote } = disk.hardState
  const r: Raft = {
    id,
    members: Object.freeze(sorted),
    options:
      options === undefined ? defaultRaftOptions : Object.freeze({ ...defaultRaftOptions, ...options }),
    role: 'follower',
    term,
    vote,
    leader: null,
    leadTransferee: null,
    electionElapsed: 0,
    heartbeatElapsed: 0,
    randomizedElectionTicks: 0,
    votes: {},
    progress: {},
    appendsDue: false,
    joining: {},
    log,
    reads: newReadIndexQueue(),
    readStates: [],
    messages: [],
    messagesAfterPersist: [],
    savedHardState: Object.freeze({ term, vote, commit: log.committed }),
    savedSoftState: Object.freeze({ leader: null, role: 'follower' }),
    outstanding: null,
  }
  for (const member of sorted) r.progress[member] = newProgress(log.stable)
  return r
}

/** One tick (100 ms in etcd). `random` gives the next number in [0, 1) of the host's stream. */
export function tick(r: Raft, random: () => number): void {
  if (r.randomizedElectionTicks === 0) {
    const { electionTicks } = r.options
    r.randomizedElectionTicks = electionTicks + Math.floor(random() * electionTicks)
  }
  r.electionElapsed++
  if (r.role === 'leader') {
    tickLeader(r)
  } else if (r.electionElapsed >= r.randomizedElectionTicks) {
    r.electionElapsed = 0
    campaign(r)
  }
}

function tickLeader(r: Raft): void {
  if (r.electionElapsed >= r.options.electionTicks) {
    r.electionElapsed = 0
    if (r.options.checkQuorum) checkQuorum(r)
    // A successor that did not take over by now will not.
    r.leadTransferee = null
    if (r.role !== 'leader') return
  }
  r.heartbeatElapsed++
  if (r.heartbeatElapsed >= r.options.heartbeatTicks) {
    r.heartbeatElapsed = 0
    broadcastHeartbeat(r)
  }
}

/** A leader that has not heard from a majority since the last check steps down: another may lead by now. */
function checkQuorum(r: Raft): void {
  let active = 0
  for (const id of r.members) {
    if (id === r.id || (progressOf(r, id).recentActive && r.joining[id] === undefined)) active++
  }
  if (active < quorumSize(r.members.length)) {
    becomeFollower(r, r.term, null)
    return
  }
  for (const id of r.members) if (id !== r.id) progressOf(r, id).recentActive = false
}

const local = (r: Raft) => ({ from: r.id, to: r.id, term: noTerm })

/** Starts an election now. */
export function campaign(r: Raft): void {
  step(r, { type: 'MsgHup', ...local(r) })
}

/** Asks for entries with these payloads. They are forwarded to the leader; even `ok` does not promise a commit. */
export const propose = (r: Raft, data: readonly unknown[]): StepResult =>
  step(r, { type: 'MsgProp', ...local(r), data })

/** Asks from which index on a read is linearizable; the answer comes as a `ReadState` with this context, or never. */
export const readIndex = (r: Raft, context: ReadContext): StepResult =>
  step(r, { type: 'MsgReadIndex', ...local(r), context })

/**
 * A leader hears that a member has lost its disk: what it had acknowledged is gone, and it counts for nothing until
 * `countAgain`. Stands for removing the member and adding it as a learner. False when this is known, or nobody's business.
 */
export function discount(r: Raft, member: MemberId, joining: number): boolean {
  if (r.joining[member] === joining) return false
  // What still waits for the disk to be sent was meant for the member as it was.
  r.messages = r.messages.filter(({ to }) => to !== member)
  if (r.role !== 'leader') return false
  r.joining = { ...r.joining, [member]: joining }
  r.progress[member] = newProgress(lastIndex(r.log))
  delete r.reads.acks[member]
  return true
}

/** The other members have committed that it joins; what it acknowledged meanwhile is on its disk. */
export function countAgain(r: Raft, member: MemberId, joining: number): void {
  if (r.joining[member] !== joining) return
  const { [member]: _joined, ...others } = r.joining
  r.joining = others
}

/** Asks the leader to hand over to `transferee`. */
export const transferLeader = (r: Raft, transferee: MemberId): StepResult =>
  step(r, { type: 'MsgTransferLeader', ...local(r), transferee })

/** The host tells that a message to `peer` was lost. */
export function reportUnreachable(r: Raft, peer: MemberId): void {
  step(r, { type: 'MsgUnreachable', from: peer, to: r.id, term: noTerm })
}

/** The host tells how the transfer of a snapshot to `peer` ended. */
export function reportSnapshot(r: Raft, peer: MemberId, failed: boolean): void {
  step(r, { type: 'MsgSnapStatus', from: peer, to: r.id, term: noTerm, reject: failed })
}
