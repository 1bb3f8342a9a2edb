// The copies of their store that members keep when they cut their logs, as etcd does each 10,000 entries. All members do it
// at the same entries and hold the same after each, so one copy serves all: to make it means to sort in what has changed.
import { assert } from '../kernel/assert.ts'
import type { MemberState } from './member-state.ts'
import type { Store } from './mvcc/index.ts'
import { cloneStore } from './mvcc/index.ts'
import type { Entry, LogIndex } from './raft/index.ts'
import {
  compactionIndex,
  compactLog,
  logIndex,
  snapshotCount,
  takeSnapshot,
  writeDiskSnapshot,
} from './raft/index.ts'

// cache: by the entry that they stand after: it is one object for all members, in one history.
const copies = new WeakMap<Entry, Store>()

/** The entry after which the store is to be kept. Should one have been passed, the next that all members meet is it. */
export function nextSnapshotIndex({ raft }: MemberState): LogIndex {
  const { applied, snapshot } = raft.log
  const due = (snapshot?.index ?? 0) + snapshotCount
  return logIndex(applied < due ? due : applied + snapshotCount - (applied % snapshotCount))
}

/** The store as it is after this entry; to be copied before it is changed. */
export function storeAfter(entry: Entry, store: Store): Store {
  const known = copies.get(entry)
  if (known !== undefined && known.revision === store.revision) return known
  const copy = cloneStore(store)
  copies.set(entry, copy)
  return copy
}

/** Keeps the store as of an applied entry, and cuts the log; a member that is further behind gets the store itself. */
export function keepSnapshot({ raft, disk }: MemberState, index: LogIndex, store: Store): void {
  assert(index <= disk.hardState.commit, 'the disk knows what was applied')
  const taken = takeSnapshot(raft, index, store)
  const upTo = compactionIndex(index)
  writeDiskSnapshot(disk, taken, logIndex(Math.max(upTo, disk.offset)))
  if (upTo > 0) compactLog(raft, upTo)
}
