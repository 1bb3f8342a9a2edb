// Orders the active queue: higher priority first, then who waits longer. Models plugins/queuesort.

import type { Plugin } from '../framework/plugin.ts'
import { priorityOf } from '../framework/pod-info.ts'

/** Priorities are 32-bit integers; this makes the highest the smallest and all of them positive. */
const HIGHEST = 2_147_483_647

export const prioritySort: Plugin = {
  name: 'PrioritySort',
  queueSortKey: ({ pod, timestamp }) =>
    `${String(HIGHEST - priorityOf(pod)).padStart(10, '0')}/${String(timestamp).padStart(16, '0')}`,
}
