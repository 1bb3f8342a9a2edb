// The traffic of a large cluster: what runs on each of its nodes is summed up, since thousands of clients are nobody's
// to read.
import { processKind } from './facts.ts'
import type { Table } from './tables.ts'
import type { ClientTraffic, Traffic } from './traffic.ts'
import { NOTHING } from './traffic.ts'

/** A client by the kind of its process, with how many of them there are, where it runs on a node. */
export function summedUp(traffic: Table<ClientTraffic>): Traffic {
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
