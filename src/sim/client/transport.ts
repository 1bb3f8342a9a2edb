// What every client does below its typed calls: number requests, match answers, give up after a time-out or with the
// connection, wait for the token bucket, and obey Retry-After. Models client-go/rest and its flow control; leaves out
// warnings, and the retry of GETs on a reset connection.
import type { HttpRequest, HttpResponse } from '../api/http.ts'
import type { CancelMessage, RequestMessage, ResponseMessage } from '../api/messages.ts'
import { isStatus } from '../api/status.ts'
import { IdMap } from '../kernel/id-map.ts'
import { micros } from '../kernel/micros.ts'
import type { Context, ProcessId } from '../kernel/process.ts'
import type { Token } from '../kernel/task.ts'
import type { ApiResult, FailureStatus, TransportReason } from './requests.ts'

/** Who sends: a process may speak as several (each controller has its own service account and its own limit). */
export interface Identity {
  readonly user: string
  readonly userAgent: string
}

export interface TransportOptions extends Identity {
  readonly server: ProcessId
  /** Requests a second for each identity. Absent: no limit. */
  readonly qps?: number
  readonly burst?: number
  /** A program that is started for each task dials for each: what waits for nothing has no connection. */
  readonly dialsAnew?: boolean
}

/** Who waits for the answer: a task, or a reflector of this client. */
export type Waiter =
  | { readonly kind: 'task'; readonly token: Token }
  | { readonly kind: 'list' | 'watch'; readonly resource: string }

export interface Pending {
  readonly waiter: Waiter
  readonly message: RequestMessage
  /** The `seq` under which it was sent; 0 while it waits for the token bucket or for Retry-After. */
  readonly seq: number
  /** Null: it may take for ever, as the body of a watch does. */
  readonly deadline: number | null
  readonly attempt: number
}

export interface TransportState {
  readonly options: TransportOptions
  nextId: number
  /** By the ids of requests, oldest first. */
  readonly pending: IdMap<Pending>
  /** When the sweeping timer fires next; 0: it is not set. */
  sweepAt: number
  /** For each user agent, when its token bucket would be full again. */
  readonly fullAt: Map<string, number>
  /** Whether the server ever answered on the present connection. */
  connected: boolean
  /** When it last sent with nothing else on its way. */
  dialedAt: number
}

export type TransportMessage =
  | { readonly type: 'client-sweep' }
  | { readonly type: 'client-send'; readonly id: number }

/** Somebody's answer: a response (of whatever status), or that there is none. */
export interface Answer {
  readonly id: number
  readonly waiter: Waiter
  readonly response: HttpResponse | null
  readonly failure: FailureStatus | null
}

/** Nobody listens where it answers sooner; where nothing answers at all, dialing takes its time. */
const REFUSAL_MICROS = 5_000_000
const DEFAULT_TIMEOUT_MICROS = 60_000_000
const MAX_RETRIES = 10

export function transportState(options: TransportOptions): TransportState {
  const [pending, fullAt] = [new IdMap<Pending>(), new Map<string, number>()]
  return { options, nextId: 1, pending, sweepAt: 0, fullAt, connected: false, dialedAt: 0 }
}

/**
 * Ids go on from the time, so that an answer to a predecessor of this process cannot be taken for one to it.
 */
export function startTransport(state: TransportState, context: Context): void {
  if (state.nextId <= context.now) state.nextId = context.now + 1
}

export function sendRequest(
  state: TransportState,
  waiter: Waiter,
  request: HttpRequest,
  context: Context,
  timeoutMicros = DEFAULT_TIMEOUT_MICROS,
  identity: Identity = state.options,
): void {
  const id = state.nextId++
  // On a connection that stands nobody dials; looking through all that waits would take its time.
  const { dialsAnew = false } = state.options
  if ((dialsAnew || !state.connected) && state.pending.size === 0) {
    state.dialedAt = context.now
    if (dialsAnew) state.connected = false
  }
  const message: RequestMessage = {
    type: 'request',
    id,
    user: identity.user,
    request: withHeaders(request, headersOf(identity, request.headers)),
  }
  const wait = reserve(state, identity, context.now)
  const deadline = context.now + wait + timeoutMicros
  const seq = wait === 0 ? put(state, message, context) : 0
  state.pending.set(id, { waiter, message, seq, deadline, attempt: 1 })
  if (wait > 0)
    context.timer(micros(wait), { type: 'client-send', id } as TransportMessage, { continues: true })
  watchDeadline(state, deadline, context)
}

function withHeaders(
  { method, path, query, body }: HttpRequest,
  headers: HttpRequest['headers'],
): HttpRequest {
  return body === undefined ? { method, path, query, headers } : { method, path, query, headers, body }
}

// cache: the headers of a request with those that name its sender, by the former and the user agent.
const headersWithAgent = new WeakMap<HttpRequest['headers'], Record<string, HttpRequest['headers']>>()

/** Most requests have the same few headers, so they share them. */
function headersOf({ userAgent }: Identity, headers: HttpRequest['headers']): HttpRequest['headers'] {
  let known = headersWithAgent.get(headers)
  if (known === undefined) {
    known = {}
    headersWithAgent.set(headers, known)
  }
  const found = known[userAgent]
  if (found !== undefined) return found
  const all = Object.freeze({ 'user-agent': userAgent, ...headers })
  known[userAgent] = all
  return all
}

