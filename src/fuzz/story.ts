// A story: everything that a seed decides, as plain data. It is a scenario in another form: with moments instead of
// waits, so that an operation can be left out without moving those that follow.

import type { Operation, Scenario } from '../session/scenario.ts'
import { parseDuration } from '../sim/api/duration.ts'
import type { FaultSpec } from '../worker/protocol.ts'

export interface Topology {
  readonly controlPlanes: number
  readonly etcd: 1 | 3 | 5 | 7
  readonly nodes: number
}

export type Deed =
  | {
      readonly kubectl: string
      readonly files?: Readonly<Record<string, string>>
      /** The line that puts right, once all faults healed, what would keep the cluster from coming to rest. */
      readonly mendedBy?: string
    }
  | { readonly fault: FaultSpec }

/** What is done, in milliseconds after the story's start. */
export interface Step {
  readonly at: number
  readonly deed: Deed
  /** It puts right what earlier steps did, and is left out only with them. */
  readonly mends?: true
}

export interface Story {
  readonly seed: number
  readonly profile: string
  readonly topology: Topology
  /** How long the cluster has to come up, in milliseconds. */
  readonly settle: number
  /** By time. */
  readonly steps: readonly Step[]
  /** When the story ends, in milliseconds after its start. */
  readonly end: number
  /** Whether the end is a moment at which everything has to have come to rest. */
  readonly settled: boolean
}

/** When nothing is broken any more: every fault has healed and nothing more is done. */
export function healedAt(story: Pick<Story, 'steps'>): number {
  let last = 0
  for (const step of story.steps) last = Math.max(last, endOf(step))
  return last
}

/** Without the steps that put right what no step does any more. */
export function withoutIdleMends(steps: readonly Step[]): readonly Step[] {
  const needed = new Set(steps.flatMap(({ deed }) => ('kubectl' in deed ? [deed.mendedBy] : [])))
  return steps.filter(
    ({ deed, mends }) => mends === undefined || ('kubectl' in deed && needed.has(deed.kubectl)),
  )
}

function endOf({ at, deed }: Step): number {
  if (!('fault' in deed)) return at
  const micros = deed.fault.for === undefined ? 0 : (parseDuration(deed.fault.for) ?? 0)
  // A crash is over when the process is started again.
  const restart = typeof deed.fault.restartSeconds === 'number' ? deed.fault.restartSeconds : 0
  return at + Math.max(Math.ceil(micros / 1000), restart * 1000)
}

/** The operations of a story: what happens at one moment, a wait, what happens at the next. */
function operationsOf({ steps, end }: Pick<Story, 'steps' | 'end'>): Operation[] {
  const operations: Operation[] = []
  let now = 0
  for (const { at, deed } of steps) {
    if (at > now) operations.push({ wait: `${at - now}ms` })
    now = Math.max(now, at)
    operations.push(
      'fault' in deed
        ? { fault: deed.fault }
        : { kubectl: deed.kubectl, files: { ...deed.files }, background: true },
    )
  }
  if (end > now) operations.push({ wait: `${end - now}ms` })
  return operations
}

/** The story's own end comes first. */
const WITHIN_MILLIS = 60_000

const both = (text: string): { en: string; 'zh-CN': string } => ({ en: text, 'zh-CN': text })

/** One chapter, so that nothing but the story's own moments decides when something is done. */
export function scenarioOf(story: Story, about: { readonly en: string; readonly 'zh-CN': string }): Scenario {
  const title = {
    en: `Random testing, seed ${story.seed}`,
    'zh-CN': `随机测试，种子 ${story.seed}`,
  }
  return {
    name: `fuzz-${story.profile}-${story.seed}`,
    title,
    about,
    seed: story.seed,
    topology: story.topology,
    settle: `${story.settle}ms`,
    chapters: [
      {
        id: 'story',
        title,
        intro: both(''),
        do: operationsOf(story),
        milestones: [],
        questions: [],
        expect: [],
        within: `${story.end + WITHIN_MILLIS}ms`,
      },
    ],
  }
}
