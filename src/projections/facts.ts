// The facts of an event as a flat record of words: what scenario patterns match, what rows and searches are made from.
// It knows the shapes of all messages; nothing else in the projections parses a path.
import type { HttpRequest } from '../sim/api/http.ts'
import type { ApiMessage } from '../sim/api/messages.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import { objectFacts } from './object-facts.ts'

export type Facts = Readonly<Record<string, string>>

/** The last word of a process id: `node-1/kubelet` is a kubelet, `etcd-2` is etcd. */
export function processKind(id: string): string {
  const slash = id.lastIndexOf('/')
  return slash >= 0 ? id.slice(slash + 1) : id.replace(/-\d+$/, '')
}

export interface ApiPath {
  readonly resource: string
  readonly namespace: string
  readonly name: string
  readonly subresource: string
}

/** `/apis/apps/v1/namespaces/default/replicasets/web/status` in its parts; absent parts are empty. */
export function parseApiPath(path: string): ApiPath {
  const parts = path.split('/').filter((part) => part !== '')
  let rest = parts.slice(parts[0] === 'api' ? 2 : 3)
  let namespace = ''
  if (rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize') {
    namespace = rest[1] ?? ''
    rest = rest.slice(2)
  }
  const [resource = '', name = '', subresource = ''] = rest
  return { resource, namespace, name, subresource }
}

const joined = (namespace: string, name: string): string => (namespace === '' ? name : `${namespace}/${name}`)

interface Metadata {
  readonly kind?: string
  readonly metadata?: {
    readonly name?: string
    readonly namespace?: string
    readonly generateName?: string
  }
}

const objectName = (object: unknown): string => {
  const meta = (object as Metadata | null | undefined)?.metadata
  return joined(
    meta?.namespace ?? '',
    meta?.name ?? (meta?.generateName === undefined ? '' : `${meta.generateName}*`),
  )
}

/** etcd's key for an object, in its parts: `/registry/pods/default/web` is `pods` and `default/web`. */
export function parseRegistryKey(key: string): { readonly resource: string; readonly object: string } {
  const parts = key.split('/').slice(2)
  if (parts[0] === 'minions') return { resource: 'nodes', object: parts.slice(1).join('/') }
  if (parts[0] === 'services') {
    return { resource: parts[1] === 'specs' ? 'services' : 'endpoints', object: parts.slice(2).join('/') }
  }
  if (parts.length > 1 && parts[0]?.includes('.'))
    return { resource: parts[1] ?? '', object: parts.slice(2).join('/') }
  return { resource: parts[0] ?? '', object: parts.slice(1).join('/') }
}

/** `find` resolves the request that an answer is for. */
export function factsOf(event: TraceEvent, requestOf: (event: Delivery) => Delivery | undefined): Facts {
  return isMessage(event) ? messageFacts(event, requestOf) : recordedFacts(event)
}

function messageFacts(event: Delivery, requestOf: (event: Delivery) => Delivery | undefined): Facts {
  const base = {
    type: event.type,
    process: event.from,
    from: event.from,
    to: event.to,
    fromKind: processKind(event.from),
    toKind: processKind(event.to),
  }
  switch (event.type) {
    case 'request':
      return { ...base, ...requestFacts((event.message as ApiMessage & { type: 'request' }).request) }
    case 'response':
      return { ...base, ...responseFacts(event, requestOf(event)) }
    case 'watch': {
      const change = (event.message as ApiMessage & { type: 'watch' }).event
      const request = requestOf(event)
      const resource = request === undefined ? '' : (requestFacts(requestIn(request)).resource ?? '')
      const kind = (change.object as Metadata).kind ?? ''
      return { ...base, event: change.type, resource, kind, object: objectName(change.object) }
    }
    case 'cri':
    case 'cri-result':
    case 'cni':
    case 'cni-result':
      return { ...base, ...runtimeFacts(event, event.type.endsWith('-result') ? requestOf(event) : event) }
    default:
      return { ...base, ...plainFacts(event.message) }
  }
}

interface RuntimeCall {
  readonly method?: string
  readonly command?: string
  readonly pod?: string
  readonly image?: string
  readonly config?: {
    readonly metadata: { readonly name: string; readonly namespace?: string }
    readonly image?: string
  }
  readonly sandboxConfig?: { readonly metadata: { readonly name: string; readonly namespace: string } }
}

/** A call of the runtime or the network: its name, and the Pod that it is about. */
function runtimeFacts(event: Delivery, asked: Delivery | undefined): Facts {
  const { call = {} } = (asked?.message ?? {}) as { readonly call?: RuntimeCall }
  const { ok, error } = ((event.message as { readonly result?: unknown }).result ?? {}) as {
    ok?: boolean
    error?: { message: string }
  }
  const pod = (call.sandboxConfig ?? call.config)?.metadata
  const named = call.pod ?? (pod?.namespace === undefined ? '' : `${pod.namespace}/${pod.name}`)
  const image = call.image ?? call.config?.image
  return {
    call: call.method ?? call.command ?? '',
    ...(named === '' ? {} : { pod: named, resource: 'pods', object: named }),
    ...(image === undefined ? {} : { image }),
    ...(ok === undefined ? {} : { ok: String(ok) }),
    ...(error === undefined ? {} : { error: error.message }),
  }
}

const requestIn = (event: Delivery): HttpRequest =>
  (event.message as ApiMessage & { type: 'request' }).request

function requestFacts(request: HttpRequest): Facts {
  const path = parseApiPath(request.path)
  const name = path.name === '' ? objectName(request.body) : joined(path.namespace, path.name)
  return {
    method: request.method,
    path: request.path,
    resource: path.resource,
    subresource: path.subresource,
    namespace: path.namespace,
    object:
      name.startsWith('/') || name.includes('/') || path.namespace === ''
        ? name
        : `${path.namespace}/${name}`,
    watch: request.query.watch === 'true' || request.query.watch === '1' ? 'true' : 'false',
  }
}

function responseFacts(event: Delivery, request: Delivery | undefined): Facts {
  const { response } = event.message as ApiMessage & { type: 'response' }
  const asked = request === undefined ? {} : requestFacts(requestIn(request))
  const named = objectName(response.body)
  return { ...asked, status: String(response.status), ...(named === '' ? {} : { object: named }) }
}

/** The short words of a message that has no shape of its own here: its scalar fields, one level into `message`. */
function plainFacts(message: object): Facts {
  const facts: Record<string, string> = {}
  const take = (record: object): void => {
    for (const [field, value] of Object.entries(record)) {
      if (field === 'type' && record === message) continue
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        facts[field] = String(value)
    }
  }
  take(message)
  for (const inner of ['message', 'request']) {
    const value = (message as Record<string, unknown>)[inner]
    if (typeof value === 'object' && value !== null) {
      const { type, ...rest } = value as { type?: unknown }
      take(rest)
      if (typeof type === 'string') facts.inner = type
    }
  }
  return facts
}

function recordedFacts(event: RecordedEvent): Facts {
  const base = { type: event.type, process: event.process, processKind: processKind(event.process) }
  if (event.type === 'storage') {
    const { resource, object } = parseRegistryKey(event.key)
    return {
      ...base,
      op: event.op,
      key: event.key,
      resource,
      object,
      revision: String(event.revision),
      fresh: String(event.previous == null),
      ...objectFacts(resource, event.object ?? event.previous),
    }
  }
  if (event.type === 'command')
    return { ...base, to: event.to, command: event.command.type, ...plainFacts(event.command) }
  const { seq: _seq, at: _at, cause: _cause, ...rest } = event
  return { ...plainFacts(rest), ...base }
}
