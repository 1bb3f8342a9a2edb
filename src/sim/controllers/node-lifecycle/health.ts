// When a node was last heard of, and what its conditions become when that is too long ago. Models tryUpdateNodeHealth of
// pkg/controller/nodelifecycle/node_lifecycle_controller.go.
import { findCondition } from '../../api/conditions.ts'
import type { Lease, Node, NodeCondition } from '../../api/objects.ts'
import { formatTime, parseTime } from '../../api/time.ts'

/** What is remembered of a node between two passes. Times of the node's own clock are compared and never computed with. */
export interface Health {
  readonly heartbeat: string | null
  readonly renewed: string | null
  /** When a pass last found a newer heartbeat or Lease, by this process's clock. */
  readonly probedAt: number
}

const MONITOR_GRACE_MICROS = 50_000_000
const STARTUP_GRACE_MICROS = 60_000_000
const FROM_KUBELET: readonly string[] = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

export type ReadyStatus = 'True' | 'False' | 'Unknown'

/** A node that never posted a status counts as Unknown. */
export function readyStatus(node: Node): ReadyStatus {
  const status = findCondition(node.status.conditions, 'Ready')?.status
  return status === 'True' || status === 'False' ? status : 'Unknown'
}

/** The same object when nothing was heard since. */
export function observe(
  before: Health | undefined,
  node: Node,
  lease: Lease | undefined,
  now: number,
): Health {
  const heartbeat = findCondition(node.status.conditions, 'Ready')?.lastHeartbeatTime ?? null
  const renewed = lease?.spec.renewTime ?? null
  if (before === undefined) {
    const created = parseTime(node.metadata.creationTimestamp) ?? now
    return { heartbeat, renewed, probedAt: heartbeat === null && renewed === null ? created : now }
  }
  const renewal = renewed !== null && (before.renewed === null || before.renewed < renewed)
  if (before.heartbeat === heartbeat && !renewal) return before
  return { heartbeat, renewed: renewal ? renewed : before.renewed, probedAt: now }
}

export function isStale(health: Health, node: Node, now: number): boolean {
  if (now <= health.probedAt + MONITOR_GRACE_MICROS) return false
  const posted = findCondition(node.status.conditions, 'Ready') !== undefined
  return now > health.probedAt + (posted ? MONITOR_GRACE_MICROS : STARTUP_GRACE_MICROS)
}

/** The node with everything that the kubelet reports as Unknown; the same node when it is so already. */
export function withUnknownConditions(node: Node, now: number): Node {
  const before = node.status.conditions ?? []
  const lastTransitionTime = formatTime(now)
  let changed = false
  const conditions: NodeCondition[] = before.map((condition) => {
    if (!FROM_KUBELET.includes(condition.type) || condition.status === 'Unknown') return condition
    changed = true
    const reason = 'NodeStatusUnknown'
    return {
      ...condition,
      status: 'Unknown',
      reason,
      message: 'Kubelet stopped posting node status.',
      lastTransitionTime,
    }
  })
  for (const type of FROM_KUBELET) {
    if (before.some((condition) => condition.type === type)) continue
    changed = true
    conditions.push({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata.creationTimestamp,
      lastTransitionTime,
    })
  }
  return changed ? { ...node, status: { ...node.status, conditions } } : node
}
