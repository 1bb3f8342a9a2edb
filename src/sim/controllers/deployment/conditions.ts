// The conditions of a Deployment and the status they belong to. Models pkg/controller/deployment/progress.go and the
// status part of sync.go.
import { findCondition } from '../../api/conditions.ts'
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../api/objects.ts'
import { formatTime, parseTime } from '../../api/time.ts'
import { availableReplicas, maxUnavailable, replicasOf, specReplicas } from './arithmetic.ts'

const NEW_AVAILABLE = 'NewReplicaSetAvailable'
export const TIMED_OUT = 'ProgressDeadlineExceeded'
const NO_DEADLINE = 2_147_483_647

export function newCondition(
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
  now: number,
): DeploymentCondition {
  const time = formatTime(now)
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message }
}

/** Nothing changes when status and reason are the same; the transition time stays with the status. */
export function withCondition(status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus {
  const current = findCondition(status.conditions, condition.type)
  if (current?.status === condition.status && current.reason === condition.reason) return status
  const kept =
    current?.status === condition.status && current.lastTransitionTime !== undefined
      ? { ...condition, lastTransitionTime: current.lastTransitionTime }
      : condition
  return { ...status, conditions: [...others(status, condition.type), kept] }
}

function withoutCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  if (findCondition(status.conditions, type) === undefined) return status
  return { ...status, conditions: others(status, type) }
}

const others = (status: DeploymentStatus, type: string): readonly DeploymentCondition[] =>
  (status.conditions ?? []).filter((condition) => condition.type !== type)

export const hasDeadline = (deployment: Deployment): boolean => {
  const seconds = deployment.spec.progressDeadlineSeconds
  return seconds !== undefined && seconds !== NO_DEADLINE
}

export const progressing = (status: DeploymentStatus): DeploymentCondition | undefined =>
  findCondition(status.conditions, 'Progressing')

export function countStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const sum = (read: (replicaSet: ReplicaSet) => number | undefined): number =>
    all.reduce((total, replicaSet) => total + (read(replicaSet) ?? 0), 0)
  const available = availableReplicas(all)
  const counts = {
    replicas: sum(({ status }) => status.replicas),
    updatedReplicas: newReplicaSet?.status.replicas ?? 0,
    readyReplicas: sum(({ status }) => status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, specReplicas(all) - available),
  }
  const { collisionCount, conditions } = deployment.status
  const { generation } = deployment.metadata
  const status: DeploymentStatus = {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    terminatingReplicas: sum(({ status }) => status.terminatingReplicas),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  }
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment)
  const availability = enough
    ? newCondition(
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
        now,
      )
    : newCondition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        now,
      )
  return withCondition(status, availability)
}

export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = replicasOf(deployment)
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  )
}

function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0)
  return (
    (now.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(now) < old(before) ||
    (now.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (now.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  )
}

/** When it is late, in virtual microseconds; null when there is nothing to be late with. */
export function deadlineAt(deployment: Deployment, status: DeploymentStatus): number | null {
  const condition = progressing(status)
  if (condition === undefined || condition.reason === NEW_AVAILABLE || !hasDeadline(deployment)) return null
  const since = parseTime(condition.lastUpdateTime ?? '') ?? 0
  return since + (deployment.spec.progressDeadlineSeconds ?? 0) * 1_000_000
}

function isTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
  if (progressing(status)?.reason === TIMED_OUT) return true
  const deadline = deadlineAt(deployment, status)
  return deadline !== null && deadline < now
}

/** The status with what a rollout has to say about its progress. */
export function rolloutStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  let status = countStatus(deployment, all, newReplicaSet, now)
  if (!hasDeadline(deployment)) status = withoutCondition(status, 'Progressing')
  const current = progressing(deployment.status)
  const settled = status.replicas === status.updatedReplicas && current?.reason === NEW_AVAILABLE
  if (hasDeadline(deployment) && !settled) status = withProgress(deployment, status, newReplicaSet, now)
  const failure = replicaFailure(all, newReplicaSet)
  return failure === undefined ? withoutCondition(status, 'ReplicaFailure') : withCondition(status, failure)
}

function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  newReplicaSet: ReplicaSet | undefined,
  now: number,
): DeploymentStatus {
  const subject =
    newReplicaSet === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${newReplicaSet.metadata.name}"`
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`
    return withCondition(status, newCondition('Progressing', 'True', NEW_AVAILABLE, message, now))
  }
  if (hasProgressed(deployment.status, status)) {
    const condition = newCondition(
      'Progressing',
      'True',
      'ReplicaSetUpdated',
      `${subject} is progressing.`,
      now,
    )
    const current = progressing(status)
    // Progress within one status must still move the update time, or the deadline would run out.
    const kept =
      current?.status === 'True' && current.lastTransitionTime !== undefined
        ? { ...condition, lastTransitionTime: current.lastTransitionTime }
        : condition
    return withCondition(withoutCondition(status, 'Progressing'), kept)
  }
  if (isTimedOut(deployment, status, now)) {
    const message = `${subject} has timed out progressing.`
    return withCondition(status, newCondition('Progressing', 'False', TIMED_OUT, message, now))
  }
  return status
}

function replicaFailure(
  all: readonly ReplicaSet[],
  newReplicaSet: ReplicaSet | undefined,
): DeploymentCondition | undefined {
  const ordered = newReplicaSet === undefined ? all : [newReplicaSet, ...all]
  for (const { status } of ordered) {
    const failure = findCondition(status.conditions, 'ReplicaFailure')
    if (failure === undefined) continue
    const { type, lastTransitionTime, reason, message } = failure
    return {
      type,
      status: failure.status,
      ...(lastTransitionTime === undefined ? {} : { lastTransitionTime, lastUpdateTime: lastTransitionTime }),
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
    }
  }
  return undefined
}
