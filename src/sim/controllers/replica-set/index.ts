// Keeps as many Pods as each ReplicaSet asks for. Models pkg/controller/replicaset/replica_set.go; leaves out
// ReplicationControllers and the informer consistency checks that are still alpha.
import type { Selector } from '../../api/label-selector.ts'
import { selectorFromObject, selectorMatches } from '../../api/label-selector.ts'
import type { KubeObject, Pod, ReplicaSet } from '../../api/objects.ts'
import { asObjectKey, keyOf, objectKey, splitKey } from '../../api/objects.ts'
import { controllerOf } from '../../api/owner-references.ts'
import { PODS, REPLICA_SETS } from '../../api/resources.ts'
import { displaced } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import { claimChanged, claimObjects } from '../runtime/claim.ts'
import type { Change, ChangeTools, Controller, SyncResult } from '../runtime/controller.ts'
import { cache, expectations, explain, memory, wallClock } from '../runtime/effects.ts'
import { creationObserved, deletionObserved, forgetExpectations } from '../runtime/expectations.ts'
import {
  BY_CONTROLLER,
  BY_NAMESPACE,
  ORPHANS,
  podInformer,
  replicaSetInformer,
} from '../runtime/informers.ts'
import { isActive, isReady, isTerminating } from '../runtime/pod-state.ts'
import { manageReplicas } from './replicas.ts'
import type { Counted, Failure } from './status.ts'
import { countStatus, sameStatus, tallyStatus, writeStatus } from './status.ts'
import type { Group, Tally } from './tally.ts'
import { countChange, sumOf, tallyKey } from './tally.ts'

export const replicaSetController: Controller = {
  name: 'replicaset-controller',
  serviceAccount: 'replicaset-controller',
  component: 'replicaset-controller',
  workers: 5,
  informers: [replicaSetInformer, podInformer],
  changed(change, tools) {
    if (change.ref === PODS) podChanged(change, tools)
    else replicaSetChanged(change, tools)
  },
  sync: syncReplicaSet,
}

function replicaSetChanged(change: Change, tools: ChangeTools): void {
  const key = objectKey(change.object)
  if (change.type === 'delete' || displaced(change) !== undefined) forgetExpectations(tools.expectations, key)
  tools.enqueue(key)
}

function podChanged(change: Change, tools: ChangeTools): void {
  const { type, object, previous } = change
  const pod = object as Pod
  const other = displaced(change)
  if (other !== undefined) {
    podChanged({ ...change, type: 'delete', object: other }, tools)
    podChanged({ ...change, type: type === 'delete' ? 'delete' : 'add', previous: undefined }, tools)
    return
  }
  countChange(tools.memory, previous as Pod | undefined, type === 'delete' ? undefined : pod)
  const owner = ownerOf(pod, tools)
  const key = owner === undefined ? undefined : objectKey(owner)
  if (type === 'delete' || pod.metadata.deletionTimestamp !== undefined) {
    if (key === undefined) return
    deletionObserved(tools.expectations, key, pod.metadata.uid)
    tools.enqueue(key)
    return
  }
  const moved = claimChanged(previous, pod)
  const before = previous === undefined || !moved ? undefined : ownerOf(previous, tools)
  if (before !== undefined && before !== owner) tools.enqueue(objectKey(before))
  if (owner !== undefined && key !== undefined) {
    if (type === 'add') creationObserved(tools.expectations, key)
    tools.enqueue(key)
    const minReadySeconds = owner.spec.minReadySeconds ?? 0
    if (minReadySeconds > 0 && isReady(pod) && !(previous !== undefined && isReady(previous as Pod))) {
      // A second more, since ready conditions are stamped in whole seconds.
      tools.enqueueAfter(key, (minReadySeconds + 1) * 1_000_000)
    }
    return
  }
  if (controllerOf(pod) !== undefined || !moved) return
  for (const candidate of tools.byIndex(REPLICA_SETS, BY_NAMESPACE, pod.metadata.namespace)) {
    if (selectorMatches(selectorFromObject(candidate.spec.selector), pod.metadata.labels)) {
      tools.enqueue(objectKey(candidate))
    }
  }
}

