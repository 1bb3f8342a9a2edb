// Makes and deletes the Pods that a ReplicaSet lacks or has too many of. Models manageReplicas and slowStartBatch of
// pkg/controller/replicaset/replica_set.go.
import type { Draft, Pod, ReplicaSet } from '../../api/objects.ts'
import { objectKey } from '../../api/objects.ts'
import { controllerOf, controllerRef } from '../../api/owner-references.ts'
import { PODS, REPLICA_SETS } from '../../api/resources.ts'
import type { ApiResult } from '../../client/index.ts'
import { failedWith, recordEvent, requests, sleep } from '../../client/index.ts'
import { assert } from '../../kernel/assert.ts'
import { micros } from '../../kernel/micros.ts'
import type { Task } from '../../kernel/task.ts'
import { all } from '../../kernel/task.ts'
import { cache, expectations, explain, wallClock } from '../runtime/effects.ts'
import { BY_CONTROLLER } from '../runtime/informers.ts'
import { isActive } from '../runtime/pod-state.ts'
import { podsToDelete } from './deletion-order.ts'
import type { Failure } from './status.ts'

/** At most so many Pods a sync, so that one ReplicaSet cannot use up the client's rate. */
const BURST = 500
const FIRST_BATCH = 1
/** Making Pods of the template and starting their goroutines: too short to matter, not too short to be seen. */
const TEMPLATE_MICROS = micros(200)

/** `active` may be a number where there are not too many: only what is deleted must be looked at one by one. */
export function* manageReplicas(
  replicaSet: ReplicaSet,
  active: readonly Pod[] | number,
): Task<Failure | null> {
  const wanted = replicaSet.spec.replicas ?? 1
  const present = typeof active === 'number' ? active : active.length
  const missing = wanted - present
  if (missing === 0) return null
  const count = Math.min(Math.abs(missing), BURST)
  const act = missing > 0 ? `creating ${count}` : `deleting ${count}`
  yield* explain(`${present} of ${wanted} replicas: ${act}`)
  if (missing > 0) return yield* createPods(replicaSet, count)
  assert(typeof active !== 'number', 'surplus Pods must be known one by one')
  return yield* deletePods(replicaSet, active, count)
}

/** In batches of 1, 2, 4, …: when a quota or a webhook refuses Pods, one request shows it and not hundreds. */
function* createPods(replicaSet: ReplicaSet, count: number): Task<Failure | null> {
  const key = objectKey(replicaSet)
  yield* expectations.creations(key, count)
  yield* sleep(TEMPLATE_MICROS)
  const request = requests.create(PODS, podFromTemplate(replicaSet))
  let created = 0
  let failure: Failure | null = null
  for (let batch = FIRST_BATCH; failure === null && created < count; batch *= 2) {
    const size = Math.min(batch, count - created)
    const results = yield* all<ApiResult<Pod>>(Array.from({ length: size }, () => request))
    for (const result of results) {
      const message = yield* reportCreation(replicaSet, result)
      if (message === null) created++
      else failure ??= { reason: 'FailedCreate', message }
    }
  }
  if (created < count) yield* expectations.creationsObserved(key, count - created)
  return failure
}

/** Returns why there is no Pod, or null. In a namespace that is going away it counts as made: nothing is to be done. */
function* reportCreation(replicaSet: ReplicaSet, result: ApiResult<Pod>): Task<string | null> {
  if (result.ok) {
    const message = `Created pod: ${result.object.metadata.name}`
    yield* recordEvent({ object: replicaSet, type: 'Normal', reason: 'SuccessfulCreate', message })
    return null
  }
  const { status } = result
  if (status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true) return null
  const message = status.message ?? 'unknown error'
  const text = `Error creating: ${message}`
  yield* recordEvent({ object: replicaSet, type: 'Warning', reason: 'FailedCreate', message: text })
  return message
}

function* deletePods(replicaSet: ReplicaSet, active: readonly Pod[], count: number): Task<Failure | null> {
  const key = objectKey(replicaSet)
  const related = count < active.length ? yield* relatedPods(replicaSet, active) : active
  const victims = podsToDelete(active, related, count, yield* wallClock())
  yield* expectations.deletions(
    key,
    victims.map((pod) => pod.metadata.uid),
  )
  const results = yield* all<ApiResult<unknown>>(
    victims.map(({ metadata: { namespace, name, uid } }) =>
      requests.delete(PODS, namespace, name, { preconditions: { uid } }),
    ),
  )
  let failure: Failure | null = null
  for (const [index, result] of results.entries()) {
    const pod = victims[index]
    if (pod !== undefined) failure = (yield* reportDeletion(replicaSet, key, pod, result)) ?? failure
  }
  return failure
}

function* reportDeletion(
  replicaSet: ReplicaSet,
  key: string,
  pod: Pod,
  result: ApiResult<unknown>,
): Task<Failure | null> {
  if (result.ok) {
    const message = `Deleted pod: ${pod.metadata.name}`
    yield* recordEvent({ object: replicaSet, type: 'Normal', reason: 'SuccessfulDelete', message })
    return null
  }
  yield* expectations.deletionObserved(key, pod.metadata.uid)
  if (failedWith(result, 'NotFound')) return null
  const message = result.status.message ?? 'unknown error'
  const text = `Error deleting: ${message}`
  yield* recordEvent({ object: replicaSet, type: 'Warning', reason: 'FailedDelete', message: text })
  return { reason: 'FailedDelete', message }
}

/** The active Pods of every ReplicaSet with the same owner: the other revisions of a Deployment. */
function* relatedPods(replicaSet: ReplicaSet, active: readonly Pod[]): Task<readonly Pod[]> {
  const owner = controllerOf(replicaSet)
  if (owner === undefined) return active
  const siblings = yield* cache.byIndex(REPLICA_SETS, BY_CONTROLLER, owner.uid)
  const pods: Pod[] = []
  for (const sibling of siblings) {
    for (const pod of yield* cache.byIndex(PODS, BY_CONTROLLER, sibling.metadata.uid))
      if (isActive(pod)) pods.push(pod)
  }
  return pods
}

function podFromTemplate(replicaSet: ReplicaSet): Draft<Pod> {
  const { metadata = {}, spec = { containers: [] } } = replicaSet.spec.template
  const { labels, annotations, finalizers } = metadata
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${replicaSet.metadata.name}-`,
      namespace: replicaSet.metadata.namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerRef(replicaSet)],
    },
    spec,
  }
}
