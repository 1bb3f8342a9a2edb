// The kubelet: the agent that makes a node run the Pods that are bound to it. Models pkg/kubelet: registration, status and
// Lease of the Node, Pod workers, probes, status reports, garbage collection. Leaves out static Pods, the
// kubelet's own HTTP API but for logs, device plugins, and the removal of images while the disk is not full.
import type { HttpResponse } from '../../api/http.ts'
import type { RequestMessage, ResponseMessage } from '../../api/messages.ts'
import type { KubeObject, Lease, Node, Pod } from '../../api/objects.ts'
import { NODES, PODS } from '../../api/resources.ts'
import type { EventDraft, InformerChange, RecordEventEffect } from '../../client/index.ts'
import {
  Client,
  displaced,
  EventRecorder,
  eventRecorderState,
  eventRecorderTasks,
} from '../../client/index.ts'
import { IdMap } from '../../kernel/id-map.ts'
import { milliseconds } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Delivery, Message, ProcessDefinition, ProcessId } from '../../kernel/process.ts'
import type { TaskState } from '../../kernel/task.ts'
import { TaskRunner, taskTable } from '../../kernel/task.ts'
import type { CriEventMessage, CriResultMessage, RuntimeImage, RuntimeStatus } from '../runtime/cri.ts'
import type { CallRuntimeMessage } from './cri-client.ts'
import { callRuntime, takeAnswered } from './cri-client.ts'
import type { KubeletEffect, PodNamedEffect } from './effects.ts'
import type { CollectMessage } from './garbage.ts'
import { collect, collectLeftovers } from './garbage.ts'
import { logReader } from './late-container-logs.ts'
import { defaultNodeIP, leaseTick, rebootEvent, reportNode, startEvents, statusTick } from './node-reports.ts'
import { allocatableOf, KUBELET_VERSION } from './node-status.ts'
import type { RuntimeInventory } from './node-tasks.ts'
import {
  collectGarbage,
  configureNetwork,
  connectRuntime,
  listImages,
  registerNode,
  removeImages,
  renewLease,
  reportNodeStatus,
} from './node-tasks.ts'
import { performEffect } from './perform.ts'
import { reportFinished } from './pod-reports.ts'
import { resourceAmounts } from './pod-requests.ts'
import { acceptPod, beginWork } from './pod-sources.ts'
import type { PodTimerMessage } from './pod-timers.ts'
import { podTimer } from './pod-timers.ts'
import { podGone, podUpdated, relist, syncFinished } from './pod-workers.ts'
import type { RelistMessage } from './relist.ts'
import { receiveCriEvent } from './relist.ts'
import { reportPodStatus } from './report-status.ts'
import type { KubeletParts } from './runtime-link.ts'
import { criAnswered, networkStatus, runtimeConnected, runtimeLost, tellPodCIDR } from './runtime-link.ts'
import { noPressure } from './shortages.ts'
import type { KubeletConfig, KubeletState } from './state.ts'
import type { SyncOutcome } from './sync-pod.ts'
import { stopSooner, syncPod, syncTerminatingPod } from './sync-pod.ts'

type Incoming =
  | { readonly type: 'start' | 'register' | 'node-status' | 'node-lease' }
  | { readonly type: 'reset'; readonly peer: ProcessId; readonly upTo: number }
  | RequestMessage
  | CriResultMessage
  | CriEventMessage
  | RelistMessage
  | PodTimerMessage
  | CollectMessage
  | CallRuntimeMessage

/** A kubelet does not register before it has looked around. */
const REGISTER_AFTER = milliseconds(200)
const API_QPS = 50
const API_BURST = 100

const client = new Client<KubeletState>({
  state: (state) => state.client,
  informers: (state) => state.informers,
  onChange: objectChanged,
  onSynced(state, context) {
    state.apiSynced = true
    beginWork(state, client.list(state, PODS), context, runner, recordEvent)
    collectLeftovers(state, context)
  },
  onResolved: (state, token, value, context) => runner.resolve(state, token, value, context),
})

const recorder = new EventRecorder<KubeletState>({
  state: (state) => state.recorder,
  startTask: (state, name, args, context) => void runner.start(state, name, args, context),
})

