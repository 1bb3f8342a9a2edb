// What a change in the cluster means for the cache and the queue. Models pkg/scheduler/eventhandlers.go.
import { deepEqual } from '../api/json.ts'
import type { Node, Pod } from '../api/objects.ts'
import type { ChangeType } from '../client/index.ts'
import { displaced } from '../client/index.ts'
import { isAssumed, removeNode, removePod, setNode, setPod } from './cache/cache.ts'
import type { ClusterEvent, NodeChange } from './framework/cluster-event.ts'
import { addPod, deletePod, moveOnEvent, updatePod } from './queue/scheduling-queue.ts'
import type { SchedulerState } from './state.ts'
import { framework, SCHEDULER_NAME } from './state.ts'

export interface Change<T> {
  readonly type: ChangeType
  readonly object: T
  readonly previous: T | undefined
  /** The `seq` of the watch event. */
  readonly cause: number
}

export const isAssigned = (pod: Pod): boolean => (pod.spec.nodeName ?? '') !== ''

const isOurs = (pod: Pod): boolean => (pod.spec.schedulerName ?? SCHEDULER_NAME) === SCHEDULER_NAME

export function nodeChanged(state: SchedulerState, change: Change<Node>, now: number): void {
  const { type, object: node, previous, cause } = change
  if (type === 'delete') {
    removeNode(state.cache, node)
    return
  }
  setNode(state.cache, node)
  if (previous === undefined) move(state, { resource: 'node', action: 'add', node }, now, cause)
  else {
    const changes = nodeChanges(node, previous)
    if (changes.length > 0)
      move(state, { resource: 'node', action: 'update', node, previous, changes }, now, cause)
  }
}

function nodeChanges(node: Node, previous: Node): readonly NodeChange[] {
  const changes: NodeChange[] = []
  if (!deepEqual(node.status.allocatable, previous.status.allocatable)) changes.push('allocatable')
  if (!deepEqual(node.metadata.labels, previous.metadata.labels)) changes.push('labels')
  const cordoned = (node.spec.unschedulable ?? false) !== (previous.spec.unschedulable ?? false)
  if (cordoned || !deepEqual(node.spec.taints, previous.spec.taints)) changes.push('taints')
  if (!sameConditions(node.status.conditions, previous.status.conditions)) changes.push('condition')
  if (!deepEqual(node.metadata.annotations, previous.metadata.annotations)) changes.push('annotations')
  return changes
}

type Conditions = Node['status']['conditions']

/** But for the times of heartbeats. */
function sameConditions(before: Conditions = [], now: Conditions = []): boolean {
  if (before === now) return true
  if (before.length !== now.length) return false
  return before.every(({ type, status }, at) => now[at]?.type === type && now[at]?.status === status)
}

export function podChanged(state: SchedulerState, change: Change<Pod>, now: number): void {
  const { type, object: pod, cause } = change
  const { uid } = pod.metadata
  const other = displaced(change)
  if (other !== undefined) podDeleted(state, other, now, cause)
  const previous = other === undefined ? change.previous : undefined
  if (type === 'delete') podDeleted(state, pod, now, cause)
  else if (isAssigned(pod)) {
    deletePod(state.queue, uid)
    setPod(state.cache, pod)
    const action = previous !== undefined && isAssigned(previous) ? 'update' : 'add'
    move(state, { resource: 'assigned-pod', action, pod }, now, cause)
  } else if (isOurs(pod) && state.current?.info.pod.metadata.uid !== uid && !isAssumed(state.cache, uid)) {
    const known = state.queue.pods.has(uid)
    if (!known) addPod(state.queue, framework, pod, now, cause)
    else if (previous !== undefined)
      updatePod(state.queue, framework, { resource: 'pod', action: 'update', pod, previous }, now, cause)
  }
}

function podDeleted(state: SchedulerState, pod: Pod, now: number, cause: number): void {
  const { uid } = pod.metadata
  deletePod(state.queue, uid)
  // What a relist misses may have been bound since it was last seen.
  if (!isAssigned(pod) && !isAssumed(state.cache, uid)) return
  removePod(state.cache, uid)
  move(state, { resource: 'assigned-pod', action: 'delete', pod }, now, cause)
}

function move(state: SchedulerState, event: ClusterEvent, now: number, cause: number): void {
  if (state.queue.unschedulable.size > 0) moveOnEvent(state.queue, framework, event, now, cause)
}
