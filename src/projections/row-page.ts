// Pages of event rows: what can be asked for, and what is answered.
import type { Level, Row } from './rows.ts'

export interface RowQuery {
  /** Lowest level wanted: 'story' shows only story, 'noise' shows all. */
  readonly level: Level
  readonly process?: string
  readonly types?: readonly string[]
  readonly text?: string
  /** Only what this event led to, or led to it. */
  readonly chain?: number
  /** Rows to answer: `limit` of them that end with the `before`-th (default: the last up to the cursor). */
  readonly offset?: number
  readonly limit: number
  /** Include what was simulated beyond the cursor. */
  readonly future?: boolean
}

export interface RowPage {
  readonly total: number
  /** Of the first row that is here: later than was asked for where those before it are not kept any more. */
  readonly offset: number
  readonly rows: readonly Row[]
  /** The index of the row at the cursor. */
  readonly cursor: number
  /** The event from which on rows are counted: while it is the same, a row's index is its own. */
  readonly base: number
  /** Events before the first that is kept. */
  readonly dropped: number
}
