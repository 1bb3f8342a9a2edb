// A session: one scenario with its branches and a cursor. It decides how far to simulate, where the cursor goes, and
// when acting makes a new branch. It knows no wall clock and no page; hosts drive it and ask `Screen` what to show.
import type { Direction, FaultSpec, Position, StepSize } from '../worker/protocol.ts'
import type { BranchWorld } from './branch.ts'
import { Branch } from './branch.ts'
import type { SessionCommand, StampedCommand } from './commands.ts'
import { CommandError } from './commands.ts'
import { LIMITS } from './limits.ts'
import { hasBegun } from './next-chapter.ts'
import { isQuiet } from './quiet.ts'
import { readyMicros } from './scale.ts'
import type { Scenario } from './scenario.ts'
import { durationMicros } from './scenario.ts'
import type { Script } from './script.ts'

/** No step looks further ahead than this for something to happen. */
const LOOK_AHEAD_MICROS = 15 * 60_000_000

/** So many events of a cluster that comes up take a moment. */
const EVENTS_BETWEEN_WORDS = 4_000

/** A cluster larger than its scenario's takes longer to come to rest. */
function settleMicros({ settle, topology: { nodes } }: Scenario, ownNodes: number): number {
  const own = durationMicros(settle)
  return nodes > ownNodes ? Math.max(own, readyMicros(nodes)) : own
}

export interface SessionWorld extends BranchWorld {
  makeScript(scenario: Scenario): Script
  /** Where steps end. */
  steps(): typeof import('./steps.ts')
  replay(session: Session, commands: readonly StampedCommand[], cursor: number): void
}

export interface SessionOptions {
  readonly scenario: Scenario
  readonly seed: number
  /** Builds kernels for this scenario's topology. */
  readonly world: SessionWorld
  /** How many nodes the scenario has of its own accord; default: as many as are given here. */
  readonly ownNodes?: number
  /** Told from time to time how much of the way to the story's start is done, from 0 to 1. */
  readonly onOpening?: (share: number) => void
}

export class Session {
  readonly scenario: Scenario
  readonly seed: number
  readonly ownNodes: number
  private readonly world: SessionWorld
  private made: Script | undefined
  /** When the cluster has come to rest and the story starts. */
  readonly start: number
  readonly branches = new Map<string, Branch>()
  branch: Branch
  /** The moment that is looked at. */
  cursor: number
  readonly answers = new Map<string, string>()
  private readonly undo: { from: number; to: number; branch: string }[] = []
  private nextBranch = 2

  constructor({ scenario, seed, world, ownNodes, onOpening }: SessionOptions) {
    this.scenario = scenario
    this.seed = seed
    this.world = world
    this.ownNodes = ownNodes ?? scenario.topology.nodes
    this.branch = Branch.root(world)
    this.branches.set(this.branch.id, this.branch)
    this.start = settleMicros(scenario, this.ownNodes)
    this.open(onOpening ?? (() => {}))
    this.cursor = this.start
    this.branch.seen = this.start
  }

  /** Only when the late parts are loaded. */
  get script(): Script {
    this.made ??= this.world.makeScript(this.scenario)
    return this.made
  }

  /** Lets the cluster come to rest. */
  private open(tell: (share: number) => void): void {
    let told = 0
    const { recording } = this.branch
    this.simulate(this.start, () => {
      if (recording.length - told < EVENTS_BETWEEN_WORDS) return false
      told = recording.length
      tell(this.branch.head / this.start)
      return false
    })
  }

  // ── going forward ─────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Simulates until `until`, running the scenario's operations as they fall due, and stops early when `enough` says so
   * (asked after each delivery that recorded something) or when a chapter ended. Returns whether `until` was reached.
   */
  simulate(until: number, enough: () => boolean = () => false): boolean {
    const { branch } = this
    const { recording } = branch
    // Without a chapter there is nothing for a script to decide.
    const script = hasBegun(branch) ? this.script : null
    while (branch.head < until) {
      const deadline = script?.deadline(branch)
      const next = branch.kernel.nextAt()
      const target = Math.min(until, deadline !== undefined && deadline > branch.head ? deadline : until)
      const before = recording.length
      if (next === undefined || next > target) branch.stand(target)
      else branch.step()
      const timeIsUp = deadline !== undefined && branch.head >= deadline
      if (recording.length === before && !timeIsUp) continue
      if (script !== null && (timeIsUp || branch.changedSince(before)) && script.advance(branch))
        return branch.head >= until
      if (enough()) return branch.head >= until
    }
    return true
  }

  /** Goes to a moment, simulating as far as that takes. */
  goTo(at: number): void {
    if (at > this.branch.head) while (!this.simulate(at));
    this.cursor = Math.max(0, at)
    this.branch.seen = Math.max(this.branch.seen, this.cursor)
  }

  get length(): number {
    return this.branch.lengthAt(this.cursor)
  }

