// A request from its arrival to its answer: authentication → authorization → (admission → validation →) storage →
// response, each recorded as a phase. Models the handler chain of apiserver/pkg/server. Authentication takes the client's
// word, and everything is allowed; both are recorded.
import type { HttpResponse } from '../api/http.ts'
import { methodNotAllowed, pathNotFound } from '../api/status.ts'
import type { Task } from '../kernel/task.ts'
import { untilReady } from './effects.ts'
import type { Call, ResourceCall } from './request.ts'
import { phase, Rejection, reject, resourceCall, respondStatus } from './request.ts'
import { routeRequest } from './router.ts'
import { serveSubresource } from './subresources/index.ts'
import { create } from './verbs/create.ts'
import { deleteCollection, deleteOne } from './verbs/delete.ts'
import { get, list } from './verbs/list.ts'
import { patch } from './verbs/patch.ts'
import { update } from './verbs/update.ts'
import { watch } from './verbs/watch.ts'

/** Null: the answer went out already (a watch). */
export function* serve(call: Call): Task<HttpResponse | null> {
  try {
    return yield* serveResource(call)
  } catch (error) {
    if (error instanceof Rejection) return respondStatus(error.status)
    throw error
  }
}

function* serveResource(call: Call): Task<HttpResponse | null> {
  yield* phase(call, 'authentication', [call.user])
  const routed = routeRequest(call.request)
  if (routed.type === 'method-not-allowed') return reject(methodNotAllowed())
  if (routed.type !== 'resource') return reject(pathNotFound())
  const resource = resourceCall(call, routed.route)
  yield* phase(call, 'authorization', [describe(resource)])
  yield* untilReady(resource.served.id)
  if (resource.route.subresource !== '') return yield* serveSubresource(resource)
  switch (resource.route.verb) {
    case 'get':
      return yield* get(resource)
    case 'list':
      return yield* list(resource)
    case 'watch':
      return yield* watch(resource)
    case 'create':
      return yield* create(resource)
    case 'update':
      return yield* update(resource)
    case 'patch':
      return yield* patch(resource)
    case 'delete':
      return yield* deleteOne(resource)
    case 'deletecollection':
      return yield* deleteCollection(resource)
  }
}

function describe({ route, served }: ResourceCall): string {
  const subresource = route.subresource === '' ? '' : `/${route.subresource}`
  return `may ${route.verb} ${served.id}${subresource}`
}
