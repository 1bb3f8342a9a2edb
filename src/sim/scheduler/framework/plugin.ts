// The extension points, as pkg/scheduler/framework has them. A plugin is an object of pure functions; what it works out
// for a Pod once (PreFilter, PreScore) is handed to its Filter and Score as `prepared`.
import type { Pod } from '../../api/objects.ts'
import type { ClusterEvent, QueueingHint } from './cluster-event.ts'
import type { SchedulableNode } from './node-info.ts'
import type { PodInfo } from './pod-info.ts'
import type { Status } from './status.ts'

/** What plugins may know of the cluster besides the node at hand. */
export interface Snapshot {
  readonly nodes: readonly SchedulableNode[]
  /** A number for each of them that no other state of a node has or had: to compare it does not take looking at the node. */
  readonly versions: readonly number[]
  /** On how many nodes an image of this name is. */
  imageNodes(image: string): number
  /** How large an image of this name is; null where no node has it, or nodes have different ones or may have. */
  imageBytes(image: string): number | null
  /** Whether a Pod of lower priority than this has a place on the node. */
  hasLowerPriorityPods(node: string, priority: number): boolean
}

export interface Prepared<State> {
  /** A rejection of the Pod as a whole, or Skip. */
  readonly status?: Status
  readonly state?: State
  /** The only nodes that can do, where that is known at once; null is every node. */
  readonly nodeNames?: readonly string[] | null
}

export interface QueuedBefore {
  readonly pod: Pod
  /** When the Pod entered the queue this time. */
  readonly timestamp: number
}

export interface PostFilterInput {
  readonly pod: PodInfo
  readonly snapshot: Snapshot
  /** Each node that was rejected by a Filter, with the reason. Nodes that are absent were ruled out before. */
  readonly statuses: ReadonlyMap<string, Status>
}

/** What the Bind plugin asks the scheduler to do. */
export interface BindingRequest {
  readonly pod: Pod
  readonly node: string
}

export interface Plugin<FilterState = unknown, ScoreState = unknown> {
  readonly name: string
  /**
   * A text on which alone, besides the node at hand, this plugin's Filter and Score of a Pod depend. Pods with the same
   * signature share what was worked out for nodes that have not changed since. Without it nothing is shared.
   */
  sign?(pod: PodInfo, snapshot: Snapshot): string
  /** Whether a Pod may enter the active queue at all. */
  preEnqueue?(pod: Pod): Status | null
  /** Text that sorts as the Pods shall be tried; the queue is an ordered map, so order is a key and no comparison. */
  queueSortKey?(queued: QueuedBefore): string
  preFilter?(pod: PodInfo, snapshot: Snapshot): Prepared<FilterState>
  filter?(pod: PodInfo, node: SchedulableNode, prepared: FilterState): Status | null
  /** Runs when no node is left, and may make room. The text goes at the end of the message. */
  postFilter?(input: PostFilterInput): Status
  preScore?(pod: PodInfo, snapshot: Snapshot): Prepared<ScoreState>
  score?(pod: PodInfo, node: SchedulableNode, prepared: ScoreState): number
  /** Brings raw scores into 0 to 100; equal ones stay equal. Without it, raw scores are in that range already. */
  normalizeScores?(scores: readonly number[]): readonly number[]
  reserve?(pod: PodInfo, node: string): Status | null
  /** Takes back what `reserve` took, and bears being called without it. */
  unreserve?(pod: PodInfo, node: string): void
  permit?(pod: PodInfo, node: string): Status | null
  preBind?(pod: PodInfo, node: string): Status | null
  bind?(pod: PodInfo, node: string): BindingRequest
  /** Says which events may help a Pod that this plugin rejected. */
  queueingHint?(pod: Pod, event: ClusterEvent): QueueingHint
}

export const MAX_NODE_SCORE = 100

/** Scales so that the highest score is 100; `reverse` makes the lowest the best. */
export function defaultNormalize(scores: readonly number[], reverse: boolean): readonly number[] {
  let highest = 0
  for (const score of scores) if (score > highest) highest = score
  if (highest === 0) return reverse ? scores.map(() => MAX_NODE_SCORE) : scores
  return scores.map((score) => {
    const scaled = Math.trunc((MAX_NODE_SCORE * score) / highest)
    return reverse ? MAX_NODE_SCORE - scaled : scaled
  })
}
