// What a page is sent: frames with only what has changed since the last. Stage tables are compared entry by entry by
// identity, which the folds guarantee to be enough.

import type { ViewName } from '../projections/index.ts'
import { views } from '../projections/index.ts'
import type { Picture } from '../projections/picture.ts'
import { change } from '../projections/picture.ts'
import type { Row } from '../projections/rows.ts'
import type { Table } from '../projections/tables.ts'
import type { View } from '../projections/view.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type {
  FailureView,
  FleetFocus,
  Flight,
  Frame,
  MilestoneReached,
  ScenarioView,
  StagePatch,
  StoryView,
  TablePatch,
  TimelineMark,
  TimelineView,
  ViewStates,
} from '../worker/protocol.ts'
import type { Branch } from './branch.ts'
import { checksAt } from './checks-at.ts'
import type { FleetScreen } from './fleet-screen.ts'
import { lateParts, latePartsIfLoaded } from './load-late-parts.ts'
import { milestonesBySeq } from './milestone-names.ts'
import { nextChapter } from './next-chapter.ts'
import type { Player } from './player.ts'
import { dueQuestion } from './questions.ts'
import { MOST_CARDS } from './scale.ts'
import type { Session } from './session.ts'

/** Rows that a frame carries for the live transcript and the drawer's first look. */
const RECENT_ROWS = 40
/** Flights beyond this many are not drawn one by one at any size of cluster. */
const MAX_FLIGHTS = 400
/** Among thousands of nodes fewer can be told from each other. */
const MAX_FLEET_FLIGHTS = 150
/** Of a large cluster the views beside the stage are summed up, and sent with one of so many frames. */
const VIEW_FRAMES = 15
/** Events that are looked through for what is in flight. */
const MAX_LOOKED = 5_000

export class Screen {
  private readonly session: Session
  private readonly player: Player
  private shown: Picture | null = null
  private fleet: FleetScreen | null = null
  private focused: FleetFocus = { nodes: [], pods: [] }
  private readonly sent = new Map<string, string>()
  private readonly sentRows = new Map<string, readonly Row[]>()
  private readonly viewed = new Map<string, unknown>()
  /** The rows of this frame and of the one before, by `seq`, and what their milestones depend on. */
  private rows = new Map<number, Row>()
  private rowsBefore: ReadonlyMap<number, Row> = new Map()
  private reached: readonly MilestoneReached[] | null = null
  private branch: Branch | null = null
  private milestones: ReadonlyMap<number, string> = new Map()
  private frames = 0
  failure: FailureView | null = null
  /** Also send messages of noise. */
  withNoise = false

  constructor(session: Session, player: Player) {
    this.session = session
    this.player = player
  }

  /** Makes the next frame complete. */
  forget(): void {
    this.shown = null
    this.fleet = null
    this.sent.clear()
    this.sentRows.clear()
    this.frames = 0
    this.viewed.clear()
  }

  frame(): Frame {
    const { session, player } = this
    this.turnRows()
    this.frames++
    const reset = this.shown === null
    const length = session.length
    const stage = withCounters(session.branch.stage.at(length), session.branch.recording.noiseIn(length))
    const clock = player.clock()
    const patch = this.patch(stage)
    this.shown = stage
    return {
      reset,
      clock,
      flights: this.flights(clock.now, clock.until),
      ...patch,
      ...(reset ? { scenario: scenarioView(session) } : {}),
      ...this.ifChanged('timeline', () => this.timeline()),
      ...this.ifChanged('story', () => this.story()),
      ...this.ifOthers('recent', this.recent(length)),
      ...this.ifOthers('current', this.current()),
      ...this.ifChanged('failure', () => this.failure),
      ...this.ifChanged('recording', () => latePartsIfLoaded()?.recordingView(session.branch) ?? null),
      ...this.ifChanged('checks', () => checksAt(session.branch, length, latePartsIfLoaded()?.Judge)),
      ...this.changedViews(length),
    }
  }

  /** Of a large cluster what is looked at, until the next frame that says otherwise. */
  focus(focus: FleetFocus): void {
    this.focused = focus
    this.fleet?.look(focus)
  }

  private patch(stage: Picture): Pick<Frame, 'stage' | 'fleet'> {
    if (this.session.scenario.topology.nodes <= MOST_CARDS) return { stage: patchStage(this.shown, stage) }
    if (this.fleet === null) {
      this.fleet = new (lateParts().FleetScreen)(stage)
      this.fleet.look(this.focused)
    }
    const { stage: tables, fleet } = this.fleet.frame(stage)
    return fleet === null ? { stage: tables } : { stage: tables, fleet }
  }

