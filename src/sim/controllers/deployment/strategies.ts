// How a rollout moves replicas from old ReplicaSets to the new one. Models pkg/controller/deployment/rolling.go,
// recreate.go, and the proportional scaling of sync.go.
import type { ReplicaSet } from '../../api/objects.ts'
import type { Task } from '../../kernel/task.ts'
import {
  availableOf,
  availableReplicas,
  isRecreate,
  isSaturated,
  maxSurge,
  maxUnavailable,
  newReplicas,
  proportion,
  replicasOf,
  specReplicas,
} from './arithmetic.ts'
import { byCreation } from './revisions.ts'
import type { Rollout } from './rollout.ts'
import { allOf, isActive, SyncError, scaleOwn, scaleReplicaSet } from './rollout.ts'

/** Whether the new ReplicaSet was scaled. */
export function* scaleNew(rollout: Rollout): Task<boolean | SyncError> {
  const { deployment, newReplicaSet } = rollout
  if (newReplicaSet === undefined || replicasOf(newReplicaSet) === replicasOf(deployment)) return false
  const wanted = replicasOf(deployment)
  const tooMany = replicasOf(newReplicaSet) > wanted
  return yield* scaleOwn(
    rollout,
    newReplicaSet,
    tooMany ? wanted : newReplicas(deployment, allOf(rollout), newReplicaSet),
  )
}

/** Whether old ReplicaSets were scaled down: as far as enough Pods stay available. */
export function* scaleDownOld(rollout: Rollout): Task<boolean | SyncError> {
  const { deployment, newReplicaSet } = rollout
  if (specReplicas(rollout.old) === 0) return false
  const minAvailable = replicasOf(deployment) - maxUnavailable(deployment)
  const newUnavailable =
    newReplicaSet === undefined ? 0 : replicasOf(newReplicaSet) - availableOf(newReplicaSet)
  const most = specReplicas(allOf(rollout)) - minAvailable - newUnavailable
  if (most <= 0) return false
  // What does not run is given up first: it costs no availability, and it may never come up.
  const unhealthy = yield* takeFrom(rollout, most, (old) => replicasOf(old) - availableOf(old))
  if (unhealthy instanceof SyncError) return unhealthy
  const spare = availableReplicas(allOf(rollout)) - minAvailable
  const healthy = spare <= 0 ? 0 : yield* takeFrom(rollout, spare, replicasOf)
  if (healthy instanceof SyncError) return healthy
  return unhealthy + healthy > 0
}

function* takeFrom(
  rollout: Rollout,
  most: number,
  offer: (old: ReplicaSet) => number,
): Task<number | SyncError> {
  let taken = 0
  for (const old of [...rollout.old].filter(isActive).sort(byCreation)) {
    const share = Math.min(offer(old), most - taken)
    if (share <= 0) continue
    const scaled = yield* scaleOwn(rollout, old, replicasOf(old) - share)
    if (scaled instanceof SyncError) return scaled
    taken += share
  }
  return taken
}

/** Whether any old ReplicaSet was scaled to nothing. */
export function* stopOld(rollout: Rollout): Task<boolean | SyncError> {
  let stopped = false
  for (const old of rollout.old.filter(isActive)) {
    const scaled = yield* scaleOwn(rollout, old, 0)
    if (scaled instanceof SyncError) return scaled
    stopped ||= scaled
  }
  return stopped
}

/** The Deployment itself was scaled: outside a rollout its one ReplicaSet follows, within one all do in proportion. */
export function* scaleAll(rollout: Rollout): Task<SyncError | null> {
  const { deployment, newReplicaSet } = rollout
  const single = activeOrLatest(rollout)
  if (single !== undefined) return errorOf(yield* scaleOwn(rollout, single, replicasOf(deployment)))
  if (isSaturated(deployment, newReplicaSet)) return errorOf(yield* stopOld(rollout))
  return isRecreate(deployment) ? null : yield* scaleInProportion(rollout)
}

const errorOf = (result: boolean | SyncError): SyncError | null =>
  result instanceof SyncError ? result : null

/** The only ReplicaSet with replicas; the newest where all are empty; nothing during a rollout. */
function activeOrLatest(rollout: Rollout): ReplicaSet | undefined {
  const active = allOf(rollout).filter(isActive)
  if (active.length > 1) return undefined
  return active[0] ?? rollout.newReplicaSet ?? [...rollout.old].sort(byCreation).at(-1)
}

function* scaleInProportion(rollout: Rollout): Task<SyncError | null> {
  const { deployment } = rollout
  const active = allOf(rollout).filter(isActive)
  const wanted = replicasOf(deployment)
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0
  const toAdd = allowed - specReplicas(active)
  // The largest gets what rounding leaves over; among equals, the newest grows and the oldest shrinks.
  const newestFirst = (a: ReplicaSet, b: ReplicaSet): number =>
    replicasOf(b) - replicasOf(a) || (toAdd > 0 ? byCreation(b, a) : byCreation(a, b))
  const ordered = [...active].sort(newestFirst)
  let added = 0
  const sizes = ordered.map((replicaSet) => {
    const share = proportion(replicaSet, deployment, toAdd, added)
    added += share
    return replicasOf(replicaSet) + share
  })
  for (const [index, replicaSet] of ordered.entries()) {
    const leftover = index === 0 ? toAdd - added : 0
    const scaled = yield* scaleReplicaSet(rollout, replicaSet, Math.max(0, (sizes[index] ?? 0) + leftover))
    if (scaled instanceof SyncError) return scaled
    if (rollout.newReplicaSet === replicaSet) rollout.newReplicaSet = scaled.replicaSet
    else rollout.old = rollout.old.map((old) => (old === replicaSet ? scaled.replicaSet : old))
  }
  return null
}
