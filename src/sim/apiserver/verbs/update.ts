// Changing an object: PUT, and what a patch makes of it. Models apiserver/pkg/registry/rest/update.go and
// registry/generic/registry (Update). An object that waits for its finalizers goes when an update removes the last.

import { invalid } from '../../api/field-errors.ts'
import type { HttpResponse } from '../../api/http.ts'
import { extended } from '../../api/json.ts'
import type { KubeObject, Namespace } from '../../api/objects.ts'
import { asResourceVersion } from '../../api/objects.ts'
import type { Status } from '../../api/status.ts'
import { badRequest, conflict, invalidObject, notFound } from '../../api/status.ts'
import type { Task } from '../../kernel/task.ts'
import { decodeObject, warningHeaders } from '../body.ts'
import { allocateAddresses, lookup, releaseAddresses } from '../effects.ts'
import { METADATA } from '../kinds/runtime/kind-definition.ts'
import { validateObjectMetaUpdate } from '../kinds/runtime/object-meta.ts'
import { carriedMeta } from '../object-identity.ts'
import type { ResourceCall } from '../request.ts'
import { cacheKey, etcdKey, phase, Rejection, reject, rejectIn, respond } from '../request.ts'
import type { Attempt } from '../storage.ts'
import { guaranteedUpdate } from '../storage.ts'
import { admissionRequest, judge, mutate } from './admit.ts'
import { createNew } from './create.ts'

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
  if ((yield* lookup(call.served.id, cacheKey(call))) !== null) return null
  return yield* createNew(call, object)
}

/** Stores the change and returns the object as it then is. */
export function* changeObject(call: ResourceCall, change: Change): Task<KubeObject> {
  const key = etcdKey(call)
  const cached = yield* lookup(call.served.id, cacheKey(call))
  const attempts: KubeObject[] = []
  const result = yield* guaranteedUpdate(key, cached, (current) =>
    tryToUpdate(call, change, current, attempts),
  )
  if (call.definition.kind === 'Service')
    yield* giveBack(call, attempts, result.ok && !call.dryRun ? result.value.object : cached)
  if (!result.ok) return yield* rejectIn(call, 'storage', result.status)
  const { object } = result.value
  yield* phase(call, 'storage', [describe(key, result.value.change, object)])
  return object
}

function* tryToUpdate(
  call: ResourceCall,
  change: Change,
  current: KubeObject | null,
  attempts: KubeObject[],
): Task<Attempt> {
  try {
    const attempt = yield* attemptUpdate(call, change, current)
    if (attempt.next === 'put' || attempt.next === 'rehearse') attempts.push(attempt.object)
    return attempt
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

function* attemptUpdate(call: ResourceCall, change: Change, current: KubeObject | null): Task<Attempt> {
  const { definition, route } = call
  if (current === null) return { next: 'fail', status: notFound(definition, route.name) }
  const wanted = change(current)
  const refusal = preconditionFailure(call, wanted, current)
  if (refusal !== null) return { next: 'fail', status: refusal }
  const metadata = versioned(carriedMeta(wanted.metadata, current.metadata), current)
  const merged: KubeObject = extended(wanted, { metadata })
  const request = admissionRequest(call, 'UPDATE', merged, current)
  const admitted = yield* mutate(call, request, merged)
  const prepared = prepare(call, admitted, current)
  yield* validateChange(call, prepared, current)
  const object = yield* withAddresses(call, prepared, current)
  yield* judge(call, { ...request, object })
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

function versioned(meta: KubeObject['metadata'], current: KubeObject): KubeObject['metadata'] {
  return extended(meta, { resourceVersion: asResourceVersion(current.metadata.resourceVersion) })
}

function* validateChange(call: ResourceCall, object: KubeObject, old: KubeObject): Task<void> {
  const { definition, route } = call
  const isWhole = route.subresource === ''
  const own = isWhole ? definition.validateUpdate(object, old) : definition.validateStatusUpdate(object, old)
  const errors = [...validateObjectMetaUpdate(object, old), ...own]
  if (errors.length > 0)
    yield* rejectIn(call, 'validation', invalidObject(definition, object.metadata.name, errors))
  yield* phase(call, 'validation')
}

function* withAddresses(call: ResourceCall, object: KubeObject, old: KubeObject): Task<KubeObject> {
  if (call.definition.kind !== 'Service' || call.route.subresource !== '') return object
  const result = yield* allocateAddresses(object, old)
  if (result.ok) return result.service
  return yield* rejectIn(
    call,
    'validation',
    invalidObject(call.definition, object.metadata.name, result.errors),
  )
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
