// The READY, STATUS and RESTARTS cells of a pod, which sum up its containers.
// Models printPod of kubernetes/pkg/printers/internalversion.
import { formatAge } from '../../../api/duration.ts'
import type { ContainerStatus, Pod } from '../../../api/objects.ts'
import { parseTime } from '../../../api/time.ts'

export interface PodStatusCells {
  readonly ready: string
  readonly status: string
  readonly restarts: string
}

interface Tally {
  readonly reason: string
  readonly ready: number
  readonly restarts: number
  readonly lastRestart: number | undefined
}

export function podStatusCells(pod: Pod, nowMicros: number): PodStatusCells {
  const sidecars = new Set(
    (pod.spec.initContainers ?? [])
      .filter((container) => container.restartPolicy === 'Always')
      .map((c) => c.name),
  )
  const tally = initTally(pod, sidecars) ?? containerTally(pod, sidecars)
  const total = pod.spec.containers.length + sidecars.size
  const ago = tally.lastRestart === undefined ? '' : ` (${formatAge(nowMicros - tally.lastRestart)} ago)`
  return {
    ready: `${tally.ready}/${total}`,
    status: deletionReason(pod, tally.reason),
    restarts: tally.restarts === 0 ? '0' : `${tally.restarts}${ago}`,
  }
}

function deletionReason(pod: Pod, reason: string): string {
  if (pod.metadata.deletionTimestamp === undefined) return reason
  if (pod.status.reason === 'NodeLost') return 'Unknown'
  const finished = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
  return finished ? reason : 'Terminating'
}

function baseReason(pod: Pod): string {
  const gated = pod.status.conditions?.some(
    (c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated',
  )
  if (gated === true) return 'SchedulingGated'
  return pod.status.reason ?? pod.status.phase ?? ''
}

/** While an init container is not through, it alone says what the pod is doing. */
function initTally(pod: Pod, sidecars: ReadonlySet<string>): Tally | undefined {
  const statuses = pod.status.initContainerStatuses ?? []
  let restarts = 0
  let ready = 0
  let lastRestart: number | undefined
  for (const [index, status] of statuses.entries()) {
    restarts += status.restartCount
    lastRestart = latest(lastRestart, status)
    const sidecar = sidecars.has(status.name)
    if (status.state?.terminated?.exitCode === 0) continue
    if (sidecar && status.started === true) {
      if (status.ready) ready++
      continue
    }
    return { reason: `Init:${initReason(status, index, pod)}`, ready, restarts, lastRestart }
  }
  return undefined
}

function initReason(status: ContainerStatus, index: number, pod: Pod): string {
  const terminated = status.state?.terminated
  const waiting = status.state?.waiting
  if (terminated !== undefined) {
    if ((terminated.reason ?? '') !== '') return terminated.reason ?? ''
    return exitText(terminated)
  }
  const reason = waiting?.reason ?? ''
  return reason !== '' && reason !== 'PodInitializing'
    ? reason
    : `${index}/${(pod.spec.initContainers ?? []).length}`
}

function containerTally(pod: Pod, sidecars: ReadonlySet<string>): Tally {
  let reason = baseReason(pod)
  let ready = 0
  let restarts = 0
  let lastRestart: number | undefined
  let running = false
  for (const status of pod.status.initContainerStatuses ?? []) {
    if (!sidecars.has(status.name)) continue
    restarts += status.restartCount
    lastRestart = latest(lastRestart, status)
    if (status.ready) ready++
  }
  // From the last to the first, so that the first container with something to say has the last word.
  for (const status of (pod.status.containerStatuses ?? []).toReversed()) {
    restarts += status.restartCount
    lastRestart = latest(lastRestart, status)
    const { waiting, terminated } = status.state ?? {}
    if ((waiting?.reason ?? '') !== '') reason = waiting?.reason ?? ''
    else if (terminated !== undefined) {
      reason = (terminated.reason ?? '') !== '' ? (terminated.reason ?? '') : exitText(terminated)
    } else if (status.ready && status.state?.running !== undefined) {
      running = true
      ready++
    }
  }
  if (reason === 'Completed' && running) {
    const podReady = pod.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
    reason = podReady ? 'Running' : 'NotReady'
  }
  return { reason, ready, restarts, lastRestart }
}

function exitText(terminated: { readonly exitCode: number; readonly signal?: number }): string {
  const { signal = 0, exitCode } = terminated
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${exitCode}`
}

function latest(before: number | undefined, status: ContainerStatus): number | undefined {
  const finished = status.lastState?.terminated?.finishedAt
  const at = finished === undefined ? undefined : parseTime(finished)
  if (at === undefined) return before
  return before === undefined || at > before ? at : before
}
