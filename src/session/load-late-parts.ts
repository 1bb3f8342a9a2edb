// The late parts, once they are loaded. A page loads them after its first picture, Node.js before it begins; the calls of
// a host stay synchronous, since what a call needs is loaded before it is made.
import { assert } from '../sim/kernel/assert.ts'
import { loadFaultPlans } from './load-fault-plans.ts'

type LateParts = typeof import('./late-parts.ts')

let loaded: LateParts | undefined

export async function loadLateParts(): Promise<void> {
  const plans = loadFaultPlans()
  loaded ??= await import('./late-parts.ts')
  await plans
}

/** For what can do without them for a moment. */
export const latePartsIfLoaded = (): LateParts | undefined => loaded

/** Only after `loadLateParts`. */
export function lateParts(): LateParts {
  assert(loaded !== undefined, 'the late parts are loaded before they are asked for')
  return loaded
}
