// A request from its arrival to its answer: authentication → authorization → (admission → validation →) storage →
// response, each recorded as a phase. Models the handler chain of apiserver/pkg/server. Authentication takes the client's
// word, and everything is allowed; both are recorded.
import type { HttpResponse } from '../api/http.ts'
import { methodNotAllowed, pathNotFound } from '../api/status.ts'
import type { Context } from '../kernel/process.ts'
import type { Task } from '../kernel/task.ts'
import { untilReady } from './effects.ts'
import { Rejection, reject } from './rejection.ts'
import type { Call, ResourceCall } from './request.ts'
import { recordPhase, resourceCall, respondStatus } from './request.ts'
import type { ResourceRoute, Route } from './router.ts'
import { servedKind } from './served-kinds.ts'
import { serveSubresource } from './subresources/index.ts'
import { create } from './verbs/create.ts'
import { deleteCollection, deleteOne } from './verbs/delete.ts'
import { get, list } from './verbs/list.ts'
import { patch } from './verbs/patch.ts'
import { update } from './verbs/update.ts'
import { watch } from './verbs/watch.ts'

/** Null: the answer went out already (a watch). `ready`: every watch cache had its first list when the request came. */
export function* serve(call: Call, route: PlainRoute, ready: boolean): Task<HttpResponse | null> {
  try {
    const resource = resourceCall(call, withKind(route))
    if (!ready) yield* untilReady(route.kind)
    return yield* serveResource(resource)
  } catch (error) {
    if (error instanceof Rejection) return respondStatus(error.status)
    throw error
  }
}

function serveResource(call: ResourceCall): Task<HttpResponse | null> {
  if (call.route.subresource !== '') return serveSubresource(call)
  switch (call.route.verb) {
    case 'get':
      return get(call)
    case 'list':
      return list(call)
    case 'watch':
      return watch(call)
    case 'create':
      return create(call)
    case 'update':
      return update(call)
    case 'patch':
      return patch(call)
    case 'delete':
      return deleteOne(call)
    case 'deletecollection':
      return deleteCollection(call)
  }
}

/** A route as plain data: what a kind can do is looked up by its id. */
export type PlainRoute = Omit<ResourceRoute, 'served'> & { readonly kind: string }

function withKind({ verb, kind, namespace, name, subresource }: PlainRoute): ResourceRoute {
  return { verb, served: servedKind(kind), namespace, name, subresource }
}

/** What precedes the work on a request. Throws a Rejection where there is no such resource. */
export function admitCall(call: Call, routed: Route, context: Context): PlainRoute {
  recordPhase(context, call, 'authentication', () => [call.user])
  if (routed.type === 'method-not-allowed') return reject(methodNotAllowed())
  if (routed.type !== 'resource') return reject(pathNotFound())
  const resource = resourceCall(call, routed.route)
  recordPhase(context, call, 'authorization', () => [describe(resource)])
  const { verb, served, namespace, name, subresource } = routed.route
  return Object.freeze({ verb, kind: served.id, namespace, name, subresource })
}

function describe({ route, served }: ResourceCall): string {
  const subresource = route.subresource === '' ? '' : `/${route.subresource}`
  return `may ${route.verb} ${served.id}${subresource}`
}
