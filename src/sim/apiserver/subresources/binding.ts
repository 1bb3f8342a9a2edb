// POST pods/<name>/binding: how the scheduler's decision becomes `spec.nodeName`.
// Models kubernetes/pkg/registry/core/pod/storage (BindingREST).
import { setCondition } from '../../api/conditions.ts'
import { cannotBeHandled, decode } from '../../api/decode.ts'
import type { FieldError } from '../../api/field-errors.ts'
import { FieldPath, notSupported, required } from '../../api/field-errors.ts'
import type { HttpResponse } from '../../api/http.ts'
import { extended, isJsonObject } from '../../api/json.ts'
import type { Binding, Pod, PodCondition } from '../../api/objects.ts'
import type { Status } from '../../api/status.ts'
import { badRequest, conflict, invalidObject, notFound } from '../../api/status.ts'
import type { Task } from '../../kernel/task.ts'
import { step } from '../effects.ts'
import type { ResourceCall } from '../request.ts'
import {
  etcdKey,
  phase,
  placeOf,
  recordPhase,
  refuse,
  reject,
  rejectIn,
  respond,
  timestamp,
} from '../request.ts'
import type { Attempt } from '../storage.ts'
import { guaranteedUpdate } from '../storage.ts'

const RESOURCE = { group: '', resource: 'pods/binding' } as const
const TARGET = FieldPath.root('target')

export function* bind(call: ResourceCall): Task<HttpResponse> {
  const binding = bindingOf(call)
  const errors = validateBinding(binding)
  yield* step((_state, context) => {
    if (errors.length > 0) {
      const status = invalidObject({ group: '', kind: 'Binding' }, call.route.name, errors)
      refuse(context, call, 'validation', status)
    }
    recordPhase(context, call, 'mutating-admission')
    recordPhase(context, call, 'validation')
    recordPhase(context, call, 'validating-admission')
  })
  const result = yield* guaranteedUpdate(placeOf(call), null, (_state, _context, current) =>
    assign(call, binding, current as Pod | null),
  )
  if (!result.ok) return yield* rejectIn(call, 'storage', result.status)
  const { resourceVersion } = result.value.object.metadata
  yield* phase(call, 'storage', () => [
    `bound ${etcdKey(call)} to ${binding.target.name ?? ''} at revision ${resourceVersion}`,
  ])
  return respond({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201)
}

function bindingOf(call: ResourceCall): Binding {
  const { body } = call.request
  if (!isJsonObject(body) || !isJsonObject(body.target ?? null))
    return reject(badRequest('the body of the request is no Binding'))
  const decoded = decode('Binding', body)
  if ('error' in decoded) return reject(badRequest(cannotBeHandled('Binding', 'v1', decoded.error)))
  const { target, metadata } = decoded.object as object as Binding
  return { apiVersion: 'v1', kind: 'Binding', metadata: metadata ?? {}, target }
}

function validateBinding({ target }: Binding): FieldError[] {
  const errors: FieldError[] = []
  const { kind = '', name = '' } = target
  if (kind !== '' && kind !== 'Node')
    errors.push(notSupported(TARGET.child('kind'), kind, ['Node', '<empty>']))
  if (name === '') errors.push(required(TARGET.child('name')))
  return errors
}

function assign(call: ResourceCall, binding: Binding, pod: Pod | null): Attempt {
  const { name } = call.route
  if (pod === null) return { next: 'fail', status: notFound(call.definition, name) }
  const refusal = refusalOf(binding, pod)
  if (refusal !== null) return { next: 'fail', status: refusal }
  const scheduled: PodCondition = {
    type: 'PodScheduled',
    status: 'True',
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    lastTransitionTime: timestamp(call),
  }
  const nodeName = binding.target.name ?? ''
  const annotations = binding.metadata.annotations
  const metadata =
    annotations === undefined
      ? pod.metadata
      : { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...annotations } }
  const { nominatedNodeName: _cleared, ...status } = pod.status
  const object: Pod = {
    ...pod,
    metadata,
    spec: extended(pod.spec, { nodeName }),
    status: extended(status, { conditions: setCondition(pod.status.conditions, scheduled) }),
  }
  return { next: 'put', object }
}

function refusalOf(binding: Binding, pod: Pod): Status | null {
  const { name, uid, deletionTimestamp } = pod.metadata
  const wanted = binding.metadata.uid
  if (wanted !== undefined && wanted !== uid) {
    return conflict(
      RESOURCE,
      name,
      `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${uid}`,
    )
  }
  if (deletionTimestamp !== undefined)
    return conflict(RESOURCE, name, `pod ${name} is being deleted, cannot be assigned to a host`)
  const { nodeName = '', schedulingGates = [] } = pod.spec
  if (nodeName !== '')
    return conflict(RESOURCE, name, `pod ${name} is already assigned to node "${nodeName}"`)
  if (schedulingGates.length > 0)
    return conflict(RESOURCE, name, `pod ${name} has non-empty .spec.schedulingGates`)
  return null
}
