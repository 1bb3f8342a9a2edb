// Which marks have room for their names: pure, from places alone. The names are short, and about as wide as this.

export interface Placed {
  readonly share: number
  readonly short: string
  /** Where the cursor is. */
  readonly now: boolean
}

/** About how wide a name is in pixels; CJK letters are twice as wide as Latin ones. */
const widthOf = (name: string): number => {
  let units = 0
  for (const letter of name) units += letter.charCodeAt(0) > 0x2e80 ? 1.85 : 1
  return units * 6.7 + 12
}

/**
 * Keeps names from running into each other: the present mark keeps its name in any case, and of a crowd the first.
 * `width` is the axis's, in pixels.
 */
export function spaceLabels<Mark extends Placed>(
  marks: readonly Mark[],
  width: number,
): readonly (Mark & { readonly roomy: boolean; readonly edge: 'start' | 'end' | null })[] {
  const sorted = [...marks].sort((a, b) => a.share - b.share)
  const edgeOf = ({ share, short }: Mark): 'start' | 'end' | null => {
    if (share * width < widthOf(short) / 2) return 'start'
    return (1 - share) * width < widthOf(short) / 2 ? 'end' : null
  }
  const extent = (mark: Mark): readonly [from: number, to: number] => {
    const [at, wide, edge] = [mark.share * width, widthOf(mark.short), edgeOf(mark)]
    const from = edge === 'start' ? at : edge === 'end' ? at - wide : at - wide / 2
    return [from, from + wide]
  }
  const present = sorted.find(({ now }) => now)
  const [presentFrom, presentTo] = present === undefined ? [0, 0] : extent(present)
  let taken = Number.NEGATIVE_INFINITY
  return sorted.map((mark) => {
    const [from, to] = extent(mark)
    const covers = present !== undefined && from < presentTo && presentFrom < to
    const roomy = mark === present || (from >= taken && !covers)
    if (roomy) taken = to
    return { ...mark, roomy, edge: edgeOf(mark) }
  })
}

/** Marks closer than this, in pixels, cannot be told apart or hit. */
const apart = 13

/**
 * Moves crowded marks apart, as little as keeps each visible and in order; what stands alone stays where it is.
 * @param shares where marks are on the rail, ascending
 */
export function spreadShares(shares: readonly number[], width: number): readonly number[] {
  if (width <= 0) return shares
  // Neighbours that want the same room become one block around the middle of what they want.
  const blocks: { sum: number; count: number }[] = []
  const startOf = ({ sum, count }: { sum: number; count: number }): number =>
    sum / count - ((count - 1) * apart) / 2
  for (const share of shares) {
    let block = { sum: share * width, count: 1 }
    for (let before = blocks.at(-1); before !== undefined; before = blocks.at(-1)) {
      if (startOf(before) + before.count * apart <= startOf(block)) break
      blocks.pop()
      block = { sum: before.sum + block.sum, count: before.count + block.count }
    }
    blocks.push(block)
  }
  return blocks.flatMap((block) => {
    const end = width - (block.count - 1) * apart
    const start = Math.max(0, Math.min(startOf(block), end))
    return Array.from({ length: block.count }, (_, index) => (start + index * apart) / width)
  })
}
