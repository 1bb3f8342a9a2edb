// A scheduling decision names its winner, which a question may just be asking for: until the answer is given, its row
// says that there was a decision, and about which Pod.

import type { Row } from '../../worker/protocol.ts'
import { useView } from '../store/view.ts'

export const coverRow = (row: Row): Row =>
  row.type === 'schedule' ? { ...row, label: '→ ?', detail: row.detail.split(' ')[0] ?? '' } : row

/** The row as it may be shown now. */
export function useCovered(): (row: Row) => Row {
  const isAsking = useView(({ story }) => story.question !== null)
  return isAsking ? coverRow : asItIs
}

const asItIs = (row: Row): Row => row
