// The events of a segment, and which of them answer which.
import type { ApiMessage, RequestMessage } from '../sim/api/messages.ts'
import type { CowMap } from '../sim/kernel/cow-map.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import type { CriRequestMessage } from '../sim/node/runtime/cri.ts'

export interface Body {
  readonly events: TraceEvent[]
  readonly digests: number[]
  /** How many events are noise, up to and including each. */
  readonly noise: number[]
  /** An answer's or watch event's `seq` to its request's, and a request's to its answer's. */
  readonly requests: Map<number, number>
  readonly answers: Map<number, number>
}

export const emptyBody = (): Body => ({
  events: [],
  digests: [],
  noise: [],
  requests: new Map(),
  answers: new Map(),
})

/** Puts an event at the end of a body. */
export function put(body: Body, event: TraceEvent, digest: number, noise: number): void {
  body.events.push(event)
  body.digests.push(digest)
  body.noise.push(noise)
}

const ASKS: ReadonlySet<string> = new Set(['etcd-watch-create', 'cri', 'cni'])

/** Whether the answer may take many seconds: the pull of an image, and the end of a container within its grace. */
export const takesLong = ({ message, type }: Delivery): boolean =>
  type === 'cri' && /^(Pull|Stop)/.test((message as Partial<CriRequestMessage>).call?.method ?? '')

/** Whether more than one message may answer it. */
export const isStanding = ({ message, type }: Delivery): boolean =>
  type === 'etcd-watch-create' ||
  (type === 'request' && 'watch' in ((message as Partial<RequestMessage>).request?.query ?? {}))

/** Joins questions and answers. Changes which questions may still be answered. */
export function pairUp(open: CowMap<number>, body: Body | null, event: Delivery): void {
  const { type, id } = event.message as ApiMessage | { type: string; id?: number }
  if (id === undefined) return
  if (type.endsWith('request') || ASKS.has(type)) {
    open.set(`${event.from}>${event.to}/${id}`, isStanding(event) ? -event.seq : event.seq)
    return
  }
  const key = `${event.to}>${event.from}/${id}`
  const asked = open.get(key)
  if (asked === undefined) return
  if (asked > 0 || type === 'watch-end') open.delete(key)
  const request = Math.abs(asked)
  body?.requests.set(event.seq, request)
  if (type !== 'watch' && type !== 'etcd-watch') body?.answers.set(request, event.seq)
}
