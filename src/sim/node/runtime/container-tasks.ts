// The life of a container in the runtime. Models containerd's internal/cri/server/container_create.go, container_start.go,
// container_stop.go and container_remove.go. Leaves out logs, exec streams, devices and resources.
import type { Micros } from '../../kernel/micros.ts'
import type { Task } from '../../kernel/task.ts'
import { containerBehaviour, fullImageName } from '../../workloads/index.ts'
import type { ContainerConfig, ContainerStatus, CriResult, PodSandboxConfig } from './cri.ts'
import {
  containerOf,
  done,
  failure,
  imageRef,
  newId,
  now,
  pullFromRegistry,
  putContainer,
  record,
  removeRecord,
  sandboxOf,
  startProcess,
  stopProcess,
  work,
} from './effects.ts'
import { identityOf } from './sandbox-tasks.ts'
import { shortId } from './store.ts'

/** A snapshot of the image's layers and an OCI spec. */
const CREATE = { base: 40_000, spread: 60_000 }
/** A shim, runc create and runc start. */
const START = { base: 180_000, spread: 260_000 }
const REMOVE = { base: 5_000, spread: 10_000 }

const NEVER = 0 as Micros

export function* createContainer(
  sandboxId: string,
  config: ContainerConfig,
  sandboxConfig: PodSandboxConfig,
): Task<CriResult> {
  const sandbox = yield* sandboxOf(sandboxId)
  if (sandbox === null)
    return failure('NotFound', `failed to find sandbox id "${sandboxId}": sandbox not found`)
  const who = identityOf(sandboxConfig)
  const id = yield* newId()
  yield* work(CREATE.base, CREATE.spread)
  const status: ContainerStatus = {
    id,
    sandboxId,
    podUid: who.uid,
    metadata: config.metadata,
    state: 'CONTAINER_CREATED',
    createdAt: yield* now(),
    startedAt: NEVER,
    finishedAt: NEVER,
    exitCode: 0,
    signal: 0,
    reason: '',
    message: '',
    image: fullImageName(config.image),
    imageRef: yield* imageRef(config.image),
  }
  const behaviour = containerBehaviour(config, sandboxConfig.annotations)
  yield* putContainer({ status, behaviour, endsAt: null, endCode: 0, stopping: false })
  const text = `container ${config.metadata.name} (${shortId(id)}) created from ${status.image}`
  const { name } = config.metadata
  yield* record({
    type: 'runtime',
    step: 'container-created',
    pod: who.pod,
    uid: who.uid,
    container: name,
    image: config.image,
    text,
  })
  return done({ containerId: id })
}

export function* startContainer(containerId: string): Task<CriResult> {
  const container = yield* containerOf(containerId)
  if (container === null)
    return failure('NotFound', `an error occurred when try to find container "${containerId}": not found`)
  const sandbox = yield* sandboxOf(container.status.sandboxId)
  if (sandbox === null || sandbox.status.state !== 'SANDBOX_READY')
    return failure('Unknown', `sandbox container "${container.status.sandboxId}" is not running`)
  yield* work(START.base, START.spread)
  const who = identityOf(sandbox.config)
  const { startError } = container.behaviour
  const { name } = container.status.metadata
  if (startError !== '') {
    const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${startError}: unknown`
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
    const text = `container ${name} could not be started: ${startError}`
    yield* record({ type: 'runtime', step: 'container-exited', ...who, container: name, exitCode: 128, text })
    return failure('Unknown', message)
  }
  const net = sandbox.config.hostNetwork ? 'the node' : `sandbox ${shortId(sandbox.status.id)}`
  const namespaces = { ...sandbox.status.namespaces, net, pid: 'own', mnt: 'own' }
  const text = `container ${name} started: it joins the network, IPC and UTS namespaces of the pause container`
  const { image } = container.status
  yield* record({
    type: 'runtime',
    step: 'container-started',
    pod: who.pod,
    uid: who.uid,
    container: name,
    image,
    namespaces,
    text,
  })
  yield* startProcess(containerId)
  return done({})
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
