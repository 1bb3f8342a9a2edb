// What was worked out lately, for others who come to the same. A place has room for several: one who comes late, such as a
// member of etcd that replays its log, must not push out what the others share.

/** Others come within milliseconds. What is kept for longer only grows old. */
const PLACES = 32
const WAYS = 4

/** At most `PLACES * WAYS` items. It may be emptied at any time: whoever finds nothing works it out. */
export class Recent<T> {
  private items: (T | undefined)[] = []

  /** The latest item at a place that fits. */
  find(place: number, fits: (item: T) => boolean): T | undefined {
    const first = (place % PLACES) * WAYS
    for (let way = 0; way < WAYS; way++) {
      const item = this.items[first + way]
      if (item !== undefined && fits(item)) return item
    }
    return undefined
  }

  /** Keeps an item in place of the oldest there. */
  keep(place: number, item: T): void {
    const { items } = this
    if (items.length === 0) items.length = PLACES * WAYS
    const first = (place % PLACES) * WAYS
    for (let way = first + WAYS - 1; way > first; way--) items[way] = items[way - 1]
    items[first] = item
  }

  /** Lets go of everything, and so of the cluster that it is about. */
  forget(): void {
    this.items = []
  }
}
