// What a page is sent: frames with only what has changed since the last. Stage tables are compared entry by entry by
// identity, which the folds guarantee to be enough.

import type { Row } from '../projections/rows.ts'
import type { StageView } from '../projections/stage-view.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type {
  FailureView,
  Flight,
  Frame,
  ScenarioView,
  StagePatch,
  StoryView,
  TablePatch,
  TimelineMark,
  TimelineView,
  ViewStates,
} from '../worker/protocol.ts'
import { checksAt } from './checks-at.ts'
import type { Player } from './player.ts'
import { dueQuestion } from './questions.ts'
import { milestonesBySeq } from './rows.ts'
import type { Session } from './session.ts'

/** Rows that a frame carries for the live transcript and the drawer's first look. */
const RECENT_ROWS = 40
/** Flights beyond this many are not drawn one by one at any size of cluster. */
const MAX_FLIGHTS = 400

export class Screen {
  private readonly session: Session
  private readonly player: Player
  private shown: StageView | null = null
  private readonly sent = new Map<string, string>()
  private readonly viewed = new Map<string, unknown>()
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
    this.sent.clear()
    this.viewed.clear()
  }

  frame(): Frame {
    const { session, player } = this
    const reset = this.shown === null
    const length = session.length
    const stage = withCounters(session.branch.stage.at(length), session.branch.recording.noiseIn(length))
    const clock = player.clock()
    const patch = patchStage(this.shown, stage)
    this.shown = stage
    return {
      reset,
      clock,
      flights: this.flights(clock.now, clock.until),
      stage: patch,
      ...(reset ? { scenario: scenarioView(session) } : {}),
      ...this.ifChanged('timeline', () => this.timeline()),
      ...this.ifChanged('story', () => this.story()),
      ...this.ifChanged('recent', () => this.recent(length)),
      ...this.ifChanged('current', () => this.current()),
      ...this.ifChanged('failure', () => this.failure),
      ...this.ifChanged('checks', () => checksAt(session.branch, length)),
      ...this.changedViews(length),
    }
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
      if (this.viewed.get(name) === state) continue
      this.viewed.set(name, state)
      changed[name] = state
    }
    return Object.keys(changed).length === 0 ? {} : { views: changed as Partial<ViewStates> }
  }

  private flights(now: number, until: number): Flight[] {
    const { branch } = this.session
    const { recording } = branch
    const flights: Flight[] = []
    const names = milestonesBySeq(branch)
    for (let index = recording.lengthAt(until) - 1; index >= 0 && flights.length < MAX_FLIGHTS; index--) {
      const event = recording.events[index]
      if (event === undefined || event.at < now - branch.maxFlightMicros) break
      if (!isMessage(event) || event.deliveredAt < now) continue
      const standing = recording.standing(index)
      if (standing.level === 'noise' && !this.withNoise) continue
      const row = recording.row(index, names)
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
        followed: branch.isFollowed(index),
        lost: recording.isLost(event.seq),
      })
    }
    return flights.reverse()
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
    let injected = 0
    for (const { at, command } of branch.commands) {
      if (command.do === 'fault') {
        injected++
        marks.push({
          at,
          kind: 'fault',
          id: `fault-${injected}`,
          seq: 0,
          label: `${command.spec.fault} ${command.spec.target}`,
        })
      } else if (command.do === 'heal')
        marks.push({ at, kind: 'heal', id: command.id, seq: 0, label: command.id })
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
    const next = session.isChapterOver() ? session.script.nextChapter(branch, cursor) : undefined
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
    const names = milestonesBySeq(this.session.branch)
    const rows: Row[] = []
    for (let index = length - 1; index >= 0 && rows.length < RECENT_ROWS && index > length - 4_000; index--) {
      if (recording.standing(index).level !== 'story') continue
      const row = recording.row(index, names)
      if (row !== undefined) rows.push(row)
    }
    return rows.reverse()
  }

  /** What happens at the cursor: story messages that are in flight or have just arrived. */
  private current(): Row[] {
    const { branch, cursor } = this.session
    const { recording } = branch
    const names = milestonesBySeq(branch)
    const rows: Row[] = []
    for (let index = this.session.length - 1; index >= 0 && rows.length < 12; index--) {
      const event = recording.events[index]
      if (event === undefined || event.at < cursor - branch.maxFlightMicros) break
      const here = isMessage(event) ? event.deliveredAt >= cursor : event.at === cursor
      if (!here || recording.standing(index).level !== 'story') continue
      const row = recording.row(index, names)
      if (row !== undefined) rows.push(row)
    }
    return rows.reverse()
  }
}

function laterOf(order: readonly string[], a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return order.indexOf(a) >= order.indexOf(b) ? a : b
}

function withCounters(stage: StageView, hidden: number): StageView {
  return stage.counters.hidden === hidden ? stage : { ...stage, counters: { ...stage.counters, hidden } }
}

function patchStage(before: StageView | null, after: StageView): StagePatch {
  const patch: Record<string, TablePatch<unknown>> = {}
  for (const table of Object.keys(after) as (keyof StageView)[]) {
    const old: Readonly<Record<string, unknown>> = before?.[table] ?? {}
    const now: Readonly<Record<string, unknown>> = after[table]
    if (old === now) continue
    const set: Record<string, unknown> = {}
    for (const key of Object.keys(now)) if (old[key] !== now[key]) set[key] = now[key]
    const gone = Object.keys(old).filter((key) => !(key in now))
    if (gone.length > 0 || Object.keys(set).length > 0) patch[table] = { set, gone }
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
