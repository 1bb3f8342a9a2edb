// A Node as its kubelet registers and reports it. Pure. Models pkg/kubelet/nodestatus/setters.go: addresses, capacity,
// machine and version facts, images, and the four conditions with their reasons.
import { copied, deepEqual, extended } from '../../api/json.ts'
import type {
  ContainerImage,
  Draft,
  Labels,
  Node,
  NodeCondition,
  NodeStatus,
  Taint,
} from '../../api/objects.ts'
import { formatQuantity, quantity, subtractQuantities } from '../../api/quantity.ts'
import { formatTime } from '../../api/time.ts'
import type { Micros } from '../../kernel/micros.ts'
import type { RuntimeImage } from '../runtime/cri.ts'
import { RUNTIME_NAME, RUNTIME_VERSION } from '../runtime/cri.ts'

export const KUBELET_VERSION = 'v1.35.0'
const KERNEL_VERSION = '6.12.57'
const OS_IMAGE = 'Debian GNU/Linux 13 (trixie)'
const MAX_IMAGES = 50
/** Hard eviction keeps this much memory free, so no Pod may ask for it. */
const EVICTION_MEMORY = '100Mi'

export type NodeCapacity = Readonly<Record<'cpu' | 'memory' | 'pods' | 'ephemeral-storage', string>>

export interface NodeFacts {
  readonly name: string
  readonly ip: string
  readonly capacity: NodeCapacity
  readonly labels: Labels
  readonly taints: readonly Taint[]
  readonly machineID: string
  readonly bootID: string
  readonly images: readonly RuntimeImage[]
  /** Why the node is not ready; empty when it is. */
  readonly notReady: string
  readonly memoryPressure: boolean
  readonly diskPressure: boolean
  /** What the node's clock shows. */
  readonly now: Micros
}

export function newNode(facts: NodeFacts): Draft<Node> {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: facts.name,
      labels: nodeLabels(facts),
      annotations: {
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: facts.taints.length === 0 ? {} : { taints: facts.taints },
    status: nodeStatus(facts, undefined),
  }
}

export const nodeLabels = (facts: Pick<NodeFacts, 'name' | 'labels'>): Labels => ({
  'beta.kubernetes.io/arch': 'amd64',
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': 'amd64',
  'kubernetes.io/hostname': facts.name,
  'kubernetes.io/os': 'linux',
  ...facts.labels,
})

export function allocatableOf(capacity: NodeCapacity): NodeCapacity {
  const memory = subtractQuantities(quantity(capacity.memory), quantity(EVICTION_MEMORY))
  return extended(capacity, { memory: formatQuantity(memory) })
}

export function nodeStatus(facts: NodeFacts, previous: NodeStatus | undefined): NodeStatus {
  return {
    ...previous,
    addresses: [
      { type: 'InternalIP', address: facts.ip },
      { type: 'Hostname', address: facts.name },
    ],
    allocatable: allocatableOf(facts.capacity),
    capacity: copied(facts.capacity),
    conditions: nodeConditions(facts, previous?.conditions),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    images: reportedImages(facts.images),
    nodeInfo: {
      architecture: 'amd64',
      bootID: facts.bootID,
      containerRuntimeVersion: `${RUNTIME_NAME}://${RUNTIME_VERSION}`,
      kernelVersion: KERNEL_VERSION,
      kubeProxyVersion: '',
      kubeletVersion: KUBELET_VERSION,
      machineID: facts.machineID,
      operatingSystem: 'linux',
      osImage: OS_IMAGE,
      systemUUID: facts.machineID,
    },
  }
}

/** The largest ones; a scheduler that counts on images has the most use for those. */
function reportedImages(images: readonly RuntimeImage[]): readonly ContainerImage[] {
  return [...images]
    .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_IMAGES)
    .map(({ name, repoDigest, sizeBytes }) => ({ names: [repoDigest, name], sizeBytes }))
}

function nodeConditions(
  facts: NodeFacts,
  previous: readonly NodeCondition[] | undefined,
): readonly NodeCondition[] {
  const time = formatTime(facts.now)
  const fine = (type: string, reason: string, message: string): NodeCondition =>
    condition({ type, status: 'False', reason, message }, previous, time)
  const pressed = (type: string, reason: string, message: string): NodeCondition =>
    condition({ type, status: 'True', reason, message }, previous, time)
  const ready: Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'> =
    facts.notReady === ''
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: facts.notReady }
  return [
    facts.memoryPressure
      ? pressed('MemoryPressure', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available')
      : fine('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    facts.diskPressure
      ? pressed('DiskPressure', 'KubeletHasDiskPressure', 'kubelet has disk pressure')
      : fine('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    fine('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    condition(ready, previous, time),
  ]
}

function condition(
  now: NodeCondition,
  previous: readonly NodeCondition[] | undefined,
  time: string,
): NodeCondition {
  const before = previous?.find(({ type }) => type === now.type)
  const since = before?.status === now.status ? before.lastTransitionTime : undefined
  const { type, status, reason = '', message = '' } = now
  const lastTransitionTime = since ?? time
  return { type, status, reason, message, lastHeartbeatTime: time, lastTransitionTime }
}

/** Whether two statuses say the same, heartbeats aside. */
export function sameNodeStatus(a: NodeStatus, b: NodeStatus): boolean {
  const { conditions: left = [], ...restOfA } = a
  const { conditions: right = [], ...restOfB } = b
  if (left.length !== right.length || !deepEqual(restOfA, restOfB)) return false
  return left.every((condition) => {
    const other = right.find(({ type }) => type === condition.type)
    return (
      other !== undefined &&
      deepEqual({ ...condition, lastHeartbeatTime: '' }, { ...other, lastHeartbeatTime: '' })
    )
  })
}

/** The fields of a status that changed, as a strategic merge patch; conditions are always sent, for their heartbeat. */
export function nodeStatusPatch(from: NodeStatus, to: NodeStatus): Readonly<Record<string, unknown>> {
  const before = from as Readonly<Record<string, unknown>>
  const changed = Object.entries(to).filter(([name, value]) => !deepEqual(before[name], value))
  const order = (to.conditions ?? []).map(({ type }) => ({ type }))
  return { status: { '$setElementOrder/conditions': order, ...Object.fromEntries(changed) } }
}
