// Where the story stands, from what the frames say.

import { expect, test } from 'vitest'
import type { ChapterText, ScenarioView, StoryView, Text } from '../../../worker/protocol.ts'
import { askedQuestion, isPart, neighbours, openChapter, stepState } from './progress.ts'

const text = (en: string): Text => ({ en, 'zh-CN': en })

const makeChapter = (id: string, milestones: readonly string[]): ChapterText => ({
  id,
  title: text(id),
  intro: text(''),
  command: null,
  files: {},
  milestones: milestones.map((name) => ({ id: name, title: text(name), text: text(''), short: text('') })),
  questions: [
    {
      id: `guess-${id}`,
      after: milestones[0] ?? '',
      ask: text('Who is next?'),
      options: [{ id: 'a', text: text('A'), right: true, because: text('it is') }],
    },
  ],
})

const scenario: ScenarioView = {
  name: 'pod-creation',
  title: text(''),
  about: text(''),
  seed: 11,
  topology: { controlPlanes: 1, etcd: 3, nodes: 3 },
  chapters: [makeChapter('create', ['0', '1']), makeChapter('run', ['13', '13.1'])],
}

const makeStory = (change: Partial<StoryView>): StoryView => ({
  chapter: null,
  milestone: null,
  reached: [],
  question: null,
  answers: {},
  commandReady: true,
  ...change,
})

test('at rest the first chapter is open', () => {
  expect(openChapter(scenario, makeStory({}))?.id).toBe('create')
  expect(openChapter(scenario, makeStory({ chapter: 'run' }))?.id).toBe('run')
})

test('steps are done, now or next', () => {
  const story = makeStory({ milestone: '1', reached: ['0', '1'].map((id) => ({ id, at: 1, seq: 1 })) })
  expect(['0', '1', '13'].map((id) => stepState(id, story))).toEqual(['done', 'now', 'next'])
})

test.each([
  [null, null, '0', 0],
  ['0', null, '1', 1],
  ['1', '0', '13', 2],
  ['13.1', '13', null, 4],
])('around %s are %s and %s', (milestone, previous, next, number) => {
  expect(neighbours(scenario, makeStory({ milestone }))).toEqual({ previous, next, number, count: 4 })
})

test('a question waits, then shows its answer as long as its step is the cursor', () => {
  expect(askedQuestion(scenario, makeStory({ milestone: '0' }))).toBeNull()
  expect(askedQuestion(scenario, makeStory({ question: 'guess-create' }))?.answer).toBeNull()
  expect(askedQuestion(scenario, makeStory({ chapter: 'run', question: 'guess-create' }))?.answer).toBeNull()
  const answers = { 'guess-create': 'a' }
  expect(askedQuestion(scenario, makeStory({ milestone: '0', answers }))?.answer).toBe('a')
  expect(askedQuestion(scenario, makeStory({ milestone: '1', answers }))).toBeNull()
})

test('parts of a step are told by their number', () => {
  expect(['13', '13.1', 'lease-expired'].map(isPart)).toEqual([false, true, false])
})
