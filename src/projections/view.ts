// What a view is: a fold over the events of the trace. States are immutable and share what did not change.
import type { TraceEvent } from '../sim/kernel/trace.ts'

export interface View<S> {
  readonly initial: S
  fold(state: S, event: TraceEvent): S
}

/** A view that is sent to the page, in plain data. */
export interface ShownView<S, Shown> extends View<S> {
  show(state: S): Shown
}
