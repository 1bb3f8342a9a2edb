// What a write to etcd changes on the stage: the recorded cluster. Read from the stored objects alone.
import { own } from '../sim/api/json.ts'
import type { Node, Pod } from '../sim/api/objects.ts'
import { milliValue, unitValue } from '../sim/api/quantity.ts'
import type { RecordedEvent } from '../sim/kernel/trace.ts'
import { parseRegistryKey } from './facts.ts'
import type { ContainerView, NodeView, PodView, StageView, WorkloadView } from './stage-view.ts'
import { change, put, remove } from './tables.ts'

type StorageEvent = RecordedEvent & { readonly type: 'storage' }

export function foldStorage(stage: StageView, event: StorageEvent): StageView {
  // The other members come to the same revision a little later.
  if (event.revision < (stage.counters.revision ?? 0)) return stage
  const next = change(stage, 'counters', put(stage.counters, 'revision', event.revision))
  const { resource, object } = parseRegistryKey(event.key)
  switch (resource) {
    case 'pods':
      return foldPod(next, event)
    case 'nodes':
      return foldNode(next, event, object)
    case 'replicasets':
    case 'deployments':
    case 'services':
      return foldWorkload(next, event, resource, object)
    default:
      return next
  }
}

function foldPod(stage: StageView, event: StorageEvent): StageView {
  const pod = (event.op === 'put' ? event.object : event.previous) as Pod | null
  if (pod === null) return stage
  const uid = pod.metadata.uid
  const known = stage.pods[uid]
  if (event.op === 'delete') {
    if (known === undefined) return stage
    const remains =
      known.sandbox !== 'absent' || known.containers.some((container) => container.state === 'running')
    const pods = remains
      ? put(stage.pods, uid, { ...known, recorded: false, seq: event.seq })
      : remove(stage.pods, uid)
    return occupy(change(stage, 'pods', pods), known.node, known.requests, -1)
  }
  const view = podView(pod, known, event.seq)
  const next = change(stage, 'pods', put(stage.pods, uid, view))
  return known?.node == null && view.node !== null ? occupy(next, view.node, view.requests, 1) : next
}

function podView(pod: Pod, known: PodView | undefined, seq: number): PodView {
  const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller === true)
  const statuses = pod.status.containerStatuses ?? []
  const waiting = statuses
    .map((status) => status.state?.waiting?.reason)
    .find((reason) => reason !== undefined)
  const terminated = statuses
    .map((status) => status.state?.terminated?.reason)
    .find((reason) => reason !== undefined)
  return {
    uid: pod.metadata.uid,
    namespace: pod.metadata.namespace,
    name: pod.metadata.name,
    recorded: true,
    node: pod.spec.nodeName ?? null,
    phase: pod.status.phase ?? 'Pending',
    reason: pod.status.reason ?? waiting ?? terminated ?? null,
    ready:
      pod.status.conditions?.some(
        (condition) => condition.type === 'Ready' && condition.status === 'True',
      ) === true,
    deleting: pod.metadata.deletionTimestamp !== undefined,
    ip: pod.status.podIP ?? null,
    owner: owner === undefined ? null : `${owner.kind}/${owner.name}`,
    requests: known?.requests ?? requestsOf(pod),
    sandbox: known?.sandbox ?? 'absent',
    sandboxIp: known?.sandboxIp ?? null,
    containers: pod.spec.containers.map((container): ContainerView => {
      const real = known?.containers.find((other) => other.name === container.name)
      const restarts = statuses.find((status) => status.name === container.name)?.restartCount ?? 0
      return {
        state: 'absent',
        exitCode: null,
        ...real,
        name: container.name,
        image: container.image ?? '',
        restarts,
      }
    }),
    seq,
  }
}

function requestsOf(pod: Pod): PodView['requests'] {
  let cpu = 0
  let memory = 0
  for (const { resources } of pod.spec.containers) {
    cpu += milliValue(resources?.requests?.cpu ?? '0')
    memory += unitValue(resources?.requests?.memory ?? '0')
  }
  return { cpu, memory }
}

/** A node's bars follow its Pods one by one, so that no event scans them all. */
function occupy(
  stage: StageView,
  name: string | null,
  { cpu, memory }: PodView['requests'],
  sign: 1 | -1,
): StageView {
  const node = name === null ? undefined : own(stage.nodes, name)
  if (node === undefined || (cpu === 0 && memory === 0)) return stage
  const view = {
    ...node,
    cpu: { ...node.cpu, requested: node.cpu.requested + sign * cpu },
    memory: { ...node.memory, requested: node.memory.requested + sign * memory },
  }
  return change(stage, 'nodes', put(stage.nodes, node.name, view))
}

function foldNode(stage: StageView, event: StorageEvent, name: string): StageView {
  if (event.op === 'delete') return change(stage, 'nodes', remove(stage.nodes, name))
  const node = event.object as Node
  const known = own(stage.nodes, name)
  const view: NodeView = {
    name,
    ready: (node.status.conditions?.find((condition) => condition.type === 'Ready')?.status ??
      'Unknown') as NodeView['ready'],
    unschedulable: node.spec.unschedulable === true,
    taints: (node.spec.taints ?? []).map(
      ({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`,
    ),
    podCIDR: node.spec.podCIDR ?? null,
    cpu: {
      requested: known?.cpu.requested ?? 0,
      allocatable: milliValue(node.status.allocatable?.cpu ?? '0'),
    },
    memory: {
      requested: known?.memory.requested ?? 0,
      allocatable: unitValue(node.status.allocatable?.memory ?? '0'),
    },
    podCapacity: unitValue(node.status.allocatable?.pods ?? '0'),
  }
  return change(stage, 'nodes', put(stage.nodes, name, view))
}

interface WorkloadObject {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly deletionTimestamp?: string
    readonly ownerReferences?: readonly {
      readonly kind: string
      readonly name: string
      readonly controller?: boolean
    }[]
  }
  readonly spec: { readonly replicas?: number }
  readonly status?: { readonly replicas?: number; readonly readyReplicas?: number }
}

function foldWorkload(stage: StageView, event: StorageEvent, resource: string, object: string): StageView {
  const key = `${resource}/${object}`
  if (event.op === 'delete') return change(stage, 'workloads', remove(stage.workloads, key))
  const workload = event.object as WorkloadObject
  const owner = workload.metadata.ownerReferences?.find((reference) => reference.controller === true)
  const view: WorkloadView = {
    key,
    kind: workload.kind,
    namespace: workload.metadata.namespace,
    name: workload.metadata.name,
    desired: workload.spec.replicas ?? 0,
    current: workload.status?.replicas ?? 0,
    ready: workload.status?.readyReplicas ?? 0,
    owner: owner === undefined ? null : `${owner.kind}/${owner.name}`,
    deleting: workload.metadata.deletionTimestamp !== undefined,
    seq: event.seq,
  }
  return change(stage, 'workloads', put(stage.workloads, key, view))
}
