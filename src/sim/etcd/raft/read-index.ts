// Linearizable reads without a log entry (Raft thesis, section 6.4; etcd's ReadOnlySafe): the leader notes its commit
// index, has a majority confirm by heartbeat that it is still the leader, and then lets the read go at that index.
// Left out: lease-based reads, which trust clocks.
import { broadcastHeartbeat } from './heartbeat.ts'
import { matchesTerm } from './log.ts'
import type { LogIndex, MemberId, MsgReadIndex, ReadContext } from './messages.ts'
import { send } from './send.ts'
import type { Raft } from './state.ts'
import { quorumValue } from './state.ts'

const hasCommittedInTerm = (r: Raft): boolean => matchesTerm(r.log, r.log.committed, r.term)

/** A leader takes a read, its own or one forwarded by a follower. */
export function handleReadIndex(r: Raft, { context, from }: MsgReadIndex): void {
  // A new leader may not know yet which entries its predecessors committed; its first own commit tells it. etcd/raft lets
  // the leader of a single member answer at once; it waits here too, since its saved commit index may be behind.
  if (!hasCommittedInTerm(r)) {
    r.reads.early.push({ context, from })
    return
  }
  if (r.members.length === 1) {
    answerRead(r, r.log.committed, context, from)
    return
  }
  queueRead(r, context, from)
}

/** To be called when the commit index moves: by the commit rule, that is an entry of this term. */
export function releaseEarlyReads(r: Raft): void {
  if (r.reads.early.length === 0) return
  const early = r.reads.early
  r.reads.early = []
  for (const { context, from } of early) {
    if (r.members.length === 1) answerRead(r, r.log.committed, context, from)
    else queueRead(r, context, from)
  }
}

function queueRead(r: Raft, context: ReadContext, from: MemberId): void {
  r.reads.unconfirmed.push({ index: r.log.committed, context, from })
  r.reads.acks[r.id] = r.reads.confirmed + r.reads.unconfirmed.length
  broadcastHeartbeat(r)
}

/** A member confirmed this leader: all reads up to number `context` that a majority confirmed may go. */
export function confirmReads(r: Raft, from: MemberId, context: number): void {
  if (context === 0) return
  const { acks } = r.reads
  acks[from] = Math.max(acks[from] ?? 0, context)
  const confirmed = quorumValue(r, (id) => acks[id] ?? 0)
  if (confirmed <= r.reads.confirmed) return
  const released = r.reads.unconfirmed.splice(0, confirmed - r.reads.confirmed)
  r.reads.confirmed = confirmed
  for (const read of released) answerRead(r, read.index, read.context, read.from)
}

function answerRead(r: Raft, index: LogIndex, context: ReadContext, to: MemberId): void {
  if (to === r.id) r.readStates.push({ index, context })
  else send(r, { type: 'MsgReadIndexResp', from: r.id, to, term: r.term, index, context })
}
