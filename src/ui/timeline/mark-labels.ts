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
