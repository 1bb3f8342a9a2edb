// The three syncs of a Pod worker: keep the Pod as its spec says, stop it, and close it. Models SyncPod,
// SyncTerminatingPod of pkg/kubelet/kubelet.go and SyncPod of pkg/kubelet/kuberuntime. A sync that finds its Pod to be
// terminated gets `Canceled` from the runtime's calls, and ends. Leaves out postStart hooks and ephemeral containers.
import type { Container, Labels, Pod } from '../../api/objects.ts'
import { recordEvent, sleep } from '../../client/index.ts'
import { micros } from '../../kernel/micros.ts'
import type { Task } from '../../kernel/task.ts'
import { preStopSeconds } from '../../workloads/index.ts'
import type { PodSandboxConfig } from '../runtime/cri.ts'
import { criErrorText } from '../runtime/cri.ts'
import type { DelayedCall, PodView } from './effects.ts'
import { cri, criAll, freshPodView, podView, record, reportStatus } from './effects.ts'
import type { ContainerToKill, PodActions } from './pod-actions.ts'
import { computePodActions } from './pod-actions.ts'
import { missingReference, volumeReferences } from './pod-dependencies.ts'
import { anythingRuns, isRestartableInit, isRunning } from './pod-runtime.ts'
import { containerReference, startContainer } from './start-container.ts'

/** `retryMicros` null: after the usual time. */
export type SyncOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'finished' }
  | { readonly kind: 'retry'; readonly retryMicros: number | null }

const DONE: SyncOutcome = { kind: 'done' }
const RETRY: SyncOutcome = { kind: 'retry', retryMicros: null }
const NETWORK_RETRY_MICROS = 1_000_000
/** However long a preStop hook takes, the process gets this long after it. */
const MIN_GRACE_AFTER_HOOK = 2

export function* syncPod(uid: string): Task<SyncOutcome> {
  const phase = yield* reportStatus(uid)
  if (phase === 'Succeeded' || phase === 'Failed') return { kind: 'finished' }
  const view = yield* podView(uid)
  const { pod } = view
  if (!view.networkReady && pod.spec.hostNetwork !== true) {
    const message = `network is not ready: ${view.networkMessage}`
    yield* recordEvent({ object: pod, type: 'Warning', reason: 'NetworkNotReady', message })
    return { kind: 'retry', retryMicros: NETWORK_RETRY_MICROS }
  }
  const actions = computePodActions(pod, view.runtime, view.probes)
  if (actions.killPod) {
    const stopped = !anythingRuns(view.runtime) || (yield* killPod(view, view.graceSeconds))
    if (!stopped) return RETRY
    if (!actions.createSandbox) return DONE
  } else if (actions.toKill.length > 0) yield* killContainers(pod, actions.toKill, view.graceSeconds)
  else if (actions.initToStart.length + actions.toStart.length === 0) return DONE
  if (actions.createSandbox && !(yield* mountVolumes(pod))) return RETRY
  const config = sandboxConfigOf(pod, actions.attempt)
  const sandboxId = actions.createSandbox
    ? yield* createSandbox(pod, config, view.runtime.sandboxes.length > 0)
    : actions.sandboxId
  if (sandboxId === null) return RETRY
  return yield* startContainers(view, actions, sandboxId, config)
}

function* startContainers(
  view: PodView,
  actions: PodActions,
  sandboxId: string,
  config: PodSandboxConfig,
): Task<SyncOutcome> {
  const { pod, runtime } = view
  let outcome: SyncOutcome = DONE
  const starts: readonly (readonly [Container, boolean])[] = [
    ...actions.initToStart.map((container) => [container, true] as const),
    ...actions.toStart.map((container) => [container, false] as const),
  ]
  for (const [container, init] of starts) {
    const result = yield* startContainer(pod, container, init, sandboxId, config, runtime)
    if (!result.started) outcome = earlier(outcome, result.retryMicros)
  }
  // Why a container waits is known only now.
  if (outcome.kind === 'retry') yield* reportStatus(pod.metadata.uid)
  return outcome
}

function earlier(outcome: SyncOutcome, retryMicros: number | null): SyncOutcome {
  if (outcome.kind !== 'retry') return { kind: 'retry', retryMicros }
  if (outcome.retryMicros === null || retryMicros === null) return RETRY
  return { kind: 'retry', retryMicros: Math.min(outcome.retryMicros, retryMicros) }
}

/** The volume manager's reconciler looks each 100 ms: half of that on average. */
const MOUNT_MICROS = micros(50_000)

