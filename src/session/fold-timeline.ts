// A fold over a recording that can be asked for its state at any length. States are immutable, so a keyframe is just a
// reference; a seek folds at most one keyframe's worth of events.
import type { TraceEvent } from '../sim/kernel/trace.ts'

/** Events between keyframes: a seek folds at most this many. */
const KEYFRAME_EVENTS = 512

export interface Timeline<S> {
  /** The state after the first `length` events. */
  at(length: number): S
}

export class FoldTimeline<S> implements Timeline<S> {
  private readonly keyframes: S[]
  private readonly fold: (state: S, event: TraceEvent) => S
  private readonly events: readonly TraceEvent[]
  /** The newest state that was asked for, since the next question is usually just after it. */
  private last: { length: number; state: S }

  constructor(initial: S, fold: (state: S, event: TraceEvent) => S, events: readonly TraceEvent[]) {
    this.keyframes = [initial]
    this.fold = fold
    this.events = events
    this.last = { length: 0, state: initial }
  }

  at(length: number): S {
    let from = this.nearest(length)
    while (from.length < length) {
      const event = this.events[from.length]
      if (event === undefined) break
      from = { length: from.length + 1, state: this.fold(from.state, event) }
      if (from.length === this.keyframes.length * KEYFRAME_EVENTS) this.keyframes.push(from.state)
    }
    this.last = from
    return from.state
  }

  private nearest(length: number): { length: number; state: S } {
    const index = Math.min(Math.floor(length / KEYFRAME_EVENTS), this.keyframes.length - 1)
    const keyframe = this.keyframes[index]
    const stored = index * KEYFRAME_EVENTS
    if (keyframe === undefined || (this.last.length >= stored && this.last.length <= length)) return this.last
    return { length: stored, state: keyframe }
  }
}
