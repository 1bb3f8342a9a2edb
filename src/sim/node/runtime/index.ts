// The container runtime of a node.
export type { ContainerdConfig, ContainerdState } from './containerd.ts'
export { containerd } from './containerd.ts'
