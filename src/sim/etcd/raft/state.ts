// The whole state of one Raft member, as plain data: it can be copied, compared and stored. Every function of this folder
// works on it in place and has no other memory.
import { assert } from '../../kernel/assert.ts'
import type { RaftLog } from './log.ts'
import type { HardState, LogIndex, MemberId, RaftMessage, ReadContext, ReadState, Term } from './messages.ts'
import type { Progress } from './progress.ts'

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader'

export interface RaftOptions {
  /** A follower campaigns after 1 to 2 times this many ticks without a leader. */
  readonly electionTicks: number
  readonly heartbeatTicks: number
  readonly preVote: boolean
  readonly checkQuorum: boolean
  /** Stands in for etcd's limit of bytes, since Raft does not know the size of an entry's data. */
  readonly maxEntriesPerMessage: number
  readonly maxInflightMessages: number
}

/** etcd's defaults at a tick of 100 ms: heartbeats each 100 ms, elections after 1 to 2 s. */
export const defaultRaftOptions: RaftOptions = Object.freeze({
  electionTicks: 10,
  heartbeatTicks: 1,
  preVote: true,
  checkQuorum: true,
  maxEntriesPerMessage: 1024,
  maxInflightMessages: 512,
})

export interface SoftState {
  readonly leader: MemberId | null
  readonly role: Role
}

/** Reads that wait for a quorum to confirm the leader, in order of arrival. */
export interface PendingRead {
  readonly index: LogIndex
  readonly context: ReadContext
  readonly from: MemberId
}

export interface ReadIndexQueue {
  /** Asked before this leader committed an entry of its own term: they wait for that. */
  early: { readonly context: ReadContext; readonly from: MemberId }[]
  unconfirmed: PendingRead[]
  /** How many reads were confirmed in this term; with `unconfirmed` it numbers them. */
  confirmed: number
  /** The highest number that each member has acknowledged. */
  acks: Record<MemberId, number>
}

export const newReadIndexQueue = (): ReadIndexQueue => ({
  early: [],
  unconfirmed: [],
  confirmed: 0,
  acks: {},
})

/** The one `Ready` that the host is busy with. */
export interface OutstandingReady {
  readonly lastIndex: LogIndex
  readonly lastTerm: Term
  readonly snapshotIndex: LogIndex | null
  readonly appliedTo: LogIndex
  /** What this member answers itself once its disk is done: its own vote, its own acknowledgement. */
  readonly toSelf: readonly RaftMessage[]
}

export interface Raft {
  readonly id: MemberId
  /** All voters, itself included, sorted. */
  readonly members: readonly MemberId[]
  readonly options: RaftOptions

  role: Role
  term: Term
  vote: MemberId | null
  leader: MemberId | null
  leadTransferee: MemberId | null

  /** Ticks since the last sign of a leader; for a leader, since it last checked its quorum. */
  electionElapsed: number
  heartbeatElapsed: number
  /** 0 until the next tick draws it, so that only `tick` needs randomness. */
  randomizedElectionTicks: number

  votes: Record<MemberId, boolean>
  progress: Record<MemberId, Progress>
  /** Of a leader: whether the next `Ready` is to send somebody an append. */
  appendsDue: boolean
  /** Of a leader: members that lost their disk and are not counted until they have joined again. */
  joining: Readonly<Record<MemberId, number>>
  log: RaftLog

  reads: ReadIndexQueue
  readStates: ReadState[]

  messages: RaftMessage[]
  messagesAfterPersist: RaftMessage[]
  savedHardState: HardState
  savedSoftState: SoftState
  outstanding: OutstandingReady | null
}

export function progressOf(r: Raft, id: MemberId): Progress {
  const pr = r.progress[id]
  if (pr === undefined) assert(false, `${id} is not a member`)
  return pr
}

export const quorumSize = (memberCount: number): number => Math.floor(memberCount / 2) + 1

/** The highest value that a majority of members has reached. */
export function quorumValue(r: Raft, reached: (id: MemberId) => number): number {
  const { members } = r
  const quorum = quorumSize(members.length)
  let highest = 0
  for (let i = 0; i < members.length; i++) {
    const value = reachedBy(r, i, reached)
    if (value > highest && countOf(r, value, reached) >= quorum) highest = value
  }
  return highest
}

/** A member that is not counted has reached nothing. */
function reachedBy(r: Raft, place: number, reached: (id: MemberId) => number): number {
  const id = r.members[place]
  return id === undefined || r.joining[id] !== undefined ? 0 : reached(id)
}

/** How many members have reached the value. */
function countOf(r: Raft, value: number, reached: (id: MemberId) => number): number {
  let count = 0
  for (let i = 0; i < r.members.length; i++) if (reachedBy(r, i, reached) >= value) count++
  return count
}