const runner: TaskRunner<KubeletState> = new TaskRunner<KubeletState>({
  functions: {
    ...eventRecorderTasks,
    registerNode,
    reportNodeStatus,
    renewLease,
    connectRuntime,
    configureNetwork,
    listImages,
    removeImages,
    collectGarbage,
    syncPod,
    syncTerminatingPod,
    stopSooner,
    reportPodStatus,
    containerLogs: (message: RequestMessage, from: string) => logReader.get().containerLogs(message, from),
  },
  table: (state) => state.tasks,
  perform(state, effect, token, context, task) {
    if (effect.effect === 'record-event') {
      recorder.record(state, (effect as RecordEventEffect).draft, context)
      return { value: undefined }
    }
    if (effect.effect === 'pod-named') return { value: podNamed(state, (effect as PodNamedEffect).key) }
    const outcome = client.perform(state, effect, token, context)
    return outcome ?? performEffect(state, effect as KubeletEffect, token, context, task, runner)
  },
  finished: taskFinished,
})

const recordEvent = (state: KubeletState, draft: EventDraft, context: Context): void =>
  recorder.record(state, draft, context)

const parts: KubeletParts = {
  runner,
  recordEvent,
  listPods: (state) => client.list(state, PODS),
}

export const kubelet: ProcessDefinition<KubeletState, KubeletConfig, Message> = {
  kind: 'kubelet',
  pings: ['kube-apiserver'],
  init(_id, config, start) {
    const { node } = config
    const disk = (start.disk as KubeletState['disk'] | undefined) ?? { bootID: '' }
    return {
      config,
      ip: config.ip ?? defaultNodeIP(node),
      allocatable: resourceAmounts({ ...allocatableOf(config.capacity) }),
      informers: [
        { ref: PODS, fieldSelector: `spec.nodeName=${node}` },
        { ref: NODES, fieldSelector: `metadata.name=${node}` },
      ],
      client: client.init({
        server: config.apiserver,
        user: `system:node:${node}`,
        userAgent: `kubelet/${KUBELET_VERSION} (linux/amd64)`,
        qps: API_QPS,
        burst: API_BURST,
      }),
      recorder: eventRecorderState('kubelet', node),
      tasks: taskTable(),
      criCalls: new IdMap(),
      // Ids go on from the time, so that an answer to a predecessor is not taken for one to this process.
      nextCriCall: start.now + 1,
      startedAt: start.now,
      workers: new Map(),
      load: { pods: 0, requests: { cpu: 0, memory: 0, 'ephemeral-storage': 0 } },
      dirty: new Map(),
      relistAt: 0,
      leftovers: new Map(),
      found: new Map(),
      collectAt: 0,
      pulls: [],
      pulling: null,
      pullStartedAt: start.now,
      restartBackOff: {},
      imageBackOff: {},
      pressure: noPressure(),
      apiSynced: false,
      runtimeListed: false,
      working: false,
      whileListing: [],
      runtimeLostAt: null,
      networkReady: false,
      networkMessage: '',
      podCIDR: '',
      images: [],
      imagesChanged: false,
      apiNode: null,
      registered: false,
      lease: null,
      leasing: false,
      statusReporting: false,
      compared: null,
      nodeReportedAt: 0,
      wasReady: null,
      booted: start.boot,
      disk,
    }
  },
  handle(state, delivery, context) {
    const message = delivery.message as Incoming
    if (client.handle(state, delivery as Delivery, context)) return
    switch (message.type) {
      case 'reset':
        return runtimeLost(state, message.peer, message.upTo, context, parts)
      case 'start':
        return begin(state, context)
      case 'register':
        runner.start(state, 'registerNode', [], context)
        return
      case 'node-status':
        return statusTick(state, context, runner, (draft) => recordEvent(state, draft, context))
      case 'node-lease':
        return leaseTick(state, context, runner)
      case 'cri-result':
        return criAnswered(state, takeAnswered(state, message.id), message.result, context, parts)
      case 'request':
        runner.start(state, 'containerLogs', [message, delivery.from], context)
        return
      case 'call-runtime':
        return callRuntime(state, message.call, message.token, context)
      case 'cri-event':
        return receiveCriEvent(state, message, context)
      case 'collect-garbage':
        return collect(state, context, runner)
      case 'relist':
        return relist(state, context, runner)
      default:
        return podTimer(state, message, context, parts)
    }
  },
}

