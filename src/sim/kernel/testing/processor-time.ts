// What work costs, for tests of "no more than a moment": time of the processor, which is the same on a busy machine. It counts
// the whole process, so that the work of a test on another thread is in it: bounds need room for twice as much.

import { cpuUsage } from 'node:process'

/** Milliseconds of the processor's time since it was begun. */
export function processorTime(): () => number {
  const begun = cpuUsage()
  return () => {
    const { user, system } = cpuUsage(begun)
    return (user + system) / 1_000
  }
}
