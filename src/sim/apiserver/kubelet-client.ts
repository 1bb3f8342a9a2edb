// The apiserver as a client of the kubelets' HTTP API, which serves what only a node knows: logs. Models
// pkg/kubelet/client and the transport under it; leaves out the certificates, and tunnels.
import type { HttpRequest, HttpResponse } from '../api/http.ts'
import type { RequestMessage, ResponseMessage } from '../api/messages.ts'
import { seconds } from '../kernel/micros.ts'
import type { Context, Message, ProcessId } from '../kernel/process.ts'
import { processId } from '../kernel/process.ts'
import type { Outcome, Token } from '../kernel/task.ts'

export const KUBELET_PORT = 10_250
/** How long the dialler waits for a node that does not answer. */
const SILENCE_MICROS = seconds(30)
const USER = 'kube-apiserver-kubelet-client'

export type KubeletAnswer =
  | { readonly ok: true; readonly response: HttpResponse }
  | { readonly ok: false; readonly error: string }

interface KubeletCall {
  readonly token: Token
  readonly kubelet: ProcessId
  readonly seq: number
}

export interface KubeletClientState {
  readonly calls: Record<number, KubeletCall>
  nextId: number
}

/** A timer: the kubelet has not answered in time, if the call is still open. */
export interface KubeletSilenceTimer extends Message {
  readonly type: 'kubelet-silence'
  readonly id: number
}

type Resolve = (token: Token, answer: KubeletAnswer) => void

export const kubeletClientState = (): KubeletClientState => ({ calls: {}, nextId: 1 })

export function callKubelet(
  client: KubeletClientState,
  node: string,
  request: HttpRequest,
  token: Token,
  context: Context,
): Outcome {
  // Ids go on from the time, so that an answer to a predecessor is not taken for one to this process.
  if (client.nextId <= context.now) client.nextId = context.now + 1
  const id = client.nextId++
  const kubelet = processId(`${node}/kubelet`)
  const message: RequestMessage = { type: 'request', id, user: USER, request }
  client.calls[id] = { token, kubelet, seq: context.send(kubelet, message) }
  const timer: KubeletSilenceTimer = { type: 'kubelet-silence', id }
  context.timer(SILENCE_MICROS, timer, { continues: true })
  return 'pending'
}

export function kubeletAnswered(
  client: KubeletClientState,
  { id, response }: ResponseMessage,
  resolve: Resolve,
): void {
  const call = client.calls[id]
  if (call === undefined) return
  delete client.calls[id]
  resolve(call.token, { ok: true, response })
}

export function kubeletSilent(client: KubeletClientState, id: number, resolve: Resolve): void {
  const call = client.calls[id]
  if (call === undefined) return
  delete client.calls[id]
  resolve(call.token, { ok: false, error: 'i/o timeout' })
}

export function kubeletLost(
  client: KubeletClientState,
  peer: ProcessId,
  upTo: number,
  resolve: Resolve,
): void {
  for (const id of Object.keys(client.calls)) {
    const call = client.calls[Number(id)]
    if (call === undefined || call.kubelet !== peer || call.seq > upTo) continue
    delete client.calls[Number(id)]
    resolve(call.token, { ok: false, error: 'connect: connection refused' })
  }
}