/** Takes a token; returns how long the request must wait for it. */
function reserve(state: TransportState, identity: Identity, now: number): number {
  const { qps, burst = 1 } = state.options
  if (qps === undefined) return 0
  const interval = Math.round(1_000_000 / qps)
  const fullAt = Math.max(state.fullAt.get(identity.userAgent) ?? 0, now)
  state.fullAt.set(identity.userAgent, fullAt + interval)
  return Math.max(0, fullAt - now - (burst - 1) * interval)
}

export function transmit(state: TransportState, id: number, context: Context): void {
  const pending = state.pending.get(id)
  if (pending === undefined || pending.seq !== 0) return
  const { waiter, message, deadline, attempt } = pending
  state.pending.set(id, { waiter, message, seq: put(state, message, context), deadline, attempt })
}

/** Puts a request on the connection; returns its `seq`. */
function put(state: TransportState, message: RequestMessage, context: Context): number {
  const expired = context.impairment('certificate-expired') !== undefined
  const sent: RequestMessage = expired ? { ...message, certificate: 'expired' } : message
  return context.send(state.options.server, sent)
}

/** Forgets a request and tells the server so. */
export function cancelRequest(state: TransportState, id: number, context: Context): void {
  const pending = state.pending.get(id)
  if (pending === undefined) return
  state.pending.delete(id)
  const message: CancelMessage = { type: 'cancel', id }
  if (pending.seq !== 0) context.send(state.options.server, message)
}

export function receiveResponse(
  state: TransportState,
  message: ResponseMessage,
  context: Context,
): Answer | null {
  const pending = state.pending.get(message.id)
  if (pending === undefined) return null
  state.connected = true
  const { response } = message
  const delay = retryDelay(pending, response)
  if (delay !== null) {
    state.pending.set(message.id, { ...pending, seq: 0, attempt: pending.attempt + 1, deadline: null })
    context.timer(micros(delay), { type: 'client-send', id: message.id } as TransportMessage, {
      continues: true,
    })
    return null
  }
  if (pending.waiter.kind === 'watch' && response.status === 200) {
    state.pending.set(message.id, { ...pending, deadline: null })
  } else {
    state.pending.delete(message.id)
  }
  return { id: message.id, waiter: pending.waiter, response, failure: null }
}

function retryDelay(pending: Pending, response: HttpResponse): number | null {
  if (response.status !== 429 && response.status < 500) return null
  const header = response.headers['retry-after']
  if (header === undefined || pending.attempt > MAX_RETRIES) return null
  const seconds = Number(header)
  return Number.isInteger(seconds) && seconds >= 0 ? seconds * 1_000_000 : null
}

/** The connection is gone: what was sent on it fails, in the order in which it was sent. */
export function failSent(state: TransportState, upTo: number, now: number): Answer[] {
  const whileDialing = now - state.dialedAt > REFUSAL_MICROS ? 'DialTimeout' : 'ConnectionRefused'
  const reason = state.connected ? 'ConnectionReset' : whileDialing
  state.connected = false
  return fail(state, reason, (pending) => pending.seq !== 0 && pending.seq <= upTo)
}

/** Gives up what is over time. The timer goes on only while something waits. */
export function sweep(state: TransportState, context: Context): Answer[] {
  if (state.sweepAt === 0 || context.now < state.sweepAt) return []
  state.sweepAt = 0
  const late = (pending: Pending): boolean => pending.deadline !== null && pending.deadline <= context.now
  const answers = fail(state, 'ClientTimeout', late)
  for (const { id } of answers) context.send(state.options.server, { type: 'cancel', id } as CancelMessage)
  let next = 0
  for (const { deadline } of state.pending.values()) {
    if (deadline !== null && (next === 0 || deadline < next)) next = deadline
  }
  if (next !== 0) watchDeadline(state, next, context)
  return answers
}

function watchDeadline(state: TransportState, deadline: number, context: Context): void {
  if (state.sweepAt !== 0 && state.sweepAt <= deadline) return
  state.sweepAt = deadline
  context.timer(micros(deadline - context.now), { type: 'client-sweep' })
}

function fail(
  state: TransportState,
  reason: TransportReason,
  which: (pending: Pending) => boolean,
): Answer[] {
  const answers: Answer[] = []
  for (const [id, pending] of state.pending) {
    if (!which(pending)) continue
    state.pending.delete(id)
    const failure = transportFailure(reason, state.options.server, pending.message.request)
    answers.push({ id, waiter: pending.waiter, response: null, failure })
  }
  return answers
}

/** Worded as Go's net/http words it. */
function transportFailure(reason: TransportReason, server: string, request: HttpRequest): FailureStatus {
  const verb = request.method.charAt(0) + request.method.slice(1).toLowerCase()
  const address = `${server}:6443`
  const ends: Readonly<Record<TransportReason, string>> = {
    ConnectionRefused: `dial tcp ${address}: connect: connection refused`,
    ConnectionReset: 'http2: client connection lost',
    DialTimeout: `dial tcp ${address}: i/o timeout`,
    ClientTimeout: 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  }
  const message = `${verb} "https://${address}${request.path}": ${ends[reason]}`
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code: 0 }
}

/** What a task gets. It is frozen, so that transcripts share it. */
export function resultOf(answer: Answer): ApiResult<unknown> {
  const { response, failure } = answer
  if (response === null)
    return Object.freeze({ ok: false, status: Object.freeze(failure ?? unknownFailure(0)) })
  if (response.status < 400) return Object.freeze({ ok: true, object: response.body })
  const status = isStatus(response.body) ? response.body : unknownFailure(response.status)
  return Object.freeze({ ok: false, status })
}

function unknownFailure(code: number): FailureStatus {
  const message = 'the server reported an error without a Status'
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code }
}
