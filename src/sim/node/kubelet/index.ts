// The kubelet of a node.
export { kubelet } from './kubelet.ts'
export type { KubeletState } from './state.ts'
