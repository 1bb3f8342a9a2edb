// The fault catalogue: one declarative entry each, composed from the kernel's levers. An entry decides from its target
// and parameters which levers to pull and how to heal; it touches nothing by itself.

import { apiserverOverload } from './apiserver-overload.ts'
import { certificateExpired } from './certificate-expired.ts'
import { clockSkew } from './clock-skew.ts'
import { cniFailing } from './cni-failing.ts'
import { connectionsCut } from './connections-cut.ts'
import { containerCrash } from './container-crash.ts'
import { containerOom } from './container-oom.ts'
import { diskFull } from './disk-full.ts'
import { diskLost } from './disk-lost.ts'
import { diskSlow } from './disk-slow.ts'
import { hostDown } from './host-down.ts'
import { imagePullFailing } from './image-pull-failing.ts'
import { imagePullSlow } from './image-pull-slow.ts'
import { latency } from './latency.ts'
import { messageDropped } from './message-dropped.ts'
import { messageDuplication } from './message-duplication.ts'
import { messageReordering } from './message-reordering.ts'
import { nodeDiskPressure } from './node-disk-pressure.ts'
import { nodeMemoryPressure } from './node-memory-pressure.ts'
import { packetLoss } from './packet-loss.ts'
import { partition } from './partition.ts'
import { probeFailing } from './probe-failing.ts'
import { processCrash } from './process-crash.ts'
import { processDown } from './process-down.ts'
import { processFrozen } from './process-frozen.ts'
import { processSlow } from './process-slow.ts'
import { catalogueOf } from './runtime/fault.ts'
import { watchEventLost } from './watch-event-lost.ts'

export const faults = catalogueOf([
  hostDown,
  processDown,
  processCrash,
  processFrozen,
  processSlow,
  partition,
  latency,
  packetLoss,
  messageDuplication,
  messageReordering,
  connectionsCut,
  messageDropped,
  watchEventLost,
  diskSlow,
  diskFull,
  diskLost,
  clockSkew,
  imagePullFailing,
  imagePullSlow,
  cniFailing,
  containerCrash,
  containerOom,
  probeFailing,
  nodeMemoryPressure,
  nodeDiskPressure,
  apiserverOverload,
  certificateExpired,
])