function ownerOf(pod: KubeObject, tools: ChangeTools): ReplicaSet | undefined {
  const owner = controllerOf(pod)
  if (owner === undefined || owner.kind !== 'ReplicaSet') return undefined
  const replicaSet = tools.get(REPLICA_SETS, keyOf(pod.metadata.namespace, owner.name))
  return replicaSet?.metadata.uid === owner.uid ? replicaSet : undefined
}

function* syncReplicaSet(key: string): Task<SyncResult> {
  const replicaSet = yield* cache.get(REPLICA_SETS, key)
  if (replicaSet === undefined) {
    yield* expectations.forget(key)
    return undefined
  }
  // Asked before the Pods are read: what the informer learns in between must not count twice.
  const satisfied = yield* expectations.satisfied(key)
  const mayManage = satisfied && replicaSet.metadata.deletionTimestamp === undefined
  const orphans = (yield* cache.byIndex(PODS, ORPHANS, splitKey(asObjectKey(key)).namespace)).filter(isActive)
  const selector = selectorFromObject(replicaSet.spec.selector)
  const tally = yield* memory.get<Tally>(tallyKey(replicaSet.metadata.uid))
  const groups = countsSuffice(replicaSet, selector, orphans, tally, mayManage)
  if (groups !== null) return yield* syncByCounts(replicaSet, groups, mayManage)
  return yield* syncByPods(replicaSet, selector, orphans, mayManage)
}

/** The groups of its Pods, where nothing needs the Pods themselves: no claim, no deletion, no waiting for availability. */
function countsSuffice(
  replicaSet: ReplicaSet,
  selector: Selector,
  orphans: readonly Pod[],
  groups: Tally = [],
  mayManage: boolean,
): readonly Group[] | null {
  if ((replicaSet.spec.minReadySeconds ?? 0) > 0) return null
  if (groups.some(({ labels }) => !selectorMatches(selector, labels))) return null
  if (orphans.some(({ metadata }) => selectorMatches(selector, metadata.labels))) return null
  return mayManage && sumOf(groups).active > (replicaSet.spec.replicas ?? 1) ? null : groups
}

function* syncByCounts(
  replicaSet: ReplicaSet,
  groups: readonly Group[],
  mayManage: boolean,
): Task<SyncResult> {
  const failure = mayManage ? yield* manageReplicas(replicaSet, sumOf(groups).active) : null
  const status = tallyStatus(replicaSet, groups, failure, yield* wallClock())
  return yield* updateStatus(replicaSet, { status, nextAvailable: null }, failure)
}

function* syncByPods(
  replicaSet: ReplicaSet,
  selector: Selector,
  orphans: readonly Pod[],
  mayManage: boolean,
): Task<SyncResult> {
  const owned = yield* cache.byIndex(PODS, BY_CONTROLLER, replicaSet.metadata.uid)
  const claimant = { ref: REPLICA_SETS, object: replicaSet, selector }
  // What has ended, or is about to, is neither claimed nor released.
  const { claimed: active, error } = yield* claimObjects(claimant, PODS, [
    ...owned.filter(isActive),
    ...orphans,
  ])
  if (error !== null) return { error }
  const failure = mayManage ? yield* manageReplicas(replicaSet, active) : null
  const terminating = owned.filter(
    (pod) => isTerminating(pod) && selectorMatches(selector, pod.metadata.labels),
  ).length
  const counted = countStatus(replicaSet, active, terminating, failure, yield* wallClock())
  return yield* updateStatus(replicaSet, counted, failure)
}

function* updateStatus(replicaSet: ReplicaSet, counted: Counted, failure: Failure | null): Task<SyncResult> {
  const { status, nextAvailable } = counted
  if (!sameStatus(replicaSet.status, status)) {
    const wanted = replicaSet.spec.replicas ?? 1
    yield* explain(
      `${status.replicas} of ${wanted} replicas, ${status.readyReplicas ?? 0} ready: updating status`,
    )
    const error = yield* writeStatus(replicaSet, status)
    if (error !== null) return { error }
  }
  if (failure !== null) return { error: failure.message }
  return nextAvailable === null ? undefined : { requeueAfterMicros: nextAvailable }
}
