// The links between hosts: how long a message takes, and what faults do to it. Order on a connection is kept by the
// kernel. Not modelled: bandwidth, and the size of messages.
import type { WatchMessage } from '../api/messages.ts'
import type { Endpoint, LinkLever, Network, Route } from '../kernel/machine-room.ts'
import { selects } from '../kernel/machines.ts'
import type { Micros } from '../kernel/micros.ts'
import type { HostName, Message } from '../kernel/process.ts'
import { draw } from '../kernel/slot.ts'

type WithEffect = Exclude<LinkLever, { lever: 'unlink' }>

/** The levers that are pulled, by their ids. */
export type NetworkState = Record<string, WithEffect>

/** One-way latency in microseconds: a fixed part and a random one. */
interface Latency {
  readonly base: number
  readonly spread: number
}

/** Loopback, one data centre, and from the user's computer to the cluster. */
const LOOPBACK: Latency = { base: 40, spread: 60 }
const DATA_CENTRE: Latency = { base: 250, spread: 350 }
const FROM_OUTSIDE: Latency = { base: 1_500, spread: 1_000 }

/** Linux sends a lost TCP segment again after 200 ms at first, and then after twice the time; five times is enough here. */
const RETRANSMISSION_MICROS = 200_000
const MOST_RETRANSMISSIONS = 5

/** etcd's peers drop what a stream cannot carry (rafthttp); every other protocol here is TCP that sends again. */
const HAS_NO_CONNECTION: ReadonlySet<string> = new Set(['raft'])

/** `clientHosts` are outside the data centre. */
export function clusterNetwork(clientHosts: readonly string[]): Network {
  const outside: ReadonlySet<string> = new Set(clientHosts)
  const latency = (from: HostName, to: HostName): Latency => {
    if (from === to) return LOOPBACK
    return outside.has(from) || outside.has(to) ? FROM_OUTSIDE : DATA_CENTRE
  }
  const network: Network<NetworkState> = {
    init: () => ({}),
    route(state, from, to, message, now) {
      const { base, spread } = latency(from.host, to.host)
      const flight = Math.floor(base + spread * draw(from))
      for (const _ in state) return disturbed(state, from, to, message, now, flight)
      return { arrives: true, deliveredAt: (now + flight) as Micros }
    },
    blocked: isBlocked,
    pull(state, lever) {
      if (lever.lever === 'unlink') delete state[lever.id]
      else state[lever.id] = lever
    },
  }
  return network as Network
}

/** The way of a message while something is wrong with the network, though perhaps not here. */
function disturbed(
  state: NetworkState,
  from: Endpoint,
  to: Endpoint,
  message: Message,
  now: Micros,
  flight: number,
): Route {
  const random = (): number => draw(from)
  const free = HAS_NO_CONNECTION.has(message.type)
  let late = flight
  let spread = 0
  let copies = false
  for (const id of Object.keys(state)) {
    const lever = state[id]
    if (lever === undefined) continue
    if (lever.lever === 'swallow') {
      if (lever.to === to.id && isWatchEvent(message, lever.kind))
        return { arrives: false, stranded: false, reason: 'dropped', spent: id }
      continue
    }
    if (!selects(lever, from.host, to.host)) continue
    if (lever.lever === 'delay') late += lever.extraMicros
    else if (lever.lever === 'lose') {
      const again = resend(lever.percent, random)
      if (free && again > 0) return { arrives: false, stranded: false, reason: 'dropped' }
      late += again
    } else if (lever.lever === 'duplicate') copies ||= free && chance(lever.percent, random)
    else if (lever.lever === 'reorder' && free) spread += lever.spreadMicros
  }
  if (isBlocked(state, from.host, to.host)) return { arrives: false, stranded: !free, reason: 'partition' }
  const arrival = (): Micros => (now + late + Math.floor(spread * random())) as Micros
  if (spread === 0 && !copies) return { arrives: true, deliveredAt: (now + late) as Micros }
  const deliveredAt = arrival()
  return {
    arrives: true,
    deliveredAt,
    ...(spread === 0 ? {} : { unordered: true }),
    ...(copies ? { againAt: (deliveredAt + flight) as Micros } : {}),
  }
}

const chance = (percent: number, random: () => number): boolean => random() * 100 < percent

/** How much later a segment gets across that is lost with this chance, each time it is sent. */
function resend(percent: number, random: () => number): number {
  let late = 0
  let wait = RETRANSMISSION_MICROS
  for (let i = 0; i < MOST_RETRANSMISSIONS && chance(percent, random); i++) {
    late += wait
    wait *= 2
  }
  return late
}

/** A bookmark or an error is no event that a client could miss. */
function isWatchEvent(message: Message, kind: string): boolean {
  if (message.type !== 'watch') return false
  const { event } = message as WatchMessage
  if (event.type === 'BOOKMARK' || event.type === 'ERROR') return false
  return kind === '' || (event.object as { readonly kind?: unknown }).kind === kind
}

function isBlocked(state: NetworkState, from: HostName, to: HostName, by?: string): boolean {
  if (from === to) return false
  const blocks = (id: string): boolean => {
    const lever = state[id]
    return lever?.lever === 'block' && selects(lever, from, to)
  }
  if (by !== undefined) return blocks(by)
  for (const id in state) if (blocks(id)) return true
  return false
}
