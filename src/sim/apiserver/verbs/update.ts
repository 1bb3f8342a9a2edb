// Changing an object: PUT, and what a patch makes of it. Models apiserver/pkg/registry/rest/update.go and
// registry/generic/registry (Update). An object that waits for its finalizers goes when an update removes the last.

import { invalid } from '../../api/field-errors.ts'
import type { HttpResponse } from '../../api/http.ts'
import { extended } from '../../api/json.ts'
import type { KubeObject, Namespace } from '../../api/objects.ts'
import type { Status } from '../../api/status.ts'
import { badRequest, conflict, invalidObject, notFound } from '../../api/status.ts'
import type { Context } from '../../kernel/process.ts'
import type { Task } from '../../kernel/task.ts'
import { decodeObject, warningHeaders } from '../body.ts'
import { lookup, releaseAddresses } from '../effects.ts'
import { METADATA } from '../kinds/runtime/kind-definition.ts'
import { validateObjectMetaUpdate } from '../kinds/runtime/object-meta.ts'
import { carriedMeta } from '../object-identity.ts'
import { Rejection } from '../rejection.ts'
import type { ResourceCall } from '../request.ts'
import {
  cacheKey,
  etcdKey,
  phase,
  placeOf,
  recordPhase,
  refuse,
  reject,
  rejectIn,
  respond,
} from '../request.ts'
import type { ServerState } from '../state.ts'
import type { Answers, Attempt } from '../storage.ts'
import { guaranteedUpdate, readObject } from '../storage.ts'
import { admissionRequest, judgeNow, mutateNow } from './admit.ts'
import { createNew, withAddresses } from './create.ts'

/** What the client wants the object to be, given what it is. */
export type Change = (current: KubeObject) => KubeObject

export function* update(call: ResourceCall): Task<HttpResponse> {
  const { definition, route } = call
  const { object, warnings } = decodeObject(call, definition, call.request.body)
  checkIdentity(call, object)
  if (definition.allowCreateOnUpdate && route.subresource === '') {
    const created = yield* createIfAbsent(call, object)
    if (created !== null) return respond(created, 201)
  }
  const changed = yield* changeObject(call, () => object)
  return warnings.length === 0 ? respond(changed) : respond(changed, 200, warningHeaders(warnings))
}

function checkIdentity(call: ResourceCall, object: KubeObject): void {
  const { name, namespace } = call.route
  const meta = object.metadata
  if (meta.name === '') reject(badRequest('name must be provided'))
  if (meta.name !== name)
    reject(badRequest(`the name of the object (${meta.name}) does not match the name on the URL (${name})`))
  if (meta.namespace !== undefined && meta.namespace !== '' && meta.namespace !== namespace)
    reject(
      badRequest(
        `the namespace of the object (${meta.namespace}) does not match the namespace on the request (${namespace})`,
      ),
    )
}

/** Null: the object exists. */
function* createIfAbsent(call: ResourceCall, object: KubeObject): Task<KubeObject | null> {
  if (object.metadata.resourceVersion !== '' || object.metadata.uid !== '') return null
  if ((yield* present(call)) !== null) return null
  return yield* createNew(call, object)
}

/** What there is, as far as the cache knows; of a kind without one, what etcd holds. */
function* present(call: ResourceCall): Task<KubeObject | null> {
  if (call.served.cached) return yield* lookup(call.served.id, cacheKey(call))
  const read = yield* readObject(etcdKey(call))
  return read.ok ? read.value : yield* rejectIn(call, 'storage', read.status)
}

/** Stores the change and returns the object as it then is. */
export function* changeObject(call: ResourceCall, change: Change): Task<KubeObject> {
  const attempts: KubeObject[] = []
  const result = yield* guaranteedUpdate(
    placeOf(call),
    null,
    (state, context, current, answers) => tryToUpdate(state, context, call, change, current, answers),
    (object) => attempts.push(object),
  )
  if (call.definition.kind === 'Service')
    yield* giveBack(call, attempts, result.ok && !call.dryRun ? result.value.object : null)
  if (!result.ok) return yield* rejectIn(call, 'storage', result.status)
  const { change: kind, object } = result.value
  yield* phase(call, 'storage', () => [describe(etcdKey(call), kind, object)])
  return object
}

