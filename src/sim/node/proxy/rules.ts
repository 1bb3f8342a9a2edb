// The rules of a node for one Service: virtual servers and the real servers behind them. Pure. Models the IPVS proxier of
// pkg/proxy/ipvs with endpoint categories of pkg/proxy/topology.go; leaves out topology hints, source ranges, health
// check ports and dual stack.
import type { Endpoint, EndpointSlice, Service, ServicePort } from '../../api/objects.ts'

/** IPVS's ways to choose: round robin, least connection, source hashing, destination hashing, shortest expected delay. */
export type IpvsScheduler = 'rr' | 'lc' | 'sh' | 'dh' | 'sed'

export interface RealServer {
  readonly address: string
  readonly port: number
  readonly node: string
  /** `namespace/name` of the Pod, where the endpoint names one. */
  readonly pod: string
}

export interface VirtualServer {
  /** `namespace/name:port`. */
  readonly name: string
  readonly kind: 'ClusterIP' | 'NodePort' | 'ExternalIP' | 'LoadBalancer'
  readonly address: string
  readonly port: number
  readonly protocol: string
  readonly scheduler: IpvsScheduler
  /** How long a client stays with its real server; null: no session affinity. */
  readonly affinitySeconds: number | null
  readonly realServers: readonly RealServer[]
}

export interface ProxyNode {
  readonly name: string
  readonly ip: string
}

const DEFAULT_AFFINITY_SECONDS = 10_800

/** The label that says which Service a slice belongs to. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'

export function serviceRules(
  service: Service,
  slices: readonly EndpointSlice[],
  node: ProxyNode,
  scheduler: IpvsScheduler,
): readonly VirtualServer[] {
  const { spec } = service
  const clusterIP = spec.clusterIP ?? ''
  // A headless Service has no virtual address, and an ExternalName is DNS's business.
  if (spec.type === 'ExternalName' || clusterIP === '' || clusterIP === 'None') return []
  return (spec.ports ?? []).flatMap((port) => {
    const all = endpointsOf(slices, port)
    const inside = chooseEndpoints(all, spec.internalTrafficPolicy === 'Local', node.name)
    const outside = chooseEndpoints(all, spec.externalTrafficPolicy === 'Local', node.name)
    const server = (
      kind: VirtualServer['kind'],
      address: string,
      number: number,
      realServers: readonly RealServer[],
    ): VirtualServer => ({
      name: portName(service, port),
      kind,
      address,
      port: number,
      protocol: port.protocol ?? 'TCP',
      scheduler,
      affinitySeconds: affinityOf(service),
      realServers,
    })
    const rules = [server('ClusterIP', clusterIP, port.port, inside)]
    for (const ip of spec.externalIPs ?? []) rules.push(server('ExternalIP', ip, port.port, outside))
    for (const { ip } of service.status.loadBalancer?.ingress ?? [])
      if (ip !== undefined) rules.push(server('LoadBalancer', ip, port.port, outside))
    if ((port.nodePort ?? 0) > 0) rules.push(server('NodePort', node.ip, port.nodePort ?? 0, outside))
    return rules
  })
}

function portName({ metadata }: Service, port: ServicePort): string {
  const suffix = port.name === undefined || port.name === '' ? '' : `:${port.name}`
  return `${metadata.namespace}/${metadata.name}${suffix}`
}

function affinityOf({ spec }: Service): number | null {
  if (spec.sessionAffinity !== 'ClientIP') return null
  return spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS
}

interface Candidate {
  readonly server: RealServer
  readonly ready: boolean
  /** It still serves, though its Pod is being stopped. */
  readonly lastResort: boolean
}

/** In the order of addresses, so that the rules do not depend on the order of slices. */
function endpointsOf(slices: readonly EndpointSlice[], port: ServicePort): readonly Candidate[] {
  const found: Record<string, Candidate> = {}
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue
    const target = slice.ports?.find(({ name }) => (name ?? '') === (port.name ?? ''))
    if (target?.port === undefined) continue
    for (const endpoint of slice.endpoints) {
      const address = endpoint.addresses[0]
      if (address !== undefined) found[address] = candidate(endpoint, address, target.port)
    }
  }
  const addresses = Object.keys(found).sort((a, b) => (a < b ? -1 : 1))
  return addresses.flatMap((address) => found[address] ?? [])
}

function candidate(endpoint: Endpoint, address: string, port: number): Candidate {
  const { ready, serving, terminating } = endpoint.conditions ?? {}
  const { targetRef } = endpoint
  const pod = targetRef?.kind === 'Pod' ? `${targetRef.namespace ?? ''}/${targetRef.name ?? ''}` : ''
  return {
    server: { address, port, node: endpoint.nodeName ?? '', pod },
    ready: ready !== false,
    lastResort: serving === true && terminating === true,
  }
}

/** The ready ones; while there are none, those that still serve though they are being stopped. */
function chooseEndpoints(all: readonly Candidate[], localOnly: boolean, node: string): readonly RealServer[] {
  const near = localOnly ? all.filter(({ server }) => server.node === node) : all
  const ready = near.filter((endpoint) => endpoint.ready)
  const chosen = ready.length > 0 ? ready : near.filter((endpoint) => endpoint.lastResort)
  return chosen.map(({ server }) => server)
}

/** `10.96.0.10:80 → 10.244.1.2:8080, 10.244.2.3:8080 (rr)`. */
export function ruleText(rule: VirtualServer): string {
  const servers = rule.realServers.map(({ address, port }) => `${address}:${port}`).join(', ')
  return `${rule.address}:${rule.port} → ${servers === '' ? 'nothing: no endpoints' : servers} (${rule.scheduler})`
}
