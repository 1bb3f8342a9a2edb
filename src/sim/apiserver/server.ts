// The kube-apiserver's process: it takes requests, runs each as a task, keeps the watch caches, and is the only one to
// talk to etcd. State is in `state.ts`; a request's way is in `serve.ts`. Leaves out TLS, priority and fairness (a fixed
// limit of requests in flight stands for it), auditing and aggregation.
import type { HttpResponse } from '../api/http.ts'
import type { CancelMessage, RequestMessage, ResponseMessage } from '../api/messages.ts'
import type { EtcdResponse, EtcdWatchResponse } from '../etcd/messages.ts'
import type { Micros } from '../kernel/micros.ts'
import { minutes, seconds } from '../kernel/micros.ts'
import type { Context, Delivery, KernelMessage, ProcessDefinition, ProcessId } from '../kernel/process.ts'
import type { TaskState, Token } from '../kernel/task.ts'
import { TaskRunner } from '../kernel/task.ts'
import type { AgendaTimer } from './agenda.ts'
import { runAgenda } from './agenda.ts'
import type { SyncTimer } from './cache-sync.ts'
import { checkFreshness, moveWatches, rewatch, watchAnswered } from './cache-sync.ts'
import type { DirectTimer } from './direct-watches.ts'
import { directAnswered, moveDirectWatches, watchDirectlyAgain } from './direct-watches.ts'
import { servePlainPath } from './discovery.ts'
import type { EtcdSilenceTimer, LostMember } from './etcd-client.ts'
import { etcdAnswered, etcdMemberLost, silentMember } from './etcd-client.ts'
import { requestTimedOut } from './failures.ts'
import { turnedAway } from './gate.ts'
import type { KubeletSilenceTimer } from './kubelet-client.ts'
import { kubeletAnswered, kubeletLost, kubeletSilent } from './kubelet-client.ts'
import { advertisedAddress } from './kubernetes-service.ts'
import { endWatch, forgetWatch, forgetWatchesOf } from './open-watches.ts'
import type { WakeMessage } from './perform.ts'
import { firstUnready, performEffect } from './perform.ts'
import { Rejection } from './rejection.ts'
import type { Call } from './request.ts'
import { respondStatus } from './request.ts'
import type { Route } from './router.ts'
import { isTrue, routeRequest } from './router.ts'
import type { PlainRoute } from './serve.ts'
import { admitCall, serve } from './serve.ts'
import { SERVED_KINDS } from './served-kinds.ts'
import type { ServerConfig, ServerState } from './state.ts'
import { cacheOf, serverState, watchPlaceKey } from './state.ts'
import type { CompactionResult } from './upkeep.ts'
import { bootstrap, compact, syncKind } from './upkeep.ts'
import type { Watcher } from './watcher.ts'

const REQUEST_MICROS = seconds(60)
const COMPACTION_MICROS = minutes(5)
const MOST_READS = 400
const MOST_CHANGES = 200

type ServerMessage =
  | KernelMessage
  | RequestMessage
  | CancelMessage
  | EtcdResponse
  | EtcdWatchResponse
  | WakeMessage
  | AgendaTimer
  | SyncTimer
  | DirectTimer
  | EtcdSilenceTimer
  | ResponseMessage
  | KubeletSilenceTimer
  | { readonly type: 'sweep' }
  | { readonly type: 'compact' }

const runner = new TaskRunner<ServerState>({
  functions: { serve, syncKind, bootstrap, compact },
  table: (state) => state.tasks,
  perform: (state, effect, token, context) =>
    performEffect(state, effect, token, context, (waiting, value) => resume(state, waiting, value, context)),
  finished,
})

export const apiserver: ProcessDefinition<ServerState, ServerConfig, ServerMessage> = {
  kind: 'kube-apiserver',
  pings: ['etcd'],
  echoes: ['watch'],
  init: (_id, config) => serverState(config),
  handle,
}

