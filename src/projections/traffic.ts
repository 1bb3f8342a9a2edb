// How much each client has asked of the apiserver, and how much it was told: requests by kind, and events that came along
// standing watches. It makes list-watch comparable with polling.
import type { ApiMessage } from '../sim/api/messages.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import { parseApiPath } from './facts.ts'
import type { View } from './view.ts'

export interface ClientTraffic {
  readonly lists: number
  readonly gets: number
  readonly writes: number
  readonly watches: number
  /** Events received along watches. */
  readonly events: number
  /** Answers that reported failure. */
  readonly failures: number
}

/** By the id of the client process. */
export type Traffic = Readonly<Record<string, ClientTraffic>>

const NOTHING: ClientTraffic = { lists: 0, gets: 0, writes: 0, watches: 0, events: 0, failures: 0 }

export const trafficView: View<Traffic> = { initial: {}, fold: foldTraffic }

function foldTraffic(traffic: Traffic, event: TraceEvent): Traffic {
  if (!isMessage(event)) return traffic
  const message = event.message as ApiMessage
  switch (message.type) {
    case 'request':
      return count(traffic, event.from, kindOf(message))
    case 'watch':
      return message.event.type === 'BOOKMARK' ? traffic : count(traffic, event.to, 'events')
    case 'response':
      return message.response.status >= 400 ? count(traffic, event.to, 'failures') : traffic
    default:
      return traffic
  }
}

function kindOf({ request }: ApiMessage & { type: 'request' }): keyof ClientTraffic {
  if (request.method !== 'GET') return 'writes'
  if (request.query.watch === 'true' || request.query.watch === '1') return 'watches'
  return parseApiPath(request.path).name === '' ? 'lists' : 'gets'
}

function count(traffic: Traffic, client: string, kind: keyof ClientTraffic): Traffic {
  const before = traffic[client] ?? NOTHING
  return { ...traffic, [client]: { ...before, [kind]: before[kind] + 1 } }
}
