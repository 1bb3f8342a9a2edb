// What a node does that runs short of something: only faults make one.
import { Late } from '../../kernel/late.ts'

export const evictions = new Late<typeof import('./eviction.ts')>('evictions')
