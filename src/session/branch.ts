// One line of history: a kernel that has been run up to its head, its recording, and checkpoints to go back to. Acting
// in the past makes a new branch from the nearest checkpoint; the old one stays as it was.

import { processKind } from '../projections/facts.ts'
import { views } from '../projections/index.ts'
import type { MilestoneState } from '../projections/milestones.ts'
import { milestoneFold, noMilestones } from '../projections/milestones.ts'
import type { StorageEvent } from '../projections/newest-writes.ts'
import { newestWrites } from '../projections/newest-writes.ts'
import type { Picture } from '../projections/picture.ts'
import { emptyStage, foldStage } from '../projections/stage.ts'
import type { Table } from '../projections/tables.ts'
import type { View } from '../projections/view.ts'
import { assert } from '../sim/kernel/assert.ts'
import type { KernelOptions } from '../sim/kernel/kernel.ts'
import { Kernel } from '../sim/kernel/kernel.ts'
import type { Micros } from '../sim/kernel/micros.ts'
import type { Delivery, Message } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { SessionCommand, StampedCommand } from './commands.ts'
import { perform } from './commands.ts'
import type { EventSource, Timeline } from './fold-timeline.ts'
import { FOLDED_TOGETHER, FoldTimeline, foldTogether } from './fold-timeline.ts'
import type { Judge } from './judge.ts'
import { Recording } from './recording.ts'
import type { Scale } from './scale.ts'
import type { Milestone } from './scenario.ts'
import type { Segment } from './segment.ts'
import { startOf } from './segment.ts'
import { Shelf } from './shelf.ts'
import { TeachingTime } from './teaching-time.ts'

/** The types of events that change what expectations look at. */
const TELLING: ReadonlySet<string> = new Set([
  'storage',
  'output',
  'runtime',
  'process',
  'raft-state',
  'request',
  'response',
  'watch',
  'schedule',
  'reconcile',
])

/** What a branch needs to know of its world. */
export interface BranchWorld {
  readonly options: KernelOptions
  /** Builds the cluster in a fresh kernel. */
  build(kernel: Kernel): void
  readonly milestones: readonly Milestone[]
  /** What is kept of a cluster of its size. */
  readonly scale: Scale
  /** Makes the events of a dropped segment again. Returns the first of those that may be there again. */
  remake(branch: Branch, segment: Segment): Segment
  /** Gives up checkpoints until no more are left than the scale allows. */
  thinCheckpoints(
    segments: readonly Segment[],
    most: number,
    giveUp: (from: number, to: number) => void,
  ): void
}

const timelineOf = <S>(view: Pick<View<S>, 'initial' | 'fold'>, events: EventSource): Timeline<unknown> =>
  new FoldTimeline<S>(view.initial, view.fold, events)

const foldMilestones = (
  { milestones }: BranchWorld,
  recording: Recording,
): ((state: MilestoneState, event: TraceEvent) => MilestoneState) =>
  milestoneFold(milestones, recording, recording.requestOf)

/** Messages that look the same to a reader: of one type, between the same kinds of components. */
function alike(event: Delivery): string {
  const inner =
    (event.message as Message & { readonly message?: { readonly type?: string } }).message?.type ?? ''
  return `${event.type} ${inner} ${processKind(event.from)} ${processKind(event.to)}`
}

export class Branch {
  readonly id: string
  readonly parent: string | null
  readonly forkedAt: number
  label: string
  readonly recording: Recording
  readonly commands: StampedCommand[]
  readonly stage: Timeline<Picture>
  readonly milestones: Timeline<MilestoneState>
  /** The newest write to each object. */
  readonly writes: Timeline<Table<StorageEvent>>
  /** The registered views, by name. */
  readonly views: Readonly<Record<string, Timeline<unknown>>>
  /** All that is folded over the recording. */
  readonly timelines: readonly Timeline<unknown>[]
  readonly teaching: TeachingTime
  /** The latest moment that anybody has seen: what lies beyond was only simulated ahead. */
  seen = 0
  /** Judges the history as far as somebody looks; made when the checks are loaded. */
  judge: Judge | null = null
  readonly kernel: Kernel
  readonly world: BranchWorld
  private readonly shelf: Shelf
  private taught: number
  private folded: number
  /** Up to which segment the keyframes of what is dropped were given up. */
  private swept = 0

  private constructor(
    world: BranchWorld,
    origin: { id: string; parent: string | null; forkedAt: number; label: string },
    shelf: Shelf,
    from: { readonly parent: Branch; readonly segment: Segment; readonly commands: StampedCommand[] } | null,
  ) {
    this.id = origin.id
    this.parent = origin.parent
    this.forkedAt = origin.forkedAt
    this.label = origin.label
    this.world = world
    this.shelf = shelf
    this.commands = from?.commands ?? []
    const options = {
      ...world.options,
      onEvent: (event: TraceEvent, digest: number) => this.recording.append(event, digest),
    }
    if (from === null) {
      this.recording = new Recording(shelf)
      this.kernel = new Kernel(options)
      world.build(this.kernel)
      const { recording } = this
      this.stage = new FoldTimeline(emptyStage(this.seedOfStage()), foldStage, recording)
      this.milestones = new FoldTimeline(noMilestones, foldMilestones(world, recording), recording)
      this.writes = new FoldTimeline(newestWrites.initial, newestWrites.fold, recording)
      this.views = Object.fromEntries(
        Object.entries(views).map(([name, view]) => [name, timelineOf(view, recording)]),
      )
      this.teaching = new TeachingTime()
      this.taught = 0
    } else {
      const { parent, segment } = from
      const { length, teaching } = segment.before
      this.recording = new Recording(shelf, { of: parent.recording, segment })
      const { recording } = this
      this.kernel = Kernel.restore(options, startOf(segment).checkpoint)
      this.stage = parent.stage.upTo(length, recording)
      this.milestones = parent.milestones.upTo(length, recording, foldMilestones(world, recording))
      this.writes = parent.writes.upTo(length, recording)
      this.views = Object.fromEntries(
        Object.entries(parent.views).map(([name, view]) => [name, view.upTo(length, recording)]),
      )
      this.teaching = new TeachingTime({ of: parent.teaching, mark: teaching })
      this.taught = length
    }
    this.folded = this.taught
    this.timelines = [this.stage, this.milestones, this.writes, ...Object.values(this.views)]
    this.recording.remake = (segment) => {
      const first = world.remake(this, segment)
      this.swept = Math.min(this.swept, this.recording.segments.indexOf(first))
    }
    if (from === null) this.keepCheckpoint()
  }

