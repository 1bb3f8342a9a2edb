// Rolls Deployments out through ReplicaSets. Models pkg/controller/deployment/deployment_controller.go; leaves out the
// deprecated rollback annotation (kubectl rolls back by putting the old template in place) and pod replacement policies.
import { deepEqual } from '../../api/json.ts'
import { selectorFromObject, selectorMatches } from '../../api/label-selector.ts'
import type { Deployment, DeploymentStatus, KubeObject, Pod } from '../../api/objects.ts'
import { keyOf, objectKey } from '../../api/objects.ts'
import { controllerOf } from '../../api/owner-references.ts'
import { DEPLOYMENTS, PODS, REPLICA_SETS } from '../../api/resources.ts'
import { recordEvent } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import { claimChanged, claimObjects } from '../runtime/claim.ts'
import type { Change, ChangeTools, Controller, SyncResult } from '../runtime/controller.ts'
import { cache, explain, remind, wallClock } from '../runtime/effects.ts'
import {
  BY_CONTROLLER,
  BY_NAMESPACE,
  deploymentInformer,
  ORPHANS,
  podInformer,
  replicaSetInformer,
} from '../runtime/informers.ts'
import { isTerminal } from '../runtime/pod-state.ts'
import { desiredReplicas, isRecreate, replicasOf } from './arithmetic.ts'
import {
  countStatus,
  deadlineAt,
  hasDeadline,
  isComplete,
  newCondition,
  progressing,
  rolloutStatus,
  TIMED_OUT,
  withCondition,
} from './conditions.ts'
import type { Rollout } from './rollout.ts'
import { allOf, beginRollout, cleanUp, isActive, SyncError, syncRevision, writeStatus } from './rollout.ts'
import { scaleAll, scaleDownOld, scaleNew, stopOld } from './strategies.ts'

export const deploymentController: Controller = {
  name: 'deployment-controller',
  serviceAccount: 'deployment-controller',
  component: 'deployment-controller',
  workers: 5,
  maxRetries: 15,
  informers: [deploymentInformer, replicaSetInformer, podInformer],
  changed(change, tools) {
    if (change.ref === DEPLOYMENTS) tools.enqueue(objectKey(change.object))
    else if (change.ref === REPLICA_SETS) replicaSetChanged(change, tools)
    else if (change.type === 'delete') podDeleted(change.object as Pod, tools)
  },
  sync: syncDeployment,
}

function replicaSetChanged({ type, object, previous }: Change, tools: ChangeTools): void {
  const owner = ownerOf(object, tools)
  const moved = claimChanged(previous, object)
  if (moved && previous !== undefined) {
    const before = ownerOf(previous, tools)
    if (before !== undefined && before !== owner) tools.enqueue(objectKey(before))
  }
  if (owner !== undefined) tools.enqueue(objectKey(owner))
  if (controllerOf(object) !== undefined || type === 'delete' || !moved) return
  for (const candidate of tools.byIndex(DEPLOYMENTS, BY_NAMESPACE, object.metadata.namespace ?? '')) {
    const selector = selectorFromObject(candidate.spec.selector)
    if (selectorMatches(selector, object.metadata.labels)) tools.enqueue(objectKey(candidate))
  }
}

/** Recreate waits until the last old Pod is gone, and no ReplicaSet changes at that moment. */
function podDeleted(pod: Pod, tools: ChangeTools): void {
  const reference = controllerOf(pod)
  if (reference?.kind !== 'ReplicaSet') return
  const replicaSet = tools.get(REPLICA_SETS, keyOf(pod.metadata.namespace, reference.name))
  const deployment = replicaSet === undefined ? undefined : ownerOf(replicaSet, tools)
  if (deployment !== undefined && isRecreate(deployment)) tools.enqueue(objectKey(deployment))
}

function ownerOf(object: KubeObject, tools: ChangeTools): Deployment | undefined {
  const owner = controllerOf(object)
  if (owner === undefined || owner.kind !== 'Deployment') return undefined
  const deployment = tools.get(DEPLOYMENTS, keyOf(object.metadata.namespace, owner.name))
  return deployment?.metadata.uid === owner.uid ? deployment : undefined
}

function* syncDeployment(key: string): Task<SyncResult> {
  const deployment = yield* cache.get(DEPLOYMENTS, key)
  if (deployment === undefined) return undefined
  const selector = selectorFromObject(deployment.spec.selector)
  if (selector.requirements.length === 0) return yield* refuseEverything(deployment)
  const { namespace, uid } = deployment.metadata
  const owned = yield* cache.byIndex(REPLICA_SETS, BY_CONTROLLER, uid)
  const orphans = yield* cache.byIndex(REPLICA_SETS, ORPHANS, namespace)
  const claimant = { ref: DEPLOYMENTS, object: deployment, selector }
  const { claimed, error } = yield* claimObjects(claimant, REPLICA_SETS, [...owned, ...orphans])
  if (error !== null) return { error }
  const rollout = beginRollout(deployment, claimed, yield* wallClock())
  const failed = yield* advance(rollout)
  if (failed === null) return undefined
  return failed instanceof SyncError ? { error: failed.message } : failed
}

