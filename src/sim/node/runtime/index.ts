// The container runtime of a node.
export type { ContainerdState } from './containerd.ts'
export { containerd } from './containerd.ts'
