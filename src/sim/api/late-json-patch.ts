// JSON patches, which no component of the cluster sends.
import { Late } from '../kernel/late.ts'

export const jsonPatches = new Late<typeof import('./json-patch.ts')>('JSON patches')
