// The fault catalogue: one declarative entry each, composed from the kernel's levers. An entry decides from its target
// and parameters which levers to pull and how to heal; it touches nothing by itself.

import { hostDown } from './host-down.ts'
import { latency } from './latency.ts'
import { messageDropped } from './message-dropped.ts'
import { partition } from './partition.ts'
import { processCrash } from './process-crash.ts'
import { processDown } from './process-down.ts'
import { processFrozen } from './process-frozen.ts'
import { catalogueOf } from './runtime/fault.ts'

export const faults = catalogueOf([
  hostDown,
  processDown,
  processCrash,
  processFrozen,
  partition,
  latency,
  messageDropped,
])
