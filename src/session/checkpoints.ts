// Which checkpoints of a recording are kept.
import type { Segment } from './segment.ts'

/** So many of the newest are all kept: they have most in common, and there it is that people go back to. */
const NEWEST = 9

/**
 * Gives up checkpoints until so many are left: dense at the head and where somebody is, sparser the further away, so that
 * going back replays in proportion to how far it goes.
 * @param near where somebody is, in deliveries; undefined: at the head
 */
export function thinCheckpoints(
  segments: readonly Segment[],
  most: number,
  giveUp: (from: number, to: number) => void,
  near?: number,
): void {
  const kept = segments.filter(({ checkpoint }) => checkpoint !== null)
  const head = kept[kept.length - 1]?.before.delivered ?? 0
  const newest = Math.min(NEWEST, Math.floor((most * 2) / 3))
  while (kept.length > Math.max(3, most)) {
    let cheapest = 1
    let least = Number.POSITIVE_INFINITY
    for (let place = 1; place < kept.length - newest; place++) {
      const gap = deliveredAt(kept, place + 1) - deliveredAt(kept, place - 1)
      const at = deliveredAt(kept, place)
      const distance = Math.min(head - at, Math.abs((near ?? head) - at))
      const cost = gap / (distance + 1)
      if (cost >= least) continue
      least = cost
      cheapest = place
    }
    const [given] = kept.splice(cheapest, 1)
    if (given === undefined) return
    given.checkpoint = null
    given.open = null
    giveUp(kept[cheapest - 1]?.before.length ?? 0, kept[cheapest]?.before.length ?? 0)
  }
}

const deliveredAt = (segments: readonly Segment[], place: number): number =>
  segments[place]?.before.delivered ?? 0
