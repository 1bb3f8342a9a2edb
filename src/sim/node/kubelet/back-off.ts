// Exponential back-off by key, for restarts and pulls. Models client-go/util/flowcontrol Backoff: doubled at each step, up
// to a limit, and forgotten after twice the limit without a step.
import { seconds } from '../../kernel/micros.ts'

export interface BackOffEntry {
  readonly delay: number
  readonly steppedAt: number
}

export type BackOff = Record<string, BackOffEntry>

const BACK_OFF_INITIAL: number = seconds(10)
const BACK_OFF_LIMIT: number = seconds(300)

const expired = (entry: BackOffEntry, at: number): boolean => at - entry.steppedAt > 2 * BACK_OFF_LIMIT

/** The delay that is still being waited for at `now`, counted from `since`; 0 when there is none. */
export function backOffDelay(backOff: BackOff, key: string, since: number, now: number): number {
  const entry = backOff[key]
  if (entry === undefined || expired(entry, since) || now - since >= entry.delay) return 0
  return entry.delay
}

/** As `backOffDelay`, counted from the last step. */
export function backOffDelaySinceStep(backOff: BackOff, key: string, now: number): number {
  const entry = backOff[key]
  if (entry === undefined || expired(entry, now) || now - entry.steppedAt >= entry.delay) return 0
  return entry.delay
}

/** The next delay is longer, unless the last step was long before `eventAt`. */
export function stepBackOff(backOff: BackOff, key: string, eventAt: number, now: number): void {
  const entry = backOff[key]
  const delay =
    entry === undefined || expired(entry, eventAt)
      ? BACK_OFF_INITIAL
      : Math.min(entry.delay * 2, BACK_OFF_LIMIT)
  backOff[key] = { delay, steppedAt: now }
}