function handle(state: ServerState, delivery: Delivery<ServerMessage>, context: Context): void {
  const { message } = delivery
  const answered = (token: Token, value: unknown): void => runner.resolve(state, token, value, context)
  const wake = (token: Token, value: unknown): void => resume(state, token, value, context)
  const end = (watcher: Watcher): void => endWatch(state, watcher, context)
  switch (message.type) {
    case 'request':
      return accept(state, delivery.seq, delivery.from, message, context)
    case 'etcd-response':
      return etcdAnswered(state.etcd, delivery.from, message, context, answered)
    case 'etcd-watch':
      if (directAnswered(state, message, end, context)) return
      return watchAnswered(
        state,
        message,
        context,
        wake,
        (kind) => void runner.start(state, 'syncKind', [kind], context),
      )
    case 'cancel':
      return cancel(state, delivery.from, message.id, context)
    case 'wake':
      return answered(message.token, null)
    case 'agenda':
      return runAgenda(state.agenda, (kind) => cacheOf(state, kind), end, context)
    case 'rewatch':
      return rewatch(state, message.kind, context)
    case 'direct-watches':
      return watchDirectlyAgain(state, context)
    case 'freshness':
      return checkFreshness(state, message.kind, context, wake)
    case 'etcd-silence':
      return leaveSilent(state, context)
    case 'response':
      return kubeletAnswered(state.kubelets, message, answered)
    case 'kubelet-silence':
      return kubeletSilent(state.kubelets, message.id, answered)
    case 'sweep':
      return sweep(state, context)
    case 'compact':
      return startCompaction(state, context)
    case 'start':
      return start(state, context)
    case 'reset':
      return peerLost(state, message.peer, message.upTo, context)
  }
}

/** Goes on with a task that waited for something which others may have brought about: its own request is its cause. */
function resume(state: ServerState, token: Token, value: unknown, context: Context): void {
  const { cause } = context
  context.cause = state.tasks.running.get(token.task)?.cause ?? cause
  runner.resolve(state, token, value, context)
  context.cause = cause
}

function start(state: ServerState, context: Context): void {
  for (const { id, cached } of SERVED_KINDS) if (cached) runner.start(state, 'syncKind', [id], context)
  runner.start(state, 'bootstrap', [advertisedAddress(context.host)], context)
  startCompaction(state, context)
}

function startCompaction(state: ServerState, context: Context): void {
  const { count, revision } = state.compaction
  runner.start(state, 'compact', [count, revision], context)
  context.timer(COMPACTION_MICROS, { type: 'compact' })
}

// ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────────

function accept(
  state: ServerState,
  seq: number,
  client: ProcessId,
  message: RequestMessage,
  context: Context,
): void {
  const { id, user, request } = message
  const load = loadOf(message)
  const routed = routeRequest(request)
  if (routed.type === 'plain') {
    answer(client, id, servePlainPath(request.path, isReady(state)), context)
    return
  }
  const refusal = turnedAway(message, seq, isOverloaded(state, load), context)
  if (refusal !== null) return answer(client, id, respondStatus(refusal), context)
  if (load !== 'long') state.inFlight[load]++
  const { now: receivedAt, clock } = context
  const call: Call = Object.freeze({ seq, client, id, user, request, receivedAt, clock, load })
  begin(state, call, routed, context)
  armSweep(state, context.now + REQUEST_MICROS, context)
}

function begin(state: ServerState, call: Call, routed: Route, context: Context): void {
  let route: PlainRoute
  try {
    route = admitCall(call, routed, context)
  } catch (error) {
    if (!(error instanceof Rejection)) throw error
    conclude(state, call, respondStatus(error.status), context)
    return
  }
  runner.start(state, 'serve', [call, route, isReady(state)], context)
}

function loadOf({ request }: RequestMessage): Call['load'] {
  if (request.method !== 'GET' && request.method !== 'HEAD') return 'change'
  return isTrue(request.query.watch) ? 'long' : 'read'
}

