// One sync of a Deployment in progress: what it works on, and the writes that every strategy makes. Models
// getNewReplicaSet, scaleReplicaSet and cleanupDeployment of pkg/controller/deployment/sync.go.
import { deepEqual } from '../../api/json.ts'
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../api/objects.ts'
import { keyOf } from '../../api/objects.ts'
import { controllerOf } from '../../api/owner-references.ts'
import { DEPLOYMENTS, REPLICA_SETS } from '../../api/resources.ts'
import { api, failedWith, recordEvent } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import { cache, explain } from '../runtime/effects.ts'
import { newReplicas, replicasOf } from './arithmetic.ts'
import { hasDeadline, newCondition, progressing, withCondition } from './conditions.ts'
import {
  byCreation,
  draftReplicaSet,
  findNew,
  lastRevision,
  newAnnotations,
  REVISION,
  replicasAnnotations,
  revisionOf,
} from './revisions.ts'
import { equalIgnoringHash } from './template-hash.ts'

/** The deployment as this sync has changed it: like upstream's copy it keeps the version that it was read with. */
export interface Rollout {
  deployment: Deployment
  newReplicaSet: ReplicaSet | undefined
  old: ReplicaSet[]
  readonly now: number
}

/** Ends a sync: the message of the error that the server gave. */
export class SyncError {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

export const allOf = ({ old, newReplicaSet }: Rollout): ReplicaSet[] =>
  newReplicaSet === undefined ? old : [...old, newReplicaSet]

export const isActive = (replicaSet: ReplicaSet): boolean => replicasOf(replicaSet) > 0

export function beginRollout(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  now: number,
): Rollout {
  const newReplicaSet = findNew(deployment, replicaSets)
  const old = replicaSets.filter((replicaSet) => replicaSet !== newReplicaSet).sort(byCreation)
  return { deployment, newReplicaSet, old, now }
}

/** Brings the revision annotations in order; makes the new ReplicaSet when it is missing and `create` is set. */
export function* syncRevision(rollout: Rollout, create: boolean): Task<SyncError | null> {
  const revision = lastRevision(rollout.old) + 1
  if (rollout.newReplicaSet !== undefined) return yield* updateNew(rollout, rollout.newReplicaSet, revision)
  return create ? yield* createNew(rollout, revision) : null
}

function* updateNew(rollout: Rollout, found: ReplicaSet, revision: number): Task<SyncError | null> {
  const { deployment, now } = rollout
  const annotations = newAnnotations(deployment, found, revision, true)
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0
  if (
    (annotations !== (found.metadata.annotations ?? {}) &&
      !deepEqual(annotations, found.metadata.annotations ?? {})) ||
    (found.spec.minReadySeconds ?? 0) !== minReadySeconds
  ) {
    yield* explain(`updating ${found.metadata.name} to revision ${annotations[REVISION] ?? revision}`)
    const updated = yield* api.update(REPLICA_SETS, {
      ...found,
      metadata: { ...found.metadata, annotations },
      spec: { ...found.spec, minReadySeconds },
    })
    if (!updated.ok) return new SyncError(updated.status.message ?? 'update failed')
    rollout.newReplicaSet = updated.object
    return null
  }
  const before = rollout.deployment
  setRevision(rollout, revisionOf(found))
  if (hasDeadline(deployment) && progressing(deployment.status) === undefined) {
    const message = `Found new replica set "${found.metadata.name}"`
    setStatus(
      rollout,
      withCondition(
        deployment.status,
        newCondition('Progressing', 'True', 'FoundNewReplicaSet', message, now),
      ),
    )
  }
  return rollout.deployment === before ? null : yield* writeStatus(rollout)
}

function* createNew(rollout: Rollout, revision: number): Task<SyncError | null> {
  const { deployment, old, now } = rollout
  const empty = draftReplicaSet(deployment, revision)
  const replicas = newReplicas(deployment, old, { ...empty, status: { replicas: 0 } } as ReplicaSet)
  const { name } = empty.metadata
  yield* explain(`creating ReplicaSet ${name} with ${replicas} of ${replicasOf(deployment)} replicas`)
  const created = yield* api.create(REPLICA_SETS, { ...empty, spec: { ...empty.spec, replicas } })
  if (created.ok) {
    rollout.newReplicaSet = created.object
    if (replicas > 0)
      yield* report(deployment, 'Normal', `Scaled up replica set ${name} from 0 to ${replicas}`)
  } else {
    const taken = failedWith(created, 'AlreadyExists') ? yield* takeExisting(rollout, name) : null
    if (taken === null) return yield* creationFailed(rollout, name, created.status.message ?? 'unknown error')
    if (taken instanceof SyncError) return taken
    rollout.newReplicaSet = taken
  }
  setRevision(rollout, revision)
  if (created.ok && hasDeadline(deployment)) {
    const message = `Created new replica set "${name}"`
    const condition = newCondition('Progressing', 'True', 'NewReplicaSetCreated', message, now)
    setStatus(rollout, withCondition(rollout.deployment.status, condition))
  }
  return rollout.deployment === deployment ? null : yield* writeStatus(rollout)
}

/** The name is taken: by an earlier try of this sync, or by another template with the same hash. */
function* takeExisting(rollout: Rollout, name: string): Task<ReplicaSet | SyncError> {
  const { deployment } = rollout
  const found = yield* cache.get(REPLICA_SETS, keyOf(deployment.metadata.namespace, name))
  if (found === undefined) return new SyncError(`replicaset.apps "${name}" not found`)
  const own = controllerOf(found)?.uid === deployment.metadata.uid
  if (own && equalIgnoringHash(found.spec.template, deployment.spec.template)) return found
  setStatus(rollout, { ...deployment.status, collisionCount: (deployment.status.collisionCount ?? 0) + 1 })
  yield* writeStatus(rollout)
  return new SyncError(`replicasets.apps "${name}" already exists`)
}

function* creationFailed(rollout: Rollout, name: string, error: string): Task<SyncError> {
  const message = `Failed to create new replica set "${name}": ${error}`
  const reason = 'ReplicaSetCreateError'
  if (hasDeadline(rollout.deployment)) {
    const condition = newCondition('Progressing', 'False', reason, message, rollout.now)
    setStatus(rollout, withCondition(rollout.deployment.status, condition))
    yield* writeStatus(rollout)
  }
  yield* recordEvent({ object: rollout.deployment, type: 'Warning', reason, message })
  return new SyncError(error)
}

function setRevision(rollout: Rollout, revision: number): void {
  const { deployment } = rollout
  const { annotations } = deployment.metadata
  if (annotations?.[REVISION] === String(revision)) return
  const metadata = { ...deployment.metadata, annotations: { ...annotations, [REVISION]: String(revision) } }
  rollout.deployment = { ...deployment, metadata }
}

function setStatus(rollout: Rollout, status: DeploymentStatus): void {
  if (status !== rollout.deployment.status) rollout.deployment = { ...rollout.deployment, status }
}

/**
 * Upstream does not take over the version that the answer has: a second status of one sync meets a conflict, and the
 * next sync goes on from there.
 */
export function* writeStatus({ deployment }: Rollout): Task<SyncError | null> {
  const written = yield* api.updateStatus(DEPLOYMENTS, deployment)
  return written.ok ? null : new SyncError(written.status.message ?? 'status update failed')
}

/** Returns the ReplicaSet as it is now, and whether its size changed. */
export function* scaleReplicaSet(
  { deployment }: Rollout,
  replicaSet: ReplicaSet,
  replicas: number,
): Task<{ readonly replicaSet: ReplicaSet; readonly scaled: boolean } | SyncError> {
  const wanted = replicasAnnotations(deployment)
  const { annotations } = replicaSet.metadata
  const before = replicasOf(replicaSet)
  const annotated = Object.entries(wanted).every(([name, value]) => annotations?.[name] === value)
  if (before === replicas && annotated) return { replicaSet, scaled: false }
  const { name } = replicaSet.metadata
  const direction = before < replicas ? 'up' : 'down'
  yield* explain(
    before === replicas
      ? `noting on ${name} that ${replicasOf(deployment)} replicas are wanted`
      : `scaling ${direction} ${name} from ${before} to ${replicas}`,
  )
  const updated = yield* api.update(REPLICA_SETS, {
    ...replicaSet,
    metadata: { ...replicaSet.metadata, annotations: { ...annotations, ...wanted } },
    spec: { ...replicaSet.spec, replicas },
  })
  if (!updated.ok) return new SyncError(updated.status.message ?? 'update failed')
  if (before !== replicas) {
    yield* report(
      deployment,
      'Normal',
      `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`,
    )
  }
  return { replicaSet: updated.object, scaled: before !== replicas }
}

/** The same for one of the rollout's own, which it replaces there. An unchanged size asks for nothing. */
export function* scaleOwn(
  rollout: Rollout,
  replicaSet: ReplicaSet,
  replicas: number,
): Task<boolean | SyncError> {
  if (replicasOf(replicaSet) === replicas) return false
  const result = yield* scaleReplicaSet(rollout, replicaSet, replicas)
  if (result instanceof SyncError) return result
  if (rollout.newReplicaSet === replicaSet) rollout.newReplicaSet = result.replicaSet
  else rollout.old = rollout.old.map((old) => (old === replicaSet ? result.replicaSet : old))
  return result.scaled
}

function* report(deployment: Deployment, type: 'Normal' | 'Warning', message: string): Task<void> {
  yield* recordEvent({ object: deployment, type, reason: 'ScalingReplicaSet', message })
}

/** Deletes old ReplicaSets beyond `revisionHistoryLimit`, the oldest revisions first. */
export function* cleanUp({ deployment, old }: Rollout): Task<SyncError | null> {
  const limit = deployment.spec.revisionHistoryLimit
  if (limit === undefined || limit === 2_147_483_647) return null
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const surplus = [...alive]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, alive.length - limit))
  for (const replicaSet of surplus) {
    const { metadata, status } = replicaSet
    const observed = (metadata.generation ?? 0) <= (status.observedGeneration ?? 0)
    if (status.replicas !== 0 || isActive(replicaSet) || !observed) continue
    yield* explain(
      `deleting ${metadata.name}, of revision ${revisionOf(replicaSet)}: the history is longer than ${limit}`,
    )
    const deleted = yield* api.delete(REPLICA_SETS, metadata.namespace, metadata.name)
    if (!deleted.ok && !failedWith(deleted, 'NotFound'))
      return new SyncError(deleted.status.message ?? 'delete failed')
  }
  return null
}
