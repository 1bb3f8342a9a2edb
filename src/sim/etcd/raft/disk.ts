// What a member's disk holds, and how a host writes it: etcd's write-ahead log and snapshot files, without their format.
// It is the host's state, not Raft's: it survives a crash, and `createRaft` starts from it.
import { assert } from '../../kernel/assert.ts'
import type { Entry, HardState, LogIndex, Snapshot, Term } from './messages.ts'
import { noIndex, noTerm } from './messages.ts'

export interface RaftDisk {
  hardState: HardState
  snapshot: Snapshot | null
  /** The entry just before `entries`. */
  offset: LogIndex
  offsetTerm: Term
  entries: Entry[]
  /** An earlier disk was lost, and the member has not joined again: it does not vote. The number tells its tries apart. */
  joining?: number
}

export const emptyDisk = (): RaftDisk => ({
  hardState: Object.freeze({ term: noTerm, vote: null, commit: noIndex }),
  snapshot: null,
  offset: noIndex,
  offsetTerm: noTerm,
  entries: [],
})

/** The parts of a `Ready` that belong on disk. */
export interface DiskWrite {
  readonly hardState: HardState | null
  readonly entries: readonly Entry[]
  readonly snapshot: Snapshot | null
}

/** Call it when the write has reached the disk, before `messagesAfterPersist` are sent and `advance` is called. */
export function writeDisk(disk: RaftDisk, { hardState, entries, snapshot }: DiskWrite): void {
  if (snapshot !== null) {
    disk.snapshot = snapshot
    disk.offset = snapshot.index
    disk.offsetTerm = snapshot.term
    disk.entries = []
  }
  const first = entries[0]
  if (first !== undefined) {
    const kept = first.index - disk.offset - 1
    if (kept < 0 || kept > disk.entries.length)
      assert(false, `entry ${first.index} does not join the log on disk`)
    if (disk.entries.length > kept) disk.entries.length = kept
    for (const entry of entries) disk.entries.push(entry)
  }
  if (hardState !== null) disk.hardState = hardState
}

/** Keeps a snapshot of the host's own state, and drops the entries up to and including `compactTo`. */
export function writeDiskSnapshot(disk: RaftDisk, snapshot: Snapshot, compactTo: LogIndex): void {
  assert(compactTo <= snapshot.index, 'compaction needs a snapshot that covers it')
  disk.snapshot = snapshot
  const last = disk.entries[compactTo - disk.offset - 1]
  if (compactTo <= disk.offset) return
  assert(last !== undefined, `entry ${compactTo} is not on disk`)
  disk.entries.splice(0, compactTo - disk.offset)
  disk.offset = compactTo
  disk.offsetTerm = last.term
}
