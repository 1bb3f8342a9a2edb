// How containerd carries out the effects of its tasks.
import { hex32 } from '../../api/hex.ts'
import { micros } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Message } from '../../kernel/process.ts'
import type { Outcome, Token } from '../../kernel/task.ts'
import type { LocalEvent } from '../../kernel/trace.ts'
import { fullImageName } from '../../workloads/index.ts'
import type { CniRequestMessage } from '../cni/messages.ts'
import type { CriError, CriEvent } from './cri.ts'
import type { Created, NewContainer, RuntimeEffect, Startable } from './effects.ts'
import { notFound } from './effects.ts'
import { requestImage } from './image-pull.ts'
import {
  connected,
  newContainer,
  tellConnected,
  tellContainerCreated,
  tellContainerStarted,
  tellSandboxCreated,
} from './records.ts'
import { beginProcess, signalProcess } from './shim.ts'
import type { ContainerdState } from './state.ts'
import type { ContainerdDisk, ContainerRecord, SandboxRecord } from './store.ts'
import { imageRecord } from './store.ts'

export interface WorkedMessage extends Message {
  readonly type: 'worked'
  readonly token: Token
  /** Of what was made; empty: nothing new was. */
  readonly id: string
}

const NOTHING: Outcome = Object.freeze({ value: undefined })

/** Tells everybody who reads the stream of container events. */
export function publish(state: ContainerdState, podUid: string, event: CriEvent, context: Context): void {
  for (const subscriber of state.subscribers)
    context.send(subscriber, { type: 'cri-event', podUid, event } as Message)
}

export function performEffect(
  state: ContainerdState,
  effect: RuntimeEffect,
  token: Token,
  context: Context,
): Outcome {
  const { disk } = state
  switch (effect.effect) {
    case 'work':
      return beginWork(effect, token, '', context)
    case 'create': {
      const id = randomId(context)
      state.making.set(token.task, id)
      return beginWork(effect, token, id, context)
    }
    case 'cni': {
      const id = state.nextCniCall++
      state.cniCalls.set(id, token)
      const request: CniRequestMessage = { type: 'cni', id, call: effect.call }
      context.send(state.cni, request)
      return 'pending'
    }
    case 'image':
      return requestImage(state, effect, token, context)
    case 'now':
      return { value: context.now }
    case 'abandoned':
      return { value: !state.callers.has(token.task) }
    case 'sandbox':
      return { value: disk.sandboxes.get(effect.id) ?? null }
    case 'container':
      return { value: disk.containers.get(effect.id) ?? null }
    case 'startable':
      return { value: startableOf(disk, effect.id) }
    case 'containers-of': {
      const inside = [...disk.containers.values()].filter(
        ({ status }) => status.sandboxId === effect.sandboxId,
      )
      return { value: deepFreeze(inside) }
    }
    case 'put-sandbox':
      putSandbox(state, effect.record, context)
      return NOTHING
    case 'put-container':
      putContainer(state, effect.record, context)
      return NOTHING
    case 'remove':
      disk.sandboxes.delete(effect.id)
      disk.containers.delete(effect.id)
      publish(state, effect.podUid, { kind: 'removed', id: effect.id }, context)
      return NOTHING
    case 'sandbox-created':
      tell(context, () => tellSandboxCreated(effect.sandbox))
      return NOTHING
    case 'sandbox-connected':
      tell(context, () => tellConnected(effect.sandbox, effect.add))
      putSandbox(state, connected(effect.sandbox, effect.add.ip), context)
      return NOTHING
    case 'container-created':
      createContainer(state, effect.made, context)
      return NOTHING
    case 'container-started':
      tell(context, () => tellContainerStarted(effect.started))
      startProcess(state, effect.started.container.status.id, context)
      return NOTHING
    case 'stop-process':
      return signalProcess(state, effect.id, effect.graceMicros, token, context)
    case 'set-pod-cidr':
      disk.podCIDR = effect.podCIDR
      return NOTHING
    case 'trace':
      context.cause = context.trace(effect.event)
      return NOTHING
  }
}

/** Nothing is composed that nobody reads. */
function tell(context: Context, compose: () => LocalEvent): void {
  context.cause = context.reads('runtime') ? context.trace(compose()) : context.traceUnread(1)
}

function beginWork(
  { base, spread }: { readonly base: number; readonly spread: number },
  token: Token,
  id: string,
  context: Context,
): Outcome {
  const worked: WorkedMessage = { type: 'worked', token, id }
  const slow = context.impairment('disk-slow')
  const took = base + spread * context.random() + (typeof slow === 'number' ? slow : 0)
  context.timer(micros(took), worked, CONTINUES)
  return 'pending'
}

const CONTINUES = Object.freeze({ continues: true })

/** What a task gets whose work is done. */
export const workResult = ({ id }: WorkedMessage, context: Context): Created | undefined =>
  id === '' ? undefined : Object.freeze({ id, at: context.now })

function putSandbox(state: ContainerdState, record: SandboxRecord, context: Context): void {
  const { status } = record
  state.disk.sandboxes.set(status.id, deepFreeze(record))
  publish(state, status.metadata.uid, { kind: 'sandbox', sandbox: status }, context)
}

function putContainer(state: ContainerdState, record: ContainerRecord, context: Context): void {
  const { status } = record
  state.disk.containers.set(status.id, deepFreeze(record))
  publish(state, status.podUid, { kind: 'container', container: status }, context)
}

function createContainer(state: ContainerdState, made: NewContainer, context: Context): void {
  const { image } = made.config
  const stored = state.disk.images[fullImageName(image)] ?? imageRecord(image)
  const container = newContainer(made, stored.repoDigest)
  putContainer(state, container, context)
  tell(context, () => tellContainerCreated(container, made))
}

function startProcess(state: ContainerdState, id: string, context: Context): void {
  const status = beginProcess(state, id, context)
  if (status !== null) publish(state, status.podUid, { kind: 'container', container: status }, context)
}

/** A container that is not there any more, or whose sandbox does not run, cannot be started. */
function startableOf({ containers, sandboxes }: ContainerdDisk, id: string): Startable | CriError {
  const container = containers.get(id)
  if (container === undefined) return notFound(`container "${id}"`)
  const { sandboxId } = container.status
  const sandbox = sandboxes.get(sandboxId)
  if (sandbox?.status.state === 'SANDBOX_READY') return Object.freeze({ container, sandbox })
  return Object.freeze({ code: 'Unknown', message: `sandbox container "${sandboxId}" is not running` })
}

/** 64 hexadecimal digits. */
function randomId(context: Context): string {
  const parts: string[] = []
  for (let i = 0; i < 8; i++) {
    parts.push(hex32(Math.floor(context.random() * 4_294_967_296)))
  }
  return parts.join('')
}
