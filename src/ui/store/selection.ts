// The one cursor that everything shares: what is pointed at and what is chosen, by whatever view.

import { create } from 'zustand'
import type { Subject } from '../../worker/protocol.ts'

export interface Selection {
  readonly hovered: Subject | null
  readonly selected: Subject | null
  /** Grows with each wish to see why; the inspector scrolls to its answer. */
  readonly whyAsked: number
}

export const useSelection = create<Selection>(() => ({ hovered: null, selected: null, whyAsked: 0 }))

/** One text for a subject, so that views compare subjects without comparing fields. */
export function subjectKey(subject: Subject | null): string {
  if (subject === null) return ''
  switch (subject.kind) {
    case 'event':
      return `event ${subject.seq}`
    case 'object':
      return `object ${subject.key}`
    case 'pod':
      return `pod ${subject.uid}`
    case 'member':
      return `member ${subject.id}`
    case 'process':
      return `process ${subject.id}`
    case 'host':
      return `host ${subject.name}`
    case 'link':
      return `link ${subject.from} ${subject.to}`
  }
}

export const select = (selected: Subject | null): void => useSelection.setState({ selected })
export const askWhy = (): void => useSelection.setState(({ whyAsked }) => ({ whyAsked: whyAsked + 1 }))

export function hover(hovered: Subject | null): void {
  if (subjectKey(useSelection.getState().hovered) !== subjectKey(hovered)) useSelection.setState({ hovered })
}

export type Emphasis = 'selected' | 'hovered' | 'none'

/** How much a subject stands out now. `key` is its `subjectKey`. */
export const useEmphasis = (key: string): Emphasis =>
  useSelection(({ selected, hovered }) => {
    if (subjectKey(selected) === key) return 'selected'
    return subjectKey(hovered) === key ? 'hovered' : 'none'
  })
