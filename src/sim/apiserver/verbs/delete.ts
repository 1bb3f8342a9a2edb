// DELETE of one object and of a collection: with grace, finalizers and preconditions. A Pod that runs somewhere only
// gets a deadline; its kubelet deletes it when it has stopped. Models registry/generic/registry (Delete) and
// rest/delete.go, and the Namespace's own deletion.
import type { HttpResponse } from '../../api/http.ts'
import { isJsonObject } from '../../api/json.ts'
import type { KubeObject, Namespace } from '../../api/objects.ts'
import type { Status } from '../../api/status.ts'
import { badRequest, conflict, notFound, success } from '../../api/status.ts'
import type { Context } from '../../kernel/process.ts'
import type { Task } from '../../kernel/task.ts'
import type { DeleteOptions } from '../deletion.ts'
import { deletionOf } from '../deletion.ts'
import { Rejection } from '../rejection.ts'
import type { ResourceCall } from '../request.ts'
import { etcdKey, phase, placeOf, recordPhase, reject, rejectIn, respond } from '../request.ts'
import { parseSelection } from '../selection.ts'
import type { Attempt } from '../storage.ts'
import { guaranteedUpdate } from '../storage.ts'
import { admissionRequest, judge, mutate } from './admit.ts'
import { listNewest, listResponse } from './list.ts'

/** Kinds whose deletion answers with the object that was deleted; the others answer with a Status. */
const RETURNS_OBJECT: readonly string[] = ['Pod', 'Service', 'ServiceAccount']

export function* deleteOne(call: ResourceCall): Task<HttpResponse> {
  const options = deleteOptions(call)
  const request = admissionRequest(call, 'DELETE', null, null)
  yield* mutate(call, request)
  yield* judge(call, request)
  const outcome = yield* remove(call, options)
  const { definition } = call
  if (!outcome.gone || RETURNS_OBJECT.includes(definition.kind)) return respond(outcome.object)
  const { name, uid } = outcome.object.metadata
  const group = definition.group === '' ? {} : { group: definition.group }
  return respond(success({ name, ...group, kind: definition.resource, uid }))
}

interface Removal {
  readonly object: KubeObject
  /** Nothing is left of it in the store. */
  readonly gone: boolean
}

function* remove(call: ResourceCall, options: DeleteOptions): Task<Removal> {
  const first = yield* markOrDelete(call, null, options)
  if (first.gone || call.dryRun || !isForced(first.object)) return first
  // The mark itself has made a new resourceVersion, so that a precondition on the old one is met already.
  const { uid } = first.object.metadata
  return yield* markOrDelete(call, first.object, { ...options, preconditions: { uid } })
}

const isForced = ({ kind, metadata }: KubeObject): boolean =>
  kind === 'Pod' &&
  metadata.deletionTimestamp !== undefined &&
  metadata.deletionGracePeriodSeconds === 0 &&
  (metadata.finalizers ?? []).length === 0

function* markOrDelete(call: ResourceCall, known: KubeObject | null, options: DeleteOptions): Task<Removal> {
  const result = yield* guaranteedUpdate(placeOf(call), known, (_state, context, current) =>
    tryToDelete(context, call, current, options),
  )
  if (!result.ok) return yield* rejectIn(call, 'storage', result.status)
  const { change, object } = result.value
  yield* phase(call, 'storage', () => [note(change, etcdKey(call), object)])
  return { object, gone: change === 'deleted' }
}

function tryToDelete(
  context: Context,
  call: ResourceCall,
  current: KubeObject | null,
  options: DeleteOptions,
): Attempt {
  if (current === null) return { next: 'fail', status: notFound(call.definition, call.route.name) }
  const refusal = preconditionFailure(call, options, current)
  if (refusal !== null) return { next: 'fail', status: refusal }
  const attempt = attemptDeletion(call, current, options)
  const isFree = attempt.next === 'delete'
  recordPhase(context, call, 'validation', () => [
    isFree ? 'nothing holds the object' : 'the object stays for now',
  ])
  return call.dryRun && attempt.next !== 'fail' ? { next: 'rehearse', object: current } : attempt
}

