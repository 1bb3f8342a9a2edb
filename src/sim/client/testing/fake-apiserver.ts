// An apiserver for tests of clients: objects in memory, answers at once, and commands that make it fail. It has neither
// validation nor defaults, and no etcd.
import type { HttpRequest, WatchEvent } from '../../api/http.ts'
import { asJson, deepEqual } from '../../api/json.ts'
import { applyMergePatch } from '../../api/merge-patch.ts'
import type { ApiMessage, RequestMessage } from '../../api/messages.ts'
import type { KubeObject } from '../../api/objects.ts'
import { asUid } from '../../api/objects.ts'
import type { Status } from '../../api/status.ts'
import { alreadyExists, conflict, notFound, tooOldResourceVersion } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { CowMap } from '../../kernel/cow-map.ts'
import { cowMap, prefixEnd } from '../../kernel/cow-map.ts'
import { micros } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Delivery, ProcessDefinition, ProcessId } from '../../kernel/process.ts'

interface Watch {
  readonly client: ProcessId
  readonly id: number
  readonly prefix: string
}

export interface FakeApiserverState {
  revision: number
  /** By `resource/namespace/name`; cluster-scoped objects have an empty namespace. */
  readonly objects: CowMap<KubeObject>
  readonly history: { readonly key: string; readonly revision: number; readonly event: WatchEvent }[]
  watches: Watch[]
  failures: FailCommand[]
  compacted: number
  mute: boolean
  /** Watch events reach nobody, and nobody learns of it. */
  losesEvents: boolean
  /** How much later than the answer a watch event is sent. */
  lagMicros: number
}

/** The next `times` requests with this method and path prefix fail so. */
export interface FailCommand {
  readonly type: 'fail'
  readonly method: string
  readonly path: string
  readonly times: number
  readonly status: Status
  readonly headers?: Readonly<Record<string, string>>
}

export type FakeCommand =
  | FailCommand
  | { readonly type: 'put'; readonly resource: string; readonly object: KubeObject }
  | { readonly type: 'remove'; readonly resource: string; readonly namespace: string; readonly name: string }
  | { readonly type: 'end-watches' }
  /** Forgets what happened so far: a watch from before gets 410. */
  | { readonly type: 'compact' }
  /** Answers nothing any more. */
  | { readonly type: 'mute' }
  | { readonly type: 'lag'; readonly micros: number }
  | { readonly type: 'lose-events'; readonly loses: boolean }
  /** Its own timer: an event that lagged. */
  | { readonly type: 'publish'; readonly key: string; readonly event: WatchEvent }

/** All watches end, and the next of each of these lists fails: who needs them knows nothing until it has backed off. */
export function breakWatches(...lists: readonly string[]): readonly FakeCommand[] {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code: 500 } as const
  const failing = lists.map((path) => ({ type: 'fail', method: 'GET', path, times: 1, status }) as const)
  return [...failing, { type: 'end-watches' }]
}

interface Target {
  readonly resource: string
  readonly group: string
  readonly namespace: string
  readonly name: string
  readonly subresource: string
}

export const fakeApiserver: ProcessDefinition<FakeApiserverState, Record<string, never>> = {
  kind: 'kube-apiserver',
  init: () => ({
    revision: 1,
    objects: cowMap<KubeObject>(),
    history: [],
    watches: [],
    failures: [],
    compacted: 0,
    mute: false,
    losesEvents: false,
    lagMicros: 0,
  }),
  handle(state, delivery, context) {
    const message = delivery.message as ApiMessage | FakeCommand
    switch (message.type) {
      case 'request':
        if (!state.mute) answer(state, message, delivery, context)
        break
      case 'cancel':
        state.watches = state.watches.filter(
          (watch) => watch.client !== delivery.from || watch.id !== message.id,
        )
        break
      case 'fail':
        state.failures = [...state.failures, message]
        break
      case 'put':
        write(state, message.resource, message.object, context)
        break
      case 'remove':
        erase(state, `${message.resource}/${message.namespace}/${message.name}`, context)
        break
      case 'end-watches':
        for (const { client, id } of state.watches)
          context.send(client, { type: 'watch-end', id } as ApiMessage)
        state.watches = []
        break
      case 'compact':
        state.compacted = state.revision
        state.history.length = 0
        break
      case 'mute':
        state.mute = true
        break
      case 'lag':
        state.lagMicros = message.micros
        break
      case 'lose-events':
        state.losesEvents = message.loses
        break
      case 'publish':
        tellWatchers(state, message.key, message.event, context)
        break
      default:
    }
  },
}

