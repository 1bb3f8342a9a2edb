// The stage while it is folded: what `StageView` tells of, as tables that share what did not change, so that a fold
// costs the same in a cluster of any size.
import type { StageView } from './stage-view.ts'
import type { Table } from './tables.ts'

export type Picture = {
  readonly [Name in keyof StageView]: Table<StageView[Name][string]>
} & {
  /** Pods without a node, by uid, in the order in which they came. */
  readonly waiting: Table<true>
}

/** Replaces one table, keeping the picture's identity where nothing changed. */
export const change = <Name extends keyof Picture>(
  picture: Picture,
  name: Name,
  table: Picture[Name],
): Picture => (picture[name] === table ? picture : { ...picture, [name]: table })
