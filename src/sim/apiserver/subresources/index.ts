// What is served below single objects, beside `status`, which is an ordinary update of part of the object.
import type { HttpResponse } from '../../api/http.ts'
import type { Namespace } from '../../api/objects.ts'
import { methodNotAllowed, pathNotFound } from '../../api/status.ts'
import type { Task } from '../../kernel/task.ts'
import { decodeObject } from '../body.ts'
import type { ResourceCall } from '../request.ts'
import { reject, respond } from '../request.ts'
import { deleteOne } from '../verbs/delete.ts'
import { get } from '../verbs/list.ts'
import { patch } from '../verbs/patch.ts'
import { changeObject, update } from '../verbs/update.ts'
import { bind } from './binding.ts'
import { readLog } from './log.ts'
import { scale } from './scale.ts'
import { createToken } from './token.ts'

export function* serveSubresource(call: ResourceCall): Task<HttpResponse> {
  const { definition, route } = call
  const { subresource, verb } = route
  if (!isServed(call)) return reject(pathNotFound())
  switch (subresource) {
    case 'status':
      if (verb === 'get') return yield* get(call)
      if (verb === 'update') return yield* update(call)
      return verb === 'patch' ? yield* patch(call) : reject(methodNotAllowed())
    case 'scale':
      return yield* scale(call)
    case 'binding':
      return verb === 'create' ? yield* bind(call) : reject(methodNotAllowed())
    case 'log':
      return yield* readLog(call)
    case 'eviction':
      return verb === 'create' ? yield* evict(call) : reject(methodNotAllowed())
    case 'finalize':
      return verb === 'update' ? yield* finalize(call) : reject(methodNotAllowed())
    case 'token':
      return verb === 'create' ? yield* createToken(call) : reject(methodNotAllowed())
    default:
      return reject({
        ...pathNotFound(),
        message: `${definition.resource}/${subresource} is served by the node, not here`,
      })
  }
}

function isServed({ definition, route }: ResourceCall): boolean {
  const { subresource } = route
  if (subresource === 'token') return definition.kind === 'ServiceAccount'
  const declared: readonly string[] = definition.subresources
  return declared.includes(subresource)
}

/** Without disruption budgets an eviction is a deletion with the options that it carries. */
function* evict(call: ResourceCall): Task<HttpResponse> {
  const body = call.request.body as { readonly deleteOptions?: unknown } | undefined
  const request = { ...call.request, body: body?.deleteOptions ?? {} }
  yield* deleteOne({ ...call, request, route: { ...call.route, verb: 'delete', subresource: '' } })
  return respond({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201)
}

/** PUT namespaces/<name>/finalize: the only way to change the finalizers of a Namespace's spec. */
function* finalize(call: ResourceCall): Task<HttpResponse> {
  const { object } = decodeObject(call, call.definition, call.request.body)
  const finalizers = (object as Namespace).spec.finalizers ?? []
  const changed = yield* changeObject(call, (current) => {
    const namespace = current as Namespace
    const { resourceVersion } = object.metadata
    return {
      ...namespace,
      metadata: { ...namespace.metadata, resourceVersion },
      spec: { ...namespace.spec, finalizers },
    } as Namespace
  })
  return respond(changed)
}
