// How well a Pod's resources fit a node: what is missing, and the two scores of the NodeResources plugins.
// Models plugins/noderesources (fit.go, least_allocated.go, balanced_allocation.go). Left out: DRA, other strategies.
import type { NodeInfo } from './node-info.ts'
import { MAX_NODE_SCORE } from './plugin.ts'
import type { PodInfo } from './pod-info.ts'
import type { Resources } from './resources.ts'

export interface Shortage {
  readonly reason: string
  /** Even the empty node would be too small, so that preemption cannot help. */
  readonly unresolvable: boolean
}

const NO_SHORTAGE: readonly Shortage[] = Object.freeze([])

export function shortages(pod: PodInfo, node: NodeInfo): readonly Shortage[] {
  const { requested: wanted } = pod
  const { allocatable, requested } = node
  if (
    node.pods + 1 <= node.allowedPods &&
    wanted.scalar === null &&
    wanted.milliCpu <= allocatable.milliCpu - requested.milliCpu &&
    wanted.memory <= allocatable.memory - requested.memory &&
    wanted.ephemeralStorage <= allocatable.ephemeralStorage - requested.ephemeralStorage
  )
    return NO_SHORTAGE
  const found: Shortage[] = []
  if (node.pods + 1 > node.allowedPods) found.push({ reason: 'Too many pods', unresolvable: false })
  const check = (name: string, want: number, have: number, taken: number): void => {
    if (want > 0 && want > have - taken)
      found.push({ reason: `Insufficient ${name}`, unresolvable: want > have })
  }
  check('cpu', wanted.milliCpu, allocatable.milliCpu, requested.milliCpu)
  check('memory', wanted.memory, allocatable.memory, requested.memory)
  check(
    'ephemeral-storage',
    wanted.ephemeralStorage,
    allocatable.ephemeralStorage,
    requested.ephemeralStorage,
  )
  for (const name of Object.keys(wanted.scalar ?? {}))
    check(name, amount(wanted, name), amount(allocatable, name), amount(requested, name))
  return found
}

const amount = (resources: Resources, name: string): number => resources.scalar?.[name] ?? 0

/** Whether the Pod would fit the node if it were empty. */
export function fitsEmptyNode(pod: Resources, allocatable: Resources): boolean {
  if (pod.milliCpu > allocatable.milliCpu || pod.memory > allocatable.memory) return false
  if (pod.ephemeralStorage > allocatable.ephemeralStorage) return false
  return Object.keys(pod.scalar ?? {}).every((name) => amount(pod, name) <= amount(allocatable, name))
}

/** The mean of what stays free of cpu and of memory, in per cent, each cut to a whole number. */
export function leastAllocatedScore(pod: PodInfo, node: NodeInfo): number {
  const { allocatable, nonZeroRequested } = node
  let sum = 0
  let weights = 0
  if (allocatable.milliCpu > 0) {
    sum += freeShare(nonZeroRequested.milliCpu + pod.nonZero.milliCpu, allocatable.milliCpu)
    weights++
  }
  if (allocatable.memory > 0) {
    sum += freeShare(nonZeroRequested.memory + pod.nonZero.memory, allocatable.memory)
    weights++
  }
  return weights === 0 ? 0 : Math.trunc(sum / weights)
}

function freeShare(requested: number, capacity: number): number {
  if (requested > capacity) return 0
  return Math.trunc(((capacity - requested) * MAX_NODE_SCORE) / capacity)
}

/** Higher the closer the used shares of cpu and memory are: 100 × (1 − their standard deviation). */
export function balancedScore(pod: PodInfo, node: NodeInfo): number {
  const { allocatable, requested } = node
  if (allocatable.milliCpu === 0 || allocatable.memory === 0) return MAX_NODE_SCORE
  const cpu = Math.min(1, (requested.milliCpu + pod.requested.milliCpu) / allocatable.milliCpu)
  const memory = Math.min(1, (requested.memory + pod.requested.memory) / allocatable.memory)
  return Math.trunc((1 - Math.abs((cpu - memory) / 2)) * MAX_NODE_SCORE)
}