function* mountVolumes(pod: Pod): Task<boolean> {
  const { namespace, name, uid } = pod.metadata
  const volumes = pod.spec.volumes ?? []
  for (const reference of volumeReferences(pod)) {
    const missing = yield* missingReference(namespace, [reference])
    if (missing === '') continue
    const message = `MountVolume.SetUp failed for volume "${reference.volume}" : ${missing}`
    yield* recordEvent({ object: pod, type: 'Warning', reason: 'FailedMount', message })
    return false
  }
  if (volumes.length === 0) return true
  yield* sleep(MOUNT_MICROS)
  const text = `volumes mounted: ${volumes.map((volume) => volume.name).join(', ')}`
  yield* record({ type: 'runtime', step: 'volumes-mounted', pod: `${namespace}/${name}`, uid, text })
  return true
}

const NO_LABELS: Labels = Object.freeze({})

function sandboxConfigOf(pod: Pod, attempt: number): PodSandboxConfig {
  const { name, namespace, uid, labels, annotations } = pod.metadata
  return {
    metadata: { name, uid, namespace, attempt },
    hostname: pod.spec.hostname ?? name,
    labels: labels ?? NO_LABELS,
    annotations: annotations ?? NO_LABELS,
    hostNetwork: pod.spec.hostNetwork === true,
  }
}

function* createSandbox(pod: Pod, config: PodSandboxConfig, again: boolean): Task<string | null> {
  if (again) {
    const message = 'Pod sandbox changed, it will be killed and re-created.'
    yield* recordEvent({ object: pod, type: 'Normal', reason: 'SandboxChanged', message })
  }
  const sandbox = yield* cri(pod.metadata.uid, { method: 'RunPodSandbox', config })
  if (sandbox.ok) return sandbox.value.sandboxId
  if (sandbox.error.code === 'Canceled') return null
  const message = `Failed to create pod sandbox: ${criErrorText(sandbox.error)}`
  yield* recordEvent({ object: pod, type: 'Warning', reason: 'FailedCreatePodSandBox', message })
  return null
}

function* killContainers(pod: Pod, kills: readonly ContainerToKill[], graceSeconds: number): Task<boolean> {
  if (kills.length === 0) return true
  const init = new Set((pod.spec.initContainers ?? []).map(({ name }) => name))
  for (const { name, message } of kills) {
    const object = containerReference(pod, name, init.has(name))
    yield* recordEvent({ object, type: 'Normal', reason: 'Killing', message })
  }
  const calls = kills.map(({ containerId, name }) => stopAfterHook(pod, containerId, name, graceSeconds))
  const results = yield* criAll(pod.metadata.uid, calls)
  return results.every(({ ok }) => ok)
}

/** The preStop hook runs first, and on the container's own grace period. */
function stopAfterHook(pod: Pod, containerId: string, name: string, graceSeconds: number): DelayedCall {
  const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((c) => c.name === name)
  const hook = container === undefined ? 0 : Math.min(preStopSeconds(container), graceSeconds)
  const timeoutSeconds = hook === 0 ? graceSeconds : Math.max(MIN_GRACE_AFTER_HOOK, graceSeconds - hook)
  return { call: { method: 'StopContainer', containerId, timeoutSeconds }, afterMicros: hook * 1_000_000 }
}

/** Stops all containers at once, sidecars after the others, and then the sandbox. */
function* killPod(view: PodView, graceSeconds: number): Task<boolean> {
  const { pod, runtime } = view
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isRestartableInit).map(({ name }) => name))
  const running = runtime.containers.filter(isRunning).map((status): ContainerToKill => {
    const { name } = status.metadata
    return { containerId: status.id, name, message: `Stopping container ${name}` }
  })
  const isSidecar = ({ name }: ContainerToKill): boolean => sidecars.has(name)
  const others = running.filter((kill) => !isSidecar(kill))
  if (!(yield* killContainers(pod, others, graceSeconds))) return false
  if (!(yield* killContainers(pod, running.filter(isSidecar), graceSeconds))) return false
  for (const { id, state } of runtime.sandboxes) {
    if (state !== 'SANDBOX_READY') continue
    const stopped = yield* cri(pod.metadata.uid, { method: 'StopPodSandbox', sandboxId: id })
    if (!stopped.ok) return false
  }
  return true
}

export function* syncTerminatingPod(uid: string): Task<SyncOutcome> {
  yield* reportStatus(uid)
  const view = yield* freshPodView(uid)
  if (!(yield* killPod(view, view.graceSeconds))) return RETRY
  yield* freshPodView(uid)
  yield* reportStatus(uid, true)
  return DONE
}

/** A shorter grace period was asked for while the Pod is being stopped. */
export function* stopSooner(uid: string): Task<void> {
  const { runtime, graceSeconds } = yield* freshPodView(uid)
  const calls = runtime.containers.filter(isRunning).map(({ id }): DelayedCall => {
    const call = { method: 'StopContainer', containerId: id, timeoutSeconds: graceSeconds } as const
    return { call, afterMicros: 0 }
  })
  yield* criAll(uid, calls)
}
