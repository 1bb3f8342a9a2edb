// The state of an etcd member: its Raft, the store that committed entries make, its clients' open business, its disk.
import { IdMap } from '../kernel/id-map.ts'
import type { ProcessId, StartConditions } from '../kernel/process.ts'
import type { EtcdOp, MemberOp, RangeOp, TxnOp } from './messages.ts'
import type { Lessor, Store, WatchHub } from './mvcc/index.ts'
import { cloneStore, newStore, newWatchHub } from './mvcc/index.ts'
import type { Raft, RaftDisk, Ready, Snapshot } from './raft/index.ts'
import { createRaft, emptyDisk, memberId } from './raft/index.ts'

export interface MemberConfig {
  readonly id: ProcessId
  readonly members: readonly ProcessId[]
}

/** What an entry of the log asks every member to do. */
export interface Command {
  /** The member that took the client's request, and its number there: that member answers. */
  readonly member: string
  readonly id: number
  /** The `seq` of the client's request; 0 for what a member starts by itself. */
  readonly cause: number
  readonly op: Exclude<EtcdOp, RangeOp> | MemberOp
  /** The number of the lease to be granted, which all members have to agree on. */
  readonly lease: number
}

/** A client's request that has no answer yet. */
export interface PendingRequest {
  readonly client: ProcessId
  /** The client's number for it. */
  readonly requestId: number
  readonly cause: number
  readonly askedAt: number
  /** A write that no leader could take so far. */
  waiting: Command | null
}

/** A read that waits for the leader to confirm that it still leads. */
export interface PendingRead {
  readonly client: ProcessId
  readonly requestId: number
  readonly cause: number
  readonly askedAt: number
  readonly op: RangeOp | TxnOp
}

export interface ReadRound {
  /** Reads under way, which share one confirmation. */
  current: {
    readonly context: string
    readonly reads: readonly PendingRead[]
    askedAt: number
    index: number | null
  } | null
  next: PendingRead[]
  rounds: number
}

export interface WatchStream {
  readonly client: ProcessId
  readonly id: number
  readonly cause: number
}

/** What is being written to disk. */
export interface Flush {
  readonly ready: Ready
  readonly trigger: number
}

/** What the last `raft-state` said. */
export interface ToldState {
  role: Raft['role']
  term: number
  vote: string | null
  leader: string | null
  lastIndex: number
  commit: number
  applied: number
}

export interface MemberState {
  readonly id: ProcessId
  readonly members: readonly ProcessId[]
  raft: Raft
  store: Store
  hub: WatchHub
  /** Only on the leader. */
  lessor: Lessor | null
  /** By the number of the command, in the order in which they came. */
  readonly pending: IdMap<PendingRequest>
  nextCommand: number
  readonly reads: ReadRound
  readonly streams: Map<string, WatchStream>
  flush: Flush | null
  /** The `seq` of the client's request that the present delivery is about; see `RaftTransport.trigger`. */
  trigger: number
  /** Ticks since there was a leader. */
  leaderlessTicks: number
  catchingUp: boolean
  /** Entries up to here were applied before the last restart, and are applied again to rebuild the store. */
  readonly replayedUpTo: number
  /** While this member joins again: since when each other one speaks to it as it is now. */
  readonly seenSince: Record<string, number>
  /** Members that have lost their disk: since when each is what it is now. */
  readonly newSince: Record<string, number>
  /** When this member last asked for something on its own behalf: to join, or for its alarm. */
  askedAt: number
  /** Ticks since a snapshot was sent to a member that has not answered since. */
  readonly snapshotTicks: Record<string, number>
  /** What `raft-state` last told. */
  readonly told: ToldState
  readonly disk: RaftDisk
}

/**
 * Numbers of commands and of rounds of reads go on from the time: what a predecessor of this process had asked for may
 * still be answered, and is not to be taken for an answer to this one.
 */
export function createMember(
  { id, members }: MemberConfig,
  { disk, again, now }: Pick<StartConditions, 'disk' | 'again' | 'now'>,
): MemberState {
  const kept = (disk as RaftDisk | undefined) ?? emptyDisk()
  if (disk === undefined && again && members.length > 1) kept.joining = now
  const store = storeOf(kept.snapshot)
  return {
    id,
    members,
    raft: createRaft({ id: memberId(id), members: members.map(memberId), disk: kept }),
    store,
    hub: newWatchHub(store.revision),
    lessor: null,
    pending: new IdMap(),
    nextCommand: now + 1,
    reads: { current: null, next: [], rounds: now },
    streams: new Map(),
    flush: null,
    trigger: 0,
    leaderlessTicks: 0,
    catchingUp: false,
    replayedUpTo: kept.hardState.commit,
    seenSince: {},
    newSince: {},
    askedAt: 0,
    snapshotTicks: {},
    told: { role: 'follower', term: -1, vote: null, leader: null, lastIndex: 0, commit: 0, applied: 0 },
    disk: kept,
  }
}

/** A snapshot's store is shared by everybody who has the snapshot: it is copied before it is changed. */
export const storeOf = (snapshot: Snapshot | null): Store =>
  snapshot === null ? newStore() : cloneStore(snapshot.data as Store)
