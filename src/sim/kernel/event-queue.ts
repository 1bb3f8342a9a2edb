// The one queue of the simulation: a heap ordered by (deliveredAt, seq). Entries are immutable. The times stand in an array of
// their own, four children of an entry side by side: with 100,000 entries, what a comparison costs is to fetch them from memory.
import type { Delivery } from './delivery.ts'

const CHILDREN = 4
const ROOM_AT_FIRST = 1_024
/** Whoever takes the entry out has to look the receiver's place up. */
export const UNKNOWN_PLACE = -1

export class EventQueue {
  /** The place of the receiver's slot of the entry that was taken last, or `UNKNOWN_PLACE`. */
  takenPlace = UNKNOWN_PLACE
  private times: Float64Array
  /** The places of the receivers' slots: among 20,000 processes it takes long to look one up by its name. */
  private places: Int32Array
  private readonly items: Delivery[]

  /** @param items what `all` of another queue has told */
  constructor(items: readonly Delivery[] = []) {
    this.items = items.slice()
    this.times = new Float64Array(Math.max(ROOM_AT_FIRST, items.length))
    this.places = new Int32Array(this.times.length).fill(UNKNOWN_PLACE)
    for (const [place, { deliveredAt }] of items.entries()) this.times[place] = deliveredAt
  }

  get length(): number {
    return this.items.length
  }

  /** When the first entry is due; undefined when there is none. */
  nextAt(): Delivery['deliveredAt'] | undefined {
    return this.items[0]?.deliveredAt
  }

  /** Everything in it, in no order. */
  all(): readonly Delivery[] {
    return this.items
  }

  /** @param place of the receiver's slot, where it is known */
  add(delivery: Delivery, place = UNKNOWN_PLACE): void {
    const { items } = this
    const hole = items.push(delivery) - 1
    if (hole >= this.times.length) this.grow()
    this.rise(hole, delivery, place)
  }

  /** Takes out the first entry. */
  take(): Delivery | undefined {
    const { items } = this
    const first = items[0]
    this.takenPlace = this.places[0] ?? UNKNOWN_PLACE
    const last = items.pop()
    if (last !== undefined && items.length > 0) this.sink(last, this.places[items.length] ?? UNKNOWN_PLACE)
    return first
  }

  /** Takes out every entry that `drop` names, keeping the order of the rest. Returns what was taken. */
  remove(drop: (delivery: Delivery) => boolean): Delivery[] {
    const removed: Delivery[] = []
    const kept: Delivery[] = []
    for (const delivery of this.items) (drop(delivery) ? removed : kept).push(delivery)
    if (removed.length === 0) return removed
    this.items.length = 0
    for (const delivery of kept) this.add(delivery)
    return removed
  }

  private grow(): void {
    const times = new Float64Array(2 * this.times.length)
    times.set(this.times)
    this.times = times
    const places = new Int32Array(times.length)
    places.set(this.places)
    this.places = places
  }

  private rise(from: number, rising: Delivery, place: number): void {
    const { times, places, items } = this
    const time = rising.deliveredAt
    let hole = from
    while (hole > 0) {
      const parent = (hole - 1) >> 2
      const above = items[parent]
      const aboveTime = times[parent] ?? 0
      // What is added has the highest `seq` nearly always: of equal times it comes last.
      if (above === undefined || aboveTime < time || (aboveTime === time && above.seq < rising.seq)) break
      items[hole] = above
      times[hole] = aboveTime
      places[hole] = places[parent] ?? UNKNOWN_PLACE
      hole = parent
    }
    items[hole] = rising
    times[hole] = time
    places[hole] = place
  }

  private sink(sinking: Delivery, place: number): void {
    const { times, places, items } = this
    const count = items.length
    const time = sinking.deliveredAt
    let hole = 0
    for (;;) {
      const first = CHILDREN * hole + 1
      if (first >= count) break
      const child = this.earliest(first, Math.min(first + CHILDREN, count))
      const item = items[child]
      const childTime = times[child] ?? 0
      if (item === undefined || time < childTime || (time === childTime && sinking.seq < item.seq)) break
      items[hole] = item
      times[hole] = childTime
      places[hole] = places[child] ?? UNKNOWN_PLACE
      hole = child
    }
    items[hole] = sinking
    times[hole] = time
    places[hole] = place
  }

  /** The place of the earliest of the entries from `first` up to `end`. */
  private earliest(first: number, end: number): number {
    const { times, items } = this
    let best = first
    let bestTime = times[first] ?? 0
    for (let place = first + 1; place < end; place++) {
      const time = times[place] ?? 0
      if (time > bestTime || (time === bestTime && seqOf(items[place]) > seqOf(items[best]))) continue
      best = place
      bestTime = time
    }
    return best
  }
}

const seqOf = (delivery: Delivery | undefined): number => delivery?.seq ?? 0
