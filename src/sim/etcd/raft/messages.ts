// What Raft members say to each other and to their host: entries, snapshots and messages, all immutable data.
// Names and meaning follow etcd/raft's raftpb. Left out: configuration changes (joint consensus, learners) and the
// storage messages of asynchronous writes; a host persists what `ready` returns and calls `advance`.

export type MemberId = string & { readonly __brand: 'MemberId' }
export type Term = number & { readonly __brand: 'Term' }
export type LogIndex = number & { readonly __brand: 'LogIndex' }

export const memberId = (id: string): MemberId => id as MemberId
export const term = (value: number): Term => value as Term
export const logIndex = (value: number): LogIndex => value as LogIndex

export const noTerm = term(0)
export const noIndex = logIndex(0)

/** `data` is opaque to Raft and shared by reference; `null` is the empty entry of a new leader. */
export interface Entry {
  readonly index: LogIndex
  readonly term: Term
  readonly data: unknown
}

/** The state of the machine after `index` was applied. `data` is the host's; Raft never looks at it. */
export interface Snapshot {
  readonly index: LogIndex
  readonly term: Term
  readonly data: unknown
}

/** What a member must never forget. `commit` may lag behind on disk; losing it costs nothing but time. */
export interface HardState {
  readonly term: Term
  readonly vote: MemberId | null
  readonly commit: LogIndex
}

/** Names a read for its caller; Raft hands it back unchanged. */
export type ReadContext = string

interface Envelope<T extends string> {
  readonly type: T
  readonly from: MemberId
  readonly to: MemberId
  /** 0 on messages that are local or forwarded, which are judged whatever the term. */
  readonly term: Term
}

/** Entries that follow (`index`, `logTerm`); empty as a probe or to tell the commit index. */
export interface MsgApp extends Envelope<'MsgApp'> {
  readonly index: LogIndex
  readonly logTerm: Term
  readonly entries: readonly Entry[]
  readonly commit: LogIndex
}

interface MsgAppAccepted extends Envelope<'MsgAppResp'> {
  readonly reject: false
  /** The follower's log matches the leader's up to here. */
  readonly index: LogIndex
}

interface MsgAppRejected extends Envelope<'MsgAppResp'> {
  readonly reject: true
  /** The `index` of the refused MsgApp. */
  readonly index: LogIndex
  /** The highest place where the logs may agree, as the follower sees it, and its term there (0: unknown). */
  readonly rejectHint: LogIndex
  readonly logTerm: Term
}

export type MsgAppResp = MsgAppAccepted | MsgAppRejected

/** `index` and `logTerm` are the candidate's last entry. */
interface VoteRequest<T extends 'MsgVote' | 'MsgPreVote'> extends Envelope<T> {
  readonly index: LogIndex
  readonly logTerm: Term
  /** A leader asked for this campaign, so the voter's lease on that leader does not count. */
  readonly transfer: boolean
}
export type MsgVote = VoteRequest<'MsgVote'>
export type MsgPreVote = VoteRequest<'MsgPreVote'>

interface VoteResponse<T extends 'MsgVoteResp' | 'MsgPreVoteResp'> extends Envelope<T> {
  readonly reject: boolean
}
export type MsgVoteResp = VoteResponse<'MsgVoteResp'>
export type MsgPreVoteResp = VoteResponse<'MsgPreVoteResp'>

/** `context` numbers the reads that an answer confirms; 0 when none waits. */
export interface MsgHeartbeat extends Envelope<'MsgHeartbeat'> {
  readonly commit: LogIndex
  readonly context: number
}
export interface MsgHeartbeatResp extends Envelope<'MsgHeartbeatResp'> {
  readonly context: number
}

export interface MsgSnap extends Envelope<'MsgSnap'> {
  readonly snapshot: Snapshot
}

/** `data` holds the payloads of the entries to be. */
export interface MsgProp extends Envelope<'MsgProp'> {
  readonly data: readonly unknown[]
}
export interface MsgTransferLeader extends Envelope<'MsgTransferLeader'> {
  readonly transferee: MemberId
}
export type MsgTimeoutNow = Envelope<'MsgTimeoutNow'>
export interface MsgReadIndex extends Envelope<'MsgReadIndex'> {
  readonly context: ReadContext
}
export interface MsgReadIndexResp extends Envelope<'MsgReadIndexResp'> {
  readonly index: LogIndex
  readonly context: ReadContext
}

/** Local: start a campaign. */
export type MsgHup = Envelope<'MsgHup'>
/** Local, from the host: the last message to `from` was lost. */
export type MsgUnreachable = Envelope<'MsgUnreachable'>
/** Local, from the host: how the transfer of a snapshot to `from` ended. */
export interface MsgSnapStatus extends Envelope<'MsgSnapStatus'> {
  readonly reject: boolean
}

export type RaftMessage =
  | MsgHup
  | MsgProp
  | MsgApp
  | MsgAppResp
  | MsgVote
  | MsgVoteResp
  | MsgPreVote
  | MsgPreVoteResp
  | MsgHeartbeat
  | MsgHeartbeatResp
  | MsgSnap
  | MsgTransferLeader
  | MsgTimeoutNow
  | MsgReadIndex
  | MsgReadIndexResp
  | MsgUnreachable
  | MsgSnapStatus

/** A read may be served once the member has applied `index`. */
export interface ReadState {
  readonly index: LogIndex
  readonly context: ReadContext
}
