// What a fold may ask about events that came before: the trace's index, kept by the session.
import type { TraceEvent } from '../sim/kernel/trace.ts'

export interface TraceLookup {
  /** The event with this `seq`; undefined when there is none (timers have no event) or it was dropped from the ring. */
  find(seq: number): TraceEvent | undefined
}

/** Also knows where events came from that are dropped. */
export interface CauseLookup extends TraceLookup {
  /** The `seq` of what led to the event with this one; 0 when nothing did, or there is no such event. */
  causeOf(seq: number): number
}

/** The events from `event` back to its root, `event` first. */
export function chainOf(lookup: TraceLookup, event: TraceEvent): TraceEvent[] {
  return [...causesOf(lookup, event)]
}

/** The same one by one, for those who may stop before the root. */
export function* causesOf(lookup: TraceLookup, event: TraceEvent): Generator<TraceEvent> {
  for (let at: TraceEvent | undefined = event; at !== undefined; at = lookup.find(at.cause)) yield at
}
