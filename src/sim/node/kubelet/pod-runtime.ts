// What the kubelet knows of a Pod's sandboxes and containers, newest first: the entry of its Pod cache. Immutable; an
// event of the runtime makes a new one.
import type { Container, Pod } from '../../api/objects.ts'
import { fullImageName } from '../../workloads/index.ts'
import type { ContainerStatus, CriEvent, PodSandboxStatus } from '../runtime/cri.ts'

export interface PodRuntime {
  readonly sandboxes: readonly PodSandboxStatus[]
  readonly containers: readonly ContainerStatus[]
}

export const EMPTY_RUNTIME: PodRuntime = Object.freeze({
  sandboxes: Object.freeze([]),
  containers: Object.freeze([]),
})

export function applyCriEvent(runtime: PodRuntime, event: CriEvent): PodRuntime {
  switch (event.kind) {
    case 'sandbox':
      return { sandboxes: replaced(runtime.sandboxes, event.sandbox), containers: runtime.containers }
    case 'container':
      return { sandboxes: runtime.sandboxes, containers: replaced(runtime.containers, event.container) }
    case 'removed':
      return {
        sandboxes: runtime.sandboxes.filter(({ id }) => id !== event.id),
        containers: runtime.containers.filter(({ id }) => id !== event.id),
      }
  }
}

function replaced<T extends { readonly id: string }>(list: readonly T[], item: T): readonly T[] {
  if (list.length === 0) return [item]
  if (!list.some(({ id }) => id === item.id)) return [item, ...list]
  return list.map((candidate) => (candidate.id === item.id ? item : candidate))
}

/** From a full list of the runtime, in whatever order. */
export function runtimeOf(
  sandboxes: readonly PodSandboxStatus[],
  containers: readonly ContainerStatus[],
): PodRuntime {
  const newestFirst = <T extends { readonly createdAt: number; readonly id: string }>(
    list: readonly T[],
  ): T[] => [...list].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
  return { sandboxes: newestFirst(sandboxes), containers: newestFirst(containers) }
}

export const latestContainer = (runtime: PodRuntime, name: string): ContainerStatus | undefined =>
  instanceOf(runtime, name, 0)

/** The one before the latest. */
export const previousContainer = (runtime: PodRuntime, name: string): ContainerStatus | undefined =>
  instanceOf(runtime, name, 1)

function instanceOf({ containers }: PodRuntime, name: string, back: number): ContainerStatus | undefined {
  let left = back
  for (const container of containers) if (container.metadata.name === name && left-- === 0) return container
  return undefined
}

const readySandbox = (runtime: PodRuntime): PodSandboxStatus | undefined =>
  runtime.sandboxes.find(({ state }) => state === 'SANDBOX_READY')

export const isRunning = (status: ContainerStatus | undefined): boolean =>
  status?.state === 'CONTAINER_RUNNING'

/** Whether anything of the Pod still runs. */
export const anythingRuns = (runtime: PodRuntime): boolean =>
  readySandbox(runtime) !== undefined || runtime.containers.some(isRunning)

/** The image in the spec is not the one that the container was made of. */
export const imageChanged = (container: Container, status: ContainerStatus): boolean =>
  status.image !== fullImageName(container.image ?? '')

/** A sidecar: an init container that goes on running. */
export const isRestartableInit = (container: Container): boolean =>
  'restartPolicy' in container && container.restartPolicy === 'Always'

/** Whether a container that does not run shall be started again. Models kubecontainer.ShouldContainerBeRestarted. */
export function shouldBeRestarted(container: Container, pod: Pod, runtime: PodRuntime): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false
  const status = latestContainer(runtime, container.name)
  if (status === undefined) return true
  if (status.state === 'CONTAINER_RUNNING') return false
  if (status.state === 'CONTAINER_CREATED') return true
  switch (pod.spec.restartPolicy ?? 'Always') {
    case 'Never':
      return false
    case 'OnFailure':
      return status.exitCode !== 0
    default:
      return true
  }
}
