// The container runtime of a node behind its CRI service. Models containerd's CRI plugin: sandboxes and containers under
// shims that outlive the daemon, images with shared layers, CNI for each sandbox, a stream of container events.
// Leaves out snapshots, leases, image garbage (the kubelet's work) and exec.
import { IdMap } from '../../kernel/id-map.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Delivery, Message, ProcessDefinition, ProcessId } from '../../kernel/process.ts'
import type { TaskState } from '../../kernel/task.ts'
import { TaskRunner, taskTable } from '../../kernel/task.ts'
import { containerLog, fullImageName } from '../../workloads/index.ts'
import type { CniResult, CniResultMessage } from '../cni/messages.ts'
import {
  createContainer,
  pullImage,
  removeContainer,
  startContainer,
  stopContainer,
} from './container-tasks.ts'
import type { CriCall, CriMethods, CriRequestMessage, CriResult, CriResultMessage } from './cri.ts'
import { RUNTIME_NAME, RUNTIME_VERSION } from './cri.ts'
import type { RuntimeEffect } from './effects.ts'
import { notFound } from './effects.ts'
import type { PulledMessage } from './image-pull.ts'
import { finishPull } from './image-pull.ts'
import { updateRuntimeConfig } from './network-config.ts'
import type { WorkedMessage } from './perform.ts'
import { performEffect, publish, workResult } from './perform.ts'
import { nameTaken } from './sandbox-names.ts'
import { removePodSandbox, runPodSandbox, stopPodSandbox } from './sandbox-tasks.ts'
import type { ExitMessage, ProcessEndedMessage } from './shim.ts'
import { noteEnd, processEnds, rearmShims } from './shim.ts'
import type { Caller, ContainerdConfig, ContainerdState } from './state.ts'
import type { ContainerdDisk, ContainerRecord } from './store.ts'
import { afterPowerCut, emptyDisk, imageRecord } from './store.ts'

type Incoming =
  | { readonly type: 'start' }
  | { readonly type: 'reset'; readonly peer: ProcessId }
  | CriRequestMessage
  | CniResultMessage
  | WorkedMessage
  | PulledMessage
  | ExitMessage
  | ProcessEndedMessage

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
      callers: new IdMap(),
      making: new IdMap(),
      cniCalls: new IdMap(),
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
        return runner.resolve(state, message.token, workResult(message, context), context)
      case 'pulled':
        return endPull(state, message, context)
      case 'exit':
        return endProcess(state, message, context)
      case 'process-ended': {
        const exit = noteEnd(state, message, context)
        if (exit !== null) endProcess(state, exit, context)
        return
      }
    }
  },
}

function serve(
  state: ContainerdState,
  message: CriRequestMessage,
  delivery: Delivery,
  context: Context,
): void {
  const caller: Caller = Object.freeze({ from: delivery.from, id: message.id })
  const { call } = message
  switch (call.method) {
    case 'RunPodSandbox': {
      const taken = nameTaken(state, call.config.metadata)
      if (taken !== null) return reply(caller, taken, context)
      return begin(state, 'runPodSandbox', [call.config], caller, context)
    }
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
      return reply(caller, readOnly(state, call, context.now), context)
  }
}

/** The calls that only look. */
function readOnly(state: ContainerdState, call: CriCall, now: number): CriResult {
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
      const record = disk.sandboxes.get(call.sandboxId)
      if (record === undefined) return { ok: false, error: notFound(`sandbox "${call.sandboxId}"`) }
      return { ok: true, value: record.status }
    }
    case 'ListPodSandbox':
      return { ok: true, value: { sandboxes: [...disk.sandboxes.values()].map(({ status }) => status) } }
    case 'ContainerStatus': {
      const record = disk.containers.get(call.containerId)
      if (record === undefined) return { ok: false, error: notFound(`container "${call.containerId}"`) }
      return { ok: true, value: record.status }
    }
    case 'ContainerLog': {
      const record = disk.containers.get(call.containerId)
      if (record === undefined) return { ok: false, error: notFound(`container "${call.containerId}"`) }
      return { ok: true, value: { text: logOf(record, call, now) } }
    }
    case 'ListContainers':
      return { ok: true, value: { containers: [...disk.containers.values()].map(({ status }) => status) } }
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

function logOf(
  { status, behaviour }: ContainerRecord,
  { tailLines, sinceSeconds, timestamps }: CriMethods['ContainerLog']['call'],
  now: number,
): string {
  if (status.startedAt === 0) return ''
  const until = status.state === 'CONTAINER_EXITED' ? status.finishedAt : now
  return containerLog(behaviour, status.startedAt, until, {
    timestamps,
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(sinceSeconds === undefined ? {} : { sinceMicros: now - sinceSeconds * 1_000_000 }),
  })
}

function begin(
  state: ContainerdState,
  name: string,
  args: readonly unknown[],
  caller: Caller,
  context: Context,
): void {
  // A task may end before `start` returns, so its caller has to be known before.
  state.callers.set(state.tasks.nextId, caller)
  runner.start(state, name, args, context)
}

function answerCaller(state: ContainerdState, task: TaskState, result: unknown, context: Context): void {
  const caller = state.callers.get(task.id)
  state.callers.delete(task.id)
  state.making.delete(task.id)
  if (caller !== undefined) reply(caller, result as CriResult, context)
}

function reply(caller: Caller, result: CriResult, context: Context): void {
  const message: CriResultMessage = { type: 'cri-result', id: caller.id, result }
  context.send(caller.from, message)
}

function lostPeer(state: ContainerdState, peer: ProcessId, context: Context): void {
  state.subscribers = state.subscribers.filter((subscriber) => subscriber !== peer)
  for (const [task, { from }] of state.callers) if (from === peer) state.callers.delete(task)
  if (peer !== state.cni) return
  const failure: CniResult = { ok: false, message: 'the network plugin was killed' }
  for (const id of state.cniCalls.keys()) answerCni(state, id, failure, context)
}

function answerCni(state: ContainerdState, id: number, result: CniResult, context: Context): void {
  const token = state.cniCalls.get(id)
  state.cniCalls.delete(id)
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
