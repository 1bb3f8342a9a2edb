// The shape that both languages share: English says which texts exist, Chinese has to have each of them.

/** The type of a section in any language: the same keys, and the same arguments where a text has some. */
export type Texts<Section> = {
  readonly [Key in keyof Section]: Section[Key] extends string
    ? string
    : Section[Key] extends (...args: infer Args) => string
      ? (...args: Args) => string
      : Texts<Section[Key]>
}
