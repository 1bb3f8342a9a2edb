// The path between two processes. Lines to nodes leave the control plane by a trunk below the apiserver, so that they
// do not cross its components; calls inside a node arch over its chips.

import type { Curve, Path, Point, Rect } from './geometry.ts'
import { bottomOf, centre, line, pathOf, reversed, topOf } from './geometry.ts'
import type { Layout } from './layout.ts'
import { memberSize, placeOf } from './layout.ts'

export type Place = 'client' | 'control-plane' | 'etcd' | 'node'

function regionOf(layout: Layout, rect: Rect): Place {
  const { x, y } = centre(rect)
  const inside = (frame: Rect): boolean =>
    x >= frame.x && x <= frame.x + frame.width && y >= frame.y && y <= frame.y + frame.height
  if (inside(layout.controlPlane)) return 'control-plane'
  if (inside(layout.etcd)) return 'etcd'
  if (layout.fleet !== null) return inside(layout.fleet.rect) ? 'node' : 'client'
  return Object.values(layout.nodes).some(inside) ? 'node' : 'client'
}

const ranks: Readonly<Record<Place, number>> = { client: 0, 'control-plane': 1, etcd: 2, node: 3 }

/** Null when one of them is not on the stage. Both directions follow the same line. */
export function routeBetween(layout: Layout, from: string, to: string): Path | null {
  const a = placeOf(layout, from)
  const b = placeOf(layout, to)
  if (a === undefined || b === undefined || from === to) return null
  const [placeA, placeB] = [regionOf(layout, a), regionOf(layout, b)]
  const turned =
    ranks[placeA] > ranks[placeB] ||
    (ranks[placeA] === ranks[placeB] && (a.y > b.y || (a.y === b.y && a.x > b.x)))
  if (layout.fleet !== null && placeA === 'node' && placeB === 'node' && a === b) return null
  const path = pathOf(
    turned ? curvesBetween(layout, b, placeB, a, placeA) : curvesBetween(layout, a, placeA, b, placeB),
  )
  return turned ? reversed(path) : path
}

function curvesBetween(layout: Layout, a: Rect, placeA: Place, b: Rect, placeB: Place): readonly Curve[] {
  if (placeA === 'etcd' && placeB === 'etcd') return [betweenDiscs(a, b)]
  if (placeA === 'node' && placeB === 'node') return sameRow(a, b) ? [arch(a, b)] : [direct(a, b)]
  if (placeA === 'control-plane' && placeB === 'node') return trunk(layout, a, b)
  if (placeB === 'etcd') return intoEtcd(layout, a, b)
  if (placeA === 'control-plane' && placeB === 'control-plane') return [withinControlPlane(a, b)]
  return [direct(a, b)]
}

const disc = (rect: Rect): Point => ({ x: rect.x + rect.width / 2, y: rect.y + memberSize.disc / 2 + 4 })

/** The point of a disc's rim that faces `towards`. */
function rim(from: Point, towards: Point): Point {
  const distance = Math.hypot(towards.x - from.x, towards.y - from.y) || 1
  const share = (memberSize.disc / 2 + 3) / distance
  return { x: from.x + (towards.x - from.x) * share, y: from.y + (towards.y - from.y) * share }
}

function betweenDiscs(a: Rect, b: Rect): Curve {
  const [from, to] = [disc(a), disc(b)]
  return line(rim(from, to), rim(to, from))
}

function intoEtcd(layout: Layout, a: Rect, b: Rect): readonly Curve[] {
  const target = disc(b)
  const from = { x: a.x + a.width, y: a.y + a.height * 0.45 }
  if (layout.tall && b.y > a.y + a.height) {
    // Down the right edge of the control plane, beside its components.
    const x = layout.controlPlane.x + layout.controlPlane.width - 8
    const corner = { x, y: a.y + a.height }
    const bottom = { x, y: layout.etcd.y }
    const to = rim(target, bottom)
    return [
      { from, out: { x: x - 6, y: from.y }, into: { x, y: from.y + 10 }, to: corner },
      line(corner, bottom),
      { from: bottom, out: { x, y: bottom.y + 24 }, into: { x: to.x + 20, y: to.y - 14 }, to },
    ]
  }
  const out = { x: from.x + Math.max(30, (target.x - from.x) * 0.45), y: from.y }
  const to = rim(target, out)
  return [{ from, out, into: { x: to.x - 26, y: to.y }, to }]
}

const sameRow = (a: Rect, b: Rect): boolean => Math.abs(a.y - b.y) < 4

/** Over the chips of a node, high enough to be seen as a path of its own. */
function arch(a: Rect, b: Rect): Curve {
  const [from, to] = [topOf(a), topOf(b)]
  const height = Math.min(26, 14 + Math.abs(to.x - from.x) * 0.08)
  return { from, out: { x: from.x, y: from.y - height }, into: { x: to.x, y: to.y - height }, to }
}

