// Where the rules of a node send a packet. Pure but for the memory that IPVS itself keeps: cursors, connections, affinity.
import { hashString } from '../../kernel/random.ts'
import type { RealServer, VirtualServer } from './rules.ts'

export interface Packet {
  readonly source: string
  readonly destination: string
  readonly port: number
  readonly protocol: string
}

/** What IPVS remembers between packets, by virtual server. */
export interface RoutingMemory {
  /** The number of connections made so far, for round robin. */
  readonly cursors: Record<string, number>
  /** Open connections by real server. */
  readonly connections: Record<string, number>
  /** With session affinity: the real server of each client, and until when. */
  readonly affinity: Record<string, { readonly server: string; readonly until: number }>
}

export type RouteDecision =
  /** No rule of this node is about it: it goes where its address says. */
  | { readonly kind: 'direct' }
  /** The Service has no endpoints: the packet is rejected. */
  | { readonly kind: 'rejected'; readonly rule: VirtualServer }
  | { readonly kind: 'forwarded'; readonly rule: VirtualServer; readonly server: RealServer }

export const routingMemory = (): RoutingMemory => ({ cursors: {}, connections: {}, affinity: {} })

export function route(
  rules: readonly VirtualServer[],
  packet: Packet,
  memory: RoutingMemory,
  now: number,
): RouteDecision {
  const rule = rules.find(
    ({ address, port, protocol }) =>
      address === packet.destination && port === packet.port && protocol === packet.protocol,
  )
  if (rule === undefined) return { kind: 'direct' }
  const server = remembered(rule, packet, memory, now) ?? choose(rule, packet, memory)
  return server === undefined ? { kind: 'rejected', rule } : { kind: 'forwarded', rule, server }
}

/** Notes a forwarded connection, so that the next one may go elsewhere. */
export function remember(memory: RoutingMemory, decision: RouteDecision, packet: Packet, now: number): void {
  if (decision.kind !== 'forwarded') return
  const { rule, server } = decision
  const key = ruleKey(rule)
  memory.cursors[key] = (memory.cursors[key] ?? 0) + 1
  const target = serverKey(server)
  memory.connections[target] = (memory.connections[target] ?? 0) + 1
  if (rule.affinitySeconds !== null)
    memory.affinity[`${key} ${packet.source}`] = {
      server: target,
      until: now + rule.affinitySeconds * 1_000_000,
    }
}

const ruleKey = (rule: VirtualServer): string => `${rule.address}:${rule.port}/${rule.protocol}`
const serverKey = (server: RealServer): string => `${server.address}:${server.port}`

function remembered(
  rule: VirtualServer,
  packet: Packet,
  memory: RoutingMemory,
  now: number,
): RealServer | undefined {
  if (rule.affinitySeconds === null) return undefined
  const entry = memory.affinity[`${ruleKey(rule)} ${packet.source}`]
  if (entry === undefined || entry.until <= now) return undefined
  return rule.realServers.find((server) => serverKey(server) === entry.server)
}

function choose(rule: VirtualServer, packet: Packet, memory: RoutingMemory): RealServer | undefined {
  const { realServers: servers } = rule
  if (servers.length === 0) return undefined
  switch (rule.scheduler) {
    case 'rr':
      return servers[(memory.cursors[ruleKey(rule)] ?? 0) % servers.length]
    case 'sh':
      return servers[hashString(packet.source) % servers.length]
    case 'dh':
      return servers[hashString(packet.destination) % servers.length]
    case 'lc':
    case 'sed':
      return leastConnected(servers, memory)
  }
}

/** With equal weights, the shortest expected delay is the least connected server too. */
function leastConnected(servers: readonly RealServer[], memory: RoutingMemory): RealServer | undefined {
  let best = servers[0]
  for (const server of servers)
    if (best !== undefined && connectionsOf(server, memory) < connectionsOf(best, memory)) best = server
  return best
}

const connectionsOf = (server: RealServer, memory: RoutingMemory): number =>
  memory.connections[serverKey(server)] ?? 0
