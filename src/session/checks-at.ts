// The checks as they stand at a moment of a branch, once the late parts with them are loaded.
import type { ChecksView } from '../worker/protocol.ts'
import type { Branch } from './branch.ts'
import type { Judge } from './judge.ts'

/** Checks tell objects by their identity, which events that were made again have lost. */
const isWhole = ({ recording }: Branch): boolean =>
  recording.segments.every(({ body, isRemade }) => body !== null && !isRemade)

/**
 * After the first `length` events; null while the checks are not loaded, and where the cluster is too large for them.
 * @param makeJudge what judges, where it is loaded
 */
export function checksAt(
  branch: Branch,
  length: number,
  makeJudge: typeof Judge | undefined,
): ChecksView | null {
  if (!branch.world.scale.checked || (branch.judge === null && !isWhole(branch))) return null
  if (branch.judge === null && makeJudge !== undefined) branch.judge = new makeJudge(branch.recording)
  return branch.judge?.at(length) ?? null
}