function answer(
  state: FakeApiserverState,
  message: RequestMessage,
  delivery: Delivery,
  context: Context,
): void {
  const { id, request } = message
  const reply = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void => {
    context.send(delivery.from, { type: 'response', id, response: { status, headers, body } } as ApiMessage)
  }
  const failure = state.failures.find(
    ({ method, path }) => method === request.method && request.path.startsWith(path),
  )
  if (failure !== undefined) {
    const left = failure.times > 1 ? [{ ...failure, times: failure.times - 1 }] : []
    state.failures = [...state.failures.filter((other) => other !== failure), ...left]
    reply(failure.status.code ?? 500, failure.status, failure.headers)
    return
  }
  const target = parsePath(request.path)
  if (request.query.watch === 'true') openWatch(state, target, message, delivery, context)
  else if (request.method === 'GET' && target.name === '') reply(200, list(state, target))
  else {
    const result = act(state, target, request, context)
    if ('status' in result && result.kind === 'Status') reply((result as Status).code ?? 200, result)
    else reply(request.method === 'POST' ? 201 : 200, result)
  }
}

function parsePath(path: string): Target {
  const parts = path.split('/').slice(1)
  const group = parts[0] === 'apis' ? (parts[1] ?? '') : ''
  const rest = parts.slice(parts[0] === 'apis' ? 3 : 2)
  const scoped =
    rest[0] === 'namespaces' && rest.length > 2 && !['status', 'finalize'].includes(rest[2] ?? '')
  const [resource = '', name = '', subresource = ''] = scoped ? rest.slice(2) : rest
  return { resource, group, namespace: scoped ? (rest[1] ?? '') : '', name, subresource }
}

const prefixOf = ({ resource, namespace }: Target): string =>
  namespace === '' ? `${resource}/` : `${resource}/${namespace}/`

function list(state: FakeApiserverState, target: Target): unknown {
  const items: KubeObject[] = []
  const prefix = prefixOf(target)
  state.objects.forRange(prefix, prefixEnd(prefix) ?? prefix, false, (_key, object) => {
    items.push(object)
  })
  return { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: String(state.revision) }, items }
}

function openWatch(
  state: FakeApiserverState,
  target: Target,
  message: RequestMessage,
  delivery: Delivery,
  context: Context,
): void {
  const since = Number(message.request.query.resourceVersion ?? '0')
  const { id } = message
  if (since < state.compacted) {
    const status = tooOldResourceVersion(since, state.compacted)
    context.send(delivery.from, {
      type: 'response',
      id,
      response: { status: 410, headers: {}, body: status },
    } as ApiMessage)
    return
  }
  const head = { status: 200, headers: {}, body: null }
  context.send(delivery.from, { type: 'response', id, response: head } as ApiMessage)
  const prefix = prefixOf(target)
  for (const { key, revision, event } of state.history) {
    if (revision > since && key.startsWith(prefix))
      context.send(delivery.from, { type: 'watch', id, event } as ApiMessage)
  }
  state.watches.push({ client: delivery.from, id, prefix })
}

function act(
  state: FakeApiserverState,
  target: Target,
  request: HttpRequest,
  context: Context,
): KubeObject | Status {
  const key = `${target.resource}/${target.namespace}/${target.name}`
  const before = state.objects.get(key)
  if (request.method === 'POST' && target.subresource === '') return create(state, target, request, context)
  if (before === undefined) return notFound(target, target.name)
  switch (request.method) {
    case 'GET':
      return before
    case 'DELETE':
      return remove(state, target.resource, key, before, context)
    case 'PATCH': {
      const patched = applyMergePatch(asJson(before), asJson(request.body as object))
      return write(state, target.resource, patched as object as KubeObject, context)
    }
    case 'PUT': {
      const next = request.body as KubeObject
      const version = next.metadata.resourceVersion
      if (version !== undefined && version !== before.metadata.resourceVersion)
        return conflict(target, target.name)
      // As most kinds do: a status update may change annotations, and nothing else of the metadata.
      const metadata = { ...before.metadata, ...annotationsOf(next) }
      const status = (next as { status?: unknown }).status
      const part = target.subresource === 'status' ? { ...before, metadata, status } : next
      return write(state, target.resource, part as KubeObject, context)
    }
    case 'POST':
      return write(
        state,
        target.resource,
        bound(before, request.body as { target: { name: string } }),
        context,
      )
    default:
      return notFound(target, target.name)
  }
}

