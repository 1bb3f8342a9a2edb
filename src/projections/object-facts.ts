// What a stored object says of itself, in the few words that a milestone can ask for: how a Pod is, whether a node is
// ready and tainted, how far a workload has come.

interface Condition {
  readonly type: string
  readonly status: string
}

interface Stored {
  readonly metadata?: { readonly deletionTimestamp?: string }
  readonly spec?: {
    readonly nodeName?: string
    readonly replicas?: number
    readonly taints?: readonly { readonly key: string; readonly effect: string }[]
  }
  readonly status?: {
    readonly phase?: string
    readonly conditions?: readonly Condition[]
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly readyReplicas?: number
    readonly availableReplicas?: number
  }
}

/** Facts of the object as it was written; none for kinds that no story looks at. */
export function objectFacts(resource: string, stored: unknown): Readonly<Record<string, string>> {
  const { metadata, spec, status } = (stored ?? {}) as Stored
  switch (resource) {
    case 'pods':
      return {
        phase: status?.phase ?? '',
        ready: readyOf(status?.conditions),
        node: spec?.nodeName ?? '',
        deleting: String(metadata?.deletionTimestamp !== undefined),
      }
    case 'nodes':
      return {
        ready: readyOf(status?.conditions),
        taints: (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).join(' '),
      }
    case 'replicasets':
    case 'deployments':
      return {
        wanted: String(spec?.replicas ?? 0),
        replicas: String(status?.replicas ?? 0),
        updatedReplicas: String(status?.updatedReplicas ?? 0),
        readyReplicas: String(status?.readyReplicas ?? 0),
        availableReplicas: String(status?.availableReplicas ?? 0),
      }
    default:
      return {}
  }
}

const readyOf = (conditions: readonly Condition[] | undefined): string =>
  conditions?.find(({ type }) => type === 'Ready')?.status ?? ''
