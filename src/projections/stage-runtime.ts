// What the container runtime and CNI change on the stage: the real cluster. A dead host takes it all away at once, though
// the record does not know yet.
import type { RecordedEvent } from '../sim/kernel/trace.ts'
import type { Picture } from './picture.ts'
import { change } from './picture.ts'
import { leaveBerth } from './stage-storage.ts'
import type { ContainerView, PodView } from './stage-view.ts'

type RuntimeEvent = RecordedEvent & { readonly type: 'runtime' }

export function foldRuntime(stage: Picture, event: RuntimeEvent): Picture {
  const known = stage.pods.get(event.uid)
  if (known === undefined) return stage
  const pod = changed(known, event)
  if (pod === known) return stage
  const gone =
    !pod.recorded &&
    pod.sandbox === 'absent' &&
    pod.containers.every((container) => container.state !== 'running')
  return gone ? leaveBerth(stage, known) : change(stage, 'pods', stage.pods.put(event.uid, pod))
}

function changed(pod: PodView, event: RuntimeEvent): PodView {
  switch (event.step) {
    case 'sandbox-created':
      return { ...pod, sandbox: 'created' }
    case 'network-ready':
      return { ...pod, sandbox: 'networked', sandboxIp: event.ip ?? null }
    case 'network-removed':
      return pod.sandbox === 'networked' ? { ...pod, sandbox: 'created', sandboxIp: null } : pod
    case 'sandbox-stopped':
      return { ...pod, sandbox: 'absent', sandboxIp: null }
    case 'pod-removed':
      return bare(pod)
    case 'pull-started':
      return withContainers(pod, event, { state: 'pulling' })
    case 'pull-finished':
    case 'pull-failed':
      return withContainers(pod, event, { state: 'absent' }, 'pulling')
    case 'container-created':
      return withContainers(pod, event, { state: 'created', exitCode: null })
    case 'container-started':
      return withContainers(pod, event, { state: 'running', exitCode: null })
    case 'container-exited':
    case 'container-killed':
      return withContainers(pod, event, { state: 'exited', exitCode: event.exitCode ?? null })
    default:
      return pod
  }
}

/** Nothing of the Pod is left on its node. */
const bare = (pod: PodView): PodView => ({
  ...pod,
  sandbox: 'absent',
  sandboxIp: null,
  containers: pod.containers.map((container) => ({ ...container, state: 'absent', exitCode: null })),
})

function withContainers(
  pod: PodView,
  event: RuntimeEvent,
  fields: Partial<ContainerView>,
  only?: ContainerView['state'],
): PodView {
  const concerns = (container: ContainerView): boolean =>
    (event.container === undefined ? container.image === event.image : container.name === event.container) &&
    (only === undefined || container.state === only)
  if (!pod.containers.some(concerns)) return pod
  return {
    ...pod,
    containers: pod.containers.map((container) =>
      concerns(container) ? { ...container, ...fields } : container,
    ),
  }
}

/** Every Pod on a node that lost power. */
export function loseNode(stage: Picture, node: string): Picture {
  let next = stage
  for (const uid of stage.berths.get(node) ?? []) {
    const pod = next.pods.get(uid)
    if (pod === undefined) continue
    next = pod.recorded ? change(next, 'pods', next.pods.put(uid, bare(pod))) : leaveBerth(next, pod)
  }
  return next
}
