// What happened in the cluster, in the terms in which plugins say what may make a Pod schedulable. Models
// framework.ClusterEvent: a resource and the kinds of change to it.
import type { Node, Pod } from '../../api/objects.ts'

export type NodeChange = 'allocatable' | 'labels' | 'taints' | 'condition' | 'annotations'

export type ClusterEvent =
  | { readonly resource: 'node'; readonly action: 'add'; readonly node: Node }
  | {
      readonly resource: 'node'
      readonly action: 'update'
      readonly node: Node
      readonly previous: Node
      readonly changes: readonly NodeChange[]
    }
  /** A Pod that holds a place on a node went away or shrank; `pod` is what it was. */
  | { readonly resource: 'assigned-pod'; readonly action: 'add' | 'update' | 'delete'; readonly pod: Pod }
  /** The waiting Pod itself changed. */
  | { readonly resource: 'pod'; readonly action: 'update'; readonly pod: Pod; readonly previous: Pod }

/** Whether an event may make a Pod schedulable that the plugin rejected. Models QueueingHintFn. */
export type QueueingHint = 'queue' | 'skip'