  static root(world: BranchWorld): Branch {
    const origin = { id: 'main', parent: null, forkedAt: 0, label: '' }
    return new Branch(world, origin, new Shelf(world.scale.events), null)
  }

  /** The same history up to and including `at`, ready to go on differently. */
  fork(id: string, at: number, label: string): Branch {
    const segment = this.recording.segments.findLast(
      ({ checkpoint, before }) => checkpoint !== null && before.now <= at,
    )
    assert(segment !== undefined, 'the first checkpoint is always kept')
    const before = this.commands.filter((command) => command.at <= at)
    const replayed = before.filter((command) => command.delivered < segment.before.delivered)
    const origin = { id, parent: this.id, forkedAt: at, label }
    const twin = new Branch(this.world, origin, this.shelf, { parent: this, segment, commands: replayed })
    twin.replay(before.slice(replayed.length), at)
    twin.seen = at
    return twin
  }

  get head(): number {
    return this.kernel.now
  }

  /** How many events are on the page when the cursor stands at `at`. */
  lengthAt(at: number): number {
    return this.recording.lengthAt(at)
  }

  /** Handles the next delivery. False when nothing is left to happen. */
  step(): boolean {
    const handled = this.kernel.step() !== undefined
    if (this.recording.length - this.folded >= FOLDED_TOGETHER) this.fold()
    if (this.kernel.delivered - this.recording.cutAt >= this.world.scale.deliveries) this.keepCheckpoint()
    return handled
  }

  /** Lets the clock stand at `at`, to which nothing is due any more. */
  stand(at: number): void {
    this.kernel.runUntil(at as Micros)
  }

  /** Does a command at the head and records it. */
  act(command: SessionCommand, scripted: boolean): number | string {
    const stamped: StampedCommand = {
      at: this.kernel.now,
      delivered: this.kernel.delivered,
      command,
      scripted,
    }
    const result = perform(this.kernel, command)
    this.commands.push(stamped)
    return result
  }

  /** Brings the teaching-time axis up to the head. */
  teach(): void {
    const { recording } = this
    if (!this.world.scale.taught) return this.teaching.pass(this.head)
    for (; this.taught < recording.length; this.taught++) {
      const event = recording.event(this.taught)
      if (event === undefined || !isMessage(event) || !this.isFollowed(this.taught)) continue
      this.teaching.follow(event, alike(event))
    }
    this.teaching.extend(this.head)
  }

  isFollowed(index: number): boolean {
    const standing = this.recording.standing(index)
    return standing.followed && standing.level === 'story'
  }

  /** Whether anything recorded after the first `length` events may make an expectation hold or fail. */
  changedSince(length: number): boolean {
    const { recording } = this
    for (let index = length; index < recording.length; index++) {
      const event = recording.event(index)
      if (event === undefined || !TELLING.has(event.type)) continue
      if (recording.standingBySeq(event.seq).inherited !== 'noise') return true
    }
    return false
  }

  private replay(commands: readonly StampedCommand[], until: number): void {
    for (const { at, delivered, command, scripted } of commands) {
      while (this.kernel.delivered < delivered) this.step()
      this.stand(at)
      this.act(command, scripted)
    }
    for (let next = this.kernel.nextAt(); next !== undefined && next <= until; next = this.kernel.nextAt())
      this.step()
    this.stand(until)
  }

  private fold(): void {
    foldTogether(this.timelines, this.folded, this.recording.length)
    this.folded = this.recording.length
  }

  private keepCheckpoint(): void {
    const { recording, kernel } = this
    // Everything that reads events one after the other has read these before they may be dropped.
    for (const timeline of this.timelines) timeline.keep(recording.length)
    this.judge?.at(recording.length)
    this.teach()
    recording.cut(kernel.checkpoint(), this.teaching.mark())
    this.world.thinCheckpoints(recording.segments, this.world.scale.checkpoints, (from, to) =>
      this.thin(from, to),
    )
    this.sweep()
  }

  /** Pictures between those at checkpoints are of use only where the events between are there. */
  private sweep(): void {
    for (; ; this.swept++) {
      const segment = this.recording.segments[this.swept]
      if (segment === undefined || (this.swept > 0 && segment.length > 0 && segment.body !== null)) return
      // What is folded to its beginning is of use with its checkpoint.
      const from = segment.checkpoint === null ? segment.before.length - 1 : segment.before.length
      if (segment.body === null) this.thin(from, segment.end)
    }
  }

  private thin(from: number, to: number): void {
    for (const timeline of this.timelines) timeline.thin(from, to)
  }

  private seedOfStage(): Parameters<typeof emptyStage>[0] {
    return {
      hosts: this.kernel.hosts().map(({ name, role }) => ({ name, role })),
      processes: this.kernel.slots().map(({ id, kind, host }) => ({ id, kind, host })),
    }
  }
}
