// Once things are quiet, the EndpointSlices of a Service with a selector name exactly the Pods that are ready for it, and
// every node's rules send to exactly those endpoints.
import type { EndpointSlice, KubeObject, Pod, Service } from '../sim/api/objects.ts'
import type { CowMap } from '../sim/kernel/cow-map.ts'
import type { Check, Complaints, Processes } from './check.ts'
import { isOver } from './pod-requests.ts'
import type { Recorded } from './recorded.ts'
import { hasLabels } from './selection.ts'

const SERVICE_NAME = 'kubernetes.io/service-name'

interface Rule {
  readonly name: string
  readonly kind: string
  readonly port: number
  readonly realServers: readonly { readonly address: string; readonly port: number }[]
}

interface ProxyState {
  readonly disk: { readonly rules: CowMap<readonly Rule[]> }
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace}/${metadata.name}`
const sorted = (names: Iterable<string>): string => [...names].sort((a, b) => (a < b ? -1 : 1)).join(', ')

const isReady = ({ metadata, spec, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  (spec.nodeName ?? '') !== '' &&
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true

class Endpoints {
  private readonly recorded: Recorded

  constructor(recorded: Recorded) {
    this.recorded = recorded
  }

  settled(processes: Processes): Complaints {
    const services = this.servicesByKey()
    const slices = this.slicesByService()
    const found: string[] = []
    for (const [key, service] of services) found.push(...this.ofPods(key, service, slices.get(key) ?? []))
    for (const { id, kind, up } of processes.slots()) {
      if (kind !== 'kube-proxy' || !up) continue
      const { rules } = (processes.stateOf(id) as ProxyState).disk
      for (const [key, service] of services)
        found.push(...rulesOf(id, key, service, slices.get(key) ?? [], rules.get(key) ?? []))
      for (const key of rules.keysArray())
        if (!services.has(key)) found.push(`${id} has rules for ${key}, which does not exist`)
    }
    return found
  }

  private servicesByKey(): Map<string, Service> {
    const services = new Map<string, Service>()
    for (const { object } of this.recorded.of('services').values())
      services.set(keyOf(object), object as Service)
    return services
  }

  private slicesByService(): Map<string, EndpointSlice[]> {
    const slices = new Map<string, EndpointSlice[]>()
    for (const { object } of this.recorded.of('endpointslices').values()) {
      const service = object.metadata.labels?.[SERVICE_NAME]
      if (service === undefined) continue
      const key = `${object.metadata.namespace}/${service}`
      slices.set(key, [...(slices.get(key) ?? []), object as EndpointSlice])
    }
    return slices
  }

  private ofPods(key: string, { metadata, spec }: Service, slices: readonly EndpointSlice[]): Complaints {
    const { selector } = spec
    if (selector === undefined || Object.keys(selector).length === 0) return []
    if (metadata.deletionTimestamp !== undefined || spec.publishNotReadyAddresses === true) return []
    const wanted = new Set<string>()
    for (const { object } of this.recorded.of('pods').values()) {
      const pod = object as Pod
      if (pod.metadata.namespace !== metadata.namespace || !hasLabels(pod, selector)) continue
      if (isReady(pod) && !isOver(pod) && pod.status?.podIP !== undefined) wanted.add(pod.status.podIP)
    }
    const has = new Set(slices.flatMap(readyAddresses))
    return sorted(has) === sorted(wanted)
      ? []
      : [
          `the EndpointSlices of ${key} have [${sorted(has)}] as ready, where the Pods are [${sorted(wanted)}]`,
        ]
  }
}

const readyAddresses = ({ endpoints }: EndpointSlice): readonly string[] =>
  (endpoints ?? []).flatMap(({ addresses, conditions }) =>
    conditions?.ready === false ? [] : addresses.slice(0, 1),
  )

/** Rules of the cluster's own address; the policies that keep traffic on a node concern other ones. */
function rulesOf(
  proxy: string,
  key: string,
  { spec }: Service,
  slices: readonly EndpointSlice[],
  rules: readonly Rule[],
): Complaints {
  const isVirtual = spec.type !== 'ExternalName' && (spec.clusterIP ?? '') !== '' && spec.clusterIP !== 'None'
  if (!isVirtual) return rules.length === 0 ? [] : [`${proxy} has rules for ${key}, which has no address`]
  if (spec.internalTrafficPolicy === 'Local') return []
  const ready = slices.flatMap((slice) => readyAddresses(slice))
  return (spec.ports ?? []).flatMap(({ port, name = '' }) => {
    const rule = rules.find((one) => one.kind === 'ClusterIP' && one.port === port)
    if (rule === undefined) return [`${proxy} has no rule for port ${port} of ${key}`]
    const wanted = new Set<string>()
    for (const slice of slices) {
      const target = slice.ports?.find((one) => (one.name ?? '') === name)?.port
      if (target !== undefined)
        for (const address of readyAddresses(slice)) wanted.add(`${address}:${target}`)
    }
    const has = sorted(new Set(rule.realServers.map((server) => `${server.address}:${server.port}`)))
    // While none is ready, those that are being stopped may go on serving.
    if (has === sorted(wanted) || (ready.length === 0 && slices.some(serves))) return []
    return [`${proxy} sends ${key}:${port} to [${has}], where the endpoints are [${sorted(wanted)}]`]
  })
}

const serves = ({ endpoints }: EndpointSlice): boolean =>
  (endpoints ?? []).some(({ conditions }) => conditions?.serving === true && conditions.terminating === true)

export const endpointsAgree: Check = {
  name: 'endpoints-agree',
  title: { en: 'Rules equal endpoints equal Pods', 'zh-CN': '规则、端点与 Pod 一致' },
  explains: {
    en: "Once things are quiet, a Service's EndpointSlices name exactly its ready Pods, and every node's kube-proxy sends to exactly those.",
    'zh-CN':
      '平静之后，Service 的 EndpointSlice 恰好列出其就绪的 Pod，每个节点的 kube-proxy 也恰好转发到这些端点。',
  },
  settles: true,
  start: (recorded) => new Endpoints(recorded),
}
