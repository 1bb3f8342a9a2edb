// Whether anything of the story is still to come.
import type { Branch } from './branch.ts'

/** Nothing is pending that what the user did has led to. */
export function isQuiet(branch: Branch): boolean {
  const { recording } = branch
  return !branch.kernel.pending().some((delivery) => {
    const cause = delivery.from === delivery.to || delivery.from === 'kernel' ? delivery.cause : delivery.seq
    return cause !== 0 && delivery.to !== 'kernel' && recording.standingBySeq(cause).followed
  })
}
