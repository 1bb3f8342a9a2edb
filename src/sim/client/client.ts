// A process's client of the apiserver: informers for what it watches, and the effects of its tasks. It holds no state:
// a component keeps one as a constant and its `ClientState` within its own state.
import type { ResponseMessage, WatchEndMessage, WatchMessage } from '../api/messages.ts'
import type { KubeObject } from '../api/objects.ts'
import type { ResourceRef } from '../api/resources.ts'
import { assert } from '../kernel/assert.ts'
import { micros } from '../kernel/micros.ts'
import type { Context, Delivery, KernelMessage } from '../kernel/process.ts'
import type { Effect, Outcome, Token } from '../kernel/task.ts'
import type { ChangeType, InformerSpec, ReflectorState, RetryMessage } from './reflector.ts'
import {
  listAnswered,
  reflectorState,
  startList,
  startWatch,
  watchEnded,
  watchEvent,
  watchRefused,
} from './reflector.ts'
import type { RequestEffect, SleepEffect } from './requests.ts'
import { countIndexed, indexed } from './store.ts'
import type { Answer, Identity, TransportMessage, TransportOptions, TransportState } from './transport.ts'
import {
  cancelRequest,
  failSent,
  receiveResponse,
  resultOf,
  sendRequest,
  startTransport,
  sweep,
  transmit,
  transportState,
} from './transport.ts'

export interface InformerChange {
  readonly ref: ResourceRef<KubeObject>
  readonly type: ChangeType
  readonly object: KubeObject
  readonly previous: KubeObject | undefined
  /** The `seq` of the watch event or list that brought it. */
  readonly cause: number
}

export interface ClientState {
  readonly transport: TransportState
  readonly reflectors: Record<string, ReflectorState>
  started: boolean
  synced: boolean
}

export interface ClientHost<S> {
  state(state: S): ClientState
  readonly informers: readonly InformerSpec[] | ((state: S) => readonly InformerSpec[])
  onChange(state: S, change: InformerChange, context: Context): void
  /** Every informer has its first complete list. */
  onSynced(state: S, context: Context): void
  onResolved(state: S, token: Token, value: unknown, context: Context): void
}

interface WakeMessage {
  readonly type: 'client-wake'
  readonly token: Token
}

type ClientMessage =
  | ResponseMessage
  | WatchMessage
  | WatchEndMessage
  | WakeMessage
  | RetryMessage
  | TransportMessage
  | Extract<KernelMessage, { type: 'reset' }>

export class Client<S> {
  private readonly host: ClientHost<S>

  constructor(host: ClientHost<S>) {
    this.host = host
  }

  init(options: TransportOptions): ClientState {
    return { transport: transportState(options), reflectors: {}, started: false, synced: false }
  }

  /** Starts the informers. Requests of tasks may be sent before. */
  start(state: S, context: Context): void {
    const client = this.host.state(state)
    startTransport(client.transport, context)
    client.started = true
    const specs = this.specs(state)
    for (const spec of specs) client.reflectors[spec.ref.resource] = reflectorState()
    for (const spec of specs) startList(this.reflector(client, spec), spec, client.transport, context)
    this.checkSynced(state, client, context)
  }

  /** True when the delivery was the client's. */
  handle(state: S, delivery: Delivery, context: Context): boolean {
    const client = this.host.state(state)
    const { transport } = client
    const message = delivery.message as ClientMessage
    switch (message.type) {
      case 'response':
        return this.answered(state, receiveResponse(transport, message, context), context)
      case 'watch':
        return this.watched(state, client, message, context)
      case 'watch-end':
        return this.watchOver(state, client, message.id, context)
      case 'reset':
        if (message.peer !== transport.options.server) return false
        for (const answer of failSent(transport, message.upTo, context.now))
          this.answered(state, answer, context)
        return true
      case 'client-sweep':
        for (const answer of sweep(transport, context)) this.answered(state, answer, context)
        return true
      case 'client-send':
        transmit(transport, message.id, context)
        return true
      case 'client-retry':
        this.retry(state, client, message, context)
        return true
      case 'client-wake':
        this.host.onResolved(state, message.token, undefined, context)
        return true
      default:
        return false
    }
  }

  /** Null: not an effect of the client. `identity` is who asks, where a process speaks as several. */
  perform(state: S, effect: Effect, token: Token, context: Context, identity?: Identity): Outcome | null {
    const { transport } = this.host.state(state)
    if (effect.effect === 'request') {
      const { request, timeoutMicros } = effect as RequestEffect
      startTransport(transport, context)
      sendRequest(transport, { kind: 'task', token }, request, context, timeoutMicros, identity)
      return 'pending'
    }
    if (effect.effect === 'sleep') {
      const wake: WakeMessage = { type: 'client-wake', token }
      context.timer(micros((effect as SleepEffect).micros), wake, { continues: true })
      return 'pending'
    }
    return null
  }

