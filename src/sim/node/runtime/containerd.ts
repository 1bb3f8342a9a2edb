// The container runtime of a node behind its CRI service. Models containerd's CRI plugin: sandboxes and containers under
// shims that outlive the daemon, images with shared layers, CNI for each sandbox, a stream of container events.
// Leaves out snapshots, leases, image garbage (the kubelet's work), exec and logs.
import { micros } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Delivery, Message, ProcessDefinition, ProcessId } from '../../kernel/process.ts'
import type { Outcome, TaskState, TaskTable, Token } from '../../kernel/task.ts'
import { TaskRunner, taskTable } from '../../kernel/task.ts'
import { fullImageName } from '../../workloads/index.ts'
import type { CniRequestMessage, CniResult, CniResultMessage } from '../cni/messages.ts'
import {
  createContainer,
  pullImage,
  removeContainer,
  startContainer,
  stopContainer,
} from './container-tasks.ts'
import type { CriCall, CriEvent, CriRequestMessage, CriResult, CriResultMessage } from './cri.ts'
import { RUNTIME_NAME, RUNTIME_VERSION } from './cri.ts'
import type { RuntimeEffect } from './effects.ts'
import type { Pull, PulledMessage } from './image-pull.ts'
import { finishPull, requestImage } from './image-pull.ts'
import { updateRuntimeConfig } from './network-config.ts'
import { removePodSandbox, runPodSandbox, stopPodSandbox } from './sandbox-tasks.ts'
import type { ExitMessage, StopWaiters } from './shim.ts'
import { beginProcess, processEnds, rearmShims, signalProcess } from './shim.ts'
import type { ContainerdDisk } from './store.ts'
import { afterPowerCut, emptyDisk, imageRecord } from './store.ts'

export interface ContainerdConfig {
  readonly node: string
  readonly cni: ProcessId
  /** Images that are on the node from the start. */
  readonly images?: readonly string[]
}

interface Caller {
  readonly from: ProcessId
  readonly id: number
}

export interface ContainerdState {
  readonly cni: ProcessId
  readonly tasks: TaskTable
  /** Who waits for the answer of a task, by the task's id. */
  readonly callers: Record<number, Caller>
  /** Tasks that wait for CNI, by the call's id. */
  readonly cniCalls: Record<number, Token>
  nextCniCall: number
  readonly pulls: Record<string, Pull>
  readonly stopWaiters: StopWaiters
  /** Who reads the stream of container events. */
  subscribers: readonly ProcessId[]
  readonly disk: ContainerdDisk
}

interface WorkedMessage extends Message {
  readonly type: 'worked'
  readonly token: Token
}

type Incoming =
  | { readonly type: 'start' }
  | { readonly type: 'reset'; readonly peer: ProcessId }
  | CriRequestMessage
  | CniResultMessage
  | WorkedMessage
  | PulledMessage
  | ExitMessage

const runner = new TaskRunner<ContainerdState>({
  functions: {
    runPodSandbox,
    stopPodSandbox,
    removePodSandbox,
    createContainer,
    startContainer,
    stopContainer,
    removeContainer,
    pullImage,
    updateRuntimeConfig,
  },
  table: (state) => state.tasks,
  perform: (state, effect, token, context) => performEffect(state, effect as RuntimeEffect, token, context),
  finished: answerCaller,
})

export const containerd: ProcessDefinition<ContainerdState, ContainerdConfig, Message> = {
  kind: 'containerd',
  init(_id, config, start) {
    const disk = (start.disk as ContainerdDisk | undefined) ?? emptyDisk()
    for (const image of config.images ?? []) disk.images[fullImageName(image)] ??= imageRecord(image)
    if (start.boot) afterPowerCut(disk, start.now)
    return {
      cni: config.cni,
      tasks: taskTable(),
      callers: {},
      cniCalls: {},
      // Ids go on from the time, so that an answer to a predecessor is not taken for one to this process.
      nextCniCall: start.now + 1,
      pulls: {},
      stopWaiters: {},
      subscribers: [],
      disk,
    }
  },
  handle(state, delivery, context) {
    const message = delivery.message as Incoming
    switch (message.type) {
      case 'start':
        return rearmShims(state, context)
      case 'reset':
        return lostPeer(state, message.peer, context)
      case 'cri':
        return serve(state, message, delivery, context)
      case 'cni-result':
        return answerCni(state, message.id, message.result, context)
      case 'worked':
        return runner.resolve(state, message.token, undefined, context)
      case 'pulled':
        return endPull(state, message, context)
      case 'exit':
        return endProcess(state, message, context)
    }
  },
}