  // ── acting ────────────────────────────────────────────────────────────────────────────────────────────────────

  kubectl(line: string, files: Readonly<Record<string, string>>): number {
    return Number(this.act({ do: 'kubectl', line, files }))
  }

  fault(spec: FaultSpec): string {
    return String(this.act({ do: 'fault', spec, as: null }))
  }

  heal(id: string): void {
    const active = this.branch.stage.at(this.length).faults
    if (!active.has(id)) {
      const ids = active.keys()
      throw new CommandError(
        'NoSuchFault',
        `no active fault "${id}"; ${ids.length > 0 ? `active: ${ids.join(', ')}` : 'none is active'}`,
      )
    }
    this.act({ do: 'heal', id })
  }

  /** Runs the next chapter that has something to do. False when there is none, or the present one is still running. */
  runChapter(): boolean {
    const chapter = this.script.nextChapter(this.branch, this.cursor)
    if (chapter === undefined || !this.isChapterOver()) return false
    this.standAfterCursor(chapter.id)
    this.script.begin(this.branch, chapter)
    this.settleNow()
    return true
  }

  /** Whether the cursor has left the running chapter behind, so that the next one's command is ready. */
  isChapterOver(): boolean {
    const { branch } = this
    const running = branch.commands
      .filter(({ at, command }) => at <= this.cursor && command.do === 'chapter')
      .pop()
    if (running?.command.do !== 'chapter') return true
    const result = this.script.resultOf(branch, running.command.chapter)
    return result !== undefined && result.at <= this.cursor
  }

  private act(command: SessionCommand): number | string {
    const { branch, cursor } = this
    this.standAfterCursor(labelOf(command))
    const result = this.actOrLeave(command, branch, cursor)
    this.settleNow()
    return result
  }

  /** A command that is refused leaves no branch behind that was made for it. */
  private actOrLeave(command: SessionCommand, before: Branch, cursor: number): number | string {
    try {
      return this.branch.act(command, false)
    } catch (refusal) {
      if (this.branch !== before) {
        this.branches.delete(this.branch.id)
        this.branches.set(before.id, before)
        this.branch = before
      }
      this.cursor = cursor
      throw refusal
    }
  }

  /** What a command sets off within its own microsecond belongs to it. */
  settleNow(): void {
    const { branch } = this
    for (
      let next = branch.kernel.nextAt();
      next !== undefined && next <= branch.head;
      next = branch.kernel.nextAt()
    )
      branch.step()
    this.undo.length = 0
  }

  /**
   * Makes the moment after the cursor the head: what is done to a moment that was seen does not change it, so that a step
   * back finds it as it was. What nobody has seen yet is forgotten; what has been seen stays as a branch of its own.
   */
  private standAfterCursor(label: string): void {
    this.goTo(this.cursor + 1)
    const { branch, cursor } = this
    if (cursor >= branch.head) return
    if (cursor >= branch.seen) {
      const twin = branch.fork(branch.id, cursor, branch.label)
      this.branches.set(branch.id, twin)
      this.branch = twin
      this.script.inherit(branch, twin, cursor)
      return
    }
    const id = `branch-${this.nextBranch++}`
    this.branch = branch.fork(id, cursor, label)
    this.branches.set(id, this.branch)
    this.script.inherit(branch, this.branch, cursor)
  }

  switchBranch(id: string): void {
    const branch = this.branches.get(id)
    if (branch === undefined) {
      throw new CommandError(
        'NoSuchBranch',
        `no branch "${id}"; there are ${[...this.branches.keys()].join(', ')}`,
      )
    }
    this.branch = branch
    this.cursor = branch.forkedAt > 0 ? branch.forkedAt : Math.min(this.cursor, branch.head)
    this.undo.length = 0
  }

  /** Does again what a shared session did, and goes where it stood. Throws when it cannot be done on this cluster. */
  replay(commands: readonly StampedCommand[], cursor: number): void {
    this.world.replay(this, commands, cursor)
  }

  // ── stepping and seeking ──────────────────────────────────────────────────────────────────────────────────────

  /** Moves the cursor by one step. A step back right after a step forward returns to exactly where it came from. */
  step(size: StepSize, direction: Direction): void {
    if (direction === -1) return this.stepBack(size)
    const from = this.cursor
    // What a chapter's command sets off is stepped through like the rest, from before the command on.
    if (this.isChapterOver() && this.isStill() && this.runChapter()) this.cursor = from
    const to = this.nextBoundary(size) ?? this.cursor
    if (to === from) return
    this.goTo(to)
    this.undo.push({ from, to, branch: this.branch.id })
  }

  /** Nothing that matters is on its way at the cursor. */
  private isStill(): boolean {
    const { branch, cursor } = this
    if (cursor < branch.head)
      return this.world.steps().boundaryAfter(this, 'message', branch.head) === undefined
    return isQuiet(branch)
  }

