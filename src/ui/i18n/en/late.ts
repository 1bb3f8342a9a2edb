// The large sections in English that are read in panels only.

import { help } from './help.ts'
import { inspector } from './inspector.ts'
import { scale } from './scale.ts'

export const lateEn = { help, inspector, scale }