function serve(
  state: ContainerdState,
  message: CriRequestMessage,
  delivery: Delivery,
  context: Context,
): void {
  const caller: Caller = { from: delivery.from, id: message.id }
  const { call } = message
  switch (call.method) {
    case 'RunPodSandbox':
      return begin(state, 'runPodSandbox', [call.config], caller, context)
    case 'StopPodSandbox':
      return begin(state, 'stopPodSandbox', [call.sandboxId], caller, context)
    case 'RemovePodSandbox':
      return begin(state, 'removePodSandbox', [call.sandboxId], caller, context)
    case 'CreateContainer':
      return begin(
        state,
        'createContainer',
        [call.sandboxId, call.config, call.sandboxConfig],
        caller,
        context,
      )
    case 'StartContainer':
      return begin(state, 'startContainer', [call.containerId], caller, context)
    case 'StopContainer':
      return begin(state, 'stopContainer', [call.containerId, call.timeoutSeconds], caller, context)
    case 'RemoveContainer':
      return begin(state, 'removeContainer', [call.containerId], caller, context)
    case 'PullImage':
      return begin(state, 'pullImage', [call.image, call.sandboxConfig], caller, context)
    case 'UpdateRuntimeConfig':
      return begin(state, 'updateRuntimeConfig', [call.podCIDR], caller, context)
    case 'GetContainerEvents':
      if (!state.subscribers.includes(caller.from)) state.subscribers = [...state.subscribers, caller.from]
      return reply(caller, { ok: true, value: {} }, context)
    default:
      return reply(caller, readOnly(state, call), context)
  }
}

/** The calls that only look. */
function readOnly(state: ContainerdState, call: CriCall): CriResult {
  const { disk } = state
  switch (call.method) {
    case 'Version':
      return { ok: true, value: { name: RUNTIME_NAME, version: RUNTIME_VERSION } }
    case 'Status': {
      const networkReady = disk.podCIDR !== ''
      const value = {
        runtimeReady: true,
        networkReady,
        networkReason: networkReady ? '' : 'NetworkPluginNotReady',
        networkMessage: networkReady ? '' : 'Network plugin returns error: cni plugin not initialized',
      }
      return { ok: true, value }
    }
    case 'PodSandboxStatus': {
      const record = disk.sandboxes[call.sandboxId]
      if (record === undefined) return notFound(`sandbox "${call.sandboxId}"`)
      return { ok: true, value: record.status }
    }
    case 'ListPodSandbox':
      return { ok: true, value: { sandboxes: Object.values(disk.sandboxes).map(({ status }) => status) } }
    case 'ContainerStatus': {
      const record = disk.containers[call.containerId]
      if (record === undefined) return notFound(`container "${call.containerId}"`)
      return { ok: true, value: record.status }
    }
    case 'ListContainers':
      return { ok: true, value: { containers: Object.values(disk.containers).map(({ status }) => status) } }
    case 'ImageStatus':
      return { ok: true, value: { image: disk.images[fullImageName(call.image)] ?? null } }
    case 'ListImages':
      return { ok: true, value: { images: Object.values(disk.images) } }
    case 'RemoveImage':
      delete disk.images[fullImageName(call.image)]
      return { ok: true, value: {} }
    default:
      return { ok: false, error: { code: 'Unknown', message: `unknown method ${call.method}` } }
  }
}

const notFound = (what: string): CriResult => ({
  ok: false,
  error: { code: 'NotFound', message: `an error occurred when try to find ${what}: not found` },
})

function begin(
  state: ContainerdState,
  name: string,
  args: readonly unknown[],
  caller: Caller,
  context: Context,
): void {
  // A task may end before `start` returns, so its caller has to be known before.
  state.callers[state.tasks.nextId] = caller
  runner.start(state, name, args, context)
}

function answerCaller(state: ContainerdState, task: TaskState, result: unknown, context: Context): void {
  const caller = state.callers[task.id]
  delete state.callers[task.id]
  if (caller !== undefined) reply(caller, result as CriResult, context)
}

function reply(caller: Caller, result: CriResult, context: Context): void {
  const message: CriResultMessage = { type: 'cri-result', id: caller.id, result }
  context.send(caller.from, message)
}