  private nextBoundary(size: StepSize): number | undefined {
    if (size === 'until-quiet') return this.nextQuiet()
    const limit = this.cursor + LOOK_AHEAD_MICROS
    const find = this.world.steps().boundarySearch(this, size)
    for (;;) {
      const known = find(this.branch.head)
      if (known !== undefined) return known
      if (this.branch.head >= limit) return undefined
      this.simulate(limit, () => find(this.branch.head) !== undefined)
    }
  }

  /** From here to the next moment at which nothing is left to happen, passing through a wait if it starts with one. */
  private nextQuiet(): number | undefined {
    const { boundaryAfter, QUIET_MICROS } = this.world.steps()
    const first = this.nextMessageAt()
    if (first === undefined) return undefined
    this.goTo(first)
    const limit = this.cursor + LOOK_AHEAD_MICROS
    while (this.branch.head < limit) {
      const next = boundaryAfter(this, 'message', this.branch.head)
      if (next !== undefined) this.goTo(next)
      else if (this.branch.head - this.cursor >= QUIET_MICROS && isQuiet(this.branch)) return this.cursor
      else
        this.simulate(
          Math.min(limit, this.branch.head + QUIET_MICROS),
          () => boundaryAfter(this, 'message', this.branch.head) !== undefined,
        )
    }
    return this.cursor
  }

  private nextMessageAt(): number | undefined {
    return this.nextBoundary('message')
  }

  private stepBack(size: StepSize): void {
    const last = this.undo[this.undo.length - 1]
    if (last !== undefined && last.to === this.cursor && last.branch === this.branch.id) {
      this.undo.pop()
      this.cursor = last.from
      return
    }
    this.undo.length = 0
    this.cursor = this.world.steps().boundaryBefore(this, size) ?? 0
  }

  /** Throws `CommandError` when there is no such moment. */
  seek(position: Position): void {
    this.undo.length = 0
    this.goTo(this.resolve(position))
  }

  private resolve(position: Position): number {
    if ('at' in position) {
      const last = this.branch.head + LIMITS.aheadMicros
      if (!Number.isFinite(position.at) || position.at < 0 || position.at > last) {
        throw new CommandError(
          'BadPosition',
          `${position.at} is not a time between 0 and ${last}, in microseconds: a step goes two hours ahead at most`,
        )
      }
      return Math.round(position.at)
    }
    if ('end' in position)
      return position.end === 'start' ? this.start : Math.max(this.branch.seen, this.start)
    if ('seq' in position) {
      const event = this.branch.recording.find(position.seq)
      if (event === undefined) throw new CommandError('BadPosition', `no event has the seq ${position.seq}`)
      return event.at
    }
    return this.resolveStep(position.step)
  }

  /** A milestone or chapter that has not been reached yet is played up to. */
  private resolveStep(step: string): number {
    const { chapters } = this.scenario
    const known = new Set(
      chapters.flatMap((chapter) => [chapter.id, ...chapter.milestones.map(({ id }) => id)]),
    )
    if (!known.has(step)) {
      throw new CommandError(
        'UnknownStep',
        `scenario ${this.scenario.name} has no step "${step}"; it has ${[...known].join(', ')}`,
      )
    }
    const chapter = chapters.find(({ id }) => id === step)
    const wanted = chapter === undefined ? step : chapter.milestones[0]?.id
    if (chapter !== undefined && wanted === undefined) return this.chapterStart(step) ?? this.cursor
    for (let tries = 0; tries <= chapters.length * 2; tries++) {
      const reached = this.milestoneAt(wanted)
      if (reached !== undefined) return reached
      this.cursor = this.branch.head
      this.branch.seen = this.branch.head
      if (this.isChapterOver() && !this.runChapter()) break
      const limit = this.branch.head + LOOK_AHEAD_MICROS
      this.simulate(limit, () => this.milestoneAt(wanted) !== undefined)
    }
    const reached = this.milestoneAt(wanted)
    if (reached === undefined)
      throw new CommandError('NotReached', `step "${step}" is not reached on this branch`)
    return reached
  }

  private milestoneAt(id: string | undefined): number | undefined {
    const { branch } = this
    return branch.milestones.at(branch.recording.length).reached.find((one) => one.id === id)?.at
  }

  private chapterStart(id: string): number | undefined {
    return this.branch.commands.find(({ command }) => command.do === 'chapter' && command.chapter === id)?.at
  }
}

function labelOf(command: SessionCommand): string {
  switch (command.do) {
    case 'kubectl':
      return `kubectl ${command.line.replace(/^\s*kubectl\s+/, '')}`
    case 'fault':
      return `${command.spec.fault} ${command.spec.target}`
    case 'heal':
      return `heal ${command.id}`
    case 'chapter':
      return command.chapter
    case 'waited':
      return ''
  }
}