  /** Rows are the same ones while nothing changes about them. */
  private ifOthers<Name extends string>(name: Name, rows: readonly Row[]): { [N in Name]?: readonly Row[] } {
    const before = this.sentRows.get(name)
    if (before?.length === rows.length && rows.every((row, index) => row === before[index])) return {}
    this.sentRows.set(name, rows)
    return { [name]: rows } as { [N in Name]?: readonly Row[] }
  }

  private ifChanged<Name extends string, T>(name: Name, make: () => T): { [N in Name]?: T } {
    const value = make()
    const text = JSON.stringify(value)
    if (this.sent.get(name) === text) return {}
    this.sent.set(name, text)
    return { [name]: value } as { [N in Name]?: T }
  }

  private changedViews(length: number): Pick<Frame, 'views'> {
    const changed: Record<string, unknown> = {}
    for (const [name, timeline] of Object.entries(this.session.branch.views)) {
      const state = timeline.at(length)
      if (this.viewed.get(name) === state || (this.fleet !== null && this.frames % VIEW_FRAMES !== 1))
        continue
      this.viewed.set(name, state)
      changed[name] = this.shownView(name, state)
    }
    return Object.keys(changed).length === 0 ? {} : { views: changed as Partial<ViewStates> }
  }

  private shownView(name: string, state: unknown): unknown {
    const ofFleet = this.fleet === null ? undefined : lateParts().fleetViews[name]
    if (ofFleet !== undefined) return ofFleet(state)
    const view: View<unknown, unknown> = views[name as ViewName]
    return view.show === undefined ? state : view.show(state)
  }

  private flights(now: number, until: number): Flight[] {
    const { branch } = this.session
    const { recording } = branch
    const flights: Flight[] = []
    if (latePartsIfLoaded() === undefined) return []
    const most = this.fleet === null ? MAX_FLIGHTS : MAX_FLEET_FLIGHTS
    let looked = 0
    for (let index = recording.lengthAt(until) - 1; index >= 0 && flights.length < most; index--) {
      const event = recording.event(index)
      if (event === undefined || event.at < now - recording.longestFlight || ++looked > MAX_LOOKED) break
      if (!isMessage(event) || event.deliveredAt < now) continue
      const standing = recording.standingBySeq(event.seq)
      if (standing.level === 'noise' && !this.withNoise) continue
      const row = this.row(index, event.seq)
      if (row === undefined) continue
      flights.push({
        seq: event.seq,
        type: event.type,
        from: event.from,
        to: event.to,
        sentAt: event.sentAt,
        deliveredAt: event.deliveredAt,
        label: row.label,
        detail: row.detail,
        level: standing.level,
        followed: standing.followed && standing.level === 'story',
        lost: recording.isLost(event.seq),
      })
    }
    return flights.reverse()
  }

  /** A row as it was in the frame before, if it was in it. */
  private row(index: number, seq: number): Row | undefined {
    const { recording } = this.session.branch
    const row = this.rowsBefore.get(seq) ?? lateParts().rowAt(recording, index, this.milestones)
    if (row !== undefined) this.rows.set(seq, row)
    return row
  }

  private turnRows(): void {
    const { branch } = this.session
    const { reached } = branch.milestones.at(branch.recording.length)
    const isSame = this.reached === reached && this.branch === branch
    this.rowsBefore = isSame ? this.rows : new Map()
    this.rows = new Map()
    if (isSame) return
    this.reached = reached
    this.branch = branch
    this.milestones = milestonesBySeq(branch)
  }

  private timeline(): TimelineView {
    const { session } = this
    const { branch, start } = session
    branch.teach()
    const head = Math.max(branch.seen, session.cursor)
    return {
      start,
      head,
      marks: this.marks(head),
      branches: [...session.branches.values()].map((one) => ({
        id: one.id,
        parent: one.parent,
        forkedAt: one.forkedAt,
        label: one.label,
        head: one.seen,
        current: one === branch,
      })),
      axis: branch.teaching.axis(start, head),
    }
  }

  private marks(head: number): TimelineMark[] {
    const { branch, scenario } = this.session
    const reached = branch.milestones.at(branch.lengthAt(head)).reached
    const marks: TimelineMark[] = reached.map(({ id, at, seq }) => ({
      at,
      kind: 'milestone',
      id,
      seq,
      label: id,
    }))
    for (const chapter of scenario.chapters) {
      const first = reached.find(({ id }) => id === chapter.milestones[0]?.id)
      const begun = branch.commands.find(
        ({ command }) => command.do === 'chapter' && command.chapter === chapter.id,
      )
      const at = begun?.at ?? first?.at
      if (at !== undefined && at <= head)
        marks.push({ at, kind: 'chapter', id: chapter.id, seq: first?.seq ?? 0, label: chapter.id })
    }
    const faults = new Map<string, string>()
    for (const { at, command } of branch.commands) {
      if (command.do === 'fault') {
        const id = `fault-${faults.size + 1}`
        const label = `${command.spec.fault} ${command.spec.target}`
        faults.set(id, label)
        marks.push({ at, kind: 'fault', id, seq: 0, label })
      } else if (command.do === 'heal')
        marks.push({ at, kind: 'heal', id: command.id, seq: 0, label: faults.get(command.id) ?? command.id })
      else if (command.do === 'kubectl')
        marks.push({ at, kind: 'command', id: command.line, seq: 0, label: command.line })
    }
    return marks.sort((a, b) => a.at - b.at)
  }

