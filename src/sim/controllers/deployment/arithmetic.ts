// The numbers of a rollout: surge, unavailability, proportions. Models pkg/controller/deployment/util/deployment_util.go.
import type { IntOrString } from '../../api/int-or-string.ts'
import { scaledValue } from '../../api/int-or-string.ts'
import type { Deployment, ReplicaSet } from '../../api/objects.ts'

export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas'

export const replicasOf = (object: Deployment | ReplicaSet): number => object.spec.replicas ?? 1
export const availableOf = (replicaSet: ReplicaSet): number => replicaSet.status.availableReplicas ?? 0
export const isRecreate = (deployment: Deployment): boolean => deployment.spec.strategy?.type === 'Recreate'

export function specReplicas(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + replicasOf(replicaSet), 0)
}

export function availableReplicas(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, replicaSet) => sum + availableOf(replicaSet), 0)
}

interface Bounds {
  readonly surge: number
  readonly unavailable: number
}

function bounds(deployment: Deployment): Bounds {
  if (isRecreate(deployment)) return { surge: 0, unavailable: 0 }
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {}
  const replicas = replicasOf(deployment)
  const surge = scaledValue(maxSurge as IntOrString, replicas, true) ?? 0
  const unavailable = scaledValue(maxUnavailable as IntOrString, replicas, false) ?? 0
  // Percentages of few replicas may both come to nothing, and then no rollout could move.
  return surge === 0 && unavailable === 0 ? { surge: 0, unavailable: 1 } : { surge, unavailable }
}

export const maxSurge = (deployment: Deployment): number => bounds(deployment).surge

export function maxUnavailable(deployment: Deployment): number {
  if (isRecreate(deployment) || replicasOf(deployment) === 0) return 0
  return Math.min(bounds(deployment).unavailable, replicasOf(deployment))
}

/** How many replicas the new ReplicaSet should have now, given all the others. */
export function newReplicas(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet,
): number {
  const wanted = replicasOf(deployment)
  if (isRecreate(deployment)) return wanted
  const current = specReplicas(all)
  const most = wanted + maxSurge(deployment)
  const own = replicasOf(newReplicaSet)
  return current >= most ? own : own + Math.min(most - current, wanted - own)
}

function annotatedNumber(replicaSet: ReplicaSet, annotation: string): number | undefined {
  const text = replicaSet.metadata.annotations?.[annotation]
  return text !== undefined && /^[0-9]+$/.test(text) ? Number(text) : undefined
}

export const desiredReplicas = (replicaSet: ReplicaSet): number | undefined =>
  annotatedNumber(replicaSet, DESIRED_REPLICAS)

/** Whether the new ReplicaSet has all replicas, and all of them available. */
export function isSaturated(deployment: Deployment, replicaSet: ReplicaSet | undefined): boolean {
  if (replicaSet === undefined) return false
  const wanted = replicasOf(deployment)
  return (
    replicasOf(replicaSet) === wanted &&
    desiredReplicas(replicaSet) === wanted &&
    availableOf(replicaSet) === wanted
  )
}

/** The share of one ReplicaSet when a Deployment is scaled in the middle of a rollout. */
export function proportion(
  replicaSet: ReplicaSet,
  deployment: Deployment,
  toAdd: number,
  added: number,
): number {
  if (replicasOf(replicaSet) === 0 || toAdd === 0 || toAdd === added) return 0
  const share = fraction(replicaSet, deployment)
  const allowed = toAdd - added
  return toAdd > 0 ? Math.min(share, allowed) : Math.max(share, allowed)
}

function fraction(replicaSet: ReplicaSet, deployment: Deployment): number {
  const own = replicasOf(replicaSet)
  if (replicasOf(deployment) === 0) return -own
  const most = replicasOf(deployment) + maxSurge(deployment)
  const before = annotatedNumber(replicaSet, MAX_REPLICAS) ?? 0
  const base = before === 0 ? (deployment.status.replicas ?? 0) : before
  return base === 0 ? 0 : Math.round((own * most) / base) - own
}
