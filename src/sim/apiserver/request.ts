// One request as the steps of its handling see it: what was asked, of what, and how to refuse it.
import type { HttpRequest, HttpResponse } from '../api/http.ts'
import type { KubeObject } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import { badRequest } from '../api/status.ts'
import { formatTime } from '../api/time.ts'
import type { Micros } from '../kernel/micros.ts'
import { deepFreeze } from '../kernel/plain-data.ts'
import type { ProcessId } from '../kernel/process.ts'
import type { Task } from '../kernel/task.ts'
import type { PhaseEvent } from './effects.ts'
import { recordPhase } from './effects.ts'
import type { KindDefinition } from './kinds/runtime/kind-definition.ts'
import type { ResourceRoute } from './router.ts'
import type { ServedKind } from './served-kinds.ts'
import { objectKeyIn } from './served-kinds.ts'

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

/** Carries a Status out of the steps of a request; `serve` turns it into the response. */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  readonly status: Status

  constructor(status: Status) {
    super(status.message ?? '')
    this.status = status
  }
}

export function reject(status: Status): never {
  throw new Rejection(status)
}

export function resourceCall(call: Call, route: ResourceRoute): ResourceCall {
  const { dryRun = '' } = call.request.query
  if (dryRun !== '' && dryRun !== 'All')
    reject(
      badRequest(
        `Invalid value: ["${dryRun}"]: dryRun: Unsupported value: "${dryRun}": supported values: "All"`,
      ),
    )
  const { served } = route
  return { ...call, route, served, definition: served.definition, dryRun: dryRun === 'All' }
}

/** The key in etcd of the object that the route names, or of another one in the same place. */
export function etcdKey(
  call: ResourceCall,
  namespace = call.route.namespace,
  name = call.route.name,
): string {
  return call.served.prefix + objectKeyIn(call.definition, namespace, name)
}

export function cacheKey(call: ResourceCall): string {
  return objectKeyIn(call.definition, call.route.namespace, call.route.name)
}

/** The time of the request as metadata has it. */
export const timestamp = (call: Call): string => formatTime(call.clock)

const NO_NOTES: readonly string[] = Object.freeze([])

export function phase(
  call: Call,
  name: PhaseEvent['phase'],
  notes: readonly string[] = NO_NOTES,
  object?: KubeObject,
): Task<void> {
  const [type, request] = ['phase', call.seq] as const
  if (object === undefined) return recordPhase({ type, request, phase: name, ok: true, notes })
  // Frozen now, so that the digest of what later objects share with it is computed once.
  return recordPhase({ type, request, phase: name, ok: true, notes, object: deepFreeze(object) })
}

/** Records that a phase ended the request, and refuses it. */
export function* rejectIn(call: Call, name: PhaseEvent['phase'], status: Status): Task<never> {
  yield* recordPhase({
    type: 'phase',
    request: call.seq,
    phase: name,
    ok: false,
    notes: [status.message ?? ''],
  })
  return reject(status)
}

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