  private story(): StoryView {
    const { session } = this
    const { branch, scenario, cursor, answers } = session
    const reached = branch.milestones.at(session.length).reached.filter((milestone) => milestone.at <= cursor)
    const milestone = reached[reached.length - 1]?.id ?? null
    const begun = branch.commands
      .filter(({ at, command }) => at <= cursor && command.do === 'chapter')
      .pop()?.command
    const next = session.isChapterOver() ? nextChapter(scenario, branch, cursor) : undefined
    const inChapter = scenario.chapters.find((chapter) =>
      chapter.milestones.some(({ id }) => id === milestone),
    )?.id
    const begunId = begun?.do === 'chapter' ? begun.chapter : undefined
    const question = dueQuestion(session)
    return {
      chapter:
        laterOf(
          scenario.chapters.map(({ id }) => id),
          inChapter,
          begunId,
        ) ??
        next?.id ??
        null,
      milestone,
      reached,
      question: question?.id ?? null,
      answers: Object.fromEntries(answers),
      commandReady: next !== undefined,
    }
  }

  /** The newest rows of the story up to the cursor. */
  private recent(length: number): Row[] {
    const { recording } = this.session.branch
    if (latePartsIfLoaded() === undefined) return []
    const rows: Row[] = []
    for (let index = length - 1; index >= 0 && rows.length < RECENT_ROWS && index > length - 4_000; index--) {
      const event = recording.event(index)
      if (event === undefined || recording.standingBySeq(event.seq).level !== 'story') continue
      const row = this.row(index, event.seq)
      if (row !== undefined) rows.push(row)
    }
    return rows.reverse()
  }

  /** What happens at the cursor: story messages that are in flight or have just arrived. */
  private current(): Row[] {
    const { branch, cursor } = this.session
    const { recording } = branch
    if (latePartsIfLoaded() === undefined) return []
    const rows: Row[] = []
    let looked = 0
    for (let index = this.session.length - 1; index >= 0 && rows.length < 12; index--) {
      const event = recording.event(index)
      if (event === undefined || event.at < cursor - recording.longestFlight || ++looked > MAX_LOOKED) break
      const here = isMessage(event) ? event.deliveredAt >= cursor : event.at === cursor
      if (!here || recording.standingBySeq(event.seq).level !== 'story') continue
      const row = this.row(index, event.seq)
      if (row !== undefined) rows.push(row)
    }
    return rows.reverse()
  }
}

function laterOf(order: readonly string[], a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return order.indexOf(a) >= order.indexOf(b) ? a : b
}

const withCounters = (stage: Picture, hidden: number): Picture =>
  stage.counters.get('hidden') === hidden
    ? stage
    : change(stage, 'counters', stage.counters.put('hidden', hidden))

const TABLES = [
  'hosts',
  'processes',
  'members',
  'nodes',
  'pods',
  'berths',
  'workloads',
  'watches',
  'requests',
  'proposals',
  'faults',
  'counters',
] as const

function patchStage(before: Picture | null, after: Picture): StagePatch {
  const patch: Record<string, TablePatch<unknown>> = {}
  for (const name of TABLES) {
    const now: Table<unknown> = after[name]
    const old: Table<unknown> | undefined = before?.[name]
    const { set, gone } = now.changesSince(old)
    if (set.length + gone.length > 0) patch[name] = { set: Object.fromEntries(set), gone }
  }
  return patch as StagePatch
}

export function scenarioView({ scenario, seed }: Pick<Session, 'scenario' | 'seed'>): ScenarioView {
  return {
    name: scenario.name,
    title: scenario.title,
    about: scenario.about,
    seed,
    topology: scenario.topology,
    chapters: scenario.chapters.map((chapter) => {
      const command = chapter.do.find((operation) => 'kubectl' in operation)
      return {
        id: chapter.id,
        title: chapter.title,
        intro: chapter.intro,
        command: command === undefined ? null : `kubectl ${command.kubectl.replace(/^kubectl\s+/, '')}`,
        files: command?.files ?? {},
        milestones: chapter.milestones.map(({ id, short, title, text }) => ({ id, short, title, text })),
        questions: chapter.questions,
      }
    }),
  }
}
