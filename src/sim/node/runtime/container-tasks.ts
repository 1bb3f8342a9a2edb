// The life of a container in the runtime. Models containerd's internal/cri/server/container_create.go, container_start.go,
// container_stop.go and container_remove.go. Leaves out logs, exec streams, devices and resources.
import type { Task } from '../../kernel/task.ts'
import { containerBehaviour } from '../../workloads/index.ts'
import type { ContainerConfig, ContainerStatus, CriResult, PodSandboxConfig } from './cri.ts'
import {
  abandoned,
  containerCreated,
  containerOf,
  containerStarted,
  create,
  done,
  failure,
  notFound,
  now,
  pullFromRegistry,
  putContainer,
  record,
  removeRecord,
  sandboxOf,
  startable,
  stopProcess,
  work,
} from './effects.ts'
import { identityOf } from './records.ts'

/** A snapshot of the image's layers and an OCI spec. */
const CREATE = { base: 40_000, spread: 60_000 }
/** A shim, runc create and runc start. */
const START = { base: 180_000, spread: 260_000 }
const REMOVE = { base: 5_000, spread: 10_000 }

export function* createContainer(
  sandboxId: string,
  config: ContainerConfig,
  sandboxConfig: PodSandboxConfig,
): Task<CriResult> {
  const sandbox = yield* sandboxOf(sandboxId)
  if (sandbox === null)
    return failure('NotFound', `failed to find sandbox id "${sandboxId}": sandbox not found`)
  const created = yield* create(CREATE.base, CREATE.spread)
  yield* containerCreated({ created, sandboxId, config, sandboxConfig })
  return done({ containerId: created.id })
}

export function* startContainer(containerId: string): Task<CriResult> {
  const found = yield* startable(containerId)
  if ('code' in found) return { ok: false, error: found }
  yield* work(START.base, START.spread)
  // What nobody waits for must not run: a kubelet that was restarted starts the container anew, if it may be restarted.
  const isAbandoned = yield* abandoned()
  const container = yield* containerOf(containerId)
  if (container === null) return { ok: false, error: notFound(`container "${containerId}"`) }
  const { startError } = container.behaviour
  if (startError === '' && !isAbandoned) {
    yield* containerStarted({ container, sandbox: found.sandbox })
    return done({})
  }
  const { name } = container.status.metadata
  const message = isAbandoned
    ? `failed to start containerd task "${containerId}": context canceled`
    : `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${startError}: unknown`
  const finishedAt = yield* now()
  const failed: ContainerStatus = {
    ...container.status,
    state: 'CONTAINER_EXITED',
    finishedAt,
    exitCode: 128,
    reason: 'StartError',
    message,
  }
  yield* putContainer({ ...container, status: failed })
  const who = identityOf(found.sandbox.config)
  const text = `container ${name} could not be started: ${isAbandoned ? 'whoever asked for it is gone' : startError}`
  yield* record({ type: 'runtime', step: 'container-exited', ...who, container: name, exitCode: 128, text })
  return failure('Unknown', message)
}

export function* stopContainer(containerId: string, timeoutSeconds: number): Task<CriResult> {
  const container = yield* containerOf(containerId)
  if (container === null || container.status.state !== 'CONTAINER_RUNNING') return done({})
  yield* stopProcess(containerId, timeoutSeconds * 1_000_000)
  return done({})
}

export function* removeContainer(containerId: string): Task<CriResult> {
  const container = yield* containerOf(containerId)
  if (container === null) return done({})
  if (container.status.state === 'CONTAINER_RUNNING') yield* stopProcess(containerId, 0)
  yield* work(REMOVE.base, REMOVE.spread)
  yield* removeRecord(containerId, container.status.podUid)
  return done({})
}

export function* pullImage(image: string, sandboxConfig: PodSandboxConfig): Task<CriResult> {
  const { pull } = containerBehaviour({ image }, sandboxConfig.annotations)
  const outcome = yield* pullFromRegistry(image, pull === 'fail', identityOf(sandboxConfig))
  if (!outcome.ok) return { ok: false, error: outcome.error }
  return done({ imageRef: outcome.imageRef, sizeBytes: outcome.sizeBytes })
}
