// What a plugin says about a Pod or a node. Models pkg/scheduler/framework's Status; success is null here, because it is
// by far the most frequent answer and needs no object.

export type Code =
  /** The plugin failed: the Pod is tried again after its back-off. */
  | 'Error'
  /** Not now, but deleting other Pods might help. */
  | 'Unschedulable'
  /** Not now, and preemption would not change it. */
  | 'UnschedulableAndUnresolvable'
  /** The Permit plugin wants the Pod to wait. */
  | 'Wait'
  /** The plugin has nothing to do for this Pod: its Filter or Score is left out. */
  | 'Skip'

export interface Status {
  readonly code: Code
  readonly reasons: readonly string[]
}

export const unschedulable = (...reasons: string[]): Status => ({ code: 'Unschedulable', reasons })

export const unresolvable = (...reasons: string[]): Status => ({
  code: 'UnschedulableAndUnresolvable',
  reasons,
})

export const SKIP: Status = Object.freeze({ code: 'Skip', reasons: Object.freeze([]) })

export const isRejected = (status: Status): boolean =>
  status.code === 'Unschedulable' || status.code === 'UnschedulableAndUnresolvable'
