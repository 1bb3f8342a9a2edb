// The kubelet of a node.
export { kubelet } from './kubelet.ts'
export type { KubeletConfig, KubeletState } from './state.ts'
