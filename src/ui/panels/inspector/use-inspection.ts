// Asks the host what is inside of the selection, again whenever the cursor has moved: at most one question at a time,
// and a few a second while the clock runs.

import { useEffect, useState } from 'react'
import type { Inspection, Subject } from '../../../worker/protocol.ts'
import { call } from '../../store/host.ts'
import { subjectKey } from '../../store/selection.ts'
import { useView } from '../../store/view.ts'

export interface Asked {
  /** The subject that the answer is for: an old answer stays until the new one is there. */
  readonly key: string
  readonly inspection: Inspection | null
  readonly error: string | null
}

const PAUSE_MILLIS = 200
const nothingAsked: Asked = { key: '', inspection: null, error: null }

export function useInspection(subject: Subject): Asked {
  const [asked, setAsked] = useState(nothingAsked)
  const key = subjectKey(subject)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the subject, which may be a new object.
  useEffect(() => {
    let timer: number | undefined
    let isBusy = false
    let isStale = false
    let isOver = false
    const ask = async (): Promise<void> => {
      isBusy = true
      isStale = false
      const answer = await call('inspect', subject).then(
        (inspection): Asked => ({ key, inspection, error: null }),
        (reason: unknown): Asked => ({
          key,
          inspection: null,
          error: reason instanceof Error ? reason.message : String(reason),
        }),
      )
      isBusy = false
      if (isOver) return
      setAsked(answer)
      if (isStale) timer = window.setTimeout(ask, PAUSE_MILLIS)
    }
    void ask()
    const unsubscribe = useView.subscribe((view, before) => {
      if (view.frames === before.frames) return
      if (!isBusy && !isStale) timer = window.setTimeout(ask, PAUSE_MILLIS)
      isStale = true
    })
    return () => {
      isOver = true
      window.clearTimeout(timer)
      unsubscribe()
    }
  }, [key])
  return asked
}
