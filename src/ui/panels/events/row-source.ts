// Rows by pages, fetched as they are looked at: one question at a time, the visible page first. What is known stays
// until the question itself changes, since the past of a branch does not.

import type { Row, RowPage, RowQuery } from '../../../worker/protocol.ts'
import type { Range } from './windowing.ts'

const PAGE_ROWS = 100

export type RowFilter = Omit<RowQuery, 'offset' | 'limit'>

/** What is known now. A new object for every change. */
export interface RowsKnown {
  readonly total: number
  /** The index of the row at the clock; -1: before the first. */
  readonly cursor: number
  /** Older events that are not kept. */
  readonly dropped: number
  readonly base: number
  /** The first answer is there. */
  readonly isLoaded: boolean
  readonly error: string | null
  readonly rowAt: (index: number) => Row | undefined
  /** When the event with this `seq` was, if it is among the rows that were read. */
  readonly timeOf: (seq: number) => number | undefined
}

export interface RowSource {
  /** `scope` names the course of events that is looked at: with another one, nothing known is true any more. */
  readonly ask: (filter: RowFilter, scope: string) => void
  readonly look: (range: Range) => void
  /** The clock moved, so that there may be more, or the cursor is elsewhere. */
  readonly refresh: () => void
  readonly known: () => RowsKnown
  readonly subscribe: (listener: () => void) => () => void
}

/** The page's rows in their places: the first of them may not be kept any more. */
const placed = ({ rows, offset }: RowPage, first: number): readonly (Row | undefined)[] => [
  ...Array.from({ length: Math.max(0, offset - first) }, () => undefined),
  ...rows,
]

export function createRowSource(fetchRows: (query: RowQuery) => Promise<RowPage>): RowSource {
  const listeners = new Set<() => void>()
  let pages = new Map<number, readonly (Row | undefined)[]>()
  const times = new Map<number, number>()
  const rowAt = (index: number): Row | undefined =>
    pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS]
  const nothing = { total: 0, cursor: -1, dropped: 0, base: 0, isLoaded: false, error: null }
  let known: RowsKnown = { ...nothing, rowAt, timeOf: (seq) => times.get(seq) }
  let filter: RowFilter | null = null
  let filterKey = ''
  let range: Range = { first: 0, end: 0 }
  let isBusy = false
  let isStale = true

  const tell = (change: Partial<RowsKnown>): void => {
    known = { ...known, ...change }
    for (const listener of listeners) listener()
  }

  /** A page of the range that is missing, or was not full when it was read and now has more. */
  const missingPage = (): number | undefined => {
    const end = Math.min(range.end, known.total)
    for (let page = Math.floor(range.first / PAGE_ROWS); page * PAGE_ROWS < end; page++) {
      const rows = pages.get(page)
      if (rows === undefined || rows.length < Math.min(PAGE_ROWS, known.total - page * PAGE_ROWS)) return page
    }
    return undefined
  }

  const pump = async (): Promise<void> => {
    if (isBusy || filter === null) return
    const page = known.isLoaded ? missingPage() : undefined
    if (page === undefined && !isStale) return
    const asked = filterKey
    isBusy = true
    isStale = false
    const query =
      page === undefined ? { offset: 0, limit: 0 } : { offset: page * PAGE_ROWS, limit: PAGE_ROWS }
    try {
      const answer = await fetchRows({ future: true, ...filter, ...query })
      if (asked === filterKey) {
        // Rows that are counted from elsewhere have other places.
        if (answer.base !== known.base) pages = new Map()
        if (page !== undefined) pages.set(page, placed(answer, page * PAGE_ROWS))
        for (const { seq, at } of answer.rows) times.set(seq, at)
        tell({
          total: answer.total,
          cursor: answer.cursor,
          base: answer.base,
          dropped: answer.dropped,
          isLoaded: true,
          error: null,
        })
      }
    } catch (error) {
      if (asked === filterKey) {
        tell({ error: error instanceof Error ? error.message : String(error) })
        isBusy = false
        return
      }
    }
    isBusy = false
    await pump()
  }

  return {
    ask: (next, scope) => {
      const key = JSON.stringify([scope, next])
      if (key === filterKey) return
      filter = next
      filterKey = key
      pages = new Map()
      times.clear()
      isStale = true
      tell(nothing)
      void pump()
    },
    look: (next) => {
      range = next
      void pump()
    },
    refresh: () => {
      isStale = true
      void pump()
    },
    known: () => known,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
