// The network plugins of a node.
export { cni } from './cni.ts'
