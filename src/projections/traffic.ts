// How much each client has asked of the apiserver, and how much it was told: requests by kind, and events that came along
// standing watches. It makes list-watch comparable with polling.
import type { ApiMessage } from '../sim/api/messages.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import { parseApiPath } from './facts.ts'
import { Table } from './tables.ts'
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

/** By the id of the client process; what runs on each node of a large cluster is summed up as `kind ×number`. */
export type Traffic = Readonly<Record<string, ClientTraffic>>

export const NOTHING: ClientTraffic = { lists: 0, gets: 0, writes: 0, watches: 0, events: 0, failures: 0 }

export const trafficView: View<Table<ClientTraffic>, Traffic> = {
  initial: Table.of(),
  fold: foldTraffic,
  show: (traffic) => Object.fromEntries(traffic.entries()),
}

function foldTraffic(traffic: Table<ClientTraffic>, event: TraceEvent): Table<ClientTraffic> {
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

function count(
  traffic: Table<ClientTraffic>,
  client: string,
  kind: keyof ClientTraffic,
): Table<ClientTraffic> {
  const before = traffic.get(client) ?? NOTHING
  return traffic.put(client, { ...before, [kind]: before[kind] + 1 })
}