function tryToUpdate(
  state: ServerState,
  context: Context,
  call: ResourceCall,
  change: Change,
  current: KubeObject | null,
  answers: Answers,
): Attempt {
  try {
    return attemptUpdate(state, context, call, change, current, answers)
  } catch (error) {
    if (error instanceof Rejection) return { next: 'fail', status: error.status }
    throw error
  }
}

/** What the attempts had claimed for a Service beyond what is stored now. */
function* giveBack(
  call: ResourceCall,
  attempts: readonly KubeObject[],
  stored: KubeObject | null,
): Task<void> {
  const keep = stored ?? (yield* lookup(call.served.id, cacheKey(call)))
  for (const attempt of attempts) yield* releaseAddresses(attempt, keep)
}

function describe(key: string, change: string, object: KubeObject): string {
  if (change === 'none') return `${key} is unchanged`
  return `${change === 'deleted' ? 'deleted' : 'updated'} ${key} at revision ${object.metadata.resourceVersion}`
}

function attemptUpdate(
  state: ServerState,
  context: Context,
  call: ResourceCall,
  change: Change,
  current: KubeObject | null,
  answers: Answers,
): Attempt {
  const { definition, route } = call
  if (current === null) return { next: 'fail', status: notFound(definition, route.name) }
  const wanted = change(current)
  const refusal = preconditionFailure(call, wanted, current)
  if (refusal !== null) return { next: 'fail', status: refusal }
  const merged: KubeObject = extended(wanted, { metadata: carriedMeta(wanted.metadata, current.metadata) })
  const request = admissionRequest(call, 'UPDATE', merged, current)
  const admitted = mutateNow(state, context, call, request, answers)
  if ('asks' in admitted) return { next: 'ask', key: admitted.asks }
  const prepared = prepare(call, admitted.object ?? merged, current)
  validateChange(context, call, prepared, current)
  const object = withAddresses(state, context, call, prepared, current)
  judgeNow(context, call, { ...request, object })
  if (call.dryRun) return { next: 'rehearse', object }
  if (isFinished(object, current)) return { next: 'delete' }
  return { next: 'put', object }
}

function prepare({ definition, route }: ResourceCall, object: KubeObject, old: KubeObject): KubeObject {
  // What `finalize` may change was picked by the subresource itself.
  if (route.subresource === 'finalize') return object
  const isStatus = route.subresource === 'status'
  return isStatus ? definition.prepareForStatusUpdate(object, old) : definition.prepareForUpdate(object, old)
}

function preconditionFailure(call: ResourceCall, wanted: KubeObject, current: KubeObject): Status | null {
  const { definition, route } = call
  const { uid, resourceVersion } = wanted.metadata
  if (uid !== '' && uid !== current.metadata.uid) {
    const cause = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`
    return conflict(definition, route.name, cause)
  }
  if (resourceVersion === '') {
    if (definition.allowUnconditionalUpdate) return null
    const error = invalid(METADATA.child('resourceVersion'), '', 'must be specified for an update')
    return invalidObject(definition, route.name, [error])
  }
  return resourceVersion === current.metadata.resourceVersion ? null : conflict(definition, route.name)
}

function validateChange(context: Context, call: ResourceCall, object: KubeObject, old: KubeObject): void {
  const { definition, route } = call
  const isWhole = route.subresource === ''
  const own = isWhole ? definition.validateUpdate(object, old) : definition.validateStatusUpdate(object, old)
  const errors = [...validateObjectMetaUpdate(object, old), ...own]
  if (errors.length > 0)
    refuse(context, call, 'validation', invalidObject(definition, object.metadata.name, errors))
  recordPhase(context, call, 'validation')
}

/** Nothing holds it any more: it was being deleted, its grace is over, and the last finalizer is gone. */
function isFinished(object: KubeObject, old: KubeObject): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return false
  if (old.metadata.deletionTimestamp === undefined) return false
  if ((old.metadata.deletionGracePeriodSeconds ?? 0) !== 0) return false
  const { kind } = object
  if (kind !== 'Namespace') return true
  return ((object as Namespace).spec?.finalizers ?? []).length === 0
}
