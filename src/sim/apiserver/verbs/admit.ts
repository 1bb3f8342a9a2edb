// Admission as a request passes it: the chain of plugins, recorded as phases.
import type { KubeObject } from '../../api/objects.ts'
import type { Context } from '../../kernel/process.ts'
import type { Task } from '../../kernel/task.ts'
import { ADMISSION } from '../admission/index.ts'
import { runMutating, runValidating } from '../admission/runtime/chain.ts'
import type { AdmissionRequest, Found, ObjectName, Operation } from '../admission/runtime/plugin.ts'
import { step } from '../effects.ts'
import type { ResourceCall } from '../request.ts'
import { recordPhase, refuse } from '../request.ts'
import { keyInEtcd, servedKind } from '../served-kinds.ts'
import type { ServerState } from '../state.ts'
import { cacheOf } from '../state.ts'
import type { Answers } from '../storage.ts'
import { NO_ANSWERS, readObject, withAnswer } from '../storage.ts'

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

/** What the mutating plugins have to see first, by its key in etcd. */
export interface Asking {
  readonly asks: string
}

/** The object as the mutating plugins leave it, where they know enough. */
export function mutateNow(
  state: ServerState,
  context: Context,
  call: ResourceCall,
  request: AdmissionRequest,
  answers: Answers,
): { readonly object: KubeObject | null } | Asking {
  const find = (name: ObjectName): Found | undefined => {
    const cached = cacheOf(state, name.kind).objects.get(name.key)
    return cached === undefined ? answers.get(etcdKeyOf(name)) : { ok: true, value: cached }
  }
  const result = runMutating(ADMISSION, request, find, () => context.random())
  if (result.outcome === 'unknown') return { asks: etcdKeyOf(result.name) }
  if (result.outcome === 'denied') return refuse(context, call, 'mutating-admission', result.status)
  const { object, notes } = result
  const shown = object === request.object || object === null ? undefined : object
  recordPhase(context, call, 'mutating-admission', () => notes, shown)
  return { object }
}

const etcdKeyOf = ({ kind, key }: ObjectName): string => keyInEtcd(servedKind(kind), key)

/** The same as a task, which finds out what the plugins have to see. */
export function* mutate(call: ResourceCall, request: AdmissionRequest): Task<KubeObject | null> {
  let answers = NO_ANSWERS
  for (;;) {
    const known = answers
    const result = yield* step((state, context) => mutateNow(state, context, call, request, known))
    if ('object' in result) return result.object
    answers = withAnswer(answers, result.asks, yield* readObject(result.asks))
  }
}

export function judgeNow(context: Context, call: ResourceCall, request: AdmissionRequest): void {
  const status = runValidating(ADMISSION, request)
  if (status !== null) refuse(context, call, 'validating-admission', status)
  recordPhase(context, call, 'validating-admission')
}

export const judge = (call: ResourceCall, request: AdmissionRequest): Task<void> =>
  step((_state, context) => judgeNow(context, call, request))