const annotationsOf = ({ metadata: { annotations } }: KubeObject): Partial<KubeObject['metadata']> =>
  annotations === undefined ? {} : { annotations }

function bound(pod: KubeObject, binding: { readonly target: { readonly name: string } }): KubeObject {
  const spec = { ...(pod as { spec?: object }).spec, nodeName: binding.target.name }
  return { ...pod, spec } as KubeObject
}

function create(
  state: FakeApiserverState,
  target: Target,
  { body }: HttpRequest,
  context: Context,
): KubeObject | Status {
  const draft = body as KubeObject
  const suffix = (state.revision * 7919 + 100_000).toString(36)
  const name = draft.metadata.name ?? `${draft.metadata.generateName}${suffix}`
  const key = `${target.resource}/${target.namespace}/${name}`
  if (state.objects.has(key)) return alreadyExists(target, name)
  const metadata = {
    ...draft.metadata,
    name,
    uid: asUid(`uid-${state.revision + 1}`),
    generation: 1,
    creationTimestamp: formatTime(context.now),
  }
  const status =
    (draft as { status?: unknown }).status ?? (target.resource === 'pods' ? { phase: 'Pending' } : {})
  return write(state, target.resource, { ...draft, ...{ status }, metadata }, context)
}

function remove(
  state: FakeApiserverState,
  resource: string,
  key: string,
  before: KubeObject,
  context: Context,
): KubeObject {
  if ((before.metadata.finalizers ?? []).length === 0) {
    erase(state, key, context)
    return before
  }
  const metadata = { ...before.metadata, deletionTimestamp: formatTime(context.now) }
  return write(state, resource, { ...before, metadata }, context)
}

function write(
  state: FakeApiserverState,
  resource: string,
  object: KubeObject,
  context: Context,
): KubeObject {
  const key = `${resource}/${object.metadata.namespace ?? ''}/${object.metadata.name}`
  const before = state.objects.get(key)
  const { deletionTimestamp, finalizers = [] } = object.metadata
  if (
    before !== undefined &&
    deletionTimestamp !== undefined &&
    finalizers.length === 0 &&
    resource !== 'pods'
  ) {
    erase(state, key, context)
    return object
  }
  const spec = (held: KubeObject | undefined): unknown => (held as { spec?: unknown } | undefined)?.spec
  const changed = before !== undefined && !deepEqual(spec(before), spec(object))
  state.revision++
  const metadata = {
    ...object.metadata,
    resourceVersion: String(state.revision),
    generation: (before?.metadata.generation ?? object.metadata.generation ?? 1) + (changed ? 1 : 0),
  }
  const stored = deepFreeze({ ...object, metadata }) as KubeObject
  state.objects.set(key, stored)
  publish(state, key, { type: before === undefined ? 'ADDED' : 'MODIFIED', object: stored }, context)
  return stored
}

function erase(state: FakeApiserverState, key: string, context: Context): void {
  const before = state.objects.get(key)
  if (before === undefined) return
  state.objects.delete(key)
  state.revision++
  const metadata = { ...before.metadata, resourceVersion: String(state.revision) }
  publish(state, key, { type: 'DELETED', object: { ...before, metadata } }, context)
}

function publish(state: FakeApiserverState, key: string, event: WatchEvent, context: Context): void {
  state.history.push(deepFreeze({ key, revision: state.revision, event }))
  const late: FakeCommand = { type: 'publish', key, event }
  if (state.lagMicros > 0) context.timer(micros(state.lagMicros), late, { continues: true })
  else tellWatchers(state, key, event, context)
}

function tellWatchers(state: FakeApiserverState, key: string, event: WatchEvent, context: Context): void {
  if (state.losesEvents) return
  for (const { client, id, prefix } of state.watches) {
    if (key.startsWith(prefix)) context.send(client, { type: 'watch', id, event } as ApiMessage)
  }
}
