import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { chainOf } from '../projections/lookup.ts'
import type { HeadlessRun } from '../session/headless.ts'
import { playScenario } from '../session/headless.ts'
import { loadLateParts } from '../session/load-late-parts.ts'
import { findScenario, loadScenarios, scenarioNames } from '../session/scenarios.ts'
import { storyText } from '../session/transcript.ts'

await Promise.all([loadLateParts(), loadScenarios()])

const golden = (name: string): string => `${import.meta.dirname}/golden/${name}.txt`

/** Milestones that no message of the user's leads to: what was before the story, and what follows from silence. */
const WITHOUT_CAUSE: Readonly<Record<string, readonly string[]>> = {
  'pod-creation': ['0'],
  // The controller's clock finds that a heartbeat is missing; what it does then goes on by itself.
  'node-down': [
    ...['unknown', 'not-ready', 'no-schedule', 'out-of-service', 'none-of-one', 'no-execute'],
    ...['evicted', 'terminating', 'replacement', 'elsewhere', 'running-again'],
  ],
  // Nobody tells a follower that the leader is dead: its own clock does.
  'etcd-member-down': ['elected', 'pre-vote', 'vote', 'new-leader'],
  'etcd-majority-down': ['steps-down', 'leads-again'],
  'rolling-update': [],
  // What follows from silence: the controller's clock finds it.
  'hundred-nodes': ['unknown'],
}

/** Whether the chain of an event begins with what the user did, or with a fault. */
function hasCause({ session }: HeadlessRun, seq: number): boolean {
  const { recording } = session.branch
  const event = recording.find(seq)
  const root = event === undefined ? undefined : chainOf(recording, event).at(-1)
  return (
    root?.type === 'fault' || (root?.type === 'command' && 'command' in root && root.command.type !== 'boot')
  )
}

/** Of a very long story a golden file would only be noise: its beginning, and the digest for the rest. */
const LONGEST_GOLDEN = 3_000
const BEGINNING = 600

function shortened(story: string, digest: string): string {
  const lines = story.split('\n')
  if (lines.length <= LONGEST_GOLDEN) return story
  return [
    ...lines.slice(0, BEGINNING),
    `… and ${lines.length - BEGINNING} lines more; digest ${digest}`,
    '',
  ].join('\n')
}

describe.each(scenarioNames())('%s', (name) => {
  const scenario = findScenario(name)
  const told = scenario.chapters.flatMap(({ milestones }) => milestones.map(({ id }) => id))
  const first = playScenario(scenario)
  // What several controllers do on the same news has no order of its own; the flagship's steps have one.
  const concurrentMicros = name === 'pod-creation' ? 0 : 100_000

  test('comes out as it expects, with its milestones in the order in which they are told', () => {
    expect(first.result.failures).toEqual([])
    expect(first.result.ok).toBe(true)
    const at = new Map(first.result.milestones.map((one) => [one.id, one.at]))
    expect([...at.keys()].sort()).toEqual([...told].sort())
    for (const [index, id] of told.entries())
      for (const later of told.slice(index + 1))
        expect(at.get(id)!, `${id} before ${later}`).toBeLessThanOrEqual(at.get(later)! + concurrentMicros)
  })

  test('another run has the same digest, another seed another one', () => {
    expect(playScenario(scenario).result).toEqual(first.result)
    const other = playScenario(scenario, { seed: scenario.seed + 1 }).result
    expect(other.digest).not.toBe(first.result.digest)
    expect(other.failures).toEqual([])
  })

  test('every milestone is an event of the simulation, and has its cause in what the user or a fault did', () => {
    const { recording } = first.session.branch
    for (const { seq } of first.result.milestones)
      expect(['command', 'fault', 'note', undefined]).not.toContain(recording.find(seq)?.type)
    const uncaused = first.result.milestones.filter(({ seq }) => !hasCause(first, seq))
    expect(uncaused.map(({ id }) => id)).toEqual(WITHOUT_CAUSE[name] ?? [])
  })

  test('each chapter is told in both languages, and each question has one right answer', () => {
    const texts = scenario.chapters.flatMap(({ title, intro, milestones, questions }) => [
      title,
      intro,
      ...milestones.flatMap((one) => [one.short, one.title, one.text]),
      ...questions.flatMap(({ ask, options }) => [ask, ...options.flatMap((one) => [one.text, one.because])]),
    ])
    for (const text of texts) expect(text.en !== '' && text['zh-CN'] !== '').toBe(true)
    const questions = scenario.chapters.flatMap((chapter) => chapter.questions)
    expect(questions.length).toBeGreaterThan(0)
    for (const { options } of questions) expect(options.filter(({ right }) => right)).toHaveLength(1)
  })

  test('its story is the golden one (UPDATE_GOLDEN=1 rewrites it)', () => {
    const story = shortened(storyText(first.session), first.result.digest)
    if (process.env.UPDATE_GOLDEN === '1' || !existsSync(golden(name))) {
      expect(process.env.CI, `${name} has no golden trace`).toBeUndefined()
      mkdirSync(`${import.meta.dirname}/golden`, { recursive: true })
      writeFileSync(golden(name), story)
    }
    expect(story).toBe(readFileSync(golden(name), 'utf8'))
  })
})
