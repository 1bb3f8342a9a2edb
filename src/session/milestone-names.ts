// The names that rows carry when they are milestones.
import type { Branch } from './branch.ts'

/** Which events are milestones, by `seq`. */
export function milestonesBySeq(branch: Branch): ReadonlyMap<number, string> {
  const { reached } = branch.milestones.at(branch.recording.length)
  return new Map(reached.map(({ id, seq }) => [seq, id]))
}
