// Where a packet's label stands: beside it, wherever it covers the least of names and of other labels. It keeps its side
// while that is nearly as good as the best, so that it does not jump as the packet moves.

import type { Point, Rect } from './geometry.ts'

export interface LabelPlace extends Rect {
  /** Which of the sides around the packet it took. */
  readonly side: number
}

export interface LabelSpace {
  /** The whole picture. */
  readonly width: number
  readonly height: number
  /** What has a name to be read. */
  readonly things: readonly Rect[]
  /** Labels that were placed before. */
  readonly labels: readonly Rect[]
}

const labelHeight = 27
const aside = 16

/** Offsets from the packet to the label's corner, for a label of this width, the preferred first. */
const sidesFor = (width: number): readonly Point[] => [
  { x: aside, y: -labelHeight / 2 },
  { x: -aside - width, y: -labelHeight / 2 },
  ...distances.flatMap((distance) => aboveAndBelow(width, distance)),
]

/** From the packet's middle to the label's edge: near, and further away where names stand close together. */
const distances = [aside, 46, 76] as const

const aboveAndBelow = (width: number, distance: number): readonly Point[] =>
  [-distance - labelHeight, distance].flatMap((y) => [
    { x: -width / 2, y },
    { x: 8, y },
    { x: -8 - width, y },
  ])

/** A later side has to save this much covered space, in square units, for each place that it is further down. */
const preference = 36
/** And this much to be worth a jump. */
const inertia = 420
/** Another label must not be covered, and the picture not be left. */
const forbidden = 30

const covered = (a: Rect, b: Rect): number => {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return across > 0 && down > 0 ? across * down : 0
}

/** @param last the side that this label had a moment ago */
export function placeLabel(at: Point, width: number, space: LabelSpace, last: number | null): LabelPlace {
  let best: LabelPlace | null = null
  let least = Number.POSITIVE_INFINITY
  sidesFor(width).forEach((offset, side) => {
    const place = { x: at.x + offset.x, y: at.y + offset.y, width, height: labelHeight, side }
    const cost = costOf(place, space) + (side === last ? -inertia : side * preference)
    if (cost < least) [best, least] = [place, cost]
  })
  return best ?? { ...at, width, height: labelHeight, side: 0 }
}

function costOf(place: Rect, { width, height, things, labels }: LabelSpace): number {
  const inside = covered(place, { x: 0, y: 0, width, height })
  let cost = (place.width * place.height - inside) * forbidden
  for (const thing of things) cost += covered(place, thing)
  // With a hair of room around each label, so that two of them do not touch.
  for (const { x, y, ...label } of labels)
    cost +=
      covered(place, { x: x - 3, y: y - 2, width: label.width + 6, height: label.height + 4 }) * forbidden
  return cost
}
