// The large sections in English that are read in panels only.

import { help } from './help.ts'
import { inspector } from './inspector.ts'

export const lateEn = { help, inspector }
