// The stage is one stop of the Tab key: the thing that had the focus last, or the first component. From there the arrow
// keys go on, so that nobody has to Tab through a whole cluster.

import { useEffect } from 'react'
import { create } from 'zustand'
import type { StageView } from '../../worker/protocol.ts'
import { rememberLast } from '../store/remember-last.ts'
import { subjectKey } from '../store/selection.ts'
import { useView } from '../store/view.ts'

const useTabStop = create<{ readonly key: string | null }>(() => ({ key: null }))

const firstOf = rememberLast((processes: StageView['processes']): string => {
  const all = Object.values(processes)
  const first = all.find(({ kind }) => kind !== 'etcd')
  if (first !== undefined) return subjectKey({ kind: 'process', id: first.id })
  return all[0] === undefined ? '' : subjectKey({ kind: 'member', id: all[0].id })
})

export const makeTabStop = (key: string): void => useTabStop.setState({ key })

/** @param key the `subjectKey` of a thing on the stage */
export function useIsTabStop(key: string): boolean {
  const stop = useTabStop((state) => state.key)
  const isFirst = useView(({ stage }) => firstOf(stage.processes) === key)
  useEffect(
    () => () => {
      // The thing is gone from the stage: the first component stands in.
      if (useTabStop.getState().key === key) useTabStop.setState({ key: null })
    },
    [key],
  )
  return stop === null ? isFirst : stop === key
}