function note(change: string, key: string, { metadata }: KubeObject): string {
  if (change === 'deleted') return `deleted ${key} at revision ${metadata.resourceVersion}`
  return change === 'none'
    ? `${key} is being deleted already`
    : `marked ${key} for deletion at revision ${metadata.resourceVersion}`
}

function attemptDeletion(call: ResourceCall, current: KubeObject, options: DeleteOptions): Attempt {
  if (current.kind === 'Namespace') return namespaceDeletion(call, current as Namespace, options)
  return deletionOf(current, options, call.clock)
}

/** A Namespace stays, Terminating, until its controller has emptied it and removed its finalizer. */
function namespaceDeletion(call: ResourceCall, namespace: Namespace, options: DeleteOptions): Attempt {
  if (namespace.metadata.deletionTimestamp === undefined) {
    const marked = deletionOf(namespace, options, call.clock, true)
    if (marked.next !== 'put') return marked
    return {
      next: 'put',
      object: { ...marked.object, status: { ...namespace.status, phase: 'Terminating' } } as Namespace,
    }
  }
  if ((namespace.spec.finalizers ?? []).length === 0 && (namespace.metadata.finalizers ?? []).length === 0)
    return { next: 'delete' }
  const cause =
    'The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will automatically be purged by the system.'
  return { next: 'fail', status: conflict(call.definition, namespace.metadata.name, cause) }
}

function preconditionFailure(
  call: ResourceCall,
  { preconditions }: DeleteOptions,
  current: KubeObject,
): Status | null {
  const { uid, resourceVersion } = current.metadata
  const { definition, route } = call
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    const cause = `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`
    return conflict(definition, route.name, cause)
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const cause = `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`
    return conflict(definition, route.name, cause)
  }
  return null
}

/** From the body, or where there is none from the query. */
function deleteOptions(call: ResourceCall): DeleteOptions {
  const { body, query } = call.request
  const source: Readonly<Record<string, unknown>> = isJsonObject(body) ? body : query
  const grace = source.gracePeriodSeconds
  const seconds = grace === undefined || grace === null ? undefined : Number(grace)
  if (seconds !== undefined && !Number.isInteger(seconds))
    reject(badRequest(`invalid gracePeriodSeconds: ${String(grace)}`))
  const policy = source.propagationPolicy
  if (policy !== undefined && policy !== 'Foreground' && policy !== 'Background' && policy !== 'Orphan') {
    const message = `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "${String(policy)}": supported values: "Background", "Foreground", "Orphan"`
    reject({ ...badRequest(message), reason: 'Invalid', code: 422 })
  }
  const preconditions = source.preconditions
  return {
    ...(seconds === undefined ? {} : { gracePeriodSeconds: seconds }),
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    ...(isJsonObject(preconditions) ? { preconditions: preconditionsOf(preconditions) } : {}),
  }
}

function preconditionsOf(
  value: Readonly<Record<string, unknown>>,
): NonNullable<DeleteOptions['preconditions']> {
  const { uid, resourceVersion } = value
  return {
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
  }
}

/** Each object that the list shows is deleted by itself; the answer is that list. */
export function* deleteCollection(call: ResourceCall): Task<HttpResponse> {
  const options = deleteOptions(call)
  const parsed = parseSelection(call.served, call.route.namespace, call.request.query)
  if ('failure' in parsed) return reject(parsed.failure)
  const listed = yield* listNewest(call, parsed.selection)
  const removed: KubeObject[] = []
  for (const { metadata } of listed.items) {
    const route = { ...call.route, namespace: metadata.namespace ?? '', name: metadata.name }
    const one: ResourceCall = { ...call, route }
    const request = admissionRequest(one, 'DELETE', null, null)
    yield* mutate(one, request)
    yield* judge(one, request)
    try {
      removed.push((yield* remove(one, options)).object)
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof Rejection) || error.status.reason !== 'NotFound') throw error
    }
  }
  return yield* listResponse(call, { items: removed, revision: listed.revision, more: null })
}
