// Starting one container: back-off, image, create, start, with the Events that people read. Models startContainer of
// pkg/kubelet/kuberuntime and EnsureImageExists of pkg/kubelet/images; leaves out lifecycle hooks.
import { formatDuration } from '../../api/duration.ts'
import type { Container, ObjectReference, Pod } from '../../api/objects.ts'
import { unitValue } from '../../api/quantity.ts'
import { recordEvent } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import { imageNameError } from '../../workloads/index.ts'
import type { ContainerConfig, PodSandboxConfig } from '../runtime/cri.ts'
import { criErrorText } from '../runtime/cri.ts'
import { cri, imageBackOff, imageFailed, pullQueued, record, restartBackOff, setProblem } from './effects.ts'
import { environmentReferences, missingReference } from './pod-dependencies.ts'
import type { PodRuntime } from './pod-runtime.ts'
import { latestContainer } from './pod-runtime.ts'
import { sharedText } from './shared-text.ts'

/** Whether it was started; else when to try again: after `retryMicros`, or (null) after the usual time. */
export type StartOutcome =
  | { readonly started: true }
  | { readonly started: false; readonly retryMicros: number | null }

const STARTED: StartOutcome = { started: true }
const FAILED: StartOutcome = { started: false, retryMicros: null }

/** `web_default(3f2a…)`, as the kubelet prints a Pod. */
const podText = ({ metadata }: Pod): string => `${metadata.name}_${metadata.namespace}(${metadata.uid})`

/** One text for all containers of a name. */
const fieldPathOf = (container: string, init: boolean): string =>
  sharedText(['spec.', init ? 'initContainers' : 'containers', '{', container, '}'])

export function containerReference(pod: Pod, container: string, init: boolean): ObjectReference {
  const { namespace, name, uid, resourceVersion } = pod.metadata
  const fieldPath = fieldPathOf(container, init)
  return { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, resourceVersion, fieldPath }
}

export function* startContainer(
  pod: Pod,
  container: Container,
  init: boolean,
  sandboxId: string,
  sandboxConfig: PodSandboxConfig,
  runtime: PodRuntime,
): Task<StartOutcome> {
  const { uid } = pod.metadata
  const object = containerReference(pod, container.name, init)
  const latest = latestContainer(runtime, container.name)
  if (latest?.state === 'CONTAINER_EXITED') {
    const { delay, remaining } = yield* restartBackOff(uid, container.name, latest.finishedAt)
    if (delay > 0) {
      const restarting = `restarting failed container`
      const message = `Back-off ${restarting} ${container.name} in pod ${podText(pod)}`
      yield* recordEvent({ object, type: 'Warning', reason: 'BackOff', message })
      const detail = `back-off ${formatDuration(delay)} ${restarting}=${container.name} pod=${podText(pod)}`
      yield* setProblem(uid, container.name, { reason: 'CrashLoopBackOff', message: detail })
      return { started: false, retryMicros: remaining }
    }
  }
  const image = yield* ensureImage(pod, container, object, sandboxConfig)
  if (!image.started) return image

  const references = environmentReferences(container)
  const missing = references.length === 0 ? '' : yield* missingReference(pod.metadata.namespace, references)
  if (missing !== '') return yield* failed(pod, container, object, 'CreateContainerConfigError', missing)
  const attempt = latest === undefined ? 0 : latest.metadata.attempt + 1
  const config = containerConfig(container, attempt)
  const created = yield* cri(uid, { method: 'CreateContainer', sandboxId, config, sandboxConfig })
  if (!created.ok) {
    if (created.error.code === 'Canceled') return FAILED
    return yield* failed(pod, container, object, 'CreateContainerError', created.error.message)
  }
  yield* recordEvent({ object, type: 'Normal', reason: 'Created', message: 'Container created' })
  const { containerId } = created.value
  const started = yield* cri(uid, { method: 'StartContainer', containerId })
  if (!started.ok) {
    if (started.error.code === 'Canceled') return FAILED
    const message = `failed to start containerd task "${container.name}": ${started.error.message}`
    return yield* failed(pod, container, object, 'RunContainerError', message)
  }
  yield* setProblem(uid, container.name, null)
  yield* recordEvent({ object, type: 'Normal', reason: 'Started', message: 'Container started' })
  return STARTED
}

