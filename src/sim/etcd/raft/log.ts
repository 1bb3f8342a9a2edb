// A member's log: the entries after the last compaction, those not yet on disk included. Models etcd/raft's raftLog with
// its unstable part and MemoryStorage in one; the host's disk is written from what `ready` hands out.
// Entries are immutable and shared between members, messages and disks.
import { assert } from '../../kernel/assert.ts'
import type { RaftDisk } from './disk.ts'
import type { Entry, LogIndex, Snapshot, Term } from './messages.ts'
import { logIndex, noIndex, noTerm } from './messages.ts'

export interface RaftLog {
  /** The entry just before `entries`: compacted away, or covered by a snapshot. Its term is still needed. */
  offset: LogIndex
  offsetTerm: Term
  entries: Entry[]
  committed: LogIndex
  applied: LogIndex
  /** The last entry known to be on this member's disk. */
  stable: LogIndex
  /** What a member that is too far behind gets instead of entries. */
  snapshot: Snapshot | null
  /** A snapshot received from the leader that is not on disk yet. */
  unstableSnapshot: Snapshot | null
}

/** The log as a restarted member finds it: everything on disk is stable, and all up to the snapshot is applied. */
export function newLog(disk: RaftDisk): RaftLog {
  const { offset, offsetTerm, snapshot } = disk
  const covered = snapshot?.index ?? noIndex
  assert(offset <= covered, `entries ${covered + 1}..${offset} are neither in the log nor in the snapshot`)
  const stable = logIndex(offset + disk.entries.length)
  const committed = logIndex(Math.max(covered, disk.hardState.commit))
  assert(committed <= stable, `the disk says that ${committed} is committed but holds only ${stable}`)
  const entries = [...disk.entries]
  return {
    offset,
    offsetTerm,
    entries,
    committed,
    applied: covered,
    stable,
    snapshot,
    unstableSnapshot: null,
  }
}

export const lastIndex = (log: RaftLog): LogIndex => logIndex(log.offset + log.entries.length)

export const firstIndex = (log: RaftLog): LogIndex => logIndex(log.offset + 1)

export function lastTerm(log: RaftLog): Term {
  return log.entries[log.entries.length - 1]?.term ?? log.offsetTerm
}

/** The term of an entry; undefined when it was compacted away or is not there yet. */
export function termAt(log: RaftLog, index: LogIndex): Term | undefined {
  if (index === log.offset) return log.offsetTerm
  return log.entries[index - log.offset - 1]?.term
}

export const matchesTerm = (log: RaftLog, index: LogIndex, term: Term): boolean => termAt(log, index) === term

/** Whether a log that ends with (`index`, `term`) holds at least everything that this one may have committed. */
export function isUpToDate(log: RaftLog, index: LogIndex, term: Term): boolean {
  const own = lastTerm(log)
  return term > own || (term === own && index >= lastIndex(log))
}

/** Entries `from` to `to`, both included, at most `limit` of them. They must be in the log. */
export function entriesBetween(log: RaftLog, from: LogIndex, to: LogIndex, limit: number): readonly Entry[] {
  if (from <= log.offset || to > lastIndex(log)) assert(false, `entries ${from}..${to} are not in the log`)
  const start = from - log.offset - 1
  return log.entries.slice(start, Math.min(to - log.offset, start + limit))
}

/** Adds entries, dropping what conflicts with them. */
export function append(log: RaftLog, entries: readonly Entry[]): void {
  const first = entries[0]
  if (first === undefined) return
  if (first.index <= log.committed)
    assert(false, `entry ${first.index} would replace a committed one (commit ${log.committed})`)
  if (first.index > lastIndex(log) + 1) assert(false, `entry ${first.index} would leave a gap`)
  const kept = first.index - log.offset - 1
  // Setting an array's length costs even where it changes nothing.
  if (log.entries.length > kept) log.entries.length = kept
  log.stable = logIndex(Math.min(log.stable, first.index - 1))
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]
    if (entry !== undefined) log.entries.push(entry)
  }
}

/**
 * A follower's half of replication: appends what follows (`index`, `logTerm`) where the log agrees there, and moves the
 * commit index. Returns the last index now known to match the leader's log, or undefined when the logs do not agree.
 */
export function maybeAppend(
  log: RaftLog,
  index: LogIndex,
  logTerm: Term,
  entries: readonly Entry[],
  commit: LogIndex,
): LogIndex | undefined {
  if (!matchesTerm(log, index, logTerm)) return undefined
  const conflict = firstConflict(log, entries)
  // Entries already here are left alone: an old, shorter append must not cut off newer ones.
  if (conflict >= 0) append(log, conflict === 0 ? entries : entries.slice(conflict))
  const last = logIndex(index + entries.length)
  commitTo(log, logIndex(Math.min(commit, last)))
  return last
}

/** Where the entries part from the log; negative: nowhere. */
function firstConflict(log: RaftLog, entries: readonly Entry[]): number {
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]
    if (entry !== undefined && !matchesTerm(log, entry.index, entry.term)) return i
  }
  return -1
}

export function commitTo(log: RaftLog, index: LogIndex): void {
  if (index <= log.committed) return
  if (index > lastIndex(log))
    assert(false, `commit ${index} is past the last entry ${lastIndex(log)}: the log was lost`)
  log.committed = index
}

/**
 * The highest place at or before `index` where this log may agree with one that has `term` at `index`: terms never go
 * down within a log, so everything above `term` is skipped at once. The term is 0 where it is not known any more.
 */
export function findConflictByTerm(
  log: RaftLog,
  index: LogIndex,
  term: Term,
): { index: LogIndex; term: Term } {
  for (let i: number = index; i > 0; i--) {
    const own = termAt(log, logIndex(i))
    if (own === undefined) return { index: logIndex(i), term: noTerm }
    if (own <= term) return { index: logIndex(i), term: own }
  }
  return { index: noIndex, term: noTerm }
}

/** Marks what the disk has acknowledged, unless it was replaced in the meantime. */
export function stableTo(log: RaftLog, index: LogIndex, term: Term): void {
  if (index > log.stable && matchesTerm(log, index, term)) log.stable = index
}

/** Replaces the whole log by a snapshot from the leader. */
export function restoreSnapshot(log: RaftLog, snapshot: Snapshot): void {
  assert(snapshot.index > log.committed, 'a snapshot may not take commits back')
  log.offset = snapshot.index
  log.offsetTerm = snapshot.term
  log.entries = []
  log.committed = snapshot.index
  log.stable = snapshot.index
  log.unstableSnapshot = snapshot
}

/** Drops entries up to and including `index`. */
export function compact(log: RaftLog, index: LogIndex): void {
  if (index <= log.offset) return
  assert(log.snapshot !== null && index <= log.snapshot.index, 'compaction needs a snapshot that covers it')
  assert(index <= log.stable, 'compaction may not run ahead of the disk')
  const term = termAt(log, index)
  assert(term !== undefined, `entry ${index} is not in the log`)
  log.entries.splice(0, index - log.offset)
  log.offset = index
  log.offsetTerm = term
}