  synced(state: S): boolean {
    return this.host.state(state).synced
  }

  get<T extends KubeObject>(state: S, ref: ResourceRef<T>, key: string): T | undefined {
    return this.host.state(state).reflectors[ref.resource]?.store.objects.get(key) as T | undefined
  }

  /** In the order of keys. */
  list<T extends KubeObject>(state: S, ref: ResourceRef<T>): T[] {
    const objects = this.host.state(state).reflectors[ref.resource]?.store.objects
    return objects === undefined || objects.size === 0 ? [] : (objects.valuesArray() as T[])
  }

  count(state: S, ref: ResourceRef<KubeObject>): number {
    return this.host.state(state).reflectors[ref.resource]?.store.objects.size ?? 0
  }

  byIndex<T extends KubeObject>(state: S, ref: ResourceRef<T>, index: string, value: string): readonly T[] {
    const reflector = this.host.state(state).reflectors[ref.resource]
    if (reflector === undefined) return []
    const { indexes } = this.spec(state, ref.resource) ?? {}
    return indexed(reflector.store, indexes, index, value) as readonly T[]
  }

  countByIndex(state: S, ref: ResourceRef<KubeObject>, index: string, value: string): number {
    const reflector = this.host.state(state).reflectors[ref.resource]
    if (reflector === undefined) return 0
    const { indexes } = this.spec(state, ref.resource) ?? {}
    return countIndexed(reflector.store, indexes, index, value)
  }

  private answered(state: S, answer: Answer | null, context: Context): true {
    if (answer === null) return true
    const client = this.host.state(state)
    const { waiter } = answer
    if (waiter.kind === 'task') {
      this.host.onResolved(state, waiter.token, resultOf(answer), context)
      return true
    }
    const spec = this.spec(state, waiter.resource)
    if (spec === undefined || !client.started) return true
    const reflector = this.reflector(client, spec)
    if (waiter.kind === 'list') {
      const change = this.reporter(state, spec, context)
      if (!listAnswered(reflector, spec, client.transport, answer, context, change)) return true
      reflector.synced = true
      this.checkSynced(state, client, context)
    } else if (answer.response === null && reflector.phase === 'watching') {
      watchEnded(reflector, spec, client.transport, true, context)
    } else if (answer.response !== null && answer.response.status !== 200) {
      watchRefused(reflector, spec, answer, context)
    }
    return true
  }

  private watched(state: S, client: ClientState, message: WatchMessage, context: Context): true {
    const waiter = client.transport.pending.get(message.id)?.waiter
    if (waiter === undefined || waiter.kind !== 'watch') return true
    const spec = this.spec(state, waiter.resource)
    if (spec === undefined) return true
    const change = this.reporter(state, spec, context)
    if (!watchEvent(this.reflector(client, spec), spec, message.event, context, change)) {
      cancelRequest(client.transport, message.id, context)
    }
    return true
  }

  private watchOver(state: S, client: ClientState, id: number, context: Context): true {
    const waiter = client.transport.pending.get(id)?.waiter
    if (waiter === undefined || waiter.kind !== 'watch') return true
    client.transport.pending.delete(id)
    const spec = this.spec(state, waiter.resource)
    if (spec !== undefined) watchEnded(this.reflector(client, spec), spec, client.transport, false, context)
    return true
  }

  private retry(state: S, client: ClientState, message: RetryMessage, context: Context): void {
    const spec = this.spec(state, message.resource)
    if (spec === undefined || !client.started) return
    const reflector = this.reflector(client, spec)
    if (reflector.phase !== 'waiting') return
    if (message.next === 'list') startList(reflector, spec, client.transport, context)
    else startWatch(reflector, spec, client.transport, context)
  }

  private checkSynced(state: S, client: ClientState, context: Context): void {
    if (client.synced) return
    for (const resource in client.reflectors) if (client.reflectors[resource]?.synced !== true) return
    client.synced = true
    this.host.onSynced(state, context)
  }

  private reporter(state: S, spec: InformerSpec, context: Context) {
    const cause = context.cause
    return (type: ChangeType, object: KubeObject, previous: KubeObject | undefined): void => {
      context.cause = cause
      this.host.onChange(state, { ref: spec.ref, type, object, previous, cause }, context)
    }
  }

  private specs(state: S): readonly InformerSpec[] {
    const { informers } = this.host
    return typeof informers === 'function' ? informers(state) : informers
  }

  private spec(state: S, resource: string): InformerSpec | undefined {
    for (const spec of this.specs(state)) if (spec.ref.resource === resource) return spec
    return undefined
  }

  private reflector(client: ClientState, spec: InformerSpec): ReflectorState {
    const reflector = client.reflectors[spec.ref.resource]
    assert(reflector !== undefined, `no informer of ${spec.ref.resource}`)
    return reflector
  }
}