/** Down beside or below the apiserver to the control plane's edge, then across to the node. */
function trunk(layout: Layout, a: Rect, b: Rect): readonly Curve[] {
  const frame = layout.controlPlane
  const blocked = Object.values(layout.processes).some(
    (other) =>
      other !== a &&
      other.y > a.y + a.height &&
      other.y < frame.y + frame.height &&
      other.x < a.x + a.width / 2 + 10 &&
      other.x + other.width > a.x + a.width / 2 - 10,
  )
  const to = topOf(b)
  const lean = Math.max(-1, Math.min(1, (to.x - centre(a).x) / 500)) * 9
  const from = blocked
    ? { x: a.x + a.width, y: a.y + a.height * 0.6 }
    : { ...bottomOf(a), x: centre(a).x + lean }
  const x = blocked ? a.x + a.width + 11 + lean * 0.6 : from.x
  const bottom = { x, y: frame.y + frame.height - 14 }
  const down: Curve = blocked
    ? { from, out: { x: x, y: from.y }, into: { x, y: from.y + 20 }, to: bottom }
    : line(from, bottom)
  if (layout.fleet !== null) return [down, toTile(bottom, centre(b))]
  if (layout.tall) return [down, ...downTheLane(layout, bottom, to)]
  const gutter = gutterTo(layout, b, x)
  if (gutter !== null) return [down, ...throughGutter(bottom, gutter, to)]
  // Across above the cards, then straight down, clear of the node's name.
  const entry = { x: to.x, y: to.y - 48 }
  const fall = Math.max(24, (entry.y - bottom.y) * 0.7)
  return [
    down,
    {
      from: bottom,
      out: { x, y: bottom.y + fall },
      into: { x: entry.x, y: entry.y - fall },
      to: entry,
    },
    line(entry, to),
  ]
}

function toTile(from: Point, to: Point): Curve {
  const fall = Math.max(24, (to.y - from.y) * 0.5)
  return { from, out: { x: from.x, y: from.y + fall }, into: { x: to.x, y: to.y - fall }, to }
}

/** Where etcd stands between the control plane and the nodes, lines pass on its left. */
function downTheLane({ etcd, nodes }: Layout, from: Point, to: Point): readonly Curve[] {
  const card = Object.values(nodes).find(({ y }) => y < to.y && to.y < y + 80)
  const x = 8 + ((to.x * 7 + to.y) % 23)
  const top = { x, y: etcd.y + 14 }
  const low = { x, y: (card?.y ?? to.y - 46) - 30 }
  const entry = { x: to.x, y: to.y - 48 }
  return [
    { from, out: { x: from.x, y: from.y + 26 }, into: { x, y: top.y - 30 }, to: top },
    line(top, low),
    { from: low, out: { x, y: low.y + 22 }, into: { x: entry.x, y: entry.y - 22 }, to: entry },
    line(entry, to),
  ]
}

/** The gap between columns beside the node's card, for a node that others stand above. */
function gutterTo(layout: Layout, chip: Rect, from: number): Point | null {
  const cards = Object.values(layout.nodes)
  const own = cards.find(
    (card) =>
      chip.x >= card.x && chip.x <= card.x + card.width && chip.y > card.y && chip.y < card.y + card.height,
  )
  const first = Math.min(...cards.map(({ y }) => y))
  if (own === undefined || own.y === first) return null
  const onLeft = own.x + own.width / 2 > from
  return { x: onLeft ? own.x - 8 : own.x + own.width + 8, y: own.y - 10 }
}

function throughGutter(from: Point, gutter: Point, to: Point): readonly Curve[] {
  const entry = { x: gutter.x, y: from.y + 62 }
  return [
    { from, out: { x: from.x, y: from.y + 40 }, into: { x: entry.x, y: entry.y - 30 }, to: entry },
    line(entry, gutter),
    { from: gutter, out: { x: gutter.x, y: gutter.y + 16 }, into: { x: to.x, y: to.y - 34 }, to },
  ]
}

function withinControlPlane(a: Rect, b: Rect): Curve {
  const overlapFrom = Math.max(a.x, b.x)
  const overlapTo = Math.min(a.x + a.width, b.x + b.width)
  if (overlapTo - overlapFrom > 24) {
    const x = (overlapFrom + overlapTo) / 2
    return line({ x, y: a.y + a.height }, { x, y: b.y })
  }
  return direct(a, b)
}

/** From side to side, or from bottom to top when they stand one above the other. */
function direct(a: Rect, b: Rect): Curve {
  if (b.y >= a.y + a.height) {
    const [from, to] = [bottomOf(a), topOf(b)]
    const bend = Math.max(20, (to.y - from.y) * 0.5)
    return { from, out: { x: from.x, y: from.y + bend }, into: { x: to.x, y: to.y - bend }, to }
  }
  const [left, right] = a.x <= b.x ? [a, b] : [b, a]
  const from = { x: left.x + left.width, y: centre(left).y }
  const to = { x: right.x, y: centre(right).y }
  const bend = Math.max(16, (to.x - from.x) * 0.5)
  const curve = { from, out: { x: from.x + bend, y: from.y }, into: { x: to.x - bend, y: to.y }, to }
  return left === a ? curve : { from: curve.to, out: curve.into, into: curve.out, to: curve.from }
}
