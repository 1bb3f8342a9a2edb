// The least of an apiserver that a scheduler needs: it lists, watches, takes bindings, and stores whatever else is
// sent. It keeps no history: a watch gets what happens from then on.
import type { HttpResponse, WatchEventType } from '../../api/http.ts'
import type { CancelMessage, RequestMessage } from '../../api/messages.ts'
import type { KubeObject } from '../../api/objects.ts'
import type { Context, Delivery, Message, ProcessDefinition, ProcessId } from '../../kernel/process.ts'

interface Watcher {
  readonly client: ProcessId
  readonly id: number
  readonly path: string
}

export interface FakeState {
  objects: Record<string, KubeObject>
  watchers: Watcher[]
  /** Method and path of every write. */
  writes: string[]
  bodies: unknown[]
  /** The next bindings are refused with this message. */
  refuse: string[]
  revision: number
}

/** Puts an object as if somebody had written it; `deleted` takes it away. */
export interface PutMessage extends Message {
  readonly type: 'put'
  readonly path: string
  readonly object: KubeObject
  readonly deleted?: boolean
}

export interface RefuseMessage extends Message {
  readonly type: 'refuse'
  readonly message: string
}

type Incoming =
  | RequestMessage
  | CancelMessage
  | PutMessage
  | RefuseMessage
  | { readonly type: 'start' | 'reset' }

export const fakeApiserver: ProcessDefinition<FakeState> = {
  kind: 'kube-apiserver',
  init: () => ({ objects: {}, watchers: [], writes: [], bodies: [], refuse: [], revision: 1 }),
  handle(state, delivery, context) {
    const message = delivery.message as Incoming
    if (message.type === 'put') store(state, message.path, message.object, message.deleted === true, context)
    else if (message.type === 'refuse') state.refuse.push(message.message)
    else if (message.type === 'cancel') state.watchers = state.watchers.filter(({ id }) => id !== message.id)
    else if (message.type === 'request') answer(state, message, delivery, context)
  },
}

function store(state: FakeState, path: string, object: KubeObject, deleted: boolean, context: Context): void {
  const type: WatchEventType = deleted ? 'DELETED' : path in state.objects ? 'MODIFIED' : 'ADDED'
  state.revision++
  const stored = {
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(state.revision) },
  } as KubeObject
  if (deleted) delete state.objects[path]
  else state.objects[path] = stored
  for (const watcher of state.watchers) {
    if (path.includes(`/${watcher.path}/`))
      context.send(watcher.client, {
        type: 'watch',
        id: watcher.id,
        event: { type, object: stored },
      } as Message)
  }
}

function answer(state: FakeState, message: RequestMessage, delivery: Delivery, context: Context): void {
  const { id, request } = message
  const { method, path, query, body } = request
  const reply = (status: number, content: unknown): void => {
    const response: HttpResponse = { status, headers: {}, body: content }
    context.send(delivery.from, { type: 'response', id, response } as Message)
  }
  const fail = (code: number, reason: string, text: string): void =>
    reply(code, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      code,
      reason,
      message: text,
    })
  if (query.watch === 'true') {
    state.watchers.push({ client: delivery.from, id, path: path.slice(path.lastIndexOf('/') + 1) })
    return reply(200, null)
  }
  const resource = path.slice(path.lastIndexOf('/') + 1)
  if (method === 'GET' && (resource === 'pods' || resource === 'nodes')) {
    const items = Object.keys(state.objects)
      .filter((key) => key.includes(`/${resource}/`))
      .map((key) => state.objects[key])
    return reply(200, {
      kind: 'List',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(state.revision) },
      items,
    })
  }
  if (method === 'GET') {
    const found = state.objects[path]
    return found === undefined ? fail(404, 'NotFound', `${resource} not found`) : reply(200, found)
  }
  state.writes.push(`${method} ${path}`)
  state.bodies.push(body)
  if (!path.endsWith('/binding')) {
    if (method === 'POST')
      store(state, `${path}/${(body as KubeObject).metadata.name}`, body as KubeObject, false, context)
    else if (method === 'PUT') store(state, path, body as KubeObject, false, context)
    return reply(200, method === 'PATCH' ? {} : body)
  }
  const refusal = state.refuse.shift()
  if (refusal !== undefined) return fail(409, 'Conflict', refusal)
  const podPath = path.slice(0, -'/binding'.length)
  const pod = state.objects[podPath] as (KubeObject & { spec: object }) | undefined
  if (pod === undefined) return fail(404, 'NotFound', 'pod not found')
  const nodeName = (body as { target: { name: string } }).target.name
  store(state, podPath, { ...pod, spec: { ...pod.spec, nodeName } } as KubeObject, false, context)
  reply(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' })
}
