// Makes a failing story small while the same check goes on failing: first fewer steps (delta debugging), then fewer
// machines, then less waiting. What comes out is what a person reads.
import type { Violation } from '../checks/check.ts'
import type { Outcome } from './play.ts'
import { playStory } from './play.ts'
import type { Step, Story, Topology } from './story.ts'
import { healedAt, withoutIdleMends } from './story.ts'

export interface Shrunk {
  readonly story: Story
  readonly violation: Violation
  /** Stories played to get there. */
  readonly tries: number
}

export interface ShrinkOptions {
  readonly maxTries?: number
  readonly onTry?: (tries: number) => void
  readonly play?: (story: Story) => Pick<Outcome, 'violation' | 'refused'>
}

/** Shrinking may take this many plays; what is found until then is good enough. */
const MOST_TRIES = 150

class Shrinker {
  story: Story
  violation: Violation
  tries = 0
  private readonly options: Required<ShrinkOptions>

  constructor(story: Story, violation: Violation, options: Required<ShrinkOptions>) {
    this.story = story
    this.violation = violation
    this.options = options
  }

  get isSpent(): boolean {
    return this.tries >= this.options.maxTries
  }

  /** Takes the story over if the same check fails in it. */
  try(candidate: Story): boolean {
    if (this.isSpent) return false
    this.options.onTry(++this.tries)
    const { violation, refused } = this.options.play(candidate)
    if (violation?.check !== this.violation.check) return false
    this.violation = violation
    this.story = { ...candidate, steps: candidate.steps.filter((_, index) => !refused.includes(index)) }
    return true
  }
}

/** The story ends with what it shows: what comes after a violation has nothing to do with it. */
function cutAfter(story: Story, violation: Violation): Story {
  const at = Math.ceil((violation.at - story.settle * 1000) / 1000) + 1
  const end = Math.max(1, at)
  if (end >= story.end) return story
  return { ...story, steps: story.steps.filter((step) => step.at <= end), end, settled: false }
}

export function shrink(
  story: Story,
  violation: Violation,
  { maxTries = MOST_TRIES, onTry = () => {}, play = playStory }: ShrinkOptions = {},
): Shrunk {
  const shrinker = new Shrinker(story, violation, { maxTries, onTry, play })
  for (let size = Number.POSITIVE_INFINITY; measure(shrinker.story) < size && !shrinker.isSpent; ) {
    size = measure(shrinker.story)
    cut(shrinker)
    fewerSteps(shrinker)
    smallerTopology(shrinker)
    shorterWaits(shrinker)
  }
  return { story: shrinker.story, violation: shrinker.violation, tries: shrinker.tries }
}

const measure = ({ steps, topology, end }: Story): number =>
  steps.length * 1_000 + (topology.nodes + topology.etcd) * 1_000 + end / 1_000

/** A violation that the end of the story showed needs that end. */
function cut(shrinker: Shrinker): void {
  const { story, violation } = shrinker
  const shorter = cutAfter(story, violation)
  if (shorter.end < story.end) shrinker.try(shorter)
}

/** Delta debugging: leaves out halves, quarters, … until no single step can be spared. */
function fewerSteps(shrinker: Shrinker): void {
  let size = Math.ceil(ownSteps(shrinker.story).length / 2)
  while (size >= 1 && !shrinker.isSpent) {
    const removed = leaveOut(shrinker, size)
    if (size === 1 && !removed) return
    size = Math.ceil(size / 2)
  }
}

/** Tries to leave out each run of so many steps, the last first. Whether any could be spared. */
function leaveOut(shrinker: Shrinker, size: number): boolean {
  let removed = false
  for (let from = ownSteps(shrinker.story).length - size; from > -size && !shrinker.isSpent; from -= size) {
    const steps = ownSteps(shrinker.story)
    const kept = steps.filter((_, index) => index < from || index >= from + size)
    if (kept.length < steps.length) removed = shrinker.try(retold(shrinker.story, kept)) || removed
  }
  return removed
}

/** The steps that may be left out one by one. Those that mend follow from what they mend. */
const ownSteps = ({ steps, settled }: Story): readonly Step[] =>
  settled ? steps.filter((step) => step.mends === undefined) : steps

/** The story with other steps of its own: what mends, and the time to come to rest, move with the last fault's end. */
function retold(story: Story, own: readonly Step[]): Story {
  if (!story.settled) return { ...story, steps: own }
  const shift = healedAt({ steps: own }) - healedAt({ steps: ownSteps(story) })
  const mends = story.steps
    .filter((step) => step.mends === true)
    .map((step) => ({ ...step, at: step.at + shift }))
  return { ...story, steps: withoutIdleMends([...own, ...mends]), end: story.end + shift }
}

function smallerTopology(shrinker: Shrinker): void {
  const { topology } = shrinker.story
  for (const etcd of ([1, 3, 5] as const).filter((members) => members < topology.etcd))
    if (tryTopology(shrinker, { ...shrinker.story.topology, etcd })) break
  for (let nodes = 1; nodes < topology.nodes; nodes++)
    if (tryTopology(shrinker, { ...shrinker.story.topology, nodes })) break
}

const tryTopology = (shrinker: Shrinker, topology: Topology): boolean =>
  shrinker.try({ ...shrinker.story, topology })

/** Halves the pauses, all together and then each, as far as the violation allows. */
function shorterWaits(shrinker: Shrinker): void {
  while (!shrinker.isSpent && shrinker.try(squeezed(shrinker.story, () => true)));
  for (let index = 0; index <= shrinker.story.steps.length && !shrinker.isSpent; index++)
    shrinker.try(squeezed(shrinker.story, (pause) => pause === index))
}

const SHORTEST_PAUSE_MILLIS = 100

function squeezed(story: Story, isMeant: (pause: number) => boolean): Story {
  let before = 0
  let now = 0
  const halved = (index: number, at: number): number => {
    const pause = at - before
    before = at
    now += isMeant(index) && pause > SHORTEST_PAUSE_MILLIS ? Math.floor(pause / 2) : pause
    return now
  }
  const own = ownSteps(story)
  const steps = own.map((step, index) => ({ ...step, at: halved(index, step.at) }))
  const told = retold(story, steps)
  return story.settled ? told : { ...told, end: halved(own.length, story.end) }
}
