// Rectangles and paths of the stage, as pure arithmetic: packets find their place without asking the DOM.

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Rect extends Point {
  readonly width: number
  readonly height: number
}

/** A cubic Bézier curve. */
export interface Curve {
  readonly from: Point
  readonly out: Point
  readonly into: Point
  readonly to: Point
}

/** Curves joined end to end, each with the share of the whole length that it has gone at its end. */
export interface Path {
  readonly curves: readonly { readonly curve: Curve; readonly end: number }[]
  /** For SVG's `d`. */
  readonly d: string
  readonly length: number
}

export const centre = ({ x, y, width, height }: Rect): Point => ({ x: x + width / 2, y: y + height / 2 })
export const bottomOf = (rect: Rect, share = 0.5): Point => ({
  x: rect.x + rect.width * share,
  y: rect.y + rect.height,
})
export const topOf = (rect: Rect, share = 0.5): Point => ({ x: rect.x + rect.width * share, y: rect.y })

export const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

export const contains = (outer: Rect, inner: Rect): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

export const line = (from: Point, to: Point): Curve => ({
  from,
  out: between(from, to, 1 / 3),
  into: between(from, to, 2 / 3),
  to,
})

const between = (a: Point, b: Point, share: number): Point => ({
  x: a.x + (b.x - a.x) * share,
  y: a.y + (b.y - a.y) * share,
})

function pointOf({ from, out, into, to }: Curve, t: number): Point {
  const s = 1 - t
  const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t]
  return {
    x: a * from.x + b * out.x + c * into.x + d * to.x,
    y: a * from.y + b * out.y + c * into.y + d * to.y,
  }
}

const samples = 12

function lengthOf(curve: Curve): number {
  let length = 0
  let last = curve.from
  for (let i = 1; i <= samples; i++) {
    const next = pointOf(curve, i / samples)
    length += Math.hypot(next.x - last.x, next.y - last.y)
    last = next
  }
  return length
}

const round = (value: number): number => Math.round(value * 10) / 10
const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`

export function pathOf(curves: readonly Curve[]): Path {
  const lengths = curves.map(lengthOf)
  const length = lengths.reduce((sum, part) => sum + part, 0)
  let gone = 0
  let d = ''
  const parts = curves.map((curve, index) => {
    gone += lengths[index] ?? 0
    d += `${index === 0 ? `M${at(curve.from)}` : ''} C${at(curve.out)} ${at(curve.into)} ${at(curve.to)}`
    return { curve, end: length === 0 ? 1 : gone / length }
  })
  return { curves: parts, d, length }
}

/** The place at `share` (0 to 1) of a path's length. */
export function pointAlong(path: Path, share: number): Point {
  let start = 0
  for (const { curve, end } of path.curves) {
    if (share <= end) return pointOf(curve, end === start ? 1 : (share - start) / (end - start))
    start = end
  }
  return path.curves.at(-1)?.curve.to ?? { x: 0, y: 0 }
}

export const reversed = (path: Path): Path =>
  pathOf(
    [...path.curves].reverse().map(({ curve }) => ({
      from: curve.to,
      out: curve.into,
      into: curve.out,
      to: curve.from,
    })),
  )
