// How a sync ends: in the trace, and for its key in the queue.
import { addKeyAfter, addKeyRateLimited, doneKeyAfter, forgetKey, requeues } from '../../client/index.ts'
import type { Context } from '../../kernel/process.ts'
import type { Controller, SyncResult } from './controller.ts'
import type { ControllerState } from './sync-host.ts'

/** A sync that is under way. */
export interface Sync {
  readonly controller: string
  readonly key: string
  /** Whether the trace has its start. */
  started: boolean
  summary: string
}

/** From the end of a sync to the next one of the same key. */
const TURNAROUND_MICROS = 2_000

export function traceEnd(sync: Sync, outcome: SyncResult, context: Context): void {
  const { controller, key, summary } = sync
  const [type, step] = ['reconcile', 'end'] as const
  if (outcome === undefined) context.trace({ type, step, controller, key, summary, outcome: 'done' })
  else if ('error' in outcome)
    context.trace({ type, step, controller, key, summary, outcome: 'failed', error: outcome.error })
  else context.trace({ type, step, controller, key, summary, outcome: 'requeued' })
}

export function settle(
  { queue }: ControllerState,
  { maxRetries }: Controller,
  key: string,
  outcome: SyncResult,
  context: Context,
): void {
  doneKeyAfter(queue, key, TURNAROUND_MICROS, context)
  if (outcome !== undefined && 'error' in outcome) {
    if (maxRetries !== undefined && requeues(queue, key) >= maxRetries) forgetKey(queue, key)
    else addKeyRateLimited(queue, key, context)
    return
  }
  forgetKey(queue, key)
  if (outcome !== undefined) addKeyAfter(queue, key, outcome.requeueAfterMicros, context)
}
