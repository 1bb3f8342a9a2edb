// Removal of dead sandboxes and containers. Models the container garbage collector's period of a minute; it sleeps while
// there is nothing to remove. Leaves out images.
import { micros, seconds } from '../../kernel/micros.ts'
import type { Context, Message } from '../../kernel/process.ts'
import type { TaskRunner } from '../../kernel/task.ts'
import { garbageOf } from './perform.ts'
import type { KubeletState } from './state.ts'

const COLLECT_PERIOD = seconds(60)

export interface CollectMessage extends Message {
  readonly type: 'collect-garbage'
}

/** Sets the timer for the collector's next turn, if there is something for it. */
export function scheduleCollection(state: KubeletState, context: Context): void {
  if (state.collectAt !== 0 || !hasGarbage(state)) return
  const turns = Math.floor((context.now - state.startedAt) / COLLECT_PERIOD) + 1
  state.collectAt = state.startedAt + turns * COLLECT_PERIOD
  const message: CollectMessage = { type: 'collect-garbage' }
  context.timer(micros(state.collectAt - context.now), message)
}

function hasGarbage(state: KubeletState): boolean {
  for (const _uid in state.leftovers) return true
  const { sandboxes, containers } = garbageOf(state)
  return sandboxes.length + containers.length > 0
}

export function collect(state: KubeletState, context: Context, runner: TaskRunner<KubeletState>): void {
  state.collectAt = 0
  runner.start(state, 'collectGarbage', [], context)
  // What is in the list is being removed; should that fail, the next inventory of the runtime finds it again.
  for (const uid of Object.keys(state.leftovers)) delete state.leftovers[uid]
}
