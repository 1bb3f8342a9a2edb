// How the kubelet notices what happened in the runtime. Models the pod life cycle event generator: events are noticed at
// the next tick of a 1 s period. The runtime streams its events (as evented PLEG has it), so that no tick is needed
// while nothing happens; the generic PLEG would list everything each second to find the same.
import { micros, seconds } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Message } from '../../kernel/process.ts'
import type { ContainerStatus, CriEventMessage } from '../runtime/cri.ts'
import { applyCriEvent, isRunning } from './pod-runtime.ts'
import { startProbes } from './prober.ts'
import type { KubeletState, PodWorker } from './state.ts'
import { NO_EVENTS } from './state.ts'

const RELIST_PERIOD = seconds(1)

export interface RelistMessage extends Message {
  readonly type: 'relist'
}

export function receiveCriEvent(state: KubeletState, message: CriEventMessage, context: Context): void {
  if (isListing(state)) {
    state.whileListing = Object.freeze([...state.whileListing, message])
    return
  }
  const worker = state.workers.get(message.podUid)
  if (worker === undefined) return
  worker.incoming = Object.freeze([...worker.incoming, message.event])
  worker.incomingCause = context.cause
  scheduleRelist(state, worker, context)
}

/** Everything that the runtime has is being asked for, or is to be. */
const isListing = ({ runtimeListed, runtimeLostAt }: KubeletState): boolean =>
  !runtimeListed || runtimeLostAt !== null

/** The next tick will look at this Pod. */
export function scheduleRelist(state: KubeletState, worker: PodWorker, context: Context): void {
  state.dirty.set(worker.uid, true)
  if (state.relistAt !== 0) return
  const ticks = Math.floor((context.now - state.startedAt) / RELIST_PERIOD) + 1
  state.relistAt = state.startedAt + ticks * RELIST_PERIOD
  const relist: RelistMessage = { type: 'relist' }
  context.timer(micros(state.relistAt - context.now), relist)
}

/** Brings the cache of a Pod up to what the runtime has told. Returns whether that was anything to act on. */
export function applyIncoming(worker: PodWorker, context: Context): boolean {
  if (worker.incoming.length === 0) return false
  const before = worker.runtime
  let runtime = before
  for (const event of worker.incoming) runtime = applyCriEvent(runtime, event)
  const notable = worker.incoming.some(({ kind }) => kind !== 'removed')
  worker.incoming = NO_EVENTS
  worker.runtime = deepFreeze(runtime)
  const cause = context.cause
  context.cause = worker.incomingCause
  watchContainers(worker, before.containers, context)
  context.cause = cause
  return notable
}

/** Begins the probes of containers that were not known to run. */
export function watchContainers(
  worker: PodWorker,
  known: readonly ContainerStatus[],
  context: Context,
): void {
  for (const status of worker.runtime.containers)
    if (isRunning(status) && !known.some((old) => old.id === status.id && isRunning(old)))
      startProbes(worker, status, context)
}
