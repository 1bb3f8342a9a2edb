// POST of a new object. Models apiserver/pkg/endpoints/handlers/create.go and registry/generic/registry (Create).

import type { HttpResponse } from '../../api/http.ts'
import { extended } from '../../api/json.ts'
import type { KubeObject } from '../../api/objects.ts'
import { objectKey } from '../../api/objects.ts'
import {
  alreadyExists,
  badRequest,
  generateNameConflict,
  invalidObject,
  methodNotAllowed,
} from '../../api/status.ts'
import type { Task } from '../../kernel/task.ts'
import { decodeObject, warningHeaders } from '../body.ts'
import { allocateAddresses, lookup, releaseAddresses } from '../effects.ts'
import { leaseFor } from '../event-leases.ts'
import { validateObjectMeta } from '../kinds/runtime/object-meta.ts'
import { freshMeta, nameFor, newUid } from '../object-identity.ts'
import type { ResourceCall } from '../request.ts'
import { etcdKey, phase, reject, rejectIn, respond, timestamp } from '../request.ts'
import { createObject } from '../storage.ts'
import { admissionRequest, judge, mutate } from './admit.ts'

/** How often a generated name that is taken is drawn again. */
const NAME_ATTEMPTS = 8

export function* create(call: ResourceCall): Task<HttpResponse> {
  const { definition } = call
  const { object: sent, warnings } = decodeObject(call, definition, call.request.body)
  const created = yield* createNew(call, withNamespace(call, sent))
  return warnings.length === 0 ? respond(created, 201) : respond(created, 201, warningHeaders(warnings))
}

/** Also what a PUT to an absent name does, where the kind allows it. */
export function* createNew(call: ResourceCall, sent: KubeObject): Task<KubeObject> {
  const { definition, route } = call
  const request = admissionRequest(call, 'CREATE', sent, null)
  const admitted = yield* mutate(call, request, sent)
  const namespace = definition.namespaced ? route.namespace : ''
  for (let attempt = 1; ; attempt++) {
    const uid = yield* newUid()
    const name = yield* nameFor(admitted)
    const meta = freshMeta(admitted.metadata, namespace, name, uid, timestamp(call))
    const prepared = definition.prepareForCreate(extended(admitted, { metadata: meta }))
    yield* validateNew(call, prepared)
    const object = yield* withAddresses(call, prepared)
    yield* judge(call, { ...request, object, name })
    if (call.dryRun) return yield* rehearse(call, object)
    const key = etcdKey(call, namespace, name)
    const stored = yield* createObject(key, object, yield* leaseFor(call))
    if (stored.ok && stored.value !== null) {
      yield* phase(call, 'storage', [`created ${key} at revision ${stored.value.metadata.resourceVersion}`])
      return stored.value
    }
    yield* giveBack(call, object)
    if (!stored.ok) return yield* rejectIn(call, 'storage', stored.status)
    const generated = admitted.metadata.name === ''
    if (generated && attempt < NAME_ATTEMPTS) continue
    const status = generated ? generateNameConflict(definition, name, 1) : alreadyExists(definition, name)
    return yield* rejectIn(call, 'storage', status)
  }
}

function withNamespace(call: ResourceCall, sent: KubeObject): KubeObject {
  const { definition, route } = call
  if (!definition.namespaced) return sent
  if (route.namespace === '') reject(methodNotAllowed())
  const named = sent.metadata.namespace ?? ''
  if (named === route.namespace) return sent
  if (named !== '')
    reject(
      badRequest('the namespace of the provided object does not match the namespace sent on the request'),
    )
  return extended(sent, { metadata: extended(sent.metadata, { namespace: route.namespace }) })
}

function* validateNew(call: ResourceCall, object: KubeObject): Task<void> {
  const { definition } = call
  const errors = [...validateObjectMeta(object, definition), ...definition.validate(object)]
  if (errors.length > 0)
    yield* rejectIn(call, 'validation', invalidObject(definition, object.metadata.name, errors))
  yield* phase(call, 'validation', [], object)
}

function* withAddresses(call: ResourceCall, object: KubeObject): Task<KubeObject> {
  if (call.definition.kind !== 'Service') return object
  const result = yield* allocateAddresses(object, null)
  if (result.ok) return result.service
  return yield* rejectIn(
    call,
    'validation',
    invalidObject(call.definition, object.metadata.name, result.errors),
  )
}

function* rehearse(call: ResourceCall, object: KubeObject): Task<KubeObject> {
  yield* giveBack(call, object)
  return object
}

/** The addresses of a Service that was not stored, except those that its namesake holds. */
function* giveBack(call: ResourceCall, object: KubeObject): Task<void> {
  if (object.kind !== 'Service') return
  yield* releaseAddresses(object, yield* lookup(call.served.id, objectKey(object)))
}
