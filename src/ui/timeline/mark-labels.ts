// Which marks have room for their names: pure, from places alone. The names are short, and about as wide as this.

export interface Placed {
  readonly share: number
  readonly short: string
}

/** About how wide a name is in pixels; CJK letters are twice as wide as Latin ones. */
const widthOf = (name: string): number => {
  let units = 0
  for (const letter of name) units += letter.charCodeAt(0) > 0x2e80 ? 1.85 : 1
  return units * 6.7 + 12
}

/** Keeps names from running into each other; the first of a crowd keeps its name. `width` is the axis's, in pixels. */
export function spaceLabels<Mark extends Placed>(
  marks: readonly Mark[],
  width: number,
): readonly (Mark & { readonly roomy: boolean })[] {
  const sorted = [...marks].sort((a, b) => a.share - b.share)
  let taken = Number.NEGATIVE_INFINITY
  return sorted.map((mark) => {
    const half = widthOf(mark.short) / 2
    const roomy = mark.share * width - half >= taken
    if (roomy) taken = mark.share * width + half
    return { ...mark, roomy }
  })
}
