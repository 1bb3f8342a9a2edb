// The phase of a Pod, from its containers. Pure. Models getPhase of pkg/kubelet/kubelet_pods.go.
import type { Container, ContainerStatus, Pod, PodPhase } from '../../api/objects.ts'
import { isRestartableInit } from './pod-runtime.ts'

/** `finished`: nothing of the Pod will be started again. */
export function podPhase(
  pod: Pod,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
  finished: boolean,
): PodPhase {
  const initialization = countInitialization(pod, initStatuses)
  if (initialization.failed && pod.spec.restartPolicy === 'Never') return 'Failed'
  const counts = { unknown: 0, running: 0, waiting: 0, stopped: 0, succeeded: 0 }
  for (const container of pod.spec.containers) {
    const status = statusOf(container, statuses)
    const ended = status?.state?.terminated ?? (status?.state?.waiting && status.lastState?.terminated)
    if (status === undefined) counts.unknown++
    else if (status.state?.running !== undefined) counts.running++
    else if (ended !== undefined) {
      counts.stopped++
      if (ended.exitCode === 0) counts.succeeded++
    } else counts.waiting++
  }
  if (initialization.pending && counts.running + counts.stopped === 0) return finished ? 'Failed' : 'Pending'
  if (counts.waiting > 0) return finished ? 'Failed' : 'Pending'
  if (counts.running > 0 && counts.unknown === 0) return 'Running'
  if (counts.running > 0 || counts.stopped === 0 || counts.unknown > 0) return 'Pending'
  const allSucceeded = counts.stopped === counts.succeeded
  if (finished) return allSucceeded ? 'Succeeded' : 'Failed'
  if ((pod.spec.restartPolicy ?? 'Always') === 'Always') return 'Running'
  if (allSucceeded) return 'Succeeded'
  return pod.spec.restartPolicy === 'Never' ? 'Failed' : 'Running'
}

const statusOf = (container: Container, statuses: readonly ContainerStatus[]): ContainerStatus | undefined =>
  statuses.find(({ name }) => name === container.name)

function countInitialization(
  pod: Pod,
  statuses: readonly ContainerStatus[],
): { readonly pending: boolean; readonly failed: boolean } {
  let pending = false
  let failed = false
  for (const container of pod.spec.initContainers ?? []) {
    const status = statusOf(container, statuses)
    if (isRestartableInit(container)) {
      if (status?.started !== true) pending = true
      continue
    }
    const ended = status?.state?.terminated ?? (status?.state?.waiting && status.lastState?.terminated)
    if (ended === undefined) pending = true
    else if (ended.exitCode !== 0) {
      failed = true
      pending = true
    }
  }
  return { pending, failed }
}
