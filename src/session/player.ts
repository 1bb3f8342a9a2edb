// Playing: how the cursor moves as screen time passes, in teaching time or real time, and where it stops by itself.
// A host calls `tick` with the milliseconds that went by; nothing here reads a clock.
import type { ClockMode, ClockView } from '../worker/protocol.ts'
import type { Branch } from './branch.ts'
import { nextQuestionAt } from './questions.ts'
import { isQuiet } from './quiet.ts'
import type { Session } from './session.ts'
import { SKIP_MICROS } from './teaching-time.ts'

/** How far beyond the cursor the simulation is kept, in screen milliseconds at speed 1. */
const LEAD_MILLIS = 400
/** Of the events that are kept no more than one of so many may lie beyond the cursor, or the cursor's own were dropped. */
const SHARE_AHEAD = 8
/** The most virtual time that one tick simulates, so that a long wait does not hold up the page. */
const MICROS_PER_TICK = 30_000_000
/** The most events that one tick records: a page with a large cluster falls behind its clock, and not behind its user. */
const EVENTS_PER_TICK = 5_000
/** With more pending than this it takes a while to look whether the story is over: so often is it looked. */
const LITTLE_PENDING = 1_000
const LOOK_AGAIN_MICROS = 250_000
/** While nothing happens, the story is over after this much virtual time. */
const QUIET_END_MICROS = 900_000_000

export class Player {
  playing = false
  mode: ClockMode = 'teaching'
  speed = 1
  stopped: ClockView['stopped'] = null
  private readonly session: Session
  private quiet: { readonly branch: Branch | null; readonly at: number; readonly is: boolean } = {
    branch: null,
    at: 0,
    is: false,
  }
  /** The cursor with its fraction of a microsecond. */
  private position: number

  constructor(session: Session) {
    this.session = session
    if (!session.branch.world.scale.taught) this.mode = 'real'
    this.position = session.cursor
  }

  play(speed: number | undefined, mode: ClockMode | undefined): void {
    if (speed !== undefined) this.speed = speed
    if (mode !== undefined && this.session.branch.world.scale.taught) this.mode = mode
    this.playing = true
    this.stopped = null
    if (this.session.isChapterOver() && this.isAtEndOfStory()) this.session.runChapter()
    this.position = this.session.cursor
  }

  pause(): void {
    this.playing = false
  }

  /** The cursor was moved by somebody else. */
  moved(): void {
    this.playing = false
    this.stopped = null
    this.position = this.session.cursor
  }

  /** Screen time went by. Returns whether the cursor moved. */
  tick(millis: number): boolean {
    if (!this.playing) return false
    const { session } = this
    this.simulateAhead(this.nextStop())
    // What was simulated just now may hold an earlier one, and a long or fast tick would pass it.
    const stop = this.nextStop()
    const wanted =
      this.mode === 'real'
        ? this.position + millis * 1_000 * this.speed
        : this.teachingTarget(millis * this.speed)
    const limit = Math.min(stop.at, session.branch.head)
    this.position = Math.min(wanted, limit)
    const before = session.cursor
    session.goTo(Math.floor(this.position))
    if (this.position >= stop.at && stop.at <= session.branch.head) this.halt(stop.reason)
    return session.cursor !== before || !this.playing
  }

  /** The rate until the next frame, in microseconds per screen millisecond. */
  clock(): ClockView {
    const { session } = this
    const now = session.cursor
    const stretch = session.branch.teaching.stretchAt(now)
    const span = stretch === undefined ? 0 : stretch.to.screen - stretch.from.screen
    const teachingRate =
      stretch === undefined || span === 0 ? 0 : ((stretch.to.at - stretch.from.at) / span) * this.speed
    const rate = !this.playing ? 0 : this.mode === 'real' ? 1_000 * this.speed : teachingRate
    const end = this.mode === 'real' || stretch === undefined ? session.branch.head : stretch.to.at
    const waits = stretch?.idle === true && stretch.to.at - stretch.from.at >= SKIP_MICROS
    return {
      now,
      rate,
      until: this.playing ? Math.max(now, Math.min(end, session.branch.head)) : now,
      playing: this.playing,
      mode: this.mode,
      speed: this.speed,
      skipping:
        this.playing && this.mode === 'teaching' && waits
          ? { from: stretch.from.at, to: stretch.to.at }
          : null,
      stopped: this.stopped,
    }
  }

