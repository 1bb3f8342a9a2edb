// One line for an event of the trace, in Kubernetes' own terms: what event lists, "why?" and packets show. Data only;
// wording in a language is the page's.

/**
 * How much an event matters to somebody who follows the story. `story`: caused by what the user or a fault did, or a
 * change that a component made by itself. `detail`: part of such a thing, but inside a component. `noise`: heartbeats,
 * lease renewals, periodic status, and whatever follows from them.
 */
export type Level = 'story' | 'detail' | 'noise'

export interface Row {
  readonly seq: number
  /** Microseconds of virtual time. */
  readonly at: number
  /** For messages: when it arrives. */
  readonly deliveredAt: number | null
  readonly type: string
  readonly process: string
  readonly from: string | null
  readonly to: string | null
  /** Short and in the protocol's terms: "POST pods", "201 Created", "ADDED pod", "MsgApp 72", "COMMIT 72", "RunPodSandbox". */
  readonly label: string
  /** The object or subject: "default/web-7k2xq", "/registry/pods/default/web-7k2xq". */
  readonly detail: string
  readonly cause: number
  readonly level: Level
  /** False: an answer that reports failure, a message that was lost. */
  readonly ok: boolean
  /** The milestone of the scenario that this event is. */
  readonly milestone: string | null
  /** What to select when the row is clicked besides the event itself: an object's key such as `pods/default/web`. */
  readonly object: string | null
}
