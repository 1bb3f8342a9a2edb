// The one part of the kubelet's HTTP API that is served: /containerLogs. Models getContainerLogs of pkg/kubelet/server and
// validateContainerLogStatus. Departure: the kubelet reads log files itself; here the runtime, which holds what they
// follow from, is asked for the text.
import type { HttpResponse } from '../../api/http.ts'
import type { RequestMessage } from '../../api/messages.ts'
import type { ContainerStatus, Pod } from '../../api/objects.ts'
import type { Task } from '../../kernel/task.ts'
import { criErrorText } from '../runtime/cri.ts'
import { cri, podNamed } from './effects.ts'

const TEXT = Object.freeze({ 'content-type': 'text/plain' })

const answer = (status: number, body: string): HttpResponse => ({ status, headers: TEXT, body })

/** What a container's name leads to: the id in the runtime, or why there is no log. */
type Found = { readonly id: string } | { readonly error: string }

/** `_from` is for whoever sends the answer. */
export function* containerLogs({ request }: RequestMessage, _from: string): Task<HttpResponse> {
  const [, root, namespace = '', name = '', container = ''] = request.path.split('/')
  if (root !== 'containerLogs' || request.method !== 'GET') return answer(404, '404 page not found\n')
  const known = yield* podNamed(`${namespace}/${name}`)
  if (known === null) return answer(404, `pod "${name}" in namespace "${namespace}" not found\n`)
  const { pod, status } = known
  const { previous, tailLines, sinceSeconds, timestamps } = request.query
  const found = loggedContainer(pod, status, container, previous === 'true')
  if ('error' in found) return answer(400, found.error)
  const read = yield* cri<'ContainerLog'>('', {
    method: 'ContainerLog',
    containerId: found.id,
    ...(tailLines === undefined ? {} : { tailLines: Number(tailLines) }),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds: Number(sinceSeconds) }),
    timestamps: timestamps === 'true',
  })
  if (read.ok) return answer(200, read.value.text)
  return read.error.code === 'NotFound'
    ? answer(200, `unable to retrieve container logs for containerd://${found.id}`)
    : answer(500, criErrorText(read.error))
}

export function loggedContainer(
  pod: Pod,
  status: Pod['status'],
  container: string,
  previous: boolean,
): Found {
  const name = pod.metadata.name
  const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  const own = all.find((candidate) => candidate.name === container)
  const is = `container "${container}" in pod "${name}"`
  if (own === undefined) return { error: `${is} is not available` }
  const last = own.lastState?.terminated?.containerID ?? ''
  const missing = { error: `previous terminated ${is} not found` }
  if (previous) return last === '' ? missing : { id: bare(last) }
  const { running, terminated, waiting } = own.state ?? {}
  if (running !== undefined) return { id: bare(own.containerID ?? '') }
  if (terminated !== undefined) {
    const id = terminated.containerID ?? last
    return id === '' ? { error: `${is} is terminated` } : { id: bare(id) }
  }
  if (last !== '') return { id: bare(last) }
  if (waiting === undefined) return { error: `${is} is waiting to start - no logs yet` }
  return { error: `${is} is waiting to start: ${waitingText(waiting)}` }
}

function waitingText({ reason = '' }: NonNullable<NonNullable<ContainerStatus['state']>['waiting']>): string {
  if (reason === 'ErrImagePull') return "image can't be pulled"
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason
}

/** `containerd://3f0a…` without what names the runtime. */
const bare = (id: string): string => id.slice(id.indexOf('//') + 2)
