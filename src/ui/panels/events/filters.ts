// Which events are listed. Kept while another tab is open.

import { create } from 'zustand'
import type { Level } from '../../../worker/protocol.ts'
import type { RowFilter } from './row-source.ts'

export interface Filters {
  readonly level: Level
  /** Empty: every process. */
  readonly process: string
  readonly text: string
  /** The event whose causes and effects are listed alone. */
  readonly chain: number | null
}

export const noFilters: Filters = { level: 'story', process: '', text: '', chain: null }

export const useFilters = create<Filters>(() => noFilters)

export const toRowFilter = ({ level, process, text, chain }: Filters): RowFilter => ({
  level,
  ...(process === '' ? {} : { process }),
  ...(text.trim() === '' ? {} : { text: text.trim() }),
  ...(chain === null ? {} : { chain }),
})

export const isFiltered = (filters: Filters): boolean =>
  filters.process !== '' || filters.text.trim() !== '' || filters.chain !== null
