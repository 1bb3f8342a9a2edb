// One line of history: a kernel that has been run up to its head, its recording, and checkpoints to go back to. Acting
// in the past makes a new branch from the nearest checkpoint; the old one stays as it was.

import { processKind } from '../projections/facts.ts'
import { views } from '../projections/index.ts'
import type { MilestoneState } from '../projections/milestones.ts'
import { milestoneFold, noMilestones } from '../projections/milestones.ts'
import { emptyStage, foldStage } from '../projections/stage.ts'
import type { StageView } from '../projections/stage-view.ts'
import type { View } from '../projections/view.ts'
import type { Checkpoint } from '../sim/kernel/checkpoint.ts'
import type { KernelOptions } from '../sim/kernel/kernel.ts'
import { Kernel } from '../sim/kernel/kernel.ts'
import type { Micros } from '../sim/kernel/micros.ts'
import type { Delivery, Message } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { SessionCommand, StampedCommand } from './commands.ts'
import { perform } from './commands.ts'
import type { Timeline } from './fold-timeline.ts'
import { FoldTimeline } from './fold-timeline.ts'
import type { Judge } from './judge.ts'
import { Recording } from './recording.ts'
import type { Milestone } from './scenario.ts'
import { TeachingTime } from './teaching-time.ts'

/** Deliveries between checkpoints: going back replays at most this many. */
const CHECKPOINT_DELIVERIES = 1_000

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
}

interface Restart {
  readonly checkpoint: Checkpoint
  /** Events recorded when it was taken. */
  readonly length: number
}

const timelineOf = <S>(view: View<S>, events: readonly TraceEvent[]): Timeline<unknown> =>
  new FoldTimeline<S>(view.initial, view.fold, events)

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
  readonly stage: FoldTimeline<StageView>
  readonly milestones: FoldTimeline<MilestoneState>
  /** The registered views, by name. */
  readonly views: Readonly<Record<string, Timeline<unknown>>>
  readonly teaching = new TeachingTime()
  /** The longest time that a message was in flight: how far back a look for flights has to go. */
  maxFlightMicros = 0
  /** The latest moment that anybody has seen: what lies beyond was only simulated ahead. */
  seen = 0
  /** Judges the history as far as somebody looks; made when the checks are loaded. */
  judge: Judge | null = null
  readonly kernel: Kernel
  private readonly world: BranchWorld
  private readonly restarts: Restart[]
  private taught = 0

  private constructor(
    world: BranchWorld,
    origin: { id: string; parent: string | null; forkedAt: number; label: string },
    recording: Recording,
    commands: StampedCommand[],
    restarts: Restart[],
  ) {
    this.id = origin.id
    this.parent = origin.parent
    this.forkedAt = origin.forkedAt
    this.label = origin.label
    this.world = world
    this.recording = recording
    this.commands = commands
    this.restarts = restarts
    const options = {
      ...world.options,
      onEvent: (event: TraceEvent, digest: number) => this.record(event, digest),
    }
    const last = restarts[restarts.length - 1]
    this.kernel = last === undefined ? new Kernel(options) : Kernel.restore(options, last.checkpoint)
    if (last === undefined) world.build(this.kernel)
    this.stage = new FoldTimeline(emptyStage(this.seedOfStage()), foldStage, recording.events)
    this.milestones = new FoldTimeline(
      noMilestones,
      milestoneFold(world.milestones, recording, recording.requestOf),
      recording.events,
    )
    this.views = Object.fromEntries(
      Object.entries(views).map(([name, view]) => [name, timelineOf(view, recording.events)]),
    )
    for (const event of recording.events) this.measure(event)
    if (last === undefined) this.keepCheckpoint()
  }

  static root(world: BranchWorld): Branch {
    return new Branch(world, { id: 'main', parent: null, forkedAt: 0, label: '' }, new Recording(), [], [])
  }

  /** The same history up to and including `at`, ready to go on differently. */
  fork(id: string, at: number, label: string): Branch {
    const restarts = this.restarts.filter((restart) => restart.checkpoint.now <= at)
    const last = restarts[restarts.length - 1]
    const recording = this.recording.truncated(last?.length ?? 0)
    const before = this.commands.filter((command) => command.at <= at)
    const replayed = before.filter((command) => command.delivered < (last?.checkpoint.delivered ?? 0))
    const origin = { id, parent: this.id, forkedAt: at, label }
    const twin = new Branch(this.world, origin, recording, replayed, restarts.slice())
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
    const last = this.restarts[this.restarts.length - 1]
    if (this.kernel.delivered - (last?.checkpoint.delivered ?? 0) >= CHECKPOINT_DELIVERIES)
      this.keepCheckpoint()
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
    const { events } = this.recording
    for (; this.taught < events.length; this.taught++) {
      const event = events[this.taught]
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
    const { events } = this.recording
    for (let index = length; index < events.length; index++) {
      const type = events[index]?.type
      if (type !== undefined && TELLING.has(type) && this.recording.standing(index).inherited !== 'noise')
        return true
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

  private keepCheckpoint(): void {
    this.restarts.push({ checkpoint: this.kernel.checkpoint(), length: this.recording.events.length })
  }

  private record(event: TraceEvent, digest: number): void {
    this.recording.append(event, digest)
    this.measure(event)
  }

  private measure(event: TraceEvent): void {
    if (isMessage(event))
      this.maxFlightMicros = Math.max(this.maxFlightMicros, event.deliveredAt - event.sentAt)
  }

  private seedOfStage(): Parameters<typeof emptyStage>[0] {
    return {
      hosts: this.kernel.hosts().map(({ name, role }) => ({ name, role })),
      processes: this.kernel.slots().map(({ id, kind, host }) => ({ id, kind, host })),
    }
  }
}
