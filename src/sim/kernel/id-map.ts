// A map for what comes and goes all the time: requests under way, running tasks. Its keys are numbers that grow, so that
// two lists in their order are enough. V8's `Map` does not suit: each time that its table is made anew the old one keeps
// pointing at the new one, and as soon as one of them has grown old, every later table and all that was ever in it outlives
// each minor collection. A cluster spent a third of its time on that.

/** What has not been there for longer than this is near the end. */
const NEAR = 4

/** Like a `Map` whose order is that of the keys. What visits it sees what was there when it began. */
export class IdMap<V> {
  /** The first `size` of both lists count. Emptied lists would be made anew each time that something comes. */
  private readonly ids: number[] = []
  private readonly list: (V | undefined)[] = []
  private count = 0

  get size(): number {
    return this.count
  }

  get(id: number): V | undefined {
    const place = this.placeOf(id)
    return this.holds(place, id) ? this.list[place] : undefined
  }

  has(id: number): boolean {
    return this.holds(this.placeOf(id), id)
  }

  set(id: number, value: V): void {
    const { ids, list } = this
    const place = this.placeOf(id)
    if (!this.holds(place, id)) {
      for (let at = this.count++; at > place; at--) {
        ids[at] = ids[at - 1] ?? 0
        list[at] = list[at - 1]
      }
      ids[place] = id
    }
    list[place] = value
  }

  /** Returns whether it was there. */
  delete(id: number): boolean {
    const { ids, list } = this
    const place = this.placeOf(id)
    if (!this.holds(place, id)) return false
    const last = --this.count
    for (let at = place; at < last; at++) {
      ids[at] = ids[at + 1] ?? 0
      list[at] = list[at + 1]
    }
    list[last] = undefined
    return true
  }

  keys(): number[] {
    return this.ids.slice(0, this.count)
  }

  values(): V[] {
    return this.entries().map(([, value]) => value)
  }

  entries(): [number, V][] {
    const { list } = this
    return this.keys().map((id, place) => [id, list[place] as V])
  }

  [Symbol.iterator](): IterableIterator<[number, V]> {
    return this.entries()[Symbol.iterator]()
  }

  mapValues<R>(map: (value: V, id: number) => R): IdMap<R> {
    const mapped = new IdMap<R>()
    for (const [id, value] of this) mapped.set(id, map(value, id))
    return mapped
  }

  private holds(place: number, id: number): boolean {
    return place < this.count && this.ids[place] === id
  }

  /** Where an id is, or would be. */
  private placeOf(id: number): number {
    const { ids } = this
    let high = this.count
    let low = 0
    // Most often it is one of the newest.
    for (let near = 0; near < NEAR && high > 0; near++) {
      const last = ids[high - 1] ?? 0
      if (last < id) return high
      if (last === id) return high - 1
      high--
    }
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((ids[middle] ?? 0) < id) low = middle + 1
      else high = middle
    }
    return low
  }
}
