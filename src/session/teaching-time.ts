// Teaching time: how virtual time is stretched and shortened on the screen. A pure function of the trace: every followed
// message is on screen for about 0.9 s until its kind is familiar, and a wait in which nothing followed travels becomes a short skip.
import type { Delivery } from '../sim/kernel/process.ts'

/** Screen milliseconds of a followed message at speed 1. */
const MESSAGE_MILLIS = 900
/** So often is a message of one kind shown at that length. After that the reader knows it, and its like pass faster. */
const UNFAMILIAR = 24
/** However familiar it is. */
const LEAST_MILLIS = 150
/** The longest that a wait is shown, in screen milliseconds. */
const SKIP_MILLIS = 700
/** A wait of this many virtual microseconds or more is shown as a skip, with its length. */
export const SKIP_MICROS = 500_000

interface Point {
  readonly at: number
  readonly screen: number
}

interface Flight {
  readonly sentAt: number
  readonly deliveredAt: number
  /** How long it is to be on screen. */
  readonly millis: number
}

export interface Stretch {
  readonly from: Point
  readonly to: Point
  /** Nothing followed travels: a wait. */
  readonly idle: boolean
}

export class TeachingTime {
  private readonly points: Point[] = [{ at: 0, screen: 0 }]
  /** Whether the stretch that ends at the point with the same index is a wait. */
  private readonly idle: boolean[] = [false]
  /** How many followed messages of each kind there were. */
  private readonly seen = new Map<string, number>()
  private travelling: Flight[] = []
  private announced: Flight[] = []

  /** A followed message was sent. Call in the order of the trace; `kind` is what the reader takes for alike. */
  follow(message: Delivery, kind: string): void {
    const seen = (this.seen.get(kind) ?? 0) + 1
    this.seen.set(kind, seen)
    const millis = Math.max(LEAST_MILLIS, MESSAGE_MILLIS * Math.min(1, UNFAMILIAR / seen))
    this.announced.push({ sentAt: message.sentAt, deliveredAt: message.deliveredAt, millis })
  }

  /** Everything sent up to `head` is known: the axis is final up to there. */
  extend(head: number): void {
    const known = [...this.travelling, ...this.announced].sort((a, b) => a.sentAt - b.sentAt)
    const cuts = new Set<number>([head])
    for (const { sentAt, deliveredAt } of known) {
      if (sentAt <= head) cuts.add(sentAt)
      if (deliveredAt <= head) cuts.add(deliveredAt)
    }
    let flying: Flight[] = []
    let next = 0
    for (const at of [...cuts].sort((a, b) => a - b)) {
      const from = this.lastPoint().at
      if (at <= from) continue
      for (; next < known.length; next++) {
        const flight = known[next]
        if (flight === undefined || flight.sentAt > from) break
        flying.push(flight)
      }
      flying = flying.filter((flight) => flight.deliveredAt >= at)
      this.append(at, flying)
    }
    this.travelling = known.filter((flight) => flight.deliveredAt > head)
    this.announced = []
  }

  /** @param flying the messages that are in flight from the last point until `at` */
  private append(at: number, flying: readonly Flight[]): void {
    const last = this.lastPoint()
    let perMicro = 0
    for (const { sentAt, deliveredAt, millis } of flying)
      perMicro = Math.max(perMicro, millis / (deliveredAt - sentAt))
    const length = at - last.at
    const idle = perMicro === 0
    const previous = this.points[this.points.length - 2]
    if (idle && this.idle[this.idle.length - 1] === true && previous !== undefined) {
      // One wait, however often the head stopped within it.
      this.points[this.points.length - 1] = { at, screen: previous.screen + skipMillis(at - previous.at) }
      return
    }
    this.points.push({ at, screen: last.screen + (idle ? skipMillis(length) : perMicro * length) })
    this.idle.push(idle)
  }

  /** Screen milliseconds since the beginning. */
  screenAt(at: number): number {
    const stretch = this.stretchAt(at)
    if (stretch === undefined) return this.lastPoint().screen
    const { from, to } = stretch
    return to.at === from.at
      ? from.screen
      : from.screen + ((at - from.at) / (to.at - from.at)) * (to.screen - from.screen)
  }

  /** The stretch that starts at or before `at` and ends after it; undefined beyond what is known. */
  stretchAt(at: number): Stretch | undefined {
    let low = 0
    let high = this.points.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.points[middle]?.at ?? 0) <= at) low = middle
      else high = middle - 1
    }
    const from = this.points[low]
    const to = this.points[low + 1]
    return from === undefined || to === undefined
      ? undefined
      : { from, to, idle: this.idle[low + 1] === true }
  }

  /** The axis between two moments, for the scrubber: `[virtualMicros, screenMillis]`. */
  axis(start: number, head: number): (readonly [number, number])[] {
    const origin = this.screenAt(start)
    const inner = this.points.filter((point) => point.at > start && point.at < head)
    return [
      [start, 0],
      ...inner.map((point) => [point.at, point.screen - origin] as const),
      ...(head > start ? [[head, this.screenAt(head) - origin] as const] : []),
    ]
  }

  private lastPoint(): Point {
    return this.points[this.points.length - 1] ?? { at: 0, screen: 0 }
  }
}

/** Short waits keep their length in real milliseconds; long ones are cut, a little longer the longer they are. */
function skipMillis(micros: number): number {
  const millis = micros / 1_000
  return millis <= SKIP_MILLIS / 2 ? millis : Math.min(SKIP_MILLIS, SKIP_MILLIS / 2 + millis / 200)
}
