// The tables of a large cluster's decisions; without it they take a full cycle, and come out the same.
import { Late } from '../../kernel/late.ts'

export const closerLook = new Late<typeof import('./closer-look.ts')>('tables of large clusters')
