// Plays a story on a bare kernel, as fast as it goes, under the checks. Nothing is recorded; what happens is the same as
// in a session that plays the story's scenario, command by command and microsecond by microsecond.
import type { Violation } from '../checks/check.ts'
import { CheckSuite } from '../checks/index.ts'
import { CommandError, perform } from '../session/commands.ts'
import { worldFor } from '../session/world.ts'
import { Kernel } from '../sim/kernel/kernel.ts'
import type { Micros } from '../sim/kernel/micros.ts'
import { SimulationFailure } from '../sim/kernel/simulation-failure.ts'
import type { LocalEvent, TraceEvent } from '../sim/kernel/trace.ts'
import type { Deed, Story } from './story.ts'

/** Most of what there is to tell tells the checks nothing, and costs time: it is asked for only by who wants to read it. */
const TELLING: readonly LocalEvent['type'][] = [
  ...(['phase', 'raft-state', 'raft-entry', 'reconcile', 'schedule', 'runtime', 'network'] as const),
  ...(['packet', 'leadership', 'output', 'note'] as const),
]

/** A story has 200,000 deliveries or so. One with more than this goes round in circles. */
const MOST_DELIVERIES = 5_000_000

/** The name under which a failed assertion of the program itself is reported. */
export const INVARIANT = 'invariant'

export interface Outcome {
  /** The first one; undefined: the story came out well. */
  readonly violation: Violation | undefined
  /** Virtual time played, in microseconds. */
  readonly virtualMicros: number
  /** Eight hexadecimal digits; null: not asked for. */
  readonly digest: string | null
  /** Deliveries handled. */
  readonly delivered: number
  /** Steps that the cluster refused when they were due, such as a fault without its target. They did nothing. */
  readonly refused: readonly number[]
}

export interface PlayOptions {
  /** Told of every event, besides the checks. */
  readonly onEvent?: (event: TraceEvent, digest: number) => void
  /** Names of the checks to run; default: all. */
  readonly checks?: readonly string[]
  /** The story is left at this moment, in microseconds of virtual time. */
  readonly until?: number
  /** Whether the digest is asked for, which takes a tenth of the time. */
  readonly digests?: boolean
}

/** Renewals take some milliseconds each, a few of them a second. */
const LONGEST_WAIT_MICROS = 2_000_000
const QUIET_MICROS = 10_000

class Play {
  violation: Violation | undefined
  readonly refused: number[] = []
  readonly kernel: Kernel
  private readonly suite: CheckSuite
  private readonly story: Story
  private readonly until: number

  constructor(story: Story, options: PlayOptions) {
    const { onEvent, checks, until = Number.MAX_SAFE_INTEGER, digests = onEvent !== undefined } = options
    this.story = story
    this.until = until
    this.suite = new CheckSuite(checks)
    const world = worldFor({ topology: story.topology, chapters: [] }, story.seed)
    this.kernel = new Kernel({
      ...world.options,
      unread: new Set(onEvent === undefined ? TELLING.filter((type) => !this.suite.wants(type)) : []),
      digests,
      onEvent: (event, digest) => {
        onEvent?.(event, digest)
        const seen = this.suite.see(event)
        if (seen.length > 0) this.violation ??= seen[0]
      },
    })
    world.build(this.kernel)
  }

  run(): void {
    const { story } = this
    const start = story.settle * 1000
    // A session begins its first chapter one microsecond after the moment that was seen last.
    this.advance(start)
    this.advance(start + 1)
    let now = 0
    let moment = start + 1
    for (const [index, { at, deed }] of story.steps.entries()) {
      if (at > now) {
        moment += (at - now) * 1000
        now = at
        this.advance(moment)
      }
      if (this.isOver()) return
      this.act(index, deed)
    }
    this.advance(moment + (story.end - now) * 1000)
    if (this.isOver() || !story.settled) return
    this.untilQuiet()
    if (!this.isOver()) this.violation = this.suite.settled(this.kernel)[0]
  }

  /** Of a Lease that is being renewed at this very moment not everybody knows: waits until nothing happens for a while. */
  private untilQuiet(): void {
    const { kernel } = this
    const limit = kernel.now + LONGEST_WAIT_MICROS
    for (let seq = -1; seq !== kernel.seq && kernel.now < limit && !this.isOver(); ) {
      seq = kernel.seq
      this.advance(kernel.now + QUIET_MICROS)
    }
  }

  private isOver(): boolean {
    return this.violation !== undefined || this.kernel.now > this.until
  }

  private act(index: number, deed: Deed): void {
    try {
      if ('fault' in deed) perform(this.kernel, { do: 'fault', spec: deed.fault, as: null })
      else perform(this.kernel, { do: 'kubectl', line: deed.kubectl, files: deed.files ?? {} })
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      this.refused.push(index)
    }
  }

  /** As a session does: what is due at the very moment of a command may come after it. */
  private advance(until: number): void {
    const { kernel } = this
    while (kernel.now < until && !this.isOver()) {
      const next = kernel.nextAt()
      if (next === undefined || next > until) kernel.runUntil(until as Micros)
      else kernel.step()
      if (kernel.delivered > MOST_DELIVERIES) this.giveUp()
    }
  }

  private giveUp(): void {
    const message = `there is no end of messages: ${this.kernel.delivered} so far`
    this.violation ??= { check: INVARIANT, at: this.kernel.now, seq: this.kernel.seq, message }
  }
}

export function playStory(story: Story, options: PlayOptions = {}): Outcome {
  const play = new Play(story, options)
  let violation: Violation | undefined
  try {
    play.run()
    violation = play.violation
  } catch (error) {
    if (!(error instanceof SimulationFailure)) throw error
    const message = `${error.message} (in ${error.process})`
    violation = play.violation ?? { check: INVARIANT, at: play.kernel.now, seq: error.seq, message }
  }
  return {
    violation,
    virtualMicros: play.kernel.now,
    digest: options.digests === true ? (play.kernel.digest >>> 0).toString(16).padStart(8, '0') : null,
    delivered: play.kernel.delivered,
    refused: play.refused,
  }
}
