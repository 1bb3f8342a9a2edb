// Who holds a connection to whom, and when the last message sent on each arrives: what is sent on one connection arrives in
// order. Each way has a number, so that a checkpoint copies a list of times, however many processes there are.
import type { Micros } from './micros.ts'

/** No connection, this way. */
const NONE = -1

/** What a checkpoint holds of the connections. */
export interface ConnectionTimes {
  /** The places of sender and receiver, two for each way. */
  readonly ends: readonly number[]
  /** When the last message arrives that was sent that way; negative: there is no connection. */
  readonly arrivals: readonly number[]
}

/** Processes are named by the places of their slots. */
export class Connections {
  /** By the sender's place, the number of the way to each place that anything was ever sent to. */
  private readonly ways: (Map<number, number> | undefined)[] = []
  private readonly ends: number[]
  private readonly arrivals: number[]
  /** The ends as the last checkpoint has them: there are seldom new ones. */
  private noted: readonly number[]

  constructor({ ends, arrivals }: ConnectionTimes = { ends: [], arrivals: [] }) {
    this.ends = ends.slice()
    this.arrivals = arrivals.slice()
    this.noted = ends
    for (let way = 0; way < arrivals.length; way++) {
      const ways = this.waysFrom(ends[2 * way] ?? 0)
      const to = ends[2 * way + 1] ?? 0
      // To oneself there and back are the same.
      if (!ways.has(to)) ways.set(to, way)
    }
  }

  /** The connections as they are now, for a checkpoint. */
  times(): ConnectionTimes {
    if (this.noted.length !== this.ends.length) this.noted = this.ends.slice()
    return { ends: this.noted, arrivals: this.arrivals.slice() }
  }

  has(from: number, to: number): boolean {
    const way = this.ways[from]?.get(to)
    return way !== undefined && this.arrivals[way] !== NONE
  }

  /** When the last message arrives that was sent from one to the other; 0: none was. */
  lastArrival(from: number, to: number): number {
    const way = this.ways[from]?.get(to)
    return way === undefined ? 0 : this.lastOf(way)
  }

  /**
   * A message is sent, which joins the two where they are not joined yet. It arrives at `arrival`, or, if it is `ordered`, after
   * what was sent before it. Returns when that is.
   */
  send(from: number, to: number, arrival: Micros, ordered: boolean): Micros {
    const { arrivals } = this
    const way = this.ways[from]?.get(to) ?? this.newWay(from, to)
    const back = from === to ? way : way ^ 1
    if (arrivals[back] === NONE) arrivals[back] = 0
    const previous = this.lastOf(way)
    if (!ordered) {
      arrivals[way] = previous
      return arrival
    }
    const deliveredAt = arrival > previous ? arrival : ((previous + 1) as Micros)
    arrivals[way] = deliveredAt
    return deliveredAt
  }

  /** Every place that this one holds a connection to, in no order. */
  peersOf(place: number): number[] {
    const peers: number[] = []
    for (const [peer, way] of this.ways[place] ?? []) if (this.arrivals[way] !== NONE) peers.push(peer)
    return peers
  }

  /** One side holds the connection no longer. */
  forget(place: number, peer: number): void {
    const way = this.ways[place]?.get(peer)
    if (way !== undefined) this.arrivals[way] = NONE
  }

  private lastOf(way: number): number {
    return Math.max(0, this.arrivals[way] ?? NONE)
  }

  /** There and back have numbers that differ in the last bit alone. */
  private newWay(from: number, to: number): number {
    this.ends.push(from, to, to, from)
    const way = this.arrivals.push(NONE, NONE) - 2
    this.waysFrom(to).set(from, way + 1)
    this.waysFrom(from).set(to, way)
    return way
  }

  private waysFrom(place: number): Map<number, number> {
    const known = this.ways[place]
    if (known !== undefined) return known
    const ways = new Map<number, number>()
    this.ways[place] = ways
    return ways
  }
}
