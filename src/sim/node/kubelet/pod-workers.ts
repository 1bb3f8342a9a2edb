// The workers of Pods: one task at a time for each, on what came last. Models pkg/kubelet/pod_workers.go: a Pod is synced,
// then terminating, then terminated, and never goes back. Leaves out static Pods.
import { deepEqual } from '../../api/json.ts'
import type { Pod } from '../../api/objects.ts'
import { formatTime, parseTime } from '../../api/time.ts'
import { micros, seconds } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Message } from '../../kernel/process.ts'
import type { TaskRunner } from '../../kernel/task.ts'
import { collectFrom } from './garbage.ts'
import { cancelPulls } from './image-puller.ts'
import { sendReport, statusChanged, updateStatus } from './pod-reports.ts'
import type { ResourceAmounts } from './pod-requests.ts'
import { RESOURCE_NAMES } from './pod-requests.ts'
import { EMPTY_RUNTIME } from './pod-runtime.ts'
import { applyIncoming, scheduleRelist } from './relist.ts'
import type { KubeletState, PodWorker } from './state.ts'
import { NO_EVENTS, NO_PROBLEMS } from './state.ts'
import type { SyncOutcome } from './sync-pod.ts'

type Runner = TaskRunner<KubeletState>

export interface RetryMessage extends Message {
  readonly type: 'pod-retry'
  readonly uid: string
  readonly retry: number
}

const BACK_OFF_PERIOD = seconds(10)
const BACK_OFF_JITTER = 0.5
const MIN_GRACE_SECONDS = 1
const DEFAULT_GRACE_SECONDS = 30

