// The table of contents of the panels. To add one: a folder beside this file, and a line here.

import type { Panel } from '../app/panel.ts'
import { checkPanels } from '../app/panel.ts'

export const panels: readonly Panel[] = checkPanels([])
