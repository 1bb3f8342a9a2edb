// Between whom an event was, in words: a message has two ends, everything else one.

import type { Row } from '../../worker/protocol.ts'
import { useTexts } from '../i18n/use-texts.ts'

export function useWayOf(): (row: Row) => string {
  const { you } = useTexts().design
  return (row) => wayOf(row, you)
}

/** What the user does enters by way of the kernel, which is nobody to a reader; the cluster's start is its own. */
export function wayOf(row: Pick<Row, 'type' | 'process' | 'from' | 'to' | 'label'>, you: string): string {
  const { type, process, from, to, label } = row
  if (from !== null && to !== null) return `${from} → ${to}`
  return type === 'fault' || (type === 'command' && label !== 'boot') ? you : process
}