function containerConfig(container: Container, attempt: number): ContainerConfig {
  const ports = container.ports?.map(({ name, containerPort }) =>
    name === undefined ? { containerPort } : { name, containerPort },
  )
  const config: { -readonly [Member in keyof ContainerConfig]: ContainerConfig[Member] } = {
    metadata: { name: container.name, attempt },
    image: container.image ?? '',
  }
  if (container.command !== undefined) config.command = container.command
  if (container.args !== undefined) config.args = container.args
  if (ports !== undefined) config.ports = ports
  const limit = container.resources?.limits?.memory
  if (limit !== undefined) config.memoryLimit = unitValue(limit)
  return config
}

function* failed(
  pod: Pod,
  container: Container,
  object: ObjectReference,
  reason: string,
  message: string,
): Task<StartOutcome> {
  yield* setProblem(pod.metadata.uid, container.name, { reason, message })
  yield* recordEvent({ object, type: 'Warning', reason: 'Failed', message: `Error: ${message}` })
  return FAILED
}

function* ensureImage(
  pod: Pod,
  container: Container,
  object: ObjectReference,
  sandboxConfig: PodSandboxConfig,
): Task<StartOutcome> {
  const { uid } = pod.metadata
  const image = container.image ?? ''
  const invalid = imageNameError(image)
  if (invalid !== '') {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${invalid}`
    yield* recordEvent({ object, type: 'Warning', reason: 'InspectFailed', message })
    return yield* imageProblem(pod, container, object, 'InvalidImageName', message, null)
  }
  const status = yield* cri(uid, { method: 'ImageStatus', image })
  if (!status.ok) {
    if (status.error.code === 'Canceled') return FAILED
    const message = `Failed to inspect image "${image}": ${criErrorText(status.error)}`
    return yield* imageProblem(pod, container, object, 'ImageInspectError', message, null)
  }
  const present = status.value.image !== null
  const policy = container.imagePullPolicy ?? 'IfNotPresent'
  if (present && policy !== 'Always') {
    const message = sharedText([
      'Container image "',
      image,
      '" already present on machine and can be accessed by the pod',
    ])
    const { namespace, name } = pod.metadata
    const text = `${image} is on the node already`
    const [type, step, key] = ['runtime', 'image-present', `${namespace}/${name}`] as const
    yield* record({ type, step, pod: key, uid, container: container.name, image, text })
    yield* recordEvent({ object, type: 'Normal', reason: 'Pulled', message })
    return STARTED
  }
  if (policy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`
    yield* recordEvent({ object, type: 'Warning', reason: 'ErrImageNeverPull', message })
    return yield* imageProblem(pod, container, object, 'ErrImageNeverPull', message, null)
  }
  return yield* pull(pod, container, object, sandboxConfig)
}

function* pull(
  pod: Pod,
  container: Container,
  object: ObjectReference,
  sandboxConfig: PodSandboxConfig,
): Task<StartOutcome> {
  const { uid } = pod.metadata
  const image = container.image ?? ''
  const key = `${uid}_${image}`
  const { delay, remaining } = yield* imageBackOff(key)
  if (delay > 0) {
    const message = `Back-off pulling image "${image}"`
    yield* recordEvent({ object, type: 'Normal', reason: 'BackOff', message })
    return yield* imageProblem(pod, container, object, 'ImagePullBackOff', message, remaining)
  }
  yield* recordEvent({ object, type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` })
  const { result, pullMicros, totalMicros } = yield* pullQueued(uid, image, sandboxConfig)
  if (!result.ok) {
    if (result.error.code === 'Canceled') return FAILED
    const cause = criErrorText(result.error)
    const message = `Failed to pull image "${image}": ${cause}`
    yield* recordEvent({ object, type: 'Warning', reason: 'Failed', message })
    yield* imageFailed(key)
    return yield* imageProblem(pod, container, object, 'ErrImagePull', cause, null)
  }
  const took = `${inMillis(pullMicros)} (${inMillis(totalMicros)} including waiting)`
  const message = `Successfully pulled image "${image}" in ${took}. Image size: ${result.value.sizeBytes} bytes.`
  yield* recordEvent({ object, type: 'Normal', reason: 'Pulled', message })
  return STARTED
}

const inMillis = (micros: number): string => formatDuration(Math.round(micros / 1000) * 1000)

function* imageProblem(
  pod: Pod,
  container: Container,
  object: ObjectReference,
  reason: string,
  message: string,
  retryMicros: number | null,
): Task<StartOutcome> {
  yield* setProblem(pod.metadata.uid, container.name, { reason, message })
  yield* recordEvent({ object, type: 'Warning', reason: 'Failed', message: `Error: ${reason}` })
  return { started: false, retryMicros }
}
