// What a fold may ask about events that came before: the trace's index, kept by the session.
import type { TraceEvent } from '../sim/kernel/trace.ts'

export interface TraceLookup {
  /** The event with this `seq`; undefined when there is none (timers have no event) or it was dropped from the ring. */
  find(seq: number): TraceEvent | undefined
}

/** The events from `event` back to its root, `event` first. */
export function chainOf(lookup: TraceLookup, event: TraceEvent): TraceEvent[] {
  const chain = [event]
  for (let at = lookup.find(event.cause); at !== undefined; at = lookup.find(at.cause)) chain.push(at)
  return chain
}
