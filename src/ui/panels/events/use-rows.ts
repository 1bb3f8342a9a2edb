// The rows of the filters at the clock: asked again when the clock moved, a few times a second at most.

import { useEffect, useState, useSyncExternalStore } from 'react'
import { call } from '../../store/host.ts'
import type { View } from '../../store/view.ts'
import { useView } from '../../store/view.ts'
import { toRowFilter, useFilters } from './filters.ts'
import type { RowSource, RowsKnown } from './row-source.ts'
import { createRowSource } from './row-source.ts'

const REFRESH_MILLIS = 200

/** Another branch or another scenario is another course of events. */
const scopeOf = ({ timeline, scenario }: View): string =>
  `${scenario?.name} ${scenario?.seed} ${timeline.branches.find(({ current }) => current)?.id}`

export function useRows(): { readonly source: RowSource; readonly known: RowsKnown } {
  const [source] = useState(() => createRowSource((query) => call('events', query)))
  const filters = useFilters()
  const scope = useView(scopeOf)
  const isOpened = useView(({ opened }) => opened)
  // What comes next is the answer to a question: it is not listed before that is given.
  const isAsking = useView(({ story }) => story.question !== null)
  useEffect(() => {
    if (isOpened)
      source.ask(isAsking ? { ...toRowFilter(filters), future: false } : toRowFilter(filters), scope)
  }, [source, filters, scope, isOpened, isAsking])
  useEffect(() => {
    let timer: number | undefined
    const unsubscribe = useView.subscribe((view, before) => {
      if (view.frames === before.frames || timer !== undefined) return
      timer = window.setTimeout(() => {
        timer = undefined
        source.refresh()
      }, REFRESH_MILLIS)
    })
    return () => {
      window.clearTimeout(timer)
      unsubscribe()
    }
  }, [source])
  return { source, known: useSyncExternalStore(source.subscribe, source.known) }
}