function* refuseEverything(deployment: Deployment): Task<SyncResult> {
  const message = 'This deployment is selecting all pods. A non-empty selector is required.'
  yield* recordEvent({ object: deployment, type: 'Warning', reason: 'SelectingAll', message })
  const { generation = 0 } = deployment.metadata
  if ((deployment.status.observedGeneration ?? 0) >= generation) return undefined
  const status = { ...deployment.status, observedGeneration: generation }
  const failed = yield* writeStatus(beginRollout({ ...deployment, status }, [], 0))
  return failed === null ? undefined : { error: failed.message }
}

type Advance = SyncError | Exclude<SyncResult, undefined> | null

function* advance(rollout: Rollout): Task<Advance> {
  const { deployment } = rollout
  if (deployment.metadata.deletionTimestamp !== undefined) {
    const revised = yield* syncRevision(rollout, false)
    return revised ?? (yield* syncStatus(rollout, false))
  }
  const paused = yield* notePause(rollout)
  if (paused !== null) return paused
  if (deployment.spec.paused === true || isScaling(rollout)) return yield* syncScale(rollout)
  return isRecreate(deployment) ? yield* rollOutByRecreation(rollout) : yield* rollOut(rollout)
}

/** Somebody changed `spec.replicas`: active ReplicaSets remember the number that they were scaled for. */
function isScaling(rollout: Rollout): boolean {
  const wanted = replicasOf(rollout.deployment)
  return allOf(rollout)
    .filter(isActive)
    .some((replicaSet) => (desiredReplicas(replicaSet) ?? wanted) !== wanted)
}

function* syncScale(rollout: Rollout): Task<Advance> {
  const failed = (yield* syncRevision(rollout, false)) ?? (yield* scaleAll(rollout))
  if (failed !== null) return failed
  if (rollout.deployment.spec.paused === true) {
    const cleaned = yield* cleanUp(rollout)
    if (cleaned !== null) return cleaned
  }
  return yield* syncStatus(rollout, false)
}

function* rollOut(rollout: Rollout): Task<Advance> {
  const revised = yield* syncRevision(rollout, true)
  if (revised !== null) return revised
  const up = yield* scaleNew(rollout)
  if (up instanceof SyncError) return up
  const down = up ? false : yield* scaleDownOld(rollout)
  if (down instanceof SyncError) return down
  return yield* finish(rollout, up || down)
}

function* rollOutByRecreation(rollout: Rollout): Task<Advance> {
  const revised = yield* syncRevision(rollout, false)
  if (revised !== null) return revised
  const down = yield* stopOld(rollout)
  if (down instanceof SyncError) return down
  if (down || (yield* oldPodsRun(rollout))) return yield* syncStatus(rollout, true)
  if (rollout.newReplicaSet === undefined) {
    const created = yield* syncRevision(rollout, true)
    if (created !== null) return created
  }
  const up = yield* scaleNew(rollout)
  if (up instanceof SyncError) return up
  return yield* finish(rollout, up)
}

function* oldPodsRun({ old }: Rollout): Task<boolean> {
  for (const { metadata, status } of old) {
    if (status.replicas > 0) return true
    const pods = yield* cache.byIndex(PODS, BY_CONTROLLER, metadata.uid)
    if (pods.some((pod) => !isTerminal(pod))) return true
  }
  return false
}

function* finish(rollout: Rollout, moved: boolean): Task<Advance> {
  if (!moved && isComplete(rollout.deployment, rollout.deployment.status)) {
    const cleaned = yield* cleanUp(rollout)
    if (cleaned !== null) return cleaned
  }
  return yield* syncStatus(rollout, true)
}

/** A pause stops the clock of the progress deadline, so it shows in the condition. */
function* notePause(rollout: Rollout): Task<SyncError | null> {
  const { deployment, now } = rollout
  const condition = progressing(deployment.status)
  if (!hasDeadline(deployment) || condition?.reason === TIMED_OUT) return null
  const noted = condition?.reason === 'DeploymentPaused'
  const paused = deployment.spec.paused === true
  if (paused === noted) return null
  const next = paused
    ? newCondition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', now)
    : newCondition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', now)
  yield* explain(paused ? 'the rollout is paused' : 'the rollout is resumed')
  rollout.deployment = { ...deployment, status: withCondition(deployment.status, next) }
  return yield* writeStatus(rollout)
}

function* syncStatus(rollout: Rollout, rollingOut: boolean): Task<Advance> {
  const { deployment, newReplicaSet, now } = rollout
  const compute = rollingOut ? rolloutStatus : countStatus
  const status = compute(deployment, allOf(rollout), newReplicaSet, now)
  if (deepEqual(status, deployment.status))
    return rollingOut ? yield* watchDeadline(deployment, status, now) : null
  yield* explain(summaryOf(deployment, status))
  rollout.deployment = { ...deployment, status }
  return yield* writeStatus(rollout)
}

/** Nothing will happen by itself when a rollout is stuck: the deadline must wake the controller. */
function* watchDeadline(deployment: Deployment, status: DeploymentStatus, now: number): Task<null> {
  const deadline = deadlineAt(deployment, status)
  if (deadline === null || progressing(status)?.reason === TIMED_OUT || isComplete(deployment, status))
    return null
  yield* remind(objectKey(deployment), Math.max(0, deadline - now) + 1_000_000)
  return null
}

function summaryOf(deployment: Deployment, status: DeploymentStatus): string {
  const { updatedReplicas = 0, availableReplicas = 0 } = status
  return `${updatedReplicas} of ${replicasOf(deployment)} replicas updated, ${availableReplicas} available: updating status`
}
