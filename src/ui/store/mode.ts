// How the page is shown right now, which nothing remembers: presenting, embedded, which tab and dialog are open.

import { create } from 'zustand'
import type { ClockMode } from '../../worker/protocol.ts'
import { setCollapsed, useSettings } from './settings.ts'

export interface Mode {
  readonly present: boolean
  readonly embed: boolean
  /** The clicker's B: nothing is shown. */
  readonly blank: boolean
  /** The drawer's open tab: a panel's id. */
  readonly drawerTab: string | null
  /** An open dialog: a panel's id. */
  readonly dialog: string | null
  /** Chosen while paused, for the next play: the host takes them only together with playing. */
  readonly wantedSpeed: number | null
  readonly wantedClock: ClockMode | null
  /** A panel that should take the focus; `count` tells one wish from the next. */
  readonly focusWish: { readonly panel: string; readonly count: number } | null
}

export const useMode = create<Mode>(() => ({
  present: false,
  embed: false,
  blank: false,
  drawerTab: null,
  dialog: null,
  wantedSpeed: null,
  wantedClock: null,
  focusWish: null,
}))

export const setPresent = (present: boolean): void => useMode.setState({ present, blank: false })
export const openDialog = (dialog: string | null): void => useMode.setState({ dialog })

/** Opens a tab of the drawer and moves the focus to the panel's `[data-autofocus]`, or to the panel itself. */
export function openDrawerTab(panel: string, options: { readonly focus: boolean }): void {
  if (useSettings.getState().collapsed.drawer) setCollapsed('drawer', false)
  useMode.setState(({ focusWish }) => ({
    drawerTab: panel,
    ...(options.focus ? { focusWish: { panel, count: (focusWish?.count ?? 0) + 1 } } : {}),
  }))
}
