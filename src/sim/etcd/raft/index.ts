// etcd's Raft as a pure step machine: plain data, and functions that change it in place.
export * from './checkers.ts'
export * from './disk.ts'
export * from './messages.ts'
export * from './raft.ts'
export * from './ready.ts'
export {
  compactionIndex,
  compactLog,
  snapshotCount,
  takeSnapshot,
} from './snapshot.ts'
export type { Raft } from './state.ts'
export { step } from './step.ts'
