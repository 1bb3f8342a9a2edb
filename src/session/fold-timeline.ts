// A fold over a recording that can be asked for its state at any length. States are immutable, so a keyframe is just a
// reference; a seek folds at most one keyframe's worth of events.
import type { TraceEvent } from '../sim/kernel/trace.ts'

/** Events between keyframes: a seek folds at most this many. */
const KEYFRAME_EVENTS = 512

/** The events that are folded. */
export interface EventSource {
  event(index: number): TraceEvent | undefined
}

export interface Timeline<S> {
  /** The state after the first `length` events. */
  at(length: number): S
  /** Folds up to there, which whoever reads elsewhere does not notice. */
  advance(length: number): void
  /** Makes a keyframe there, however many events are between. */
  keep(length: number): void
  /** Gives up the keyframes between two lengths, but not those at the lengths. */
  thin(from: number, to: number): void
  /** The same keyframes up to a length, over events that are the same until there. */
  upTo(length: number, events: EventSource, fold?: (state: S, event: TraceEvent) => S): Timeline<S>
}

/** So many events are folded by all while they are at hand: thousands later each comes from far memory. */
export const FOLDED_TOGETHER = 256

/** Folds everything up to a length. The states of all are known at `from`. */
export function foldTogether(timelines: readonly Timeline<unknown>[], from: number, to: number): void {
  for (let length = from; length < to; ) {
    length = Math.min(to, length + FOLDED_TOGETHER)
    for (const timeline of timelines) timeline.advance(length)
  }
}

interface Keyframe<S> {
  readonly length: number
  readonly state: S
}

export class FoldTimeline<S> implements Timeline<S> {
  /** Sorted by length; the first is at 0. */
  private readonly keyframes: Keyframe<S>[]
  private readonly fold: (state: S, event: TraceEvent) => S
  private readonly events: EventSource
  /** The newest state that was asked for, since the next question is usually just after it. */
  private last: Keyframe<S>
  /** Up to where it was folded last without being asked for. */
  private ahead: Keyframe<S>

  constructor(initial: S, fold: (state: S, event: TraceEvent) => S, events: EventSource) {
    this.last = { length: 0, state: initial }
    this.ahead = this.last
    this.keyframes = [this.last]
    this.fold = fold
    this.events = events
  }

  at(length: number): S {
    this.last = this.foldedTo(length)
    return this.last.state
  }

  advance(length: number): void {
    this.ahead = this.foldedTo(length)
  }

  keep(length: number): void {
    this.advance(length)
    if (this.ahead.length === length) this.insert(this.ahead)
  }

  private foldedTo(length: number): Keyframe<S> {
    let { length: now, state, since } = this.nearest(length)
    while (now < length) {
      const event = this.events.event(now)
      if (event === undefined) break
      state = this.fold(state, event)
      now++
      if (++since >= KEYFRAME_EVENTS) {
        this.insert({ length: now, state })
        since = 0
      }
    }
    return { length: now, state }
  }

  thin(from: number, to: number): void {
    const first = this.placeAfter(from)
    const end = this.placeAfter(to - 1)
    this.keyframes.splice(first, end - first)
  }

  upTo(
    length: number,
    events: EventSource,
    fold: (state: S, event: TraceEvent) => S = this.fold,
  ): FoldTimeline<S> {
    const twin = new FoldTimeline(this.last.state, fold, events)
    twin.keyframes.splice(0, 1, ...this.keyframes.slice(0, this.placeAfter(length)))
    twin.last = twin.keyframes[twin.keyframes.length - 1] ?? twin.last
    twin.ahead = twin.last
    return twin
  }

  /** How many keyframes are at `length` or before it. */
  private placeAfter(length: number): number {
    let low = 0
    let high = this.keyframes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.keyframes[middle]?.length ?? 0) <= length) low = middle + 1
      else high = middle
    }
    return low
  }

  private insert(keyframe: Keyframe<S>): void {
    const place = this.placeAfter(keyframe.length)
    if (this.keyframes[place - 1]?.length !== keyframe.length) this.keyframes.splice(place, 0, keyframe)
  }

  /**
   * The nearest state before, and how many events it is behind the keyframe before it. One that was asked for is preferred
   * where it is near: what is folded from it shares with it all that did not change.
   */
  private nearest(length: number): Keyframe<S> & { readonly since: number } {
    const keyframe = this.keyframes[this.placeAfter(length) - 1] ?? this.last
    const { last, ahead } = this
    if (last.length <= length && length - last.length <= KEYFRAME_EVENTS) return this.from(last)
    return ahead.length >= keyframe.length && ahead.length <= length
      ? this.from(ahead)
      : { ...keyframe, since: 0 }
  }

  private from(known: Keyframe<S>): Keyframe<S> & { readonly since: number } {
    return {
      ...known,
      since: known.length - (this.keyframes[this.placeAfter(known.length) - 1]?.length ?? 0),
    }
  }
}
