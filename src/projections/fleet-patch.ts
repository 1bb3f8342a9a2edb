// What a page is told of a large cluster, beside the stage's tables.

/** The nodes and Pods of a large cluster that somebody looks at: of these the stage's tables have all. */
export interface FleetFocus {
  readonly nodes: readonly string[]
  /** Uids; the nodes they are on count, too. */
  readonly pods: readonly string[]
}

/**
 * A large cluster from far away. Its nodes, and what belongs to them, are in the stage's tables only while they are in
 * focus (`focus`); these few bytes are there for all.
 */
export interface FleetPatch {
  /** The nodes' names in the order of their places; with the first frame. */
  readonly names?: readonly string[]
  /** The places of the nodes that changed, and for each of them: */
  readonly places: Uint16Array
  /** has power (1), the Ready condition (0 not recorded, 2 True, 4 False, 6 Unknown), cordoned (8); */
  readonly states: Uint8Array
  /** how many Pods it has; */
  readonly counts: Uint16Array
  /** and, for all of these Pods one after the other, how they look (see `PodLook`). */
  readonly looks: Uint8Array
  /** Pods of the cluster, how many of them are ready, and open watches of the nodes. */
  readonly pods: number
  readonly ready: number
  readonly watches: number
}
