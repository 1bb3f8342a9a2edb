// What the form for faults begins with, when somebody came to it from a thing.

import { create } from 'zustand'
import { openDialog, openDrawerTab } from './mode.ts'

export interface FaultDraft {
  /** Counts the wishes, to tell one from the next. */
  readonly count: number
  readonly fault: string
  readonly target: string
}

export const useFaultDraft = create<FaultDraft>(() => ({ count: 0, fault: '', target: '' }))

/** As narrow as this the page has no drawer (`app.css`). */
const WITHOUT_DRAWER = '(max-width: 760px)'

/** Opens the form with this fault and what it shall hit. */
export function draftFault(fault: string, target: string): void {
  useFaultDraft.setState(({ count }) => ({ count: count + 1, fault, target }))
  if (window.matchMedia(WITHOUT_DRAWER).matches) openDialog('faults-dialog')
  else openDrawerTab('faults', { focus: true })
}
