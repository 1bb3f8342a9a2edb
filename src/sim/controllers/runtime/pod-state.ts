// What controllers ask about a Pod. Models pkg/api/v1/pod/util.go and the deletion ranking's questions.
import type { Pod, PodCondition } from '../../api/objects.ts'
import { parseTime } from '../../api/time.ts'

export const isTerminal = (pod: Pod): boolean =>
  pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'

/** It runs or may yet run: it counts as a replica. */
export const isActive = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp === undefined && !isTerminal(pod)

export const isTerminating = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp !== undefined && !isTerminal(pod)

export function readyCondition(pod: Pod): PodCondition | undefined {
  const { conditions } = pod.status
  if (conditions === undefined) return undefined
  for (const condition of conditions) if (condition.type === 'Ready') return condition
  return undefined
}

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True'

/** Since when it is ready, in virtual microseconds; undefined when it is not, or when its status does not say. */
export function readySince(pod: Pod): number | undefined {
  const condition = readyCondition(pod)
  if (condition?.status !== 'True') return undefined
  return parseTime(condition.lastTransitionTime ?? '')
}

/** How long until it has been ready for `minReadySeconds`; 0 when it is available, null when it is not ready. */
export function untilAvailable(pod: Pod, minReadySeconds: number, now: number): number | null {
  if (!isReady(pod)) return null
  if (minReadySeconds === 0) return 0
  const since = readySince(pod)
  return since === undefined ? null : Math.max(0, since + minReadySeconds * 1_000_000 - now)
}

export function mostRestarts(pod: Pod): number {
  let most = 0
  for (const container of pod.status.containerStatuses ?? []) most = Math.max(most, container.restartCount)
  return most
}
