// Snapshots: what a leader sends to a member whose missing entries are compacted away, and what members compact with.
// etcd builds the snapshot to send from its database at that moment; here the latest one taken is sent.
import { assert } from '../../kernel/assert.ts'
import { commitTo, compact, lastIndex, matchesTerm, restoreSnapshot, termAt } from './log.ts'
import type { LogIndex, MemberId, MsgSnap, Snapshot } from './messages.ts'
import { logIndex } from './messages.ts'
import { becomeSnapshot } from './progress.ts'
import { send } from './send.ts'
import type { Raft } from './state.ts'
import { progressOf } from './state.ts'

/** etcd 3.6: a snapshot each so many applied entries (`--snapshot-count`). */
export const snapshotCount = 10_000
/** etcd keeps so many entries before a snapshot, so that a slow member can catch up without one. */
const snapshotCatchUpEntries = 5_000

/** Sends the snapshot, unless the member gave no sign of life lately. Returns whether it was sent. */
export function maybeSendSnapshot(r: Raft, to: MemberId): boolean {
  const pr = progressOf(r, to)
  if (!pr.recentActive) return false
  const { snapshot } = r.log
  assert(snapshot !== null, 'the log was compacted without a snapshot')
  becomeSnapshot(pr, snapshot.index)
  send(r, { type: 'MsgSnap', from: r.id, to, term: r.term, snapshot })
  return true
}

/** A follower takes its leader's snapshot, unless it has everything in it already. */
export function handleSnapshot(r: Raft, { from, snapshot }: MsgSnap): void {
  const reply = { type: 'MsgAppResp', from: r.id, to: from, term: r.term, reject: false } as const
  if (snapshot.index <= r.log.committed) {
    send(r, { ...reply, index: r.log.committed })
    return
  }
  if (matchesTerm(r.log, snapshot.index, snapshot.term)) {
    // The entries are here, so the log is right up to the snapshot: it only tells that they are committed.
    commitTo(r.log, snapshot.index)
    send(r, { ...reply, index: r.log.committed })
    return
  }
  restoreSnapshot(r.log, snapshot)
  send(r, { ...reply, index: lastIndex(r.log) })
}

/** Records the host's state as of `index`, which it has applied, for members that fall behind. */
export function takeSnapshot(r: Raft, index: LogIndex, data: unknown): Snapshot {
  assert(index <= r.log.applied, 'a snapshot can hold only what was applied')
  assert(r.log.snapshot === null || index > r.log.snapshot.index, 'snapshots only move forward')
  const term = termAt(r.log, index)
  assert(term !== undefined, `entry ${index} is not in the log`)
  const snapshot = Object.freeze({ index, term, data })
  r.log.snapshot = snapshot
  return snapshot
}

/** Where to compact after a snapshot at `index`, keeping entries for slow members. */
export const compactionIndex = (index: LogIndex, keep = snapshotCatchUpEntries): LogIndex =>
  logIndex(Math.max(0, index - keep))

/** Drops entries up to and including `index`. */
export const compactLog = (r: Raft, index: LogIndex): void => compact(r.log, index)
