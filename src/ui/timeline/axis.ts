// The scrubber's axis is screen time: a short exchange and a wait of minutes are as long as they are to watch. The host
// gives pairs [virtual microseconds, screen milliseconds]; between them the axis is linear.

export type Axis = readonly (readonly [virtual: number, screen: number])[]

/** The screen time of a virtual time; beyond the ends it is the end. */
export const toScreen = (axis: Axis, at: number): number => interpolate(axis, at, 0, 1)
/** The virtual time at a screen time. */
export const toVirtual = (axis: Axis, screen: number): number => Math.round(interpolate(axis, screen, 1, 0))

const lengthOf = (axis: Axis): number => (axis.at(-1)?.[1] ?? 0) - (axis[0]?.[1] ?? 0)

const leastSpan = 24_000
const growth = 1.5

/**
 * How much screen time the whole rail stands for. What is simulated grows while it plays; a rail that grew with it would
 * keep the cursor at its end, so it has room ahead, and grows in steps.
 */
export function spanOf(axis: Axis): number {
  let span = leastSpan
  while (span < lengthOf(axis)) span *= growth
  return span
}

/** Where a virtual time is on the rail: 0 at its start, 1 at its end, which may lie ahead of all that is simulated. */
export const shareOf = (axis: Axis, at: number): number =>
  axis.length === 0 ? 0 : (toScreen(axis, at) - (axis[0]?.[1] ?? 0)) / spanOf(axis)

/** The virtual time at a place of the rail; ahead of what is simulated, the newest moment. */
export const atShare = (axis: Axis, share: number): number =>
  toVirtual(axis, (axis[0]?.[1] ?? 0) + Math.min(1, Math.max(0, share)) * spanOf(axis))

function interpolate(axis: Axis, value: number, from: 0 | 1, to: 0 | 1): number {
  const first = axis[0]
  const last = axis.at(-1)
  if (first === undefined || last === undefined) return 0
  if (value <= first[from]) return first[to]
  if (value >= last[from]) return last[to]
  let low = 0
  let high = axis.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((axis[middle]?.[from] ?? 0) <= value) low = middle
    else high = middle
  }
  const a = axis[low] ?? first
  const b = axis[high] ?? last
  const span = b[from] - a[from]
  return span === 0 ? b[to] : a[to] + ((value - a[from]) / span) * (b[to] - a[to])
}
