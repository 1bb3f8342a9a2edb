// What a check is: something that must hold in every history, judged from outside. It reads the trace alone, so that it
// shares no code with what it checks; what only a look into processes tells is asked once everything had time to settle.
import type { ProcessId } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import type { Change, Recorded } from './recorded.ts'

interface Text {
  readonly 'zh-CN': string
  readonly en: string
}

/** The processes as a check may see them. */
export interface Processes {
  readonly now: number
  slots(): readonly { readonly id: ProcessId; readonly kind: string; readonly up: boolean }[]
  /** Plain data, not to be changed. */
  stateOf(process: ProcessId): unknown
}

export interface Check {
  /** Kebab-case, as in `state().checks`. */
  readonly name: string
  readonly title: Text
  /** What it promises and why that matters, in a sentence or two. */
  readonly explains: Text
  /** It promises something only for when everything has settled: while things happen it cannot be judged. */
  readonly settles?: true
  /** `recorded` is what etcd holds, shared by all checks of a history and up to date when a run is called. */
  start(recorded: Recorded): CheckRun
}

/** What is violated, in words; as a rule nothing. */
export type Complaints = readonly string[]

export const fine: Complaints = Object.freeze([])

/** One check of one history, from its first event on. */
export interface CheckRun {
  /** The types of the events that `see` wants. */
  readonly sees?: readonly string[]
  /** To be called with each such event, in the order of the trace; with what a partition held up only once. */
  see?(event: TraceEvent): Complaints
  /** To be called with each change of what etcd holds, when the first member tells of it. */
  changed?(change: Change): Complaints
  /**
   * To be called when every fault is healed and the cluster had time to settle: what should have come to agree by now.
   */
  settled?(processes: Processes): Complaints
}

/** `at` is in microseconds of virtual time; `seq` is that of the event that showed it. */
export interface Violation {
  readonly check: string
  readonly at: number
  readonly seq: number
  readonly message: string
}
