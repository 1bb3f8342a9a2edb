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

/** Of more points than about these the scrubber has no pixels for. */
const AXIS_POINTS = 500

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

/** How far the axis was known at some moment, to go on from there differently. */
export interface TeachingMark {
  readonly points: number
  readonly last: Point
  readonly seen: ReadonlyMap<string, number>
  readonly travelling: readonly Flight[]
}

export const TEACHING_START: TeachingMark = {
  points: 1,
  last: { at: 0, screen: 0 },
  seen: new Map(),
  travelling: [],
}

export class TeachingTime {
  private readonly points: Point[] = [{ at: 0, screen: 0 }]
  /** Whether the stretch that ends at the point with the same index is a wait. */
  private readonly idle: boolean[] = [false]
  /** How many followed messages of each kind there were. */
  private readonly seen = new Map<string, number>()
  private travelling: readonly Flight[] = []
  private announced: Flight[] = []

  constructor(from?: { readonly of: TeachingTime; readonly mark: TeachingMark }) {
    if (from === undefined) return
    const { of, mark } = from
    this.points = [...of.points.slice(0, mark.points - 1), mark.last]
    this.idle = of.idle.slice(0, mark.points)
    this.seen = new Map(mark.seen)
    this.travelling = mark.travelling
  }

  /** Call it when the axis was extended up to the head. */
  mark(): TeachingMark {
    return {
      points: this.points.length,
      last: this.lastPoint(),
      seen: new Map(this.seen),
      travelling: this.travelling,
    }
  }

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

  /** Time passes as it does: one stretch up to `head`, a millisecond of the screen for each of the cluster. */
  pass(head: number): void {
    if (this.points.length < 2) {
      this.points.push({ at: head, screen: head / 1_000 })
      this.idle.push(false)
    } else if (head > this.lastPoint().at)
      this.points[this.points.length - 1] = { at: head, screen: head / 1_000 }
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
    const low = this.indexAt(at)
    const from = this.points[low]
    const to = this.points[low + 1]
    return from === undefined || to === undefined
      ? undefined
      : { from, to, idle: this.idle[low + 1] === true }
  }

  /** Of the last point at `at` or before it. */
  private indexAt(at: number): number {
    let low = 0
    let high = this.points.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.points[middle]?.at ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return low
  }

  /** The axis between two moments, for the scrubber: `[virtualMicros, screenMillis]`. */
  axis(start: number, head: number): (readonly [number, number])[] {
    const origin = this.screenAt(start)
    const length = this.screenAt(head) - origin
    const axis: (readonly [number, number])[] = [[start, 0]]
    let from = 0
    for (let index = this.indexAt(start) + 1; index < this.points.length; index++) {
      const point = this.points[index]
      const next = this.points[index + 1]
      if (point === undefined || point.at >= head) break
      const screen = point.screen - origin
      // Of points that nobody could tell from each other the last is enough.
      if (next !== undefined && next.at < head && next.screen - origin - from < length / AXIS_POINTS) continue
      axis.push([point.at, screen])
      from = screen
    }
    if (head > start) axis.push([head, length])
    return axis
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
