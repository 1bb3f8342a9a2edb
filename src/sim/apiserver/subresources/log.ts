// GET pods/<name>/log: the apiserver finds the container and its node, and passes on what the node's kubelet answers.
// Models LogLocation of registry/core/pod/strategy.go and the location streamer; leaves out `follow`.
import type { HttpResponse } from '../../api/http.ts'
import type { Node, Pod } from '../../api/objects.ts'
import type { Status } from '../../api/status.ts'
import { badRequest, internalServerError, methodNotAllowed, notFound } from '../../api/status.ts'
import type { Task } from '../../kernel/task.ts'
import { askKubelet, lookup } from '../effects.ts'
import { plainFailure } from '../failures.ts'
import { KUBELET_PORT } from '../kubelet-client.ts'
import type { ResourceCall } from '../request.ts'
import { etcdKey, phase, reject, rejectIn, respond } from '../request.ts'
import { readObject } from '../storage.ts'

const TEXT = Object.freeze({ 'content-type': 'text/plain' })
const PASSED_ON = ['tailLines', 'previous', 'timestamps', 'sinceSeconds', 'limitBytes']

export function* readLog(call: ResourceCall): Task<HttpResponse> {
  if (call.route.verb !== 'get') return reject(methodNotAllowed())
  const read = yield* readObject(etcdKey(call))
  if (!read.ok) return yield* rejectIn(call, 'storage', read.status)
  if (read.value === null) return reject(notFound(call.definition, call.route.name))
  const pod = read.value as Pod
  const container = containerOf(pod, call.request.query.container ?? '')
  const node = pod.spec.nodeName ?? ''
  // A Pod without a node has written nothing yet.
  if (node === '') return respond('', 200, TEXT)
  yield* phase(call, 'storage', () => [`read ${etcdKey(call)}: it runs on ${node}`])
  return yield* askNode(call, pod, container, node)
}

function containerOf({ metadata, spec }: Pod, asked: string): string {
  const names = spec.containers.map(({ name }) => name)
  const init = (spec.initContainers ?? []).map(({ name }) => name)
  if (asked !== '') {
    if (names.includes(asked) || init.includes(asked)) return asked
    return reject(badRequest(`container ${asked} is not valid for pod ${metadata.name}`))
  }
  const [only, ...others] = names
  if (only !== undefined && others.length === 0) return only
  const more = init.length === 0 ? '' : ` or one of the init containers: [${init.join(' ')}]`
  return reject(
    badRequest(
      `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]${more}`,
    ),
  )
}

function* askNode(call: ResourceCall, pod: Pod, container: string, name: string): Task<HttpResponse> {
  const node = (yield* lookup('nodes', name)) as Node | null
  if (node === null) return reject(notFound({ group: '', resource: 'nodes' }, name))
  const address = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? name
  const path = `/containerLogs/${pod.metadata.namespace ?? ''}/${pod.metadata.name}/${container}`
  const query: Record<string, string> = {}
  for (const key of PASSED_ON) {
    const value = call.request.query[key]
    if (value !== undefined) query[key] = value
  }
  const answer = yield* askKubelet(name, { method: 'GET', path, query, headers: {} })
  if (!answer.ok) {
    const place = `${address}:${KUBELET_PORT}`
    const parameters = Object.keys(query).map((key) => `${key}=${query[key] ?? ''}`)
    const url = `https://${place}${path}${parameters.length === 0 ? '' : `?${parameters.join('&')}`}`
    return reject(plainFailure(`Get "${url}": dial tcp ${place}: ${answer.error}`))
  }
  const { status, body } = answer.response
  const text = typeof body === 'string' ? body : ''
  return status === 200 ? respond(text, 200, TEXT) : reject(refusal(call, status, text))
}

/** How a refusal of the kubelet is worded for the client. */
function refusal(call: ResourceCall, status: number, text: string): Status {
  if (status === 400) return badRequest(text)
  if (status !== 404) return internalServerError(text)
  const { name } = call.route
  return {
    ...plainFailure(`the server could not find the requested resource ( pods/log ${name})`, 404),
    reason: 'NotFound',
    details: { name, kind: 'pods/log', causes: [{ reason: 'UnexpectedServerResponse', message: text }] },
  }
}
