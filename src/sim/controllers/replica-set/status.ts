// The status of a ReplicaSet, computed from its Pods and written when it differs. Models
// pkg/controller/replicaset/replica_set_utils.go.
import { findCondition, removeCondition, setCondition } from '../../api/conditions.ts'
import { deepEqual } from '../../api/json.ts'
import { selectorFromMap, selectorMatches } from '../../api/label-selector.ts'
import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '../../api/objects.ts'
import { REPLICA_SETS } from '../../api/resources.ts'
import { formatTime } from '../../api/time.ts'
import { api } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import { isReady, untilAvailable } from '../runtime/pod-state.ts'
import type { Group } from './tally.ts'
import { sumOf } from './tally.ts'

/** Why replicas could not be made or deleted; null when they could. */
export interface Failure {
  readonly reason: 'FailedCreate' | 'FailedDelete'
  readonly message: string
}

export interface Counted {
  readonly status: ReplicaSetStatus
  /** When the next Pod becomes available by time alone; null: none will. */
  readonly nextAvailable: number | null
}

const STATUS_RETRIES = 1

export function countStatus(
  replicaSet: ReplicaSet,
  active: readonly Pod[],
  terminating: number,
  failure: Failure | null,
  now: number,
): Counted {
  const templateLabels = selectorFromMap(replicaSet.spec.template.metadata?.labels ?? {})
  const minReadySeconds = replicaSet.spec.minReadySeconds ?? 0
  let fullyLabeledReplicas = 0
  let readyReplicas = 0
  let availableReplicas = 0
  let nextAvailable: number | null = null
  for (const pod of active) {
    if (selectorMatches(templateLabels, pod.metadata.labels)) fullyLabeledReplicas++
    if (!isReady(pod)) continue
    readyReplicas++
    const wait = untilAvailable(pod, minReadySeconds, now) ?? 0
    if (wait === 0) availableReplicas++
    else nextAvailable = nextAvailable === null ? wait : Math.min(nextAvailable, wait)
  }
  const counts = {
    replicas: active.length,
    fullyLabeledReplicas,
    readyReplicas,
    availableReplicas,
    terminatingReplicas: terminating,
  }
  return { status: statusOf(replicaSet, counts, failure, now), nextAvailable }
}

/** The status where every ready Pod is available, from counts alone. */
export function tallyStatus(
  replicaSet: ReplicaSet,
  groups: readonly Group[],
  failure: Failure | null,
  now: number,
): ReplicaSetStatus {
  const templateLabels = selectorFromMap(replicaSet.spec.template.metadata?.labels ?? {})
  const { active, ready, terminating } = sumOf(groups)
  const counts = {
    replicas: active,
    fullyLabeledReplicas: sumOf(groups.filter(({ labels }) => selectorMatches(templateLabels, labels)))
      .active,
    readyReplicas: ready,
    availableReplicas: ready,
    terminatingReplicas: terminating,
  }
  return statusOf(replicaSet, counts, failure, now)
}

interface StatusCounts {
  readonly replicas: number
  readonly fullyLabeledReplicas: number
  readonly readyReplicas: number
  readonly availableReplicas: number
  readonly terminatingReplicas: number
}

function statusOf(
  replicaSet: ReplicaSet,
  counts: StatusCounts,
  failure: Failure | null,
  now: number,
): ReplicaSetStatus {
  const { fullyLabeledReplicas, readyReplicas, availableReplicas } = counts
  const conditions = nextConditions(replicaSet, failure, now)
  const { generation } = replicaSet.metadata
  return {
    replicas: counts.replicas,
    ...(fullyLabeledReplicas === 0 ? {} : { fullyLabeledReplicas }),
    ...(readyReplicas === 0 ? {} : { readyReplicas }),
    ...(availableReplicas === 0 ? {} : { availableReplicas }),
    terminatingReplicas: counts.terminatingReplicas,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(conditions.length === 0 ? {} : { conditions }),
  }
}

function nextConditions(
  { status }: ReplicaSet,
  failure: Failure | null,
  now: number,
): readonly ReplicaSetCondition[] {
  if (failure === null) return removeCondition(status.conditions, 'ReplicaFailure')
  if (findCondition(status.conditions, 'ReplicaFailure') !== undefined) return status.conditions ?? []
  const lastTransitionTime = formatTime(now)
  return setCondition(status.conditions, {
    type: 'ReplicaFailure',
    status: 'True',
    lastTransitionTime,
    ...failure,
  })
}

export function sameStatus(a: ReplicaSetStatus, b: ReplicaSetStatus): boolean {
  return (
    a.replicas === b.replicas &&
    (a.fullyLabeledReplicas ?? 0) === (b.fullyLabeledReplicas ?? 0) &&
    (a.readyReplicas ?? 0) === (b.readyReplicas ?? 0) &&
    (a.availableReplicas ?? 0) === (b.availableReplicas ?? 0) &&
    (a.terminatingReplicas ?? 0) === (b.terminatingReplicas ?? 0) &&
    (a.observedGeneration ?? 0) === (b.observedGeneration ?? 0) &&
    deepEqual(a.conditions ?? [], b.conditions ?? [])
  )
}

/** Returns what went wrong, or null. A conflict is tried once more on the newest object. */
export function* writeStatus(replicaSet: ReplicaSet, status: ReplicaSetStatus): Task<string | null> {
  const { namespace, name } = replicaSet.metadata
  let target = replicaSet
  for (let attempt = 0; ; attempt++) {
    const written = yield* api.updateStatus(REPLICA_SETS, { ...target, status })
    if (written.ok) return null
    if (attempt >= STATUS_RETRIES) return written.status.message ?? 'status update failed'
    const fresh = yield* api.get(REPLICA_SETS, namespace, name)
    if (!fresh.ok) return fresh.status.message ?? 'get failed'
    target = fresh.object
  }
}
