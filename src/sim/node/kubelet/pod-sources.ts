// Where a kubelet's Pods come from: the API tells what shall run, and the runtime what does. Nothing is done before both
// have spoken. Models the kubelet's HandlePodAdditions with admission, and HandlePodCleanups for what nobody asked for.
import type { Pod } from '../../api/objects.ts'
import { asResourceVersion, asUid } from '../../api/objects.ts'
import { formatTime } from '../../api/time.ts'
import type { EventDraft } from '../../client/index.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context } from '../../kernel/process.ts'
import type { TaskRunner } from '../../kernel/task.ts'
import type { LocalEvent } from '../../kernel/trace.ts'
import type { NodeRoom, Rejection } from './admission.ts'
import { admitPod } from './admission.ts'
import { evictions } from './late-eviction.ts'
import { nodeLabels } from './node-status.ts'
import type { RuntimeInventory } from './node-tasks.ts'
import { sendReport } from './pod-reports.ts'
import type { ResourceAmounts } from './pod-requests.ts'
import { podRequests } from './pod-requests.ts'
import { anythingRuns, applyCriEvent, EMPTY_RUNTIME, runtimeOf } from './pod-runtime.ts'
import { rejectedPodStatus } from './pod-status.ts'
import { createWorker, endWork, isOver, podGone, wantSync, watchDeadline } from './pod-workers.ts'
import { watchContainers } from './relist.ts'
import { pressedNow } from './shortages.ts'
import type { KubeletState, PodWorker } from './state.ts'
import { NO_EVENTS } from './state.ts'

type Runner = TaskRunner<KubeletState>
type RecordEvent = (state: KubeletState, draft: EventDraft, context: Context) => void

/** Begins with the Pods that are there, once API and runtime have both been listed. */
export function beginWork(
  state: KubeletState,
  pods: readonly Pod[],
  context: Context,
  runner: Runner,
  recordEvent: RecordEvent,
): void {
  if (state.working || !state.apiSynced || !state.runtimeListed) return
  state.working = true
  const oldestFirst = [...pods].sort((a, b) =>
    a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1,
  )
  for (const pod of oldestFirst) acceptPod(state, pod, context, runner, recordEvent)
  killOrphans(state, context, runner)
}

/** Takes a Pod that is new to this kubelet, or refuses it. */
export function acceptPod(
  state: KubeletState,
  pod: Pod,
  context: Context,
  runner: Runner,
  recordEvent: RecordEvent,
): void {
  const { cause } = context
  const requests = deepFreeze(podRequests(pod))
  const rejection = isOver(pod) ? null : refusal(state, pod, requests)
  const worker = createWorker(state, pod, requests, context)
  if (worker.work === 'sync') {
    if (rejection !== null) {
      const { reason, message } = rejection
      recordEvent(state, { object: pod, type: 'Warning', reason, message }, context)
      endWork(state, worker)
      worker.closed = true
      worker.status = deepFreeze(rejectedPodStatus(pod, reason, message, formatTime(context.clock)))
      return sendReport(state, worker, context, runner)
    }
    // Nothing is composed that nobody reads.
    const isRead = context.reads('runtime')
    context.cause = isRead ? context.trace(accepted(state, worker)) : context.traceUnread(1)
  }
  watchContainers(worker, [], context)
  if (worker.work === 'sync') watchDeadline(worker, context)
  wantSync(state, worker, context, runner)
  context.cause = cause
}

function accepted({ config }: KubeletState, { pod, runtime }: PodWorker): LocalEvent {
  const { namespace, name, uid } = pod.metadata
  const known = runtime === EMPTY_RUNTIME ? '' : ', and finds its containers'
  const text = `the kubelet of ${config.node} takes the Pod${known}`
  return { type: 'runtime', step: 'pod-accepted', pod: `${namespace}/${name}`, uid, text }
}

/** Why a Pod is not taken beside those that are taken already; null: it is. */
function refusal(state: KubeletState, pod: Pod, requests: ResourceAmounts): Rejection | null {
  const { config, allocatable, load } = state
  const { capacity, node: name, labels = {} } = config
  const room: NodeRoom = {
    allocatable,
    maxPods: Number(capacity.pods),
    used: load.requests,
    pods: load.pods,
    labels: () => nodeLabels({ name, labels }),
  }
  const pressed = pressedNow(state)
  const refused = pressed.length === 0 ? null : evictions.get().refusedUnderPressure(pod, pressed)
  return refused ?? admitPod(pod, requests, room)
}

/** Makes the Pod cache what the runtime has listed. */
export function adoptInventory(
  state: KubeletState,
  inventory: RuntimeInventory,
  context: Context,
  runner: Runner,
): void {
  const later = state.whileListing
  state.whileListing = []
  const listed = inventory.sandboxes.map(({ metadata }) => metadata.uid)
  for (const uid of new Set([...state.workers.keys(), ...listed, ...later.map(({ podUid }) => podUid)])) {
    let runtime = runtimeOf(
      inventory.sandboxes.filter(({ metadata }) => metadata.uid === uid),
      inventory.containers.filter(({ podUid }) => podUid === uid),
    )
    for (const { podUid, event } of later) if (podUid === uid) runtime = applyCriEvent(runtime, event)
    deepFreeze(runtime)
    const worker = state.workers.get(uid)
    if (worker !== undefined) takeRuntime(state, worker, runtime, context, runner)
    else if (runtime.sandboxes.length > 0) state.found.set(uid, runtime)
  }
  if (state.working) killOrphans(state, context, runner)
}

function takeRuntime(
  state: KubeletState,
  worker: PodWorker,
  runtime: PodWorker['runtime'],
  context: Context,
  runner: Runner,
): void {
  const known = worker.runtime.containers
  worker.runtime = runtime
  worker.incoming = NO_EVENTS
  worker.incomingCause = context.cause
  if (worker.task === 0) worker.stale = false
  watchContainers(worker, known, context)
  if (!worker.closed) wantSync(state, worker, context, runner)
}

/** What runs for Pods that are not in the API is stopped; what only lies about is left to the collector. */
function killOrphans(state: KubeletState, context: Context, runner: Runner): void {
  for (const [uid, runtime] of [...state.found]) {
    const sandbox = runtime.sandboxes[0]
    if (sandbox === undefined) continue
    if (!anythingRuns(runtime)) {
      state.leftovers.set(
        uid,
        runtime.sandboxes.map(({ id }) => id),
      )
      state.found.delete(uid)
      continue
    }
    const { name, namespace } = sandbox.metadata
    const pod = missingPod(uid, name, namespace, context)
    const worker = createWorker(state, pod, podRequests(pod), context)
    podGone(state, worker, context, runner)
  }
}

/** All that is known of a Pod of which only the containers are left. */
function missingPod(uid: string, name: string, namespace: string, context: Context): Pod {
  const creationTimestamp = formatTime(context.clock)
  return deepFreeze({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: asUid(uid), resourceVersion: asResourceVersion(0), creationTimestamp },
    spec: { containers: [] },
    status: {},
  })
}
