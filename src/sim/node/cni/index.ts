// The network plugins of a node.
export type { CniConfig, CniState } from './cni.ts'
export { cni } from './cni.ts'
