// Which chapter is ready to run.

import { expect, test } from 'vitest'
import type { ChapterText, ScenarioView, StoryView, Text } from '../../worker/protocol.ts'
import { readyChapter } from './ready-chapter.ts'

const text = (en: string): Text => ({ en, 'zh-CN': en })

const makeChapter = (id: string, milestones: readonly string[]): ChapterText => ({
  id,
  title: text(id),
  intro: text(''),
  command: null,
  files: {},
  milestones: milestones.map((name) => ({ id: name, title: text(name), text: text(''), short: text('') })),
  questions: [],
})

const scenario: ScenarioView = {
  name: 'pod-creation',
  title: text(''),
  about: text(''),
  seed: 11,
  topology: { controlPlanes: 1, etcd: 3, nodes: 3 },
  chapters: [makeChapter('watching', ['0']), makeChapter('submit', ['1']), makeChapter('fault', [])],
}

const rest: StoryView = {
  chapter: 'watching',
  milestone: '0',
  reached: [{ id: '0', at: 1, seq: 1 }],
  question: null,
  answers: {},
  commandReady: true,
}

test.each([
  ['at rest, after steps that need no command', {}, [], 'submit'],
  ['before anything', { chapter: null, reached: [] }, [], 'watching'],
  ['after a command', { chapter: 'submit' }, ['submit'], 'fault'],
  ['while a command runs', { commandReady: false }, [], undefined],
  ['at the end', { chapter: 'fault' }, ['submit', 'fault'], undefined],
] satisfies [string, Partial<StoryView>, string[], string | undefined][])(
  '%s',
  (_name, change, begun, id) => {
    expect(readyChapter(scenario, { ...rest, ...change }, new Set(begun))?.id).toBe(id)
  },
)
