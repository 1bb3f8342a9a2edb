// Which rows of a long table are drawn, and how far to scroll for one of them to be seen. Rows have one height.

export const ROW_HEIGHT = 24
/** Rows beyond the edges, so that a quick scroll does not show a gap at once. */
const OVERSCAN = 8

/** A page can be 33 million pixels high in Chromium, 18 million in Firefox; whatever is higher cannot be scrolled to its end. */
const MOST_ROWS = 500_000
/** The table leaves out so many more at a time, so that it seldom jumps. */
const ROWS_LEFT_OUT = 100_000

/** The first row that the table has room for. */
export const firstRow = (total: number): number =>
  Math.max(0, Math.ceil((total - MOST_ROWS) / ROWS_LEFT_OUT) * ROWS_LEFT_OUT)

export interface Range {
  /** Inclusive. */
  readonly first: number
  /** Exclusive. */
  readonly end: number
}

export function visibleRange(scrollTop: number, height: number, total: number): Range {
  const first = Math.floor(scrollTop / ROW_HEIGHT) - OVERSCAN
  const end = Math.ceil((scrollTop + height) / ROW_HEIGHT) + OVERSCAN
  return { first: clamp(first, 0, total), end: clamp(end, 0, total) }
}

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value))

/** Whether a row is wholly inside of the window. */
export const isInView = (index: number, scrollTop: number, height: number): boolean =>
  index * ROW_HEIGHT >= scrollTop && (index + 1) * ROW_HEIGHT <= scrollTop + height

/**
 * Where to scroll so that a row is in view; unchanged when it is. A row that left the window comes back with a third of
 * the window below it, so that what is next is not hidden and the table does not creep with each row.
 */
export function scrollTopFor(index: number, scrollTop: number, height: number, total: number): number {
  if (index < 0 || isInView(index, scrollTop, height)) return scrollTop
  // In whole rows: none is cut below the header.
  const wanted = Math.ceil(index + 1 - ((2 / 3) * height) / ROW_HEIGHT)
  const last = Math.ceil(total - height / ROW_HEIGHT)
  return ROW_HEIGHT * clamp(wanted, 0, Math.max(0, last))
}
