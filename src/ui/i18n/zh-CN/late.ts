// The large sections in Simplified Chinese that are read in panels only.

import { help } from './help.ts'
import { inspector } from './inspector.ts'
import { scale } from './scale.ts'

export const lateZhCN = { help, inspector, scale }
