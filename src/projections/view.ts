// What a view is: a fold over the events of the trace. States are immutable and share what did not change.
import type { TraceEvent } from '../sim/kernel/trace.ts'

export interface View<S, Shown = S> {
  readonly initial: S
  fold(state: S, event: TraceEvent): S
  /** The state as it is sent to the page, in plain data; absent: as it is. */
  show?(state: S): Shown
}
