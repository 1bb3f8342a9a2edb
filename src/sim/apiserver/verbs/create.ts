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
import type { Context } from '../../kernel/process.ts'
import type { Task } from '../../kernel/task.ts'
import { decodeObject, warningHeaders } from '../body.ts'
import { lookup, releaseAddresses, step } from '../effects.ts'
import { newEventLease, sharedEventLease } from '../event-leases.ts'
import { validateObjectMeta } from '../kinds/runtime/object-meta.ts'
import { freshMeta, nameFor, newUid } from '../object-identity.ts'
import type { ResourceCall } from '../request.ts'
import { etcdKey, phase, recordPhase, refuse, reject, rejectIn, respond, timestamp } from '../request.ts'
import { allocate } from '../service-addresses.ts'
import type { ServerState } from '../state.ts'
import type { Answers } from '../storage.ts'
import { createObject, NO_ANSWERS, readObject, toStore, withAnswer } from '../storage.ts'
import type { Asking } from './admit.ts'
import { admissionRequest, judgeNow, mutateNow } from './admit.ts'

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
  const { definition } = call
  let admitted: KubeObject | null = null
  let answers = NO_ANSWERS
  for (let attempt = 1; ; ) {
    const from: KubeObject | null = admitted
    const known = answers
    const draft: Draft | Asking = yield* step((state, context) =>
      draftOf(state, context, call, sent, from, known),
    )
    if ('asks' in draft) {
      answers = withAnswer(answers, draft.asks, yield* readObject(draft.asks))
      continue
    }
    const { object, stored, key } = draft
    admitted = draft.admitted
    if (call.dryRun) return yield* rehearse(call, object)
    const needsLease = definition.kind === 'Event' && draft.lease === 0
    const written = yield* createObject(key, stored, needsLease ? yield* newEventLease() : draft.lease)
    if (written.ok && written.value !== null) {
      const { resourceVersion } = written.value.metadata
      yield* phase(call, 'storage', () => [`created ${key} at revision ${resourceVersion}`])
      return written.value
    }
    yield* giveBack(call, object)
    if (!written.ok) return yield* rejectIn(call, 'storage', written.status)
    const generated = draft.admitted.metadata.name === ''
    if (generated && attempt++ < NAME_ATTEMPTS) continue
    const { name } = object.metadata
    const status = generated ? generateNameConflict(definition, name, 1) : alreadyExists(definition, name)
    return yield* rejectIn(call, 'storage', status)
  }
}

/** An object that is ready to be created. */
interface Draft {
  /** As admission left it, before it was given an identity: further attempts begin with this. */
  readonly admitted: KubeObject
  readonly object: KubeObject
  readonly stored: KubeObject
  /** Its key in etcd. */
  readonly key: string
  /** For an Event: a lease that others have, too; 0: none. */
  readonly lease: number
}

function draftOf(
  state: ServerState,
  context: Context,
  call: ResourceCall,
  sent: KubeObject,
  from: KubeObject | null,
  answers: Answers,
): Draft | Asking {
  const { definition, route } = call
  const request = admissionRequest(call, 'CREATE', sent, null)
  const mutated = from === null ? mutateNow(state, context, call, request, answers) : { object: from }
  if ('asks' in mutated) return mutated
  const admitted = mutated.object ?? sent
  const namespace = definition.namespaced ? route.namespace : ''
  const random = (): number => context.random()
  const uid = newUid(random)
  const name = nameFor(admitted, random)
  const metadata = freshMeta(admitted.metadata, namespace, name, uid, timestamp(call))
  const prepared = definition.prepareForCreate(extended(admitted, { metadata }))
  validateNew(context, call, prepared)
  const object = withAddresses(state, context, call, prepared, null)
  judgeNow(context, call, { ...request, object, name })
  const lease = definition.kind === 'Event' && !call.dryRun ? sharedEventLease(state, context) : 0
  const key = etcdKey(call, namespace, name)
  return Object.freeze({ admitted, object, stored: toStore(object), key, lease })
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

function validateNew(context: Context, call: ResourceCall, object: KubeObject): void {
  const { definition } = call
  const errors = [...validateObjectMeta(object, definition), ...definition.validate(object)]
  if (errors.length > 0)
    refuse(context, call, 'validation', invalidObject(definition, object.metadata.name, errors))
  recordPhase(context, call, 'validation', undefined, object)
}

/** A Service with the addresses that it lacks. */
export function withAddresses(
  state: ServerState,
  context: Context,
  call: ResourceCall,
  object: KubeObject,
  old: KubeObject | null,
): KubeObject {
  if (call.definition.kind !== 'Service' || call.route.subresource !== '') return object
  const result = allocate(state.addresses, object, old, () => context.random())
  if (result.ok) return result.service
  const status = invalidObject(call.definition, object.metadata.name, result.errors)
  return refuse(context, call, 'validation', status)
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
