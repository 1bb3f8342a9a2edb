// kube-proxy and the rules it programs.
export type { KubeProxyState } from './kube-proxy.ts'
export { kubeProxy } from './kube-proxy.ts'
