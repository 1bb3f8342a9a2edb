// Which marks have room for their names: pure, from places alone. The names are short, and about as wide as this.

export interface Placed {
  readonly share: number
  readonly short: string
}

/** About how many hundredths of the axis a name takes; CJK letters are twice as wide. */
const widthOf = (name: string): number => {
  let units = 0
  for (const letter of name) units += letter.charCodeAt(0) > 0x2e80 ? 2 : 1
  return (units * 0.72 + 1.2) / 100
}

/** Keeps names from running into each other; the first of a crowd keeps its name. */
export function spaceLabels<Mark extends Placed>(
  marks: readonly Mark[],
): readonly (Mark & { readonly roomy: boolean })[] {
  const sorted = [...marks].sort((a, b) => a.share - b.share)
  let taken = Number.NEGATIVE_INFINITY
  return sorted.map((mark) => {
    const half = widthOf(mark.short) / 2
    const roomy = mark.share - half >= taken
    if (roomy) taken = mark.share + half
    return { ...mark, roomy }
  })
}
