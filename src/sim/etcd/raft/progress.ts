// What a leader knows of one member's log, and how fast it may send: etcd/raft's tracker.Progress with its Inflights.
// probe: one append at a time, to find where the logs agree. replicate: appends are sent ahead of their answers.
// snapshot: nothing is sent until the member has caught up from a snapshot.
import { assert } from '../../kernel/assert.ts'
import type { LogIndex } from './messages.ts'
import { logIndex, noIndex } from './messages.ts'

export type ProgressState = 'probe' | 'replicate' | 'snapshot'

/** What the next `Ready` is to send a member: nothing, the entries that it lacks, or an append even without entries. */
export type AppendDue = 'nothing' | 'entries' | 'anything'

export interface Progress {
  state: ProgressState
  /** The highest entry known to be on the member's disk. Always below `next`. */
  match: LogIndex
  /** The first entry to send next. */
  next: LogIndex
  /** The highest commit index sent, so that the same news is not told twice. */
  sentCommit: LogIndex
  /** The snapshot under way in state `snapshot`, else 0. */
  pendingSnapshot: LogIndex
  /** Heard of since the last check of the quorum. */
  recentActive: boolean
  /** No append until an answer to an append or a heartbeat comes. */
  paused: boolean
  due: AppendDue
  /** The last index of each append that is not answered yet, ascending. */
  inflight: LogIndex[]
}

export function newProgress(lastIndex: LogIndex): Progress {
  return {
    state: 'probe',
    match: noIndex,
    next: logIndex(lastIndex + 1),
    sentCommit: noIndex,
    pendingSnapshot: noIndex,
    recentActive: false,
    paused: false,
    due: 'nothing',
    inflight: [],
  }
}

export const isPaused = (pr: Progress): boolean => pr.state === 'snapshot' || pr.paused

function enterState(pr: Progress, state: ProgressState, next: number): void {
  pr.state = state
  pr.paused = false
  pr.pendingSnapshot = noIndex
  pr.inflight = []
  pr.next = logIndex(next)
  pr.sentCommit = logIndex(Math.min(pr.sentCommit, next - 1))
}

export function becomeProbe(pr: Progress): void {
  // A snapshot that arrived moves the probe past it; a failed one has cleared pendingSnapshot before.
  enterState(pr, 'probe', Math.max(pr.match, pr.pendingSnapshot) + 1)
}

export function becomeReplicate(pr: Progress): void {
  enterState(pr, 'replicate', pr.match + 1)
}

export function becomeSnapshot(pr: Progress, snapshotIndex: LogIndex): void {
  enterState(pr, 'snapshot', snapshotIndex + 1)
  pr.pendingSnapshot = snapshotIndex
  pr.sentCommit = snapshotIndex
}

/** Records an append of `count` entries that starts at `next`. */
export function sentEntries(pr: Progress, count: number, maxInflight: number): void {
  switch (pr.state) {
    case 'replicate':
      if (count > 0) {
        pr.next = logIndex(pr.next + count)
        pr.inflight.push(logIndex(pr.next - 1))
      }
      // A full window turns the member into a probed one for the moment: one append for each sign of life.
      pr.paused = pr.inflight.length >= maxInflight
      return
    case 'probe':
      if (count > 0) pr.paused = true
      return
    case 'snapshot':
      assert(false, 'no append may be sent while a snapshot is under way')
  }
}

/** Takes an accepted append into account. False when it is old news. */
export function maybeUpdate(pr: Progress, index: LogIndex): boolean {
  if (index <= pr.match) return false
  pr.match = index
  pr.next = logIndex(Math.max(pr.next, index + 1))
  pr.paused = false
  return true
}

/** Takes a refused append into account: steps `next` back. False when the refusal is stale. */
export function maybeDecrement(pr: Progress, rejected: LogIndex, hint: LogIndex): boolean {
  if (pr.state === 'replicate') {
    if (rejected <= pr.match) return false
    pr.next = logIndex(pr.match + 1)
  } else {
    // A probe has one append out, the one before `next`; a refusal of anything else is an old one.
    if (pr.next - 1 !== rejected) return false
    pr.next = logIndex(Math.max(Math.min(rejected, hint + 1), pr.match + 1))
    pr.paused = false
  }
  pr.sentCommit = logIndex(Math.min(pr.sentCommit, pr.next - 1))
  return true
}

/** True when telling `commit` now could move the member's commit index. */
export const canBumpCommit = (pr: Progress, commit: LogIndex): boolean =>
  commit > pr.sentCommit && pr.sentCommit < pr.next - 1

export function freeInflight(pr: Progress, upTo: LogIndex): void {
  let freed = 0
  for (const last of pr.inflight) {
    if (last > upTo) break
    freed++
  }
  if (freed > 0) pr.inflight.splice(0, freed)
}
