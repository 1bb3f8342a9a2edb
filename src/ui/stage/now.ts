// Which component has the attention now: where the newest event at the cursor happens. One thing at a time is vermilion.

import { useView } from '../store/view.ts'

export const useIsNow = (id: string): boolean =>
  useView(({ current }) => {
    const row = current.at(-1)
    return row !== undefined && (row.to ?? row.process) === id
  })
