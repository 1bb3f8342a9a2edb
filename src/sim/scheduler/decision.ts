// A scheduling decision, whole and as plain data: the `decision` of the trace's `schedule` event. Tables are kept by
// column: `nodes[i]` is described by the i-th entry of every column. The inspector draws nodes × plugins from it.

/** How many nodes are described one by one. */
export const DETAILED_NODES = 100

export interface ScoreColumn {
  readonly plugin: string
  readonly weight: number
  /** What the plugin said; null for a node that was not scored. */
  readonly raw: readonly (number | null)[]
  /** The same from 0 to 100. */
  readonly normalized: readonly (number | null)[]
}

export interface Decision {
  /** 1 for the first time this Pod is tried. */
  readonly attempt: number
  /** What brought the Pod into the queue this time: "PodAdd", "NodeAdd", "AssignedPodDelete", "BackoffComplete", … */
  readonly trigger: string
  /** How long it waited in the queue this time. */
  readonly queuedMicros: number
  readonly allNodes: number
  /** How many nodes the filters looked at, and how many of those passed. */
  readonly evaluated: number
  readonly feasible: number
  /** The first node that was looked at: the search starts where the last one ended. */
  readonly startNode: string | null
  readonly nodes: readonly string[]
  /** Nodes that were looked at and are not in `nodes`. */
  readonly moreNodes: number
  /** In the order in which they run; the first that rejects a node ends it for that node. */
  readonly filters: readonly string[]
  /** Filters that had nothing to do for this Pod. */
  readonly skippedFilters: readonly string[]
  /** For each node the index in `filters` of the plugin that rejected it; -1: it passed; -2: nobody looked at it. */
  readonly rejectedBy: readonly number[]
  readonly reasons: readonly (readonly string[])[]
  /** Empty where only one node was left: then there is nothing to compare. */
  readonly scores: readonly ScoreColumn[]
  readonly skippedScores: readonly string[]
  /** The sum of normalized × weight; null for a node that was not scored. */
  readonly totals: readonly (number | null)[]
  /** How many nodes shared the highest total; one of them is drawn by lot. */
  readonly ties: number
  readonly chosen: string | null
  /** The text of a failed attempt; empty for a success. */
  readonly message: string
}