function lostPeer(state: ContainerdState, peer: ProcessId, context: Context): void {
  state.subscribers = state.subscribers.filter((subscriber) => subscriber !== peer)
  for (const task of Object.keys(state.callers))
    if (state.callers[Number(task)]?.from === peer) delete state.callers[Number(task)]
  if (peer !== state.cni) return
  const failure: CniResult = { ok: false, message: 'the network plugin was killed' }
  for (const id of Object.keys(state.cniCalls)) answerCni(state, Number(id), failure, context)
}

function answerCni(state: ContainerdState, id: number, result: CniResult, context: Context): void {
  const token = state.cniCalls[id]
  delete state.cniCalls[id]
  if (token !== undefined) runner.resolve(state, token, result, context)
}

function endPull(state: ContainerdState, message: PulledMessage, context: Context): void {
  const ended = finishPull(state, message.name, context)
  if (ended === null) return
  const { cause } = context
  const outcome = deepFreeze(ended.outcome)
  ended.waiting.forEach(({ token, cause: own }, index) => {
    // The first one asked for the pull; the others waited for it and go on for their own reasons.
    context.cause = index === 0 ? cause : own
    runner.resolve(state, token, outcome, context)
  })
}

function endProcess(state: ContainerdState, message: ExitMessage, context: Context): void {
  const ended = processEnds(state, message, context)
  if (ended === null) return
  publish(state, ended.podUid, { kind: 'container', container: ended.status }, context)
  for (const token of ended.waiting) runner.resolve(state, token, undefined, context)
}

function publish(state: ContainerdState, podUid: string, event: CriEvent, context: Context): void {
  for (const subscriber of state.subscribers)
    context.send(subscriber, { type: 'cri-event', podUid, event } as Message)
}

function performEffect(
  state: ContainerdState,
  effect: RuntimeEffect,
  token: Token,
  context: Context,
): Outcome {
  const { disk } = state
  switch (effect.effect) {
    case 'work': {
      const worked: WorkedMessage = { type: 'worked', token }
      context.timer(micros(effect.base + effect.spread * context.random()), worked, { continues: true })
      return 'pending'
    }
    case 'cni': {
      const id = state.nextCniCall++
      state.cniCalls[id] = token
      const request: CniRequestMessage = { type: 'cni', id, call: effect.call }
      context.send(state.cni, request)
      return 'pending'
    }
    case 'image':
      return requestImage(state, effect, token, context)
    case 'new-id':
      return { value: randomId(context) }
    case 'now':
      return { value: context.now }
    case 'sandbox':
      return { value: disk.sandboxes[effect.id] ?? null }
    case 'container':
      return { value: disk.containers[effect.id] ?? null }
    case 'containers-of': {
      const inside = Object.values(disk.containers).filter(
        ({ status }) => status.sandboxId === effect.sandboxId,
      )
      return { value: deepFreeze(inside) }
    }
    case 'put-sandbox': {
      const { id, metadata } = effect.record.status
      disk.sandboxes[id] = deepFreeze(effect.record)
      publish(state, metadata.uid, { kind: 'sandbox', sandbox: effect.record.status }, context)
      return { value: undefined }
    }
    case 'put-container': {
      const { id, podUid } = effect.record.status
      disk.containers[id] = deepFreeze(effect.record)
      publish(state, podUid, { kind: 'container', container: effect.record.status }, context)
      return { value: undefined }
    }
    case 'remove':
      delete disk.sandboxes[effect.id]
      delete disk.containers[effect.id]
      publish(state, effect.podUid, { kind: 'removed', id: effect.id }, context)
      return { value: undefined }
    case 'start-process': {
      const status = beginProcess(state, effect.id, context)
      if (status !== null) publish(state, status.podUid, { kind: 'container', container: status }, context)
      return { value: undefined }
    }
    case 'stop-process':
      return signalProcess(state, effect.id, effect.graceMicros, token, context)
    case 'set-pod-cidr':
      disk.podCIDR = effect.podCIDR
      return { value: undefined }
    case 'trace':
      context.cause = context.trace(effect.event)
      return { value: undefined }
  }
}

/** 64 hexadecimal digits. */
function randomId(context: Context): string {
  let id = ''
  for (let i = 0; i < 8; i++)
    id += Math.floor(context.random() * 4_294_967_296)
      .toString(16)
      .padStart(8, '0')
  return id
}