function isOverloaded(state: ServerState, load: Call['load']): boolean {
  if (load === 'long') return false
  return load === 'read' ? state.inFlight.read >= MOST_READS : state.inFlight.change >= MOST_CHANGES
}

function isReady(state: ServerState): boolean {
  return firstUnready(state) === undefined
}

function finished(state: ServerState, task: TaskState, result: unknown, context: Context): void {
  const call = callOf(task)
  if (call !== undefined) conclude(state, call, result as HttpResponse | null, context)
  else if (task.name === 'compact' && result !== null) state.compaction = result as CompactionResult
}

/** Null: the answer went out already. */
function conclude(state: ServerState, call: Call, response: HttpResponse | null, context: Context): void {
  if (call.load !== 'long') state.inFlight[call.load]--
  if (response !== null) respondTo(call, response, context)
}

function respondTo(call: Call, response: HttpResponse, context: Context): void {
  const ok = response.status < 400
  if (context.reads('phase'))
    context.trace({
      type: 'phase',
      request: call.seq,
      phase: 'response',
      ok,
      notes: [String(response.status)],
    })
  else context.traceUnread(1)
  answer(call.client, call.id, response, context)
}

function answer(client: ProcessId, id: number, response: HttpResponse, context: Context): void {
  const message: ResponseMessage = { type: 'response', id, response }
  context.send(client, message)
}

function callOf(task: TaskState): Call | undefined {
  return task.name === 'serve' ? (task.args[0] as Call) : undefined
}

/** Ends a request without an answer. */
function drop(state: ServerState, task: TaskState, call: Call): void {
  runner.cancel(state, task.id)
  if (call.load !== 'long') state.inFlight[call.load]--
}

function cancel(state: ServerState, client: ProcessId, id: number, context: Context): void {
  forgetWatch(state, watchPlaceKey(client, id), context)
  for (const task of state.tasks.running.values()) {
    const call = callOf(task)
    if (call?.client === client && call.id === id) drop(state, task, call)
  }
}

function armSweep(state: ServerState, at: number, context: Context): void {
  if (state.sweepAt !== 0) return
  state.sweepAt = at
  context.timer((at - context.now) as Micros, { type: 'sweep' })
}

/** Answers the requests that have taken too long. Tasks are in the order of their arrival. */
function sweep(state: ServerState, context: Context): void {
  state.sweepAt = 0
  for (const task of state.tasks.running.values()) {
    const call = callOf(task)
    if (call === undefined) continue
    const deadline = call.receivedAt + REQUEST_MICROS
    if (deadline > context.now) return armSweep(state, deadline, context)
    drop(state, task, call)
    context.cause = task.cause
    const { verb, kind } = task.args[1] as PlainRoute
    respondTo(call, respondStatus(requestTimedOut(verb, kind)), context)
  }
}

// ── connections ─────────────────────────────────────────────────────────────────────────────────────────────────────

function peerLost(state: ServerState, peer: ProcessId, upTo: number, context: Context): void {
  if (state.etcd.members.includes(peer)) {
    loseMember(state, { member: peer, upTo, silent: false }, context)
    return
  }
  kubeletLost(state.kubelets, peer, upTo, (token, value) => runner.resolve(state, token, value, context))
  forgetWatchesOf(state, peer, upTo, context)
  for (const task of state.tasks.running.values()) {
    const call = callOf(task)
    if (call?.client === peer && call.seq <= upTo) drop(state, task, call)
  }
}

function leaveSilent(state: ServerState, context: Context): void {
  const member = silentMember(state.etcd, context)
  if (member !== undefined)
    loseMember(state, { member, upTo: Number.MAX_SAFE_INTEGER, silent: true }, context)
}

function loseMember(state: ServerState, lost: LostMember, context: Context): void {
  etcdMemberLost(state.etcd, lost, context, (token, value) => runner.resolve(state, token, value, context))
  moveWatches(state, lost, context)
  moveDirectWatches(state, lost, context)
}
