// kube-proxy in IPVS mode: watches Services and EndpointSlices and keeps the node's rules equal to them, with its own lag.
// Models cmd/kube-proxy with pkg/proxy/ipvs: change trackers, and a runner that syncs at most once a second. The rules are
// the kernel's: they go on working while the process is down, and vanish with the power.

import { deepEqual } from '../../api/json.ts'
import type { EndpointSlice, KubeObject, Node, Service } from '../../api/objects.ts'
import { objectKey } from '../../api/objects.ts'
import { ENDPOINT_SLICES, NODES, SERVICES } from '../../api/resources.ts'
import type { ClientState, InformerChange, InformerSpec } from '../../client/index.ts'
import { Client } from '../../client/index.ts'
import type { CowMap } from '../../kernel/cow-map.ts'
import { cowMap } from '../../kernel/cow-map.ts'
import type { Micros } from '../../kernel/micros.ts'
import { micros, seconds } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Message, ProcessDefinition, ProcessId } from '../../kernel/process.ts'
import type { IpvsScheduler, ProxyNode, VirtualServer } from './rules.ts'
import { ruleText, SERVICE_NAME_LABEL, serviceRules } from './rules.ts'

export interface KubeProxyConfig {
  readonly node: string
  readonly apiserver: ProcessId
  readonly mode: 'ipvs'
  readonly scheduler?: IpvsScheduler
}

export interface KubeProxyState {
  readonly node: string
  readonly scheduler: IpvsScheduler
  readonly client: ClientState
  readonly informers: readonly InformerSpec[]
  /** The node's own address, for NodePorts. */
  nodeIP: string
  /** Services whose rules may be out of date, each with the `seq` of the change. */
  pending: Record<string, number>
  lastSyncAt: Micros | null
  /** When the next sync is due; null: none is. */
  syncAt: Micros | null
  /** By Service. */
  readonly disk: { readonly rules: CowMap<readonly VirtualServer[]> }
}

/** Syncs are at least this far apart. */
const MIN_SYNC_PERIOD = seconds(1)
const LISTED_RULES = 3
const BY_SERVICE = 'service'
const NOT_HEADLESS = '!service.kubernetes.io/headless,!service.kubernetes.io/service-proxy-name'

const serviceOf = (slice: KubeObject): readonly string[] => {
  const name = slice.metadata.labels?.[SERVICE_NAME_LABEL]
  return name === undefined ? [] : [`${slice.metadata.namespace ?? ''}/${name}`]
}

const SERVICE_INFORMERS: readonly InformerSpec[] = [
  { ref: SERVICES, labelSelector: NOT_HEADLESS },
  { ref: ENDPOINT_SLICES, labelSelector: NOT_HEADLESS, indexes: { [BY_SERVICE]: serviceOf } },
]

const client = new Client<KubeProxyState>({
  state: (state) => state.client,
  informers: (state) => [...SERVICE_INFORMERS, ...state.informers],
  onChange: noteChange,
  onSynced(state, context) {
    // Rules of Services that went away while nobody looked.
    for (const key of state.disk.rules.keysArray()) state.pending[key] ??= context.cause
    scheduleSync(state, context)
  },
  onResolved: () => {},
})

export const kubeProxy: ProcessDefinition<KubeProxyState, KubeProxyConfig, Message> = {
  kind: 'kube-proxy',
  pings: ['kube-apiserver'],
  init(_id, config, start) {
    const { node, apiserver } = config
    const kept = start.boot ? undefined : (start.disk as KubeProxyState['disk'] | undefined)
    return {
      node,
      scheduler: config.scheduler ?? 'rr',
      client: client.init({
        server: apiserver,
        user: 'system:serviceaccount:kube-system:kube-proxy',
        userAgent: 'kube-proxy/v1.35.0 (linux/amd64)',
        qps: 5,
        burst: 10,
      }),
      informers: [{ ref: NODES, fieldSelector: `metadata.name=${node}` }],
      nodeIP: '',
      pending: {},
      lastSyncAt: null,
      syncAt: null,
      disk: kept ?? { rules: cowMap() },
    }
  },
  handle(state, delivery, context) {
    if (client.handle(state, delivery, context)) return
    if (delivery.type === 'start') client.start(state, context)
    else if (delivery.type === 'sync-rules') syncRules(state, context)
  },
}

function noteChange(state: KubeProxyState, change: InformerChange, context: Context): void {
  if (change.ref.resource === NODES.resource) noteNode(state, change.object, change.cause)
  else if (change.ref.resource === SERVICES.resource) state.pending[objectKey(change.object)] = change.cause
  else for (const service of serviceOf(change.object)) state.pending[service] = change.cause
  if (client.synced(state)) scheduleSync(state, context)
}

/** NodePorts listen on the node's own address. */
function noteNode(state: KubeProxyState, object: KubeObject, cause: number): void {
  const addresses = (object as Node).status.addresses ?? []
  const ip = addresses.find(({ type }) => type === 'InternalIP')?.address ?? ''
  if (ip === state.nodeIP) return
  state.nodeIP = ip
  for (const service of client.list(state, SERVICES))
    if (service.spec.ports?.some(({ nodePort }) => (nodePort ?? 0) > 0) === true)
      state.pending[objectKey(service)] = cause
}

function scheduleSync(state: KubeProxyState, context: Context): void {
  if (state.syncAt !== null) return
  let due = false
  for (const _service in state.pending) due = true
  if (!due) return
  const earliest = state.lastSyncAt === null ? context.now : state.lastSyncAt + MIN_SYNC_PERIOD
  const syncAt = micros(Math.max(earliest, context.now))
  state.syncAt = syncAt
  context.timer(micros(syncAt - context.now), { type: 'sync-rules' })
}

function syncRules(state: KubeProxyState, context: Context): void {
  state.syncAt = null
  state.lastSyncAt = context.now
  const { pending } = state
  state.pending = {}
  const changed: VirtualServer[] = []
  const texts: string[] = []
  let latest = 0
  for (const key of Object.keys(pending)) {
    const rules = rulesOf(state, key)
    const before = state.disk.rules.get(key) ?? []
    if (deepEqual(before, rules)) continue
    if (rules.length === 0) state.disk.rules.delete(key)
    else state.disk.rules.set(key, rules)
    changed.push(...rules)
    texts.push(
      ...(rules.length === 0 ? [`${key} removed`] : rules.map((rule) => `${rule.name} ${ruleText(rule)}`)),
    )
    latest = Math.max(latest, pending[key] ?? 0)
  }
  if (texts.length === 0) return
  context.cause = latest
  context.trace({
    type: 'network',
    step: 'rules-synced',
    summary: summaryOf(texts),
    rules: deepFreeze(changed),
  })
}

function rulesOf(state: KubeProxyState, key: string): readonly VirtualServer[] {
  const service: Service | undefined = client.get(state, SERVICES, key)
  if (service === undefined) return []
  const slices: readonly EndpointSlice[] = client.byIndex(state, ENDPOINT_SLICES, BY_SERVICE, key)
  const node: ProxyNode = { name: state.node, ip: state.nodeIP }
  return deepFreeze(serviceRules(service, slices, node, state.scheduler))
}

function summaryOf(texts: readonly string[]): string {
  const more = texts.length - LISTED_RULES
  return `${texts.slice(0, LISTED_RULES).join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}
