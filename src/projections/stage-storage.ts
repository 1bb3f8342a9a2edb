// What a write to etcd changes on the stage: the recorded cluster. Read from the stored objects alone.
import type { Node, Pod } from '../sim/api/objects.ts'
import { milliValue, unitValue } from '../sim/api/quantity.ts'
import type { RecordedEvent } from '../sim/kernel/trace.ts'
import { parseRegistryKey } from './facts.ts'
import type { Picture } from './picture.ts'
import { change } from './picture.ts'
import type { ContainerView, NodeView, PodView, WorkloadView } from './stage-view.ts'

type StorageEvent = RecordedEvent & { readonly type: 'storage' }

export function foldStorage(stage: Picture, event: StorageEvent): Picture {
  // The other members come to the same revision a little later.
  if (event.revision < (stage.counters.get('revision') ?? 0)) return stage
  const next = change(stage, 'counters', stage.counters.put('revision', event.revision))
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

function foldPod(stage: Picture, event: StorageEvent): Picture {
  const pod = (event.op === 'put' ? event.object : event.previous) as Pod | null
  if (pod === null) return stage
  const uid = pod.metadata.uid
  const known = stage.pods.get(uid)
  if (event.op === 'delete') {
    if (known === undefined) return stage
    const remains =
      known.sandbox !== 'absent' || known.containers.some((container) => container.state === 'running')
    const next = remains
      ? change(stage, 'pods', stage.pods.put(uid, { ...known, recorded: false, seq: event.seq }))
      : leaveBerth(stage, known)
    return occupy(next, known.node, known.requests, -1)
  }
  const view = podView(pod, known, event.seq)
  const put = change(stage, 'pods', stage.pods.put(uid, view))
  const next = waits(put, uid, view.node === null)
  return known?.node == null && view.node !== null
    ? occupy(takeBerth(next, view.node, uid), view.node, view.requests, 1)
    : next
}

const waits = (stage: Picture, uid: string, is: boolean): Picture =>
  stage.waiting.has(uid) === is
    ? stage
    : change(stage, 'waiting', is ? stage.waiting.put(uid, true) : stage.waiting.remove(uid))

const takeBerth = (stage: Picture, node: string, uid: string): Picture =>
  change(stage, 'berths', stage.berths.put(node, [...(stage.berths.get(node) ?? []), uid]))

/** Nothing is left of a Pod. */
export function leaveBerth(stage: Picture, { uid, node }: PodView): Picture {
  const next = waits(change(stage, 'pods', stage.pods.remove(uid)), uid, false)
  if (node === null) return next
  const others = (stage.berths.get(node) ?? []).filter((other) => other !== uid)
  return change(
    next,
    'berths',
    others.length === 0 ? next.berths.remove(node) : next.berths.put(node, others),
  )
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
  stage: Picture,
  name: string | null,
  { cpu, memory }: PodView['requests'],
  sign: 1 | -1,
): Picture {
  const node = name === null ? undefined : stage.nodes.get(name)
  if (node === undefined || (cpu === 0 && memory === 0)) return stage
  const view = {
    ...node,
    cpu: { ...node.cpu, requested: node.cpu.requested + sign * cpu },
    memory: { ...node.memory, requested: node.memory.requested + sign * memory },
  }
  return change(stage, 'nodes', stage.nodes.put(node.name, view))
}

function foldNode(stage: Picture, event: StorageEvent, name: string): Picture {
  if (event.op === 'delete') return change(stage, 'nodes', stage.nodes.remove(name))
  const node = event.object as Node
  const known = stage.nodes.get(name)
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
  return change(stage, 'nodes', stage.nodes.put(name, view))
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

function foldWorkload(stage: Picture, event: StorageEvent, resource: string, object: string): Picture {
  const key = `${resource}/${object}`
  if (event.op === 'delete') return change(stage, 'workloads', stage.workloads.remove(key))
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
  return change(stage, 'workloads', stage.workloads.put(key, view))
}
