// One seed from beginning to end: made up, played, and, where a check failed, shrunk and explained.
import type { Violation } from '../checks/check.ts'
import { causesOf } from './explain.ts'
import { generateStory } from './generate.ts'
import { playStory } from './play.ts'
import type { Profile } from './profiles.ts'
import { shrink } from './shrink.ts'
import type { Story } from './story.ts'

export interface Finding {
  readonly seed: number
  /** As the seed's own story showed it. */
  readonly violation: Violation
  readonly shrunk: Story
  /** As the shrunk story shows it. */
  readonly shown: Violation
  /** How the shrunk story came to it: a line a cause, the first cause first. */
  readonly causes: readonly string[]
}

export interface SeedResult {
  readonly seed: number
  readonly virtualMicros: number
  /** Of playing the seed's story: neither of making it up nor of shrinking. */
  readonly wallMillis: number
  readonly finding: Finding | undefined
}

export interface SeedOptions {
  readonly profile: Profile
  readonly durationMicros: number
  /** 0: a violation is reported as it was found. */
  readonly shrinkTries?: number
  readonly clock: () => number
  readonly onProgress?: (what: string) => void
}

export function runSeed(seed: number, options: SeedOptions): SeedResult {
  const { profile, durationMicros, clock, onProgress = () => {} } = options
  const story = generateStory(seed, profile, durationMicros)
  const start = clock()
  const { violation, virtualMicros, refused } = playStory(story)
  const wallMillis = clock() - start
  const result = { seed, virtualMicros, wallMillis }
  if (violation === undefined) return { ...result, finding: undefined }
  // What was refused did nothing, and a scenario would stop at it.
  const done: Story = { ...story, steps: story.steps.filter((_, index) => !refused.includes(index)) }
  const maxTries = options.shrinkTries
  const { story: shrunk, violation: shown } = shrink(done, violation, {
    ...(maxTries === undefined ? {} : { maxTries }),
    onTry: (tries) => onProgress(`seed ${seed}: ${violation.check} fails; making it small (${tries})`),
  })
  const causes = causesOf(shrunk, shown)
  return { ...result, finding: { seed, violation, shrunk, shown, causes } }
}
