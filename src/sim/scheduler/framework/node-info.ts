// A node with the sums of what runs on it. Models framework.NodeInfo. Each is immutable and replaced when a Pod comes or
// goes, so that the list of them is the scheduler's snapshot, and a checkpoint shares them.
import type { Node } from '../../api/objects.ts'
import { unitValue } from '../../api/quantity.ts'
import type { Claims, HostPort } from './pod-info.ts'
import type { Resources } from './resources.ts'
import { combine, NOTHING, parseResources } from './resources.ts'

export interface NodeInfo {
  readonly name: string
  /** Null while Pods are known on a node that is not (yet, or any more) known itself. */
  readonly node: Node | null
  readonly allocatable: Resources
  readonly allowedPods: number
  readonly pods: number
  readonly requested: Resources
  readonly nonZeroRequested: Resources
  readonly usedPorts: readonly HostPort[]
  /** How many Pods there are of each priority, in the order in which the priorities came. */
  readonly priorities: readonly PriorityCount[]
}

export interface PriorityCount {
  readonly priority: number
  readonly pods: number
}

/** Like NodeInfo, with the node known for sure: what plugins get. */
export interface SchedulableNode extends NodeInfo {
  readonly node: Node
}

export const hasNode = (info: NodeInfo): info is SchedulableNode => info.node !== null

const NO_PORTS: readonly HostPort[] = Object.freeze([])
const NO_PRIORITIES: readonly PriorityCount[] = Object.freeze([])

export function emptyNodeInfo(name: string): NodeInfo {
  return Object.freeze({
    name,
    node: null,
    allocatable: NOTHING,
    allowedPods: 0,
    pods: 0,
    requested: NOTHING,
    nonZeroRequested: NOTHING,
    usedPorts: NO_PORTS,
    priorities: NO_PRIORITIES,
  })
}

export function withNode(info: NodeInfo, node: Node | null): NodeInfo {
  if (node === null) return Object.freeze({ ...info, node, allocatable: NOTHING, allowedPods: 0 })
  const amounts = node.status.allocatable
  if (info.node !== null && info.node.status.allocatable === amounts) return Object.freeze({ ...info, node })
  const allocatable = Object.freeze(parseResources(amounts))
  const allowedPods = amounts?.pods === undefined ? 0 : unitValue(amounts.pods)
  return Object.freeze({ ...info, node, allocatable, allowedPods })
}

export function withPod(info: NodeInfo, pod: Claims, sign: 1 | -1): NodeInfo {
  return Object.freeze({
    name: info.name,
    node: info.node,
    allocatable: info.allocatable,
    allowedPods: info.allowedPods,
    pods: info.pods + sign,
    requested: Object.freeze(combine(info.requested, pod.requested, sign)),
    nonZeroRequested: Object.freeze(combine(info.nonZeroRequested, pod.nonZero, sign)),
    usedPorts: pod.hostPorts.length === 0 ? info.usedPorts : changePorts(info.usedPorts, pod.hostPorts, sign),
    priorities: countPriority(info.priorities, pod.priority, sign),
  })
}

function countPriority(
  counts: readonly PriorityCount[],
  priority: number,
  sign: 1 | -1,
): readonly PriorityCount[] {
  const before = counts.find((count) => count.priority === priority)
  const pods = (before?.pods ?? 0) + sign
  if (pods === 0) return Object.freeze(counts.filter((count) => count !== before))
  const now = Object.freeze({ priority, pods })
  return Object.freeze(
    before === undefined ? [...counts, now] : counts.map((count) => (count === before ? now : count)),
  )
}

function changePorts(
  used: readonly HostPort[],
  ports: readonly HostPort[],
  sign: 1 | -1,
): readonly HostPort[] {
  if (sign === 1) return Object.freeze([...used, ...ports])
  const left = [...used]
  for (const port of ports) {
    const index = left.findIndex((other) => samePort(other, port) && other.ip === port.ip)
    if (index >= 0) left.splice(index, 1)
  }
  return Object.freeze(left)
}

const samePort = (a: HostPort, b: HostPort): boolean => a.port === b.port && a.protocol === b.protocol

/** Two claims of one port clash unless they are on different addresses. */
export const portsClash = (a: HostPort, b: HostPort): boolean =>
  samePort(a, b) && (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0')
