// The kubelet's side of CRI: numbered calls, their answers, and what becomes of them when the runtime goes away.
import { micros } from '../../kernel/micros.ts'
import type { Context, Message, ProcessId } from '../../kernel/process.ts'
import type { Token } from '../../kernel/task.ts'
import type { CriCall, CriMethod, CriRequestMessage, CriResult } from '../runtime/cri.ts'
import type { CriPending, KubeletState } from './state.ts'

/** Calls that change what runs: after one of them the cache of the Pod is out of date. */
export const CHANGING_METHODS: readonly CriMethod[] = [
  'RunPodSandbox',
  'StopPodSandbox',
  'CreateContainer',
  'StartContainer',
  'StopContainer',
]

export const UNAVAILABLE: CriResult = Object.freeze({
  ok: false,
  error: Object.freeze({
    code: 'Unavailable',
    message:
      'connection error: desc = "transport: error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"',
  }),
})

export function callRuntime(state: KubeletState, call: CriCall, token: Token, context: Context): void {
  const id = state.nextCriCall++
  const message: CriRequestMessage = { type: 'cri', id, call }
  const seq = context.send(state.config.runtime, message)
  state.criCalls.set(id, Object.freeze({ token, seq, method: call.method }))
}

/** A call that waits, such as a stop that waits for its preStop hook. */
export interface CallRuntimeMessage extends Message {
  readonly type: 'call-runtime'
  readonly call: CriCall
  readonly token: Token
}

export function callRuntimeAfter(after: number, call: CriCall, token: Token, context: Context): void {
  const message: CallRuntimeMessage = { type: 'call-runtime', call, token }
  context.timer(micros(after), message, { continues: true })
}

export function takeAnswered(state: KubeletState, id: number): CriPending | undefined {
  const pending = state.criCalls.get(id)
  state.criCalls.delete(id)
  return pending
}

/** The calls that will not be answered, because the runtime is gone. */
export function takeLost(state: KubeletState, peer: ProcessId, upTo: number): readonly CriPending[] {
  if (peer !== state.config.runtime) return []
  const lost: CriPending[] = []
  for (const [id, pending] of state.criCalls) {
    if (pending.seq > upTo) continue
    state.criCalls.delete(id)
    lost.push(pending)
  }
  return lost
}
