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
  const { unknown, running, waiting, stopped, succeeded } = countContainers(pod, statuses)
  // Once the Pod has started, a sidecar that is started again does not take it back.
  if (initialization.pending && running + stopped === 0) return finished ? 'Failed' : 'Pending'
  if (waiting + initialization.waiting > 0) return finished ? 'Failed' : 'Pending'
  if (unknown + initialization.unknown > 0) return 'Pending'
  if (running + initialization.running > 0) return 'Running'
  if (stopped === 0) return 'Pending'
  const allSucceeded = stopped === succeeded
  if (finished) return allSucceeded ? 'Succeeded' : 'Failed'
  if ((pod.spec.restartPolicy ?? 'Always') === 'Always') return 'Running'
  if (allSucceeded) return 'Succeeded'
  return pod.spec.restartPolicy === 'Never' ? 'Failed' : 'Running'
}

const statusOf = (container: Container, statuses: readonly ContainerStatus[]): ContainerStatus | undefined =>
  statuses.find(({ name }) => name === container.name)

const endOf = (status: ContainerStatus | undefined) =>
  status?.state?.terminated ?? (status?.state?.waiting && status.lastState?.terminated)

function countContainers(pod: Pod, statuses: readonly ContainerStatus[]) {
  const counts = { unknown: 0, running: 0, waiting: 0, stopped: 0, succeeded: 0 }
  for (const container of pod.spec.containers) {
    const status = statusOf(container, statuses)
    const ended = endOf(status)
    if (status === undefined) counts.unknown++
    else if (status.state?.running !== undefined) counts.running++
    else if (ended !== undefined) {
      counts.stopped++
      if (ended.exitCode === 0) counts.succeeded++
    } else counts.waiting++
  }
  return counts
}

/** Init containers, and of sidecars what counts as with other containers: an ended one does not. */
function countInitialization(pod: Pod, statuses: readonly ContainerStatus[]) {
  const counts = { pending: false, failed: false, unknown: 0, running: 0, waiting: 0 }
  for (const container of pod.spec.initContainers ?? []) {
    const status = statusOf(container, statuses)
    const ended = endOf(status)
    if (isRestartableInit(container)) {
      if (ended !== undefined) continue
      if (status?.started !== true) counts.pending = true
      if (status === undefined) counts.unknown++
      else if (status.state?.running !== undefined) counts.running++
      else counts.waiting++
      continue
    }
    if (ended === undefined || ended.exitCode !== 0) counts.pending = true
    if (ended !== undefined && ended.exitCode !== 0) counts.failed = true
  }
  return counts
}