function begin(state: KubeletState, context: Context): void {
  const rebooted = state.disk.bootID !== '' && state.booted
  if (state.disk.bootID === '' || state.booted) state.disk.bootID = randomUuid(context)
  client.start(state, context)
  runner.start(state, 'connectRuntime', [], context)
  startEvents(state, (draft) => recordEvent(state, draft, context))
  if (rebooted) rebootEvent(state, (draft) => recordEvent(state, draft, context))
  context.timer(REGISTER_AFTER, { type: 'register' }, { continues: true })
}

function randomUuid(context: Context): string {
  let digits = ''
  while (digits.length < 32)
    digits += Math.floor(context.random() * 65_536)
      .toString(16)
      .padStart(4, '0')
  const at = (from: number, to: number): string => digits.slice(from, to)
  return `${at(0, 8)}-${at(8, 12)}-4${at(13, 16)}-a${at(17, 20)}-${at(20, 32)}`
}

function objectChanged(state: KubeletState, change: InformerChange, context: Context): void {
  if (change.ref.resource === NODES.resource) return nodeChanged(state, change.object, change.type, context)
  const pod = asPod(change.object)
  const worker = state.workers.get(pod.metadata.uid)
  const other = displaced(change)
  const old = other === undefined ? undefined : state.workers.get(other.metadata.uid)
  if (old !== undefined) podGone(state, old, context, runner)
  if (!state.working) return
  if (change.type === 'delete') {
    if (worker !== undefined) podGone(state, worker, context, runner)
  } else if (worker === undefined) acceptPod(state, pod, context, runner, recordEvent)
  else podUpdated(state, worker, pod, context, runner)
  collectLeftovers(state, context)
}

const asPod = (object: KubeObject): Pod => object as Pod

function nodeChanged(state: KubeletState, object: KubeObject, type: string, context: Context): void {
  state.apiNode = type === 'delete' ? null : (object as Node)
  tellPodCIDR(state, context, parts)
}

function taskFinished(state: KubeletState, task: TaskState, result: unknown, context: Context): void {
  if (recorder.finished(state, task, context)) return
  switch (task.name) {
    case 'syncPod':
    case 'syncTerminatingPod': {
      const worker = state.workers.get(uidOf(task))
      if (worker === undefined) return
      return syncFinished(state, worker, task.name, result as SyncOutcome, context, runner)
    }
    case 'containerLogs':
      return respond(task, result as HttpResponse, context)
    case 'reportPodStatus':
      return reportFinished(state, uidOf(task), result as number | null, context, runner)
    case 'connectRuntime':
      return runtimeConnected(state, result as RuntimeInventory, context, parts)
    case 'configureNetwork':
      if (result === null) state.podCIDR = ''
      else networkStatus(state, result as RuntimeStatus, context, parts)
      return
    default:
      return nodeTaskFinished(state, task.name, result, context)
  }
}

function nodeTaskFinished(state: KubeletState, name: string, result: unknown, context: Context): void {
  switch (name) {
    case 'registerNode':
      state.registered = true
      state.apiNode ??= result as Node
      state.nodeReportedAt = context.now
      tellPodCIDR(state, context, parts)
      leaseTick(state, context, runner)
      return statusTick(state, context, runner, (draft) => recordEvent(state, draft, context))
    case 'reportNodeStatus':
      state.statusReporting = false
      if (result === true) state.nodeReportedAt = context.now
      return
    case 'renewLease':
      state.leasing = false
      state.lease = result as Lease | null
      return
    case 'listImages':
      if (result !== null) state.images = deepFreeze(result as readonly RuntimeImage[])
      return reportNode(state, context, runner, (draft) => recordEvent(state, draft, context))
  }
}

function podNamed(
  state: KubeletState,
  key: string,
): { readonly pod: Pod; readonly status: Pod['status'] } | null {
  const pod = client.get(state, PODS, key)
  if (pod === undefined) return null
  return { pod, status: state.workers.get(pod.metadata.uid)?.status ?? pod.status }
}

/** The answer to a request of the apiserver, which came as the task's arguments. */
function respond(task: TaskState, response: HttpResponse, context: Context): void {
  const [request, from] = task.args as readonly [RequestMessage, ProcessId]
  const message: ResponseMessage = { type: 'response', id: request.id, response }
  context.send(from, message)
}

const uidOf = (task: TaskState): string => String(task.args[0])
