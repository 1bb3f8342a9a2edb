// Which chapter of a scenario comes next. It is shown before the script itself is needed.
import type { Branch } from './branch.ts'
import type { Chapter, Scenario } from './scenario.ts'

/** The chapter with operations that would be run next; undefined when none is left. */
export function nextChapter({ chapters }: Scenario, branch: Branch, at: number): Chapter | undefined {
  const begun = new Set(
    branch.commands.flatMap((stamped) =>
      stamped.at <= at && stamped.command.do === 'chapter' ? [stamped.command.chapter] : [],
    ),
  )
  return chapters.find((chapter) => chapter.do.length > 0 && !begun.has(chapter.id))
}

/** Whether any chapter has been begun on this branch. */
export const hasBegun = ({ commands }: Branch): boolean =>
  commands.some(({ command }) => command.do === 'chapter')
