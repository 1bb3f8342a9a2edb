// How a strategic merge patch treats a field: upstream's `patchStrategy` and `patchMergeKey` struct tags,
// by Go type and field. A list without an entry is replaced as a whole.

export interface PatchStrategy {
  /** Lists merge: objects by this key, and scalars as a set where there is none. */
  readonly merge?: { readonly key?: string }
  /** The patch may carry `$retainKeys`, for unions of which one member at a time is set. */
  readonly retainKeys?: true
}

const by = (key: string): PatchStrategy => ({ merge: { key } })
const asSet: PatchStrategy = { merge: {} }
const conditions = { conditions: by('type') }
const container = {
  env: by('name'),
  ports: by('containerPort'),
  volumeDevices: by('devicePath'),
  volumeMounts: by('mountPath'),
}

const STRATEGIES: Readonly<Record<string, Readonly<Record<string, PatchStrategy>>>> = {
  ObjectMeta: { finalizers: asSet, ownerReferences: by('uid') },
  Container: container,
  EphemeralContainer: container,
  ContainerStatus: { allocatedResourcesStatus: by('name'), volumeMounts: by('mountPath') },
  PodSpec: {
    containers: by('name'),
    ephemeralContainers: by('name'),
    hostAliases: by('ip'),
    imagePullSecrets: by('name'),
    initContainers: by('name'),
    resourceClaims: { merge: { key: 'name' }, retainKeys: true },
    schedulingGates: by('name'),
    topologySpreadConstraints: by('topologyKey'),
    volumes: { merge: { key: 'name' }, retainKeys: true },
  },
  PodStatus: {
    ...conditions,
    hostIPs: by('ip'),
    podIPs: by('ip'),
    resourceClaimStatuses: { merge: { key: 'name' }, retainKeys: true },
  },
  NodeSpec: { podCIDRs: asSet },
  NodeStatus: { ...conditions, addresses: by('type') },
  NamespaceStatus: conditions,
  ServiceSpec: { ports: by('port') },
  ServiceStatus: conditions,
  ServiceAccount: { secrets: by('name') },
  DeploymentSpec: { strategy: { retainKeys: true } },
  DeploymentStatus: conditions,
  ReplicaSetStatus: conditions,
  StatefulSetStatus: conditions,
  DaemonSetStatus: conditions,
  JobStatus: conditions,
  PersistentVolumeClaimStatus: conditions,
  PodDisruptionBudgetStatus: conditions,
  HorizontalPodAutoscalerStatus: conditions,
}

const REPLACE: PatchStrategy = {}

export function patchStrategyOf(typeName: string | undefined, field: string): PatchStrategy {
  if (typeName === undefined || !Object.hasOwn(STRATEGIES, typeName)) return REPLACE
  const fields = STRATEGIES[typeName]
  return fields !== undefined && Object.hasOwn(fields, field) ? (fields[field] ?? REPLACE) : REPLACE
}
