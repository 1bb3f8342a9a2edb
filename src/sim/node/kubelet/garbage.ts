// Removal of dead sandboxes and containers. Models the container garbage collector's period of a minute; it sleeps while
// there is nothing to remove. Leaves out images.
import { own } from '../../api/json.ts'
import { micros, seconds } from '../../kernel/micros.ts'
import type { Context, Message } from '../../kernel/process.ts'
import type { TaskRunner } from '../../kernel/task.ts'
import type { Garbage } from './effects.ts'
import type { KubeletState, PodWorker } from './state.ts'

const COLLECT_PERIOD = seconds(60)

export interface CollectMessage extends Message {
  readonly type: 'collect-garbage'
}

/** What a Pod that is here has that runs no more and has successors. */
function garbageOfPod(worker: PodWorker): Garbage {
  const { sandboxes, containers } = worker.runtime
  if (sandboxes.length < 2 && containers.length < 3) return NOTHING
  const old = oldContainers(worker)
  const inUse = containers.filter(({ id }) => !old.includes(id)).map(({ sandboxId }) => sandboxId)
  const oldSandboxes = sandboxes
    .slice(1)
    .filter(({ id, state }) => state === 'SANDBOX_NOTREADY' && !inUse.includes(id))
  return { sandboxes: oldSandboxes.map(({ id }) => id), containers: old }
}

const NOTHING: Garbage = Object.freeze({ sandboxes: Object.freeze([]), containers: Object.freeze([]) })

/** Of each container's dead instances the latest two are kept: for its state, and for its last state. */
function oldContainers(worker: PodWorker): readonly string[] {
  const seen: Record<string, number> = {}
  const old: string[] = []
  for (const { id, metadata, state } of worker.runtime.containers) {
    const count = (own(seen, metadata.name) ?? 0) + 1
    seen[metadata.name] = count
    if (count > 2 && state !== 'CONTAINER_RUNNING') old.push(id)
  }
  return old
}

/** Everything that may be removed now. A Pod that is being worked on is left alone. */
export function garbageOf(state: KubeletState): Garbage {
  const sandboxes = [...state.leftovers.values()].flat()
  const containers: string[] = []
  for (const worker of state.workers.values()) {
    if (worker.task !== 0) continue
    const own = garbageOfPod(worker)
    sandboxes.push(...own.sandboxes)
    containers.push(...own.containers)
  }
  return { sandboxes, containers }
}

/** Sets the timer for the collector's next turn, if Pods that are gone left something. */
export function collectLeftovers(state: KubeletState, context: Context): void {
  if (state.leftovers.size > 0) scheduleCollection(state, context)
}

/** Sets the timer for the collector's next turn, if this Pod has something for it. */
export function collectFrom(state: KubeletState, worker: PodWorker, context: Context): void {
  const { sandboxes, containers } = garbageOfPod(worker)
  if (sandboxes.length + containers.length > 0) scheduleCollection(state, context)
}

function scheduleCollection(state: KubeletState, context: Context): void {
  if (state.collectAt !== 0) return
  const turns = Math.floor((context.now - state.startedAt) / COLLECT_PERIOD) + 1
  state.collectAt = state.startedAt + turns * COLLECT_PERIOD
  const message: CollectMessage = { type: 'collect-garbage' }
  context.timer(micros(state.collectAt - context.now), message)
}

export function collect(state: KubeletState, context: Context, runner: TaskRunner<KubeletState>): void {
  state.collectAt = 0
  runner.start(state, 'collectGarbage', [], context)
  // What is in the list is being removed; should that fail, the next inventory of the runtime finds it again.
  state.leftovers.clear()
}
