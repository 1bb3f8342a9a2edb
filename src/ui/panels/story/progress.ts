// Where the story stands: which chapter is open, the state of each milestone, and what comes before and after.

import type { ChapterText, QuestionText, ScenarioView, StoryView } from '../../../worker/protocol.ts'

export type StepState = 'done' | 'now' | 'next'

export function openChapter(scenario: ScenarioView, story: StoryView): ChapterText | undefined {
  return scenario.chapters.find(({ id }) => id === story.chapter) ?? scenario.chapters[0]
}

export function stepState(id: string, story: StoryView): StepState {
  if (id === story.milestone) return 'now'
  return story.reached.some((reached) => reached.id === id) ? 'done' : 'next'
}

/** The steps around the cursor, over the borders of chapters. Before the first milestone, the first is next. */
export function neighbours(
  scenario: ScenarioView,
  story: StoryView,
): {
  readonly previous: string | null
  readonly next: string | null
  /** How many steps lie behind the cursor, its own included. */
  readonly number: number
  readonly count: number
} {
  const ids = scenario.chapters.flatMap(({ milestones }) => milestones.map(({ id }) => id))
  const at = story.milestone === null ? -1 : ids.indexOf(story.milestone)
  return { previous: ids[at - 1] ?? null, next: ids[at + 1] ?? null, number: at + 1, count: ids.length }
}

export interface AskedQuestion {
  readonly question: QuestionText
  /** The option that was chosen; null while the question waits. */
  readonly answer: string | null
}

/** The question that waits; or, after its answer, the one that belongs to the step at the cursor. */
export function askedQuestion(scenario: ScenarioView, story: StoryView): AskedQuestion | null {
  const questions = scenario.chapters.flatMap((chapter) => chapter.questions)
  const due = questions.find(({ id }) => id === story.question)
  if (due !== undefined) return { question: due, answer: null }
  const answered = questions.find(
    ({ id, after }) => after === story.milestone && story.answers[id] !== undefined,
  )
  return answered === undefined ? null : { question: answered, answer: story.answers[answered.id] ?? null }
}

/** "13.1" is a part of "13". */
export const isPart = (id: string): boolean => /^\d+\.\d+$/.test(id)
