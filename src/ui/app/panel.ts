// What a panel is to the shell. A panel is one folder in ui/panels and one line in its index; the shell gives it a place.

import type { ComponentType } from 'react'
import type { Catalogue } from '../i18n/catalogue.ts'

export interface Panel {
  readonly id: string
  /** A dialog opens from the header or a key, with `openDialog(id)`; the others are part of the page. */
  readonly place: 'story' | 'inspector' | 'drawer' | 'dialog'
  readonly title: (texts: Catalogue) => string
  /** `lazy(() => import('./…'))`, unless the first screen shows it. */
  readonly component: ComponentType
}

/** The panels of the page; a second panel of the same name is an error in the program. */
export function checkPanels(panels: readonly Panel[]): readonly Panel[] {
  const seen = new Set<string>()
  for (const { id } of panels) {
    if (seen.has(id)) throw new Error(`Two panels are called ${id}.`)
    seen.add(id)
  }
  return panels
}
