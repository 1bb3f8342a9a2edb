// The container runtime of a node.
export { containerd } from './containerd.ts'
export type { ContainerdState } from './state.ts'
