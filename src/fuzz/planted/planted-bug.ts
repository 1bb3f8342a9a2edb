// What a planted bug is: a change to the program in one or two places, kept apart from it. The build puts in one at a time.

export interface SourceChange {
  /** From the root of the project. */
  readonly file: string
  /** A text that occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
}

export interface PlantedBug {
  /** Kebab-case. */
  readonly name: string
  /** What is wrong with it. */
  readonly about: string
  readonly changes: readonly SourceChange[]
  /** The checks that are meant to notice; `invariant` is an assertion of the program itself. */
  readonly checks: readonly string[]
  /** The profile that looks where it is; default: all. */
  readonly profile?: string
  /** It has to be found within so many seeds of the profile, counted from 1. */
  readonly seeds: number
}
