// The watches of running commands. The client library watches for informers only; a command reads its own watch event
// by event. Ids come from the client's transport, so that one connection carries both.
import type { HttpRequest } from '../sim/api/http.ts'
import type { ApiMessage, CancelMessage, RequestMessage } from '../sim/api/messages.ts'
import { isStatus } from '../sim/api/status.ts'
import type { ApiResult, FailureStatus } from '../sim/client/index.ts'
import { micros } from '../sim/kernel/micros.ts'
import type { Context, Delivery } from '../sim/kernel/process.ts'
import type { Outcome, Token } from '../sim/kernel/task.ts'
import type { NextEvent, NextEventEffect, OpenWatchEffect } from './effects.ts'
import type { KubectlState, OpenWatch } from './state.ts'

/** A timer: nobody waits for the next event any longer. */
export interface DeadlineMessage {
  readonly type: 'watch-deadline'
  readonly watch: number
  readonly token: Token
}

type Resolve = (token: Token, value: unknown) => void

const gone = (message: string): FailureStatus => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason: 'ConnectionReset',
  code: 0,
})

export function openWatch(
  state: KubectlState,
  effect: OpenWatchEffect,
  token: Token,
  context: Context,
): Outcome {
  const { transport } = state.client
  const id = transport.nextId++
  const { server, user, userAgent } = transport.options
  const headers = { 'user-agent': userAgent, ...effect.headers }
  const request: HttpRequest = { method: 'GET', path: effect.path, query: effect.query, headers }
  const message: RequestMessage = { type: 'request', id, user, request }
  const seq = context.send(server, message)
  state.watches[id] = { id, task: token.task, seq, opening: token, waiting: null, events: [] }
  return 'pending'
}

export function nextEvent(
  state: KubectlState,
  effect: NextEventEffect,
  token: Token,
  context: Context,
): Outcome {
  const watch = state.watches[effect.watch]
  if (watch === undefined) return { value: { type: 'END' } }
  const event = watch.events.shift()
  if (event !== undefined) return { value: event }
  if (effect.deadline !== null) {
    if (effect.deadline <= context.now) return { value: { type: 'DEADLINE' } }
    const message: DeadlineMessage = { type: 'watch-deadline', watch: watch.id, token }
    context.timer(micros(effect.deadline - context.now), message, { continues: true })
  }
  watch.waiting = token
  return 'pending'
}

export function closeWatch(state: KubectlState, id: number, context: Context): void {
  if (state.watches[id] === undefined) return
  delete state.watches[id]
  const message: CancelMessage = { type: 'cancel', id }
  context.send(state.client.transport.options.server, message)
}

export function closeWatchesOf(state: KubectlState, task: number, context: Context): void {
  for (const watch of Object.values(state.watches))
    if (watch.task === task) closeWatch(state, watch.id, context)
}

/** True when the delivery belongs to a command's watch and to nothing else. */
export function handleWatch(state: KubectlState, delivery: Delivery, resolve: Resolve): boolean {
  const message = delivery.message as
    | ApiMessage
    | DeadlineMessage
    | { type: 'reset'; peer: string; upTo: number }
  switch (message.type) {
    case 'response': {
      const watch = state.watches[message.id]
      if (watch === undefined) return false
      const { status, body } = message.response
      if (status === 200) return opened(watch, { ok: true, object: watch.id }, resolve)
      delete state.watches[watch.id]
      const failed = isStatus(body) ? body : gone(`the server answered ${status}`)
      return opened(watch, { ok: false, status: failed }, resolve)
    }
    case 'watch': {
      const watch = state.watches[message.id]
      if (watch === undefined) return false
      deliver(watch, message.event, resolve)
      return true
    }
    case 'watch-end':
      if (state.watches[message.id] === undefined) return false
      end(state, message.id, resolve)
      return true
    case 'reset':
      for (const watch of Object.values(state.watches))
        if (watch.seq <= message.upTo) end(state, watch.id, resolve)
      return false
    case 'watch-deadline': {
      const watch = state.watches[message.watch]
      const { token } = message
      if (watch?.waiting === null || watch?.waiting.task !== token.task) return true
      watch.waiting = null
      resolve(token, { type: 'DEADLINE' })
      return true
    }
    default:
      return false
  }
}

function opened(watch: OpenWatch, result: ApiResult<number>, resolve: Resolve): true {
  const token = watch.opening
  watch.opening = null
  if (token !== null) resolve(token, result)
  return true
}

function deliver(watch: OpenWatch, event: NextEvent, resolve: Resolve): void {
  const token = watch.waiting
  if (token === null) {
    watch.events.push(event)
    return
  }
  watch.waiting = null
  resolve(token, event)
}

function end(state: KubectlState, id: number, resolve: Resolve): void {
  const watch = state.watches[id]
  if (watch === undefined) return
  if (watch.opening !== null) {
    delete state.watches[id]
    opened(watch, { ok: false, status: gone('http2: client connection lost') }, resolve)
    return
  }
  // What came before the end is still read; the end itself is the last event.
  deliver(watch, { type: 'END' }, resolve)
}