export const isOver = ({ status, metadata }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || status.phase === 'Succeeded' || status.phase === 'Failed'

export function createWorker(
  state: KubeletState,
  pod: Pod,
  requests: ResourceAmounts,
  context: Context,
): PodWorker {
  const { uid } = pod.metadata
  const runtime = state.found.get(uid) ?? EMPTY_RUNTIME
  state.found.delete(uid)
  state.leftovers.delete(uid)
  const worker: PodWorker = {
    uid,
    pod,
    requests,
    startTime: pod.status.startTime ?? formatTime(context.clock),
    work: isOver(pod) ? 'terminating' : 'sync',
    task: 0,
    wanted: null,
    stale: false,
    runtime,
    incoming: NO_EVENTS,
    incomingCause: 0,
    problems: NO_PROBLEMS,
    probes: null,
    graceSeconds: null,
    gone: false,
    status: pod.status,
    statusVersion: 0,
    reportedVersion: 0,
    reporting: false,
    reconciling: false,
    statusCause: 0,
    retry: 0,
    closed: false,
  }
  state.workers.set(uid, worker)
  changeLoad(state, worker, 1)
  return worker
}

/** Nothing of the Pod runs any more, and its place is free. */
export function endWork(state: KubeletState, worker: PodWorker): void {
  worker.work = 'terminated'
  if (!worker.gone) changeLoad(state, worker, -1)
}

function changeLoad({ load }: KubeletState, { requests }: PodWorker, sign: 1 | -1): void {
  load.pods += sign
  for (const name of RESOURCE_NAMES) load.requests[name] += sign * requests[name]
}

/** Asks for a sync because of what `context.cause` names. */
export function wantSync(state: KubeletState, worker: PodWorker, context: Context, runner: Runner): void {
  worker.wanted = context.cause
  proceed(state, worker, context, runner)
}

/** Starts what the worker has to do next, if it may. */
function proceed(state: KubeletState, worker: PodWorker, context: Context, runner: Runner): void {
  if (worker.task !== 0 || !state.working) return
  if (worker.work === 'terminated') {
    if (!worker.stale && !worker.closed) close(state, worker, context, runner)
    return
  }
  if (worker.wanted === null) return
  // What runs is not known before the runtime has been asked again, which wants a sync of every Pod.
  if (state.runtimeLostAt !== null && worker.work === 'terminating') return
  // A sync decides on what the cache holds, so it waits until that shows what the last one did.
  if (worker.stale && worker.work === 'sync') return scheduleRelist(state, worker, context)
  const { cause } = context
  context.cause = worker.wanted
  worker.wanted = null
  worker.retry++
  worker.task = state.tasks.nextId
  const name = worker.work === 'sync' ? 'syncPod' : 'syncTerminatingPod'
  runner.start(state, name, [worker.uid], context)
  context.cause = cause
}

export function syncFinished(
  state: KubeletState,
  worker: PodWorker,
  name: string,
  outcome: SyncOutcome,
  context: Context,
  runner: Runner,
): void {
  worker.task = 0
  if (worker.stale) scheduleRelist(state, worker, context)
  if (outcome.kind === 'retry') {
    const jittered = BACK_OFF_PERIOD * (1 + BACK_OFF_JITTER * context.random())
    const message: RetryMessage = { type: 'pod-retry', uid: worker.uid, retry: worker.retry }
    context.timer(micros(Math.ceil(outcome.retryMicros ?? jittered)), message, { continues: true })
  } else if (name === 'syncTerminatingPod') endWork(state, worker)
  else if (outcome.kind === 'finished') return terminate(state, worker, null, context, runner)
  proceed(state, worker, context, runner)
}

/** Everything of the Pod is to be stopped. Null: with the Pod's own grace period. */
function terminate(
  state: KubeletState,
  worker: PodWorker,
  graceSeconds: number | null,
  context: Context,
  runner: Runner,
): void {
  if (worker.work !== 'sync') return
  worker.work = 'terminating'
  worker.graceSeconds = graceSeconds
  cancelPulls(state, worker.uid, context, runner)
  wantSync(state, worker, context, runner)
}

export interface DeadlineMessage extends Message {
  readonly type: 'pod-deadline'
  readonly uid: string
}

/** Sets the timer of a Pod that may be active only for so long. Models the kubelet's active deadline handler. */
export function watchDeadline(worker: PodWorker, context: Context): void {
  const { activeDeadlineSeconds } = worker.pod.spec
  if (activeDeadlineSeconds === undefined) return
  const started = parseTime(worker.startTime) ?? context.now
  const left = started + activeDeadlineSeconds * 1_000_000 - context.now
  const message: DeadlineMessage = { type: 'pod-deadline', uid: worker.uid }
  context.timer(micros(Math.max(0, left)), message, { continues: true })
}

/** The Pod is stopped and ends as Failed, for this reason. */
export function failPod(
  state: KubeletState,
  worker: PodWorker,
  reason: string,
  message: string,
  context: Context,
  runner: Runner,
  graceSeconds: number | null = null,
): void {
  if (worker.work !== 'sync') return
  worker.status = deepFreeze({ ...worker.status, phase: 'Failed', reason, message })
  terminate(state, worker, graceSeconds, context, runner)
}

/** How long the Pod's containers get to end by themselves. */
export function gracePeriodOf(worker: PodWorker): number {
  const { metadata, spec } = worker.pod
  const own = metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds
  return Math.max(MIN_GRACE_SECONDS, worker.graceSeconds ?? own ?? DEFAULT_GRACE_SECONDS)
}

/** Nothing runs any more, and the cache shows it: the end can be told. Models SyncTerminatedPod. */
function close(state: KubeletState, worker: PodWorker, context: Context, runner: Runner): void {
  worker.closed = true
  if (worker.gone) return removeWorker(state, worker)
  updateStatus(state, worker, true, true, context, runner)
}

/** The Pod in the API has changed. */
export function podUpdated(
  state: KubeletState,
  worker: PodWorker,
  pod: Pod,
  context: Context,
  runner: Runner,
): void {
  const before = worker.pod
  worker.pod = pod
  if (pod.metadata.deletionTimestamp !== undefined) {
    const shorter =
      (pod.metadata.deletionGracePeriodSeconds ?? 0) < (before.metadata.deletionGracePeriodSeconds ?? 0)
    const marked = before.metadata.deletionTimestamp === undefined
    if (worker.work === 'sync') terminate(state, worker, null, context, runner)
    else if (worker.closed && marked) sendReport(state, worker, context, runner)
    else if (worker.work === 'terminating' && (marked || shorter))
      runner.start(state, 'stopSooner', [worker.uid], context)
    return
  }
  if (pod.status !== before.status) statusChanged(worker, context)
  if (worker.work === 'sync' && needsSync(before, pod)) wantSync(state, worker, context, runner)
}

/** A change of the status alone comes from this kubelet, but for the conditions that readiness gates wait for. */
function needsSync(before: Pod, after: Pod): boolean {
  if (!deepEqual(before.spec, after.spec)) return true
  if (!deepEqual(before.metadata.annotations, after.metadata.annotations)) return true
  if (!deepEqual(before.metadata.labels, after.metadata.labels)) return true
  const gates = after.spec.readinessGates ?? []
  return gates.length > 0 && !deepEqual(before.status.conditions, after.status.conditions)
}

/** The Pod is gone from the API: deleted by this kubelet's last word, or by force. */
export function podGone(state: KubeletState, worker: PodWorker, context: Context, runner: Runner): void {
  if (!worker.gone && worker.work !== 'terminated') changeLoad(state, worker, -1)
  worker.gone = true
  if (worker.closed) removeWorker(state, worker)
  else terminate(state, worker, null, context, runner)
}

function removeWorker(state: KubeletState, worker: PodWorker): void {
  state.workers.delete(worker.uid)
  state.dirty.delete(worker.uid)
  const { uid, runtime } = worker
  if (runtime.sandboxes.length > 0)
    state.leftovers.set(
      uid,
      runtime.sandboxes.map(({ id }) => id),
    )
  const prefix = `${uid}_`
  for (const backOff of [state.restartBackOff, state.imageBackOff])
    for (const key of Object.keys(backOff)) if (key.startsWith(prefix)) delete backOff[key]
}

/** A tick of the relist: the cache is brought up to date, and Pods that changed are synced. */
export function relist(state: KubeletState, context: Context, runner: Runner): void {
  state.relistAt = 0
  // A runtime that is gone cannot be listed: the cache stays as old as it is until everything is listed anew.
  if (state.runtimeLostAt !== null) return
  for (const uid of [...state.dirty.keys()]) {
    state.dirty.delete(uid)
    const worker = state.workers.get(uid)
    if (worker === undefined) continue
    context.cause = worker.incomingCause
    const notable = applyIncoming(worker, context)
    if (worker.task === 0) worker.stale = false
    collectFrom(state, worker, context)
    if (notable && worker.work !== 'terminated') worker.wanted = worker.incomingCause
    proceed(state, worker, context, runner)
  }
}
