// The checks as they stand at a moment of a branch, once the late parts with them are loaded.
import type { ChecksView } from '../worker/protocol.ts'
import type { Branch } from './branch.ts'
import { latePartsIfLoaded } from './load-late-parts.ts'

/** After the first `length` events; null while the checks are not loaded, and where the cluster is too large for them. */
export function checksAt(branch: Branch, length: number): ChecksView | null {
  const parts = latePartsIfLoaded()
  if (!branch.world.scale.checked) return null
  if (branch.judge === null && parts !== undefined) branch.judge = new parts.Judge(branch.recording)
  return branch.judge?.at(length) ?? null
}