  private halt(reason: ClockView['stopped']): void {
    this.playing = false
    this.stopped = reason
  }

  /** All that was done on this branch has led to lies behind the cursor: only a new command can go on with the story. */
  private isAtEndOfStory(): boolean {
    const { branch, cursor } = this.session
    return (
      !branch.commands.some(({ at }) => at > cursor) && this.isQuiet(branch) && this.lastFollowed() <= cursor
    )
  }

  /** Simulates until the axis is known a little beyond where this tick may go. */
  private simulateAhead(stop: { at: number }): void {
    const { session } = this
    const { branch } = session
    const limit = Math.min(stop.at, branch.head + MICROS_PER_TICK)
    const lead = LEAD_MILLIS * Math.max(1, this.speed)
    const enough = Math.min(
      branch.recording.length + EVENTS_PER_TICK,
      session.length + branch.world.scale.events / SHARE_AHEAD,
    )
    const known = (): boolean => {
      if (branch.recording.length >= enough) return true
      if (this.mode === 'real') return branch.head >= this.position + lead * 1_000
      branch.teach()
      const here = branch.teaching.screenAt(this.position)
      return branch.teaching.screenAt(branch.head) - here >= lead
    }
    let checked = branch.recording.length
    while (branch.head < limit && !known()) {
      session.simulate(limit, () => {
        // Asking costs a pass over what is in flight: once per few events is enough.
        if (branch.recording.length - checked < 16) return false
        checked = branch.recording.length
        return known()
      })
    }
    branch.teach()
  }

  private teachingTarget(screenMillis: number): number {
    const { teaching } = this.session.branch
    let left = screenMillis
    let at = this.position
    while (left > 0) {
      const stretch = teaching.stretchAt(at)
      if (stretch === undefined) return at
      const rest = teaching.screenAt(stretch.to.at) - teaching.screenAt(at)
      if (rest > left) return at + ((stretch.to.at - at) * left) / rest
      left -= rest
      at = stretch.to.at
    }
    return at
  }

  /** The next moment to stop at: a question, the end of a chapter whose next command waits, the end of the story. */
  private nextStop(): { at: number; reason: ClockView['stopped'] } {
    const { session } = this
    const { branch, script, scenario } = session
    const question = nextQuestionAt(session)
    if (question !== undefined) return { at: question, reason: 'question' }
    const quietAt = this.chapterEnd()
    if (quietAt !== undefined) {
      const more = script.nextChapter(branch) !== undefined
      return { at: quietAt, reason: more ? 'quiet' : 'end' }
    }
    const running = branch.commands.some(({ command }) => command.do === 'chapter')
    if (!running && this.isQuiet(branch) && scenario.chapters.some((chapter) => chapter.do.length > 0)) {
      return { at: Math.max(session.cursor, this.lastFollowed()), reason: 'quiet' }
    }
    return { at: session.cursor + QUIET_END_MICROS, reason: 'end' }
  }

  /** Where the present chapter ends for the reader: its expectations are met and nothing of it is on its way. */
  private chapterEnd(): number | undefined {
    const { branch, script } = this.session
    const ends = script.resultsOf(branch).map((result) => result.at)
    const end = ends[ends.length - 1]
    if (end === undefined || !script.isIdle(branch) || !this.isQuiet(branch)) return undefined
    return Math.max(end, this.lastFollowed(), this.session.cursor)
  }

  /** Asked at every tick, so in a large cluster, where much is pending, not every moment is looked at. */
  private isQuiet(branch: Branch): boolean {
    const { quiet } = this
    const wait = branch.kernel.pending().length > LITTLE_PENDING ? LOOK_AGAIN_MICROS : 0
    const since = branch.head - quiet.at
    if (quiet.branch !== branch || since < 0 || since > wait || wait === 0)
      this.quiet = { branch, at: branch.head, is: isQuiet(branch) }
    return this.quiet.is
  }

  /** When the last of what the story follows has arrived, or happened. */
  private lastFollowed(): number {
    return this.session.branch.recording.lastFollowed
  }
}
