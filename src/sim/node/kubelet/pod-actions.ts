// What has to be done to make a Pod's containers what its spec says. Pure. Models computePodActions and PodSandboxChanged
// of pkg/kubelet/kuberuntime; leaves out ephemeral containers, in-place resizing and per-container restart rules.
import { own } from '../../api/json.ts'
import type { Container, Pod } from '../../api/objects.ts'
import type { ContainerStatus, PodSandboxStatus } from '../runtime/cri.ts'
import type { PodRuntime } from './pod-runtime.ts'
import {
  imageChanged,
  isRestartableInit,
  isRunning,
  latestContainer,
  shouldBeRestarted,
} from './pod-runtime.ts'

export interface ContainerToKill {
  readonly containerId: string
  readonly name: string
  readonly message: string
}

export interface PodActions {
  /** Everything that runs has to be stopped, the sandbox included. */
  readonly killPod: boolean
  readonly createSandbox: boolean
  /** The number of the sandbox to create. */
  readonly attempt: number
  /** The sandbox in use, where none has to be created. */
  readonly sandboxId: string
  readonly initToStart: readonly Container[]
  readonly toStart: readonly Container[]
  readonly toKill: readonly ContainerToKill[]
}

/** What the probes found, by container. */
export interface ProbeFindings {
  /** Containers that failed their liveness or startup probe, with the probe's name. */
  readonly failed: Readonly<Record<string, 'liveness' | 'startup'>>
  /** Containers whose startup probe has not succeeded yet. */
  readonly starting: Readonly<Record<string, true>>
}

const restartsOnFailure = (pod: Pod): boolean => pod.spec.restartPolicy !== 'Never'

const isReady = ({ state }: PodSandboxStatus): boolean => state === 'SANDBOX_READY'

export function podSandboxChanged(
  pod: Pod,
  runtime: PodRuntime,
): { readonly changed: boolean; readonly attempt: number; readonly sandboxId: string } {
  const latest = runtime.sandboxes[0]
  if (latest === undefined) return { changed: true, attempt: 0, sandboxId: '' }
  const { sandboxes } = runtime
  const several = sandboxes.length > 1 && sandboxes.filter(isReady).length > 1
  const next = latest.metadata.attempt + 1
  const hostNetwork = pod.spec.hostNetwork === true
  const unusable =
    several ||
    latest.state !== 'SANDBOX_READY' ||
    latest.hostNetwork !== hostNetwork ||
    (!hostNetwork && latest.ip === '')
  return unusable
    ? { changed: true, attempt: next, sandboxId: '' }
    : { changed: false, attempt: latest.metadata.attempt, sandboxId: latest.id }
}

export function computePodActions(pod: Pod, runtime: PodRuntime, probes: ProbeFindings): PodActions {
  const { changed, attempt, sandboxId } = podSandboxChanged(pod, runtime)
  if (changed) {
    const { createSandbox, initToStart, toStart, toKill } = inNewSandbox(pod, runtime, attempt)
    return { killPod: true, createSandbox, attempt, sandboxId, initToStart, toStart, toKill }
  }
  const createSandbox = false

  const init = initActions(pod, runtime, probes)
  const initToStart = init.start
  if (init.giveUp)
    return { killPod: true, createSandbox, attempt, sandboxId, initToStart: [], toStart: [], toKill: [] }
  if (!init.done)
    return { killPod: false, createSandbox, attempt, sandboxId, initToStart, toStart: [], toKill: init.kill }

  const toStart: Container[] = []
  const toKill: ContainerToKill[] = [...init.kill]
  let kept = 0
  for (const container of pod.spec.containers) {
    const status = latestContainer(runtime, container.name)
    if (status === undefined || !isRunning(status)) {
      if (shouldBeRestarted(container, pod, runtime)) toStart.push(container)
      continue
    }
    const verdict = verdictOn(container, status, pod, probes)
    if (verdict === null) {
      kept++
      continue
    }
    if (verdict.restart) toStart.push(container)
    toKill.push({ containerId: status.id, name: container.name, message: verdict.message })
  }
  const killPod = kept === 0 && toStart.length === 0
  return { killPod, createSandbox, attempt, sandboxId, initToStart, toStart, toKill }
}

/** A new sandbox starts everything over, but what must not run again. */
function inNewSandbox(
  pod: Pod,
  runtime: PodRuntime,
  attempt: number,
): Pick<PodActions, 'createSandbox' | 'initToStart' | 'toStart' | 'toKill'> {
  const nothing = { createSandbox: false, initToStart: [], toStart: [], toKill: [] }
  if (!restartsOnFailure(pod) && attempt !== 0 && runtime.containers.length > 0) return nothing
  const succeeded = (container: Container): boolean =>
    pod.spec.restartPolicy === 'OnFailure' && endedWell(latestContainer(runtime, container.name))
  const toStart = pod.spec.containers.filter((container) => !succeeded(container))
  if (toStart.length === 0) return nothing
  const firstInit = pod.spec.initContainers?.[0]
  if (firstInit !== undefined)
    return { createSandbox: true, initToStart: [firstInit], toStart: [], toKill: [] }
  return { createSandbox: true, initToStart: [], toStart, toKill: [] }
}

const endedWell = (status: ContainerStatus | undefined): boolean =>
  status?.state === 'CONTAINER_EXITED' && status.exitCode === 0

function verdictOn(
  container: Container,
  status: ContainerStatus,
  pod: Pod,
  probes: ProbeFindings,
): { readonly restart: boolean; readonly message: string } | null {
  if (imageChanged(container, status)) {
    const message = `Container ${container.name} definition changed, will be restarted`
    return { restart: true, message }
  }
  const failed = own(probes.failed, container.name)
  if (failed === undefined) return null
  const restart = restartsOnFailure(pod)
  const then = restart ? ', will be restarted' : ''
  return { restart, message: `Container ${container.name} failed ${failed} probe${then}` }
}

interface InitActions {
  readonly done: boolean
  /** An init container failed for good. */
  readonly giveUp: boolean
  readonly start: readonly Container[]
  readonly kill: readonly ContainerToKill[]
}

/** Init containers run one after the other; sidecars among them go on running. */
function initActions(pod: Pod, runtime: PodRuntime, probes: ProbeFindings): InitActions {
  const start: Container[] = []
  const kill: ContainerToKill[] = []
  const stopHere = (): InitActions => ({ done: false, giveUp: false, start, kill })
  const initialized = pod.spec.containers.some(({ name }) => latestContainer(runtime, name) !== undefined)
  for (const container of pod.spec.initContainers ?? []) {
    const status = latestContainer(runtime, container.name)
    if (isRestartableInit(container)) {
      const verdict =
        isRunning(status) && status !== undefined ? verdictOn(container, status, pod, probes) : null
      if (verdict !== null && status !== undefined)
        kill.push({ containerId: status.id, name: container.name, message: verdict.message })
      if (!isRunning(status) || verdict !== null) start.push(container)
      const serving = isRunning(status) && own(probes.starting, container.name) === undefined
      if (!serving && !initialized) return stopHere()
      continue
    }
    if (initialized || endedWell(status)) continue
    if (isRunning(status)) return stopHere()
    const failed = status?.state === 'CONTAINER_EXITED'
    if (failed && !restartsOnFailure(pod)) return { done: false, giveUp: true, start, kill }
    start.push(container)
    return stopHere()
  }
  return { done: true, giveUp: false, start, kill }
}
