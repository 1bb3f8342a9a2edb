// What the parts of the scheduler need of its process.
import type { Pod } from '../api/objects.ts'
import type { Context } from '../kernel/process.ts'
import type { Framework } from './framework/registry.ts'
import type { SchedulerState } from './state.ts'

/** What an attempt needs of the process. */
export interface SchedulerHost {
  readonly framework: Framework
  latestPod(state: SchedulerState, key: string): Pod | undefined
  startTask(state: SchedulerState, name: string, args: readonly unknown[], context: Context): void
  event(
    state: SchedulerState,
    pod: Pod,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    context: Context,
  ): void
}
