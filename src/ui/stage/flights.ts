// Which packets to draw at a moment, and where: a pure function of the frame's flights and of virtual time.

import type { Flight } from '../../worker/protocol.ts'
import type { Path, Point } from './geometry.ts'
import { pointAlong } from './geometry.ts'

export interface Packet {
  /** The flight's `seq`, or of the first when several travel as one. */
  readonly seq: number
  readonly at: Point
  readonly kind: 'followed' | 'story' | 'noise'
  /** How many travel as one. */
  readonly count: number
  /** It breaks apart here, at this share of its way. */
  readonly lost: boolean
  readonly flight: Flight
}

/** From here on a lost message is seen to break. */
const breaksAt = 0.55
/** More than these on one line, in one direction, travel as one with a count. */
const aloneUpTo = 3

export const shareGone = (flight: Flight, now: number): number => {
  const way = flight.deliveredAt - flight.sentAt
  return way <= 0 ? 1 : Math.min(1, Math.max(0, (now - flight.sentAt) / way))
}

const kindOf = (flight: Flight): Packet['kind'] =>
  flight.followed ? 'followed' : flight.level === 'noise' ? 'noise' : 'story'

export interface Scene {
  readonly flights: readonly Flight[]
  readonly now: number
  readonly showNoise: boolean
  /** For people who asked for less motion: packets wait in the middle of their line. */
  readonly still: boolean
  readonly pathOf: (from: string, to: string) => Path | null
}

export function packetsAt({ flights, now, showNoise, still, pathOf }: Scene): readonly Packet[] {
  const packets: Packet[] = []
  const crowds = new Map<string, Flight[]>()
  for (const flight of flights) {
    if (now < flight.sentAt || now > flight.deliveredAt) continue
    if (flight.level === 'noise' && !flight.followed && !showNoise) continue
    if (flight.followed || flight.lost) {
      const packet = packetOf(flight, [flight])
      if (packet !== null) packets.push(packet)
      continue
    }
    const key = `${flight.from}\t${flight.to}`
    const crowd = crowds.get(key)
    if (crowd === undefined) crowds.set(key, [flight])
    else crowd.push(flight)
  }
  for (const crowd of crowds.values()) {
    const groups = crowd.length > aloneUpTo ? [crowd] : crowd.map((flight) => [flight])
    for (const group of groups) {
      const [first] = group
      const packet = first === undefined ? null : packetOf(first, group)
      if (packet !== null) packets.push(packet)
    }
  }
  // What is followed is drawn last, on top of the rest.
  return packets.sort(
    (a, b) => Number(a.kind === 'followed') - Number(b.kind === 'followed') || a.seq - b.seq,
  )

  function packetOf(flight: Flight, group: readonly Flight[]): Packet | null {
    const path = pathOf(flight.from, flight.to)
    if (path === null) return null
    const share = still ? 0.5 : group.reduce((sum, each) => sum + shareGone(each, now), 0) / group.length
    const lost = flight.lost && (still || share >= breaksAt)
    return {
      seq: flight.seq,
      at: pointAlong(path, lost ? breaksAt : share),
      kind: kindOf(flight),
      count: group.length,
      lost,
      flight,
    }
  }
}

const longestDetail = 20

/** What a packet's label says: the message, and what it is about in a word. */
export function sayFlight({ type, label, detail }: Flight): string {
  // Of a Raft message the entry is what counts; its term stands in the inspector.
  const about =
    type === 'raft' ? (/index (\d+)/.exec(detail)?.[1] ?? '') : detail.slice(detail.lastIndexOf('/') + 1)
  if (about === '' || label.endsWith(about)) return label
  const short =
    about.length > longestDetail ? `${about.slice(0, longestDetail - 6)}…${about.slice(-5)}` : about
  return type === 'raft' ? `${label} ${short}` : `${label} · ${short}`
}

export interface Label {
  /** Of the message; of the first, when several say the same. */
  readonly seq: number
  readonly text: string
  readonly at: Point
}

/** One label for messages that say the same (a leader's to each follower); at most `limit`, the newest messages'. */
export function labelsOf(
  packets: readonly Packet[],
  limit: number,
): readonly (Label & { readonly lost: boolean })[] {
  const said = new Map<string, { seq: number; at: Point; times: number; sentAt: number; lost: boolean }>()
  for (const { kind, flight, at, lost } of packets) {
    if (kind !== 'followed' && !lost) continue
    const text = sayFlight(flight)
    const known = said.get(text)
    if (known === undefined) said.set(text, { seq: flight.seq, at, times: 1, sentAt: flight.sentAt, lost })
    else known.times++
  }
  return [...said]
    .sort(([, a], [, b]) => b.sentAt - a.sentAt)
    .slice(0, limit)
    .map(([text, { seq, at, times, lost }]) => ({
      seq,
      text: times > 1 ? `${text} ×${times}` : text,
      at,
      lost,
    }))
}
