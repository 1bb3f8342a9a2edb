// What the inspector shows of a thing at the cursor, as the page gets it.
import type { Row } from './rows.ts'
import type { StageView } from './stage-view.ts'

export type Subject =
  | { readonly kind: 'event'; readonly seq: number }
  /** `resource/namespace/name` or `resource/name`. */
  | { readonly kind: 'object'; readonly key: string }
  | { readonly kind: 'pod'; readonly uid: string }
  | { readonly kind: 'member'; readonly id: string }
  | { readonly kind: 'process'; readonly id: string }
  | { readonly kind: 'host'; readonly name: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string }

export interface PhaseView {
  readonly phase: string
  readonly ok: boolean
  readonly notes: readonly string[]
  readonly seq: number
}

/** A change of one field between two versions of an object; `before` or `after` is undefined where it did not exist. */
export interface FieldChange {
  readonly path: string
  readonly before?: unknown
  readonly after?: unknown
}

export interface VersionView {
  readonly revision: number
  readonly seq: number
  readonly at: number
  /** Who asked for the write; null where that is not kept. */
  readonly writer: string | null
  readonly verb: string
}

/** One cell of nodes × plugins. */
export interface VerdictView {
  readonly plugin: string
  readonly ok: boolean
  readonly reason: string
}

export interface NodeDecisionView {
  readonly node: string
  readonly filters: readonly VerdictView[]
  readonly feasible: boolean
  readonly scores: readonly {
    readonly plugin: string
    readonly raw: number
    readonly normalized: number
    readonly weight: number
  }[]
  readonly total: number | null
}

export interface DecisionView {
  readonly seq: number
  readonly at: number
  readonly pod: string
  readonly attempt: number
  readonly chosen: string | null
  readonly message: string
  readonly nodes: readonly NodeDecisionView[]
  /** Nodes that the decision weighed but that are not listed. */
  readonly omitted: number
}

export type Inspection =
  | {
      readonly kind: 'event'
      readonly row: Row
      /** What came in: the message, or the request that an answer is for. */
      readonly incoming: unknown
      /** What went out: the answer, when there is one. */
      readonly outgoing: unknown
      readonly phases: readonly PhaseView[]
      readonly decision: DecisionView | null
      /** From this event back to the user's command, newest first. */
      readonly why: readonly Row[]
      /** Whether the last of them had a cause, too, that is not kept. */
      readonly whyIsCut: boolean
      /** What followed directly. */
      readonly led: readonly Row[]
      /** Whether more may have followed, which is not kept. */
      readonly ledIsCut: boolean
    }
  | {
      readonly kind: 'object'
      readonly key: string
      /** The object now; null when it does not exist (any more). */
      readonly object: unknown
      readonly yaml: string
      readonly changes: readonly FieldChange[]
      readonly versions: readonly VersionView[]
      readonly decisions: readonly DecisionView[]
    }
  | {
      readonly kind: 'member'
      readonly member: StageView['members'][string]
      readonly log: readonly {
        readonly index: number
        readonly term: number
        readonly label: string
        readonly committed: boolean
        readonly seq: number
      }[]
    }
  | {
      readonly kind: 'process'
      readonly process: StageView['processes'][string]
      readonly watches: readonly (StageView['watches'][string] & {
        /** How many the client has received. */
        readonly events: number
      })[]
      readonly recent: readonly Row[]
    }
  | {
      readonly kind: 'host'
      readonly host: StageView['hosts'][string]
      readonly processes: readonly StageView['processes'][string][]
    }
  | { readonly kind: 'link'; readonly from: string; readonly to: string; readonly recent: readonly Row[] }
  | { readonly kind: 'absent' }
  /** It happened so long ago that it would take long to make again. */
  | { readonly kind: 'dropped' }
