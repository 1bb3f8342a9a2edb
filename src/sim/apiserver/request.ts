// One request as the steps of its handling see it: what was asked, of what, and how to refuse it.
import type { HttpRequest, HttpResponse } from '../api/http.ts'
import type { KubeObject } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import { badRequest } from '../api/status.ts'
import { formatTime } from '../api/time.ts'
import type { Micros } from '../kernel/micros.ts'
import { deepFreeze } from '../kernel/plain-data.ts'
import type { Context, ProcessId } from '../kernel/process.ts'
import type { Task } from '../kernel/task.ts'
import type { LocalEvent } from '../kernel/trace.ts'
import { step } from './effects.ts'
import type { KindDefinition } from './kinds/runtime/kind-definition.ts'
import { reject } from './rejection.ts'
import type { ResourceRoute } from './router.ts'
import type { ServedKind } from './served-kinds.ts'
import { keyInEtcd, objectKeyIn } from './served-kinds.ts'
import type { ObjectPlace } from './storage.ts'

export { reject }

/** A request as it arrived: the argument of its task, so plain and frozen. */
export interface Call {
  /** Its `seq` in the trace. */
  readonly seq: number
  readonly client: ProcessId
  /** The client's own number for it. */
  readonly id: number
  readonly user: string
  readonly request: HttpRequest
  readonly receivedAt: Micros
  /** The same moment as the server's clock has it. */
  readonly clock: Micros
  /** Counted against the limit of changing requests, or of reading ones; `long`: a watch, which is not counted. */
  readonly load: 'read' | 'change' | 'long'
}

/** A call on a resource. */
export interface ResourceCall extends Call {
  readonly route: ResourceRoute
  readonly served: ServedKind
  readonly definition: KindDefinition
  readonly dryRun: boolean
}

export function resourceCall(call: Call, route: ResourceRoute): ResourceCall {
  const { dryRun = '' } = call.request.query
  if (dryRun !== '' && dryRun !== 'All')
    reject(
      badRequest(
        `Invalid value: ["${dryRun}"]: dryRun: Unsupported value: "${dryRun}": supported values: "All"`,
      ),
    )
  const { seq, client, id, user, request, receivedAt, clock, load } = call
  const { served } = route
  return Object.freeze({
    seq,
    client,
    id,
    user,
    request,
    receivedAt,
    clock,
    load,
    route,
    served,
    definition: served.definition,
    dryRun: dryRun === 'All',
  })
}

/** The key in etcd of the object that the route names, or of another one in the same place. */
export function etcdKey(
  call: ResourceCall,
  namespace = call.route.namespace,
  name = call.route.name,
): string {
  return keyInEtcd(call.served, objectKeyIn(call.definition, namespace, name))
}

export function cacheKey(call: ResourceCall): string {
  return objectKeyIn(call.definition, call.route.namespace, call.route.name)
}

/** Where the object is that the route names. */
export function placeOf(call: ResourceCall): ObjectPlace {
  return { served: call.served, key: cacheKey(call) }
}

/** The time of the request as metadata has it. */
export const timestamp = (call: Call): string => formatTime(call.clock)

type PhaseEvent = Extract<LocalEvent, { readonly type: 'phase' }>
type PhaseName = PhaseEvent['phase']

const NO_NOTES: readonly string[] = Object.freeze([])
const withoutNotes = (): readonly string[] => NO_NOTES

/** Records a phase. `notes` are only made when somebody reads them. */
export function recordPhase(
  context: Context,
  call: Call,
  name: PhaseName,
  notes: () => readonly string[] = withoutNotes,
  object?: KubeObject,
): void {
  if (!context.reads('phase')) {
    context.traceUnread(1)
    return
  }
  const event: PhaseEvent = { type: 'phase', request: call.seq, phase: name, ok: true, notes: notes() }
  // Frozen now, so that the digest of what later objects share with it is computed once.
  context.trace(object === undefined ? event : { ...event, object: deepFreeze(object) })
}

/** Records that a phase ended the request, and refuses it. */
export function refuse(context: Context, call: Call, name: PhaseName, status: Status): never {
  const notes = [status.message ?? '']
  context.trace({ type: 'phase', request: call.seq, phase: name, ok: false, notes })
  return reject(status)
}

/** Records a phase, as a step of its own. */
export const phase = (call: Call, name: PhaseName, notes: () => readonly string[]): Task<void> =>
  step((_state, context) => recordPhase(context, call, name, notes))

/** Refuses a request, as a step of its own. */
export const rejectIn = (call: Call, name: PhaseName, status: Status): Task<never> =>
  step((_state, context) => refuse(context, call, name, status))

const JSON_HEADERS: Readonly<Record<string, string>> = Object.freeze({ 'content-type': 'application/json' })

export function respond(body: unknown, status = 200, headers = JSON_HEADERS): HttpResponse {
  return { status, headers, body }
}

export function respondStatus(status: Status): HttpResponse {
  const seconds = status.details?.retryAfterSeconds
  const headers =
    seconds === undefined || seconds === 0
      ? JSON_HEADERS
      : { ...JSON_HEADERS, 'retry-after': String(seconds) }
  return { status: status.code ?? 200, headers, body: status }
}
