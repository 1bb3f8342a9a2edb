// Whether a node takes a Pod that was bound to it. Pure. Models the kubelet's canAdmitPod with the scheduler's predicates;
// checks the number of Pods, resources, and the operating system's name in the node selector.
import type { Labels, Pod } from '../../api/objects.ts'
import type { ResourceAmounts } from './pod-requests.ts'
import { RESOURCE_NAMES } from './pod-requests.ts'

export interface NodeRoom {
  readonly allocatable: ResourceAmounts
  readonly maxPods: number
  /** What the Pods that the node runs ask for. */
  readonly used: ResourceAmounts
  readonly pods: number
  /** They are asked for by few Pods. */
  labels(): Labels
}

export interface Rejection {
  readonly reason: string
  readonly message: string
}

const NOT_SELECTED: Rejection = {
  reason: 'NodeAffinity',
  message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
}

const selects = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([label, value]) => labels[label] === value)

/** Null: it is taken. */
export function admitPod(pod: Pod, requests: ResourceAmounts, room: NodeRoom): Rejection | null {
  const { nodeSelector } = pod.spec
  if (nodeSelector !== undefined && !selects(nodeSelector, room.labels())) return NOT_SELECTED
  if (room.pods + 1 > room.maxPods) return insufficient('pods', 1, room.pods, room.maxPods)
  for (const name of RESOURCE_NAMES) {
    const asked = requests[name]
    const used = room.used[name]
    const capacity = room.allocatable[name]
    if (asked > 0 && used + asked > capacity) return insufficient(name, asked, used, capacity)
  }
  return null
}

const insufficient = (resource: string, requested: number, used: number, capacity: number): Rejection => ({
  reason: `OutOf${resource}`,
  message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
})
