// What a change means for the room on nodes: a Pod that is bound takes some, one that is over or deleted gives it back.
// A Pod that was created with a node was placed by nobody.
import type { Pod } from '../sim/api/objects.ts'
import { isOver } from './pod-requests.ts'
import type { Change } from './recorded.ts'

export interface Placement {
  /** The uid of the Pod that needs its room no more. */
  readonly released: string | null
  readonly placed: { readonly pod: Pod; readonly node: string } | null
}

const nothing: Placement = Object.freeze({ released: null, placed: null })

export function placementIn({ resource, object, previous }: Change): Placement {
  if (resource !== 'pods') return nothing
  const pod = object as Pod | null
  const before = previous?.object as Pod | undefined
  if (before === undefined) return nothing
  if (pod === null || isOver(pod)) return { released: before.metadata.uid, placed: null }
  const node = pod.spec.nodeName ?? ''
  const isBound = node !== '' && (before.spec.nodeName ?? '') === ''
  return isBound ? { released: null, placed: { pod, node } } : nothing
}
