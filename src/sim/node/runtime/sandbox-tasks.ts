// The life of a pod sandbox in the runtime. Models containerd's internal/cri/server/sandbox_run.go, sandbox_stop.go and
// sandbox_remove.go. One departure, in favour of what is taught: the pause container is shown before CNI ADD, while
// containerd pins the network namespace first and starts pause in it at the end.
import type { Task } from '../../kernel/task.ts'
import type { CriResult, PodSandboxConfig } from './cri.ts'
import { PAUSE_IMAGE } from './cri.ts'
import {
  callCni,
  containersOf,
  create,
  done,
  failure,
  haveImage,
  putSandbox,
  record,
  removeRecord,
  sandboxConnected,
  sandboxCreated,
  sandboxOf,
  stopProcess,
  work,
} from './effects.ts'
import { identityOf, newSandbox } from './records.ts'
import { shortId } from './store.ts'

/** Snapshot, spec and shim of the pause container. */
const CREATE_PAUSE = { base: 60_000, spread: 60_000 }
const STOP_PAUSE = { base: 15_000, spread: 20_000 }
const REMOVE_SANDBOX = { base: 5_000, spread: 10_000 }

export function* runPodSandbox(config: PodSandboxConfig): Task<CriResult> {
  const image = yield* haveImage(PAUSE_IMAGE, identityOf(config))
  if (!image.ok)
    return failure('Unknown', `failed to get sandbox image "${PAUSE_IMAGE}": ${image.error.message}`)
  const sandbox = newSandbox(config, yield* create(CREATE_PAUSE.base, CREATE_PAUSE.spread))
  const { id } = sandbox.status
  yield* sandboxCreated(sandbox)
  if (config.hostNetwork) {
    yield* putSandbox(sandbox)
    return done({ sandboxId: id })
  }
  const { netns } = sandbox
  const { pod } = identityOf(config)
  const added = yield* callCni({ command: 'ADD', sandboxId: id, netns, pod })
  if (!added.ok || added.add === undefined) {
    // Whatever the plugins did before they failed has to be undone before the names may be used again.
    yield* callCni({ command: 'DEL', sandboxId: id, netns, pod })
    const reason = added.ok ? 'no result' : added.message
    return failure('Unknown', `failed to setup network for sandbox "${id}": ${reason}`)
  }
  yield* sandboxConnected(sandbox, added.add)
  return done({ sandboxId: id })
}

export function* stopPodSandbox(sandboxId: string): Task<CriResult> {
  const sandbox = yield* sandboxOf(sandboxId)
  if (sandbox === null) return done({})
  const who = identityOf(sandbox.config)
  for (const container of yield* containersOf(sandboxId))
    if (container.status.state === 'CONTAINER_RUNNING') yield* stopProcess(container.status.id, 0)
  if (!sandbox.config.hostNetwork) {
    const removed = yield* callCni({ command: 'DEL', sandboxId, netns: sandbox.netns, pod: who.pod })
    if (!removed.ok)
      return failure('Unknown', `failed to destroy network for sandbox "${sandboxId}": ${removed.message}`)
    if (sandbox.status.ip !== '') {
      const text = `CNI DEL: ${sandbox.status.ip} is free again`
      yield* record({ type: 'runtime', step: 'network-removed', ...who, ip: sandbox.status.ip, text })
    }
  }
  if (sandbox.status.state === 'SANDBOX_READY') yield* work(STOP_PAUSE.base, STOP_PAUSE.spread)
  const current = yield* sandboxOf(sandboxId)
  if (current === null) return done({})
  yield* putSandbox({ ...current, status: { ...current.status, state: 'SANDBOX_NOTREADY', ip: '' } })
  if (sandbox.status.state === 'SANDBOX_READY') {
    const text = `pause container ${shortId(sandboxId)} stopped: its namespaces are gone`
    yield* record({ type: 'runtime', step: 'sandbox-stopped', ...who, text })
  }
  return done({})
}

export function* removePodSandbox(sandboxId: string): Task<CriResult> {
  const sandbox = yield* sandboxOf(sandboxId)
  if (sandbox === null) return done({})
  if (sandbox.status.state === 'SANDBOX_READY') {
    const stopped = yield* stopPodSandbox(sandboxId)
    if (!stopped.ok) return stopped
  }
  yield* work(REMOVE_SANDBOX.base, REMOVE_SANDBOX.spread)
  const { uid, pod } = identityOf(sandbox.config)
  for (const container of yield* containersOf(sandboxId)) yield* removeRecord(container.status.id, uid)
  yield* removeRecord(sandboxId, uid)
  const text = `sandbox ${shortId(sandboxId)} and what was in it removed`
  yield* record({ type: 'runtime', step: 'pod-removed', pod, uid, text })
  return done({})
}
