// Admission as a request passes it: the chain of plugins, recorded as phases.
import type { KubeObject } from '../../api/objects.ts'
import type { Task } from '../../kernel/task.ts'
import { ADMISSION } from '../admission/index.ts'
import { runMutating, runValidating } from '../admission/runtime/chain.ts'
import type { AdmissionRequest, Operation } from '../admission/runtime/plugin.ts'
import type { ResourceCall } from '../request.ts'
import { phase, rejectIn } from '../request.ts'

export function admissionRequest(
  call: ResourceCall,
  operation: Operation,
  object: KubeObject | null,
  old: KubeObject | null,
): AdmissionRequest {
  const { route, definition, served, user, clock } = call
  const namespace = route.namespace
  const name = route.name === '' ? (object?.metadata.name ?? '') : route.name
  return {
    operation,
    resource: served.id,
    definition,
    subresource: route.subresource,
    namespace,
    name,
    user,
    object,
    old,
    receivedAt: clock,
  }
}

/** The object as the mutating plugins leave it. */
export function* mutate<T extends KubeObject | null>(
  call: ResourceCall,
  request: AdmissionRequest,
  object: T,
): Task<T> {
  const result = yield* runMutating(ADMISSION, request)
  if (!result.ok) return yield* rejectIn(call, 'mutating-admission', result.status)
  const isChanged = result.object !== object && result.object !== null
  yield* isChanged
    ? phase(call, 'mutating-admission', result.notes, result.object)
    : phase(call, 'mutating-admission', result.notes)
  return result.object as T
}

export function* judge(call: ResourceCall, request: AdmissionRequest): Task<void> {
  const status = yield* runValidating(ADMISSION, request)
  if (status !== null) yield* rejectIn(call, 'validating-admission', status)
  yield* phase(call, 'validating-admission')
}
