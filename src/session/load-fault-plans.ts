// The fault catalogue, once it is loaded: with the late parts, and as a part of its own, since commands need nothing else
// of them.
import { assert } from '../sim/kernel/assert.ts'

type FaultPlans = typeof import('./fault-plans.ts')

let loaded: FaultPlans | undefined

export async function loadFaultPlans(): Promise<void> {
  loaded ??= await import('./fault-plans.ts')
}

/** Only after `loadFaultPlans`. */
export function faultPlans(): FaultPlans {
  assert(loaded !== undefined, 'the fault catalogue is loaded before it is asked for')
  return loaded
}
