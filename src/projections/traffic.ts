// How much each client has asked of the apiserver, and how much it was told: requests by kind, and events that came along
// standing watches. It makes list-watch comparable with polling.
import type { ApiMessage } from '../sim/api/messages.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import { parseApiPath, processKind } from './facts.ts'
import { Table } from './tables.ts'
import type { ShownView } from './view.ts'

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

const NOTHING: ClientTraffic = { lists: 0, gets: 0, writes: 0, watches: 0, events: 0, failures: 0 }

/** More clients than these are nobody's to read. */
const MOST_CLIENTS = 100

export const trafficView: ShownView<Table<ClientTraffic>, Traffic> = {
  initial: Table.of(),
  fold: foldTraffic,
  show: (traffic) =>
    traffic.size > MOST_CLIENTS ? summedUp(traffic) : Object.fromEntries(traffic.entries()),
}

function summedUp(traffic: Table<ClientTraffic>): Traffic {
  const shown: Record<string, ClientTraffic> = {}
  const sums = new Map<string, { clients: number; sum: ClientTraffic }>()
  for (const [client, one] of traffic.entries()) {
    if (!client.includes('/')) {
      shown[client] = one
      continue
    }
    const kind = processKind(client)
    const { clients, sum } = sums.get(kind) ?? { clients: 0, sum: NOTHING }
    sums.set(kind, { clients: clients + 1, sum: added(sum, one) })
  }
  for (const [kind, { clients, sum }] of sums) shown[`${kind} ×${clients}`] = sum
  return shown
}

const added = (a: ClientTraffic, b: ClientTraffic): ClientTraffic => ({
  lists: a.lists + b.lists,
  gets: a.gets + b.gets,
  writes: a.writes + b.writes,
  watches: a.watches + b.watches,
  events: a.events + b.events,
  failures: a.failures + b.failures,
})

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
