// How containerd carries out the effects of its tasks.
import { micros } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Message } from '../../kernel/process.ts'
import type { Outcome, Token } from '../../kernel/task.ts'
import { fullImageName } from '../../workloads/index.ts'
import type { CniRequestMessage } from '../cni/messages.ts'
import type { CriEvent } from './cri.ts'
import type { RuntimeEffect } from './effects.ts'
import { requestImage } from './image-pull.ts'
import { beginProcess, signalProcess } from './shim.ts'
import type { ContainerdState } from './state.ts'
import { imageRecord } from './store.ts'

export interface WorkedMessage extends Message {
  readonly type: 'worked'
  readonly token: Token
}

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
    case 'work': {
      const worked: WorkedMessage = { type: 'worked', token }
      const slow = context.impairment('disk-slow')
      const took = effect.base + effect.spread * context.random() + (typeof slow === 'number' ? slow : 0)
      context.timer(micros(took), worked, { continues: true })
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
    case 'image-ref': {
      const stored = disk.images[fullImageName(effect.image)] ?? imageRecord(effect.image)
      return { value: stored.repoDigest }
    }
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
  for (let i = 0; i < 8; i++) {
    const digits = Math.floor(context.random() * 4_294_967_296).toString(16)
    id += digits.length === 8 ? digits : digits.padStart(8, '0')
  }
  return id
}
