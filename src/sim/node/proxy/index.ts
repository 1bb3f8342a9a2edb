// kube-proxy and the rules it programs.
export type { KubeProxyConfig, KubeProxyState } from './kube-proxy.ts'
export { kubeProxy, rulesInForce } from './kube-proxy.ts'
export type { Packet, RouteDecision, RoutingMemory } from './route.ts'
export { remember, route, routingMemory } from './route.ts'
export type { IpvsScheduler, RealServer, VirtualServer } from './rules.ts'
