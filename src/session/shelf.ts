// Which segments of a session's recordings keep their events: the newest, and those looked at last. Branches share it, as
// they share segments; however long a session runs, so many events are kept and no more.
import type { Segment } from './segment.ts'

export class Shelf {
  private readonly mostEvents: number
  private readonly kept = new Set<Segment>()
  private events = 0
  private looks = 0

  constructor(mostEvents: number) {
    this.mostEvents = mostEvents
  }

  look(segment: Segment): void {
    segment.looked = ++this.looks
  }

  /** A segment's body is complete. */
  keep(segment: Segment): void {
    if (segment.length === 0 || this.kept.has(segment)) return
    this.kept.add(segment)
    this.events += segment.length
    this.look(segment)
    while (this.events > this.mostEvents && this.kept.size > 1) this.drop(this.leastLooked(segment))
  }

  private leastLooked(spared: Segment): Segment {
    let least = spared
    for (const segment of this.kept)
      if (segment !== spared && (least === spared || segment.looked < least.looked)) least = segment
    return least
  }

  private drop(segment: Segment): void {
    this.kept.delete(segment)
    this.events -= segment.length
    segment.countTypes()
    segment.body = null
  }
}
