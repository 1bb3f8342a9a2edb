// The chapter that is ready to run: story and terminal both offer it, and both start it in the same way.

import type { ChapterText, ScenarioView, StoryView } from '../../worker/protocol.ts'
import { call, request } from './host.ts'
import type { View } from './view.ts'
import { useView } from './view.ts'

/**
 * A chapter with nothing to do is told by the one before it, so by then its steps are reached; the next chapter to run
 * has neither begun nor reached any.
 * @param begun ids of the chapters that were run before the cursor
 */
export function readyChapter(
  scenario: ScenarioView,
  story: StoryView,
  begun: ReadonlySet<string>,
): ChapterText | null {
  if (!story.commandReady) return null
  const open = scenario.chapters.findIndex(({ id }) => id === story.chapter)
  const reached = new Set(story.reached.map(({ id }) => id))
  const isNext = ({ id, milestones }: ChapterText): boolean =>
    !begun.has(id) && !milestones.some((step) => reached.has(step.id))
  return scenario.chapters.slice(Math.max(0, open)).find(isNext) ?? null
}

function readyIn({ scenario, story, timeline, clock }: View): ChapterText | null {
  if (scenario === null || !story.commandReady) return null
  const begun = timeline.marks.filter(({ kind, at }) => kind === 'chapter' && at <= clock.now)
  return readyChapter(scenario, story, new Set(begun.map(({ id }) => id)))
}

export const useReadyChapter = (): ChapterText | null => useView(readyIn)

/** Runs the chapter and plays. Rejects with the host's refusal. */
export async function runReadyChapter(): Promise<void> {
  const view = useView.getState()
  const ready = readyIn(view)
  // Went back before a chapter that was run: it plays again as it was, for a second run would leave this branch.
  const wasRun = view.timeline.marks.some(
    ({ kind, id, at }) => kind === 'chapter' && id === ready?.id && at > view.clock.now,
  )
  if (!wasRun) await call('runChapter')
  request('play', {})
}
