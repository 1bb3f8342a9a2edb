// The scrolled window of the table: its size and place, and following the clock until somebody scrolls away.

import type { RefObject } from 'react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { RowSource, RowsKnown } from './row-source.ts'
import type { Range } from './windowing.ts'
import { firstRow, isInView, scrollTopFor, visibleRange } from './windowing.ts'

export interface ScrolledWindow {
  readonly scroller: RefObject<HTMLDivElement | null>
  /** The rows that are drawn. */
  readonly range: Range
  /** The first row that can be scrolled to. */
  readonly from: number
  readonly isFollowing: boolean
  readonly follow: () => void
  readonly show: (index: number) => void
  readonly onScroll: () => void
}

/** @param headerHeight of the part that stays, which covers rows */
export function useScrolledWindow(source: RowSource, known: RowsKnown, headerHeight: number): ScrolledWindow {
  const { total, cursor } = known
  const scroller = useRef<HTMLDivElement>(null)
  /** Where this code scrolled to: if it stands elsewhere, the reader wished so. */
  const scrolledTo = useRef(0)
  const [place, setPlace] = useState({ top: 0, height: 0 })
  const [isFollowing, setFollowing] = useState(true)
  const from = firstRow(total)
  const { first, end } = visibleRange(place.top, place.height, total - from)
  const range = { first: from + first, end: from + end }

  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const observer = new ResizeObserver(() =>
      setPlace(({ top }) => ({ top, height: Math.max(0, element.clientHeight - headerHeight) })),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [headerHeight])

  useEffect(() => source.look({ first: range.first, end: range.end }), [source, range.first, range.end])

  const show = (index: number): void => {
    const element = scroller.current
    if (element === null || place.height === 0) return
    const top = scrollTopFor(index - from, element.scrollTop, place.height, total - from)
    scrolledTo.current = top
    element.scrollTop = top
    setPlace({ top, height: place.height })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the table follows the cursor, not each new function.
  useLayoutEffect(() => {
    if (isFollowing) show(cursor)
  }, [isFollowing, cursor, total, place.height])

  return {
    scroller,
    range,
    from,
    isFollowing,
    follow: () => setFollowing(true),
    show,
    onScroll: () => {
      const top = scroller.current?.scrollTop ?? 0
      if (Math.abs(top - scrolledTo.current) > 2) {
        scrolledTo.current = top
        setFollowing(isInView(cursor - from, top, place.height))
      }
      setPlace({ top, height: place.height })
    },
  }
}
