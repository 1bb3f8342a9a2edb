// The resources that the simulated clients use: where each is served, and the TypeScript type behind it.
// A real client learns the same from generated clientsets; the apiserver's own registry is `apiserver/kinds`.
import type {
  ConfigMap,
  Deployment,
  EndpointSlice,
  Event,
  KubeObject,
  Lease,
  Namespace,
  Node,
  Pod,
  ReplicaSet,
  Secret,
  Service,
  ServiceAccount,
} from './objects.ts'

export interface ResourceRef<T extends KubeObject> {
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  /** Plural and lower case, as in paths. */
  readonly resource: string
  readonly kind: string
  readonly namespaced: boolean
  /** Never set: it ties the type of the objects to the reference. */
  readonly objectType?: T
}

function resourceRef<T extends KubeObject>(
  group: string,
  resource: string,
  kind: string,
  namespaced = true,
): ResourceRef<T> {
  return Object.freeze({ group, version: 'v1', resource, kind, namespaced })
}

export const PODS = resourceRef<Pod>('', 'pods', 'Pod')
export const NODES = resourceRef<Node>('', 'nodes', 'Node', false)
export const REPLICA_SETS = resourceRef<ReplicaSet>('apps', 'replicasets', 'ReplicaSet')
export const DEPLOYMENTS = resourceRef<Deployment>('apps', 'deployments', 'Deployment')
export const SERVICES = resourceRef<Service>('', 'services', 'Service')
export const ENDPOINT_SLICES = resourceRef<EndpointSlice>(
  'discovery.k8s.io',
  'endpointslices',
  'EndpointSlice',
)
export const NAMESPACES = resourceRef<Namespace>('', 'namespaces', 'Namespace', false)
export const CONFIG_MAPS = resourceRef<ConfigMap>('', 'configmaps', 'ConfigMap')
export const SECRETS = resourceRef<Secret>('', 'secrets', 'Secret')
export const SERVICE_ACCOUNTS = resourceRef<ServiceAccount>('', 'serviceaccounts', 'ServiceAccount')
export const LEASES = resourceRef<Lease>('coordination.k8s.io', 'leases', 'Lease')
export const EVENTS = resourceRef<Event>('', 'events', 'Event')

/** The path of a collection, or of one object of it, or of a subresource of that. */
export function resourcePath(
  ref: ResourceRef<KubeObject>,
  namespace: string | null,
  name?: string,
  subresource?: string,
): string {
  const root = ref.group === '' ? `/api/${ref.version}` : `/apis/${ref.group}/${ref.version}`
  const scope = ref.namespaced && namespace !== null && namespace !== '' ? `/namespaces/${namespace}` : ''
  const object = name === undefined ? '' : `/${name}`
  const part = subresource === undefined ? '' : `/${subresource}`
  return `${root}${scope}/${ref.resource}${object}${part}`
}
