// What the page has to tell about an input that could not be used. Shown as a bar, until dismissed.

import { create } from 'zustand'

export interface Notice {
  readonly id: number
  readonly text: string
}

interface Notices {
  readonly notices: readonly Notice[]
  readonly lastId: number
}

export const useNotices = create<Notices>(() => ({ notices: [], lastId: 0 }))

/** A text that is shown already is not shown twice. At most three are: the newest matter. */
export function notify(text: string): void {
  useNotices.setState(({ notices, lastId }) => ({
    notices: [...notices.filter((notice) => notice.text !== text), { id: lastId + 1, text }].slice(-3),
    lastId: lastId + 1,
  }))
}

export const dismiss = (id: number): void =>
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
