// etcd's Raft as a pure step machine: plain data, and functions that change it in place.
export * from './checkers.ts'
export * from './disk.ts'
export { firstIndex, lastIndex, lastTerm, type RaftLog, termAt } from './log.ts'
export * from './messages.ts'
export type { Progress, ProgressState } from './progress.ts'
export * from './raft.ts'
export * from './ready.ts'
export {
  compactionIndex,
  compactLog,
  snapshotCatchUpEntries,
  snapshotCount,
  takeSnapshot,
} from './snapshot.ts'
export {
  defaultRaftOptions,
  type Raft,
  type RaftOptions,
  type Role,
  type SoftState,
} from './state.ts'
export { type StepResult, step } from './step.ts'
