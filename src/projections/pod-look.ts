// How a Pod looks from far away: one number for what is recorded of it and what is really there. Squares of a fleet are
// painted from it, so that a page need not hold every Pod.
import type { PodView } from './stage-view.ts'

export type PodLook = 'ready' | 'running' | 'coming' | 'waiting' | 'broken' | 'gap' | 'going'

/** The numbers that stand for them in `FleetPatch`. */
export const POD_LOOKS: readonly PodLook[] = [
  'ready',
  'running',
  'coming',
  'waiting',
  'broken',
  'gap',
  'going',
]

export function podLook(pod: PodView, hostUp: boolean): PodLook {
  const isThere = hostUp && pod.sandbox !== 'absent'
  const isOver = pod.phase === 'Succeeded' || pod.phase === 'Failed'
  const claims = !isOver && (!hostUp || pod.phase === 'Running' || pod.ready)
  if (pod.recorded && claims && !isThere) return 'gap'
  if (pod.deleting || !pod.recorded) return 'going'
  if (!isThere) return pod.phase === 'Failed' ? 'broken' : 'waiting'
  const is = (state: string): boolean => pod.containers.some((container) => container.state === state)
  if (is('running')) return pod.ready ? 'ready' : 'running'
  if (is('exited') && !is('pulling') && !is('created'))
    return pod.phase === 'Succeeded' ? 'waiting' : 'broken'
  return pod.reason !== null && /BackOff|Err/.test(pod.reason) ? 'broken' : 'coming'
}
