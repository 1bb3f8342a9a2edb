// A Pod that waits to be scheduled, with its history of attempts. Models framework.QueuedPodInfo. Each is frozen and
// replaced, so that checkpoints share it.
import type { PodInfo } from '../framework/pod-info.ts'

/** `gated`: a PreEnqueue plugin keeps it out. `error-backoff`: its last attempt failed for no fault of the Pod. */
export type Place = 'active' | 'backoff' | 'error-backoff' | 'unschedulable' | 'gated'

export interface QueuedPod {
  readonly info: PodInfo
  readonly place: Place
  /** When it entered the queue this time. */
  readonly timestamp: number
  readonly attempts: number
  /** How often it was found unschedulable, and how often in a row an attempt ended in an error. */
  readonly unschedulableCount: number
  readonly errorCount: number
  /** The plugins that rejected it. */
  readonly rejectors: readonly string[]
  /** When its back-off is over. */
  readonly backoffUntil: number
  /** What brought it into the queue, in upstream's words, and the `seq` of that in the trace. */
  readonly trigger: string
  readonly cause: number
  /** Its key in the ordered map of its place. */
  readonly orderKey: string
}

const INITIAL_BACKOFF_MICROS = 1_000_000
const MAX_BACKOFF_MICROS = 10_000_000
/** The back-off queue is ordered by whole seconds, so that within one the priority decides. */
const ORDERING_WINDOW_MICROS = 1_000_000

export function backoffUntil(timestamp: number, failures: number): number {
  if (failures === 0) return timestamp
  let duration = INITIAL_BACKOFF_MICROS
  for (let i = 1; i < failures && duration < MAX_BACKOFF_MICROS; i++) duration *= 2
  const end = timestamp + Math.min(duration, MAX_BACKOFF_MICROS)
  return end - (end % ORDERING_WINDOW_MICROS)
}
