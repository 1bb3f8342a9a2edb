// What the host's frames said, as the page shows it. Tables are patched entry by entry, so that a component which reads
// one entry is drawn again only when that entry changes.

import { create } from 'zustand'
import type {
  ChecksView,
  ClockView,
  FailureView,
  Flight,
  Frame,
  Row,
  ScenarioView,
  StagePatch,
  StageView,
  StoryView,
  TablePatch,
  TimelineView,
  ViewStates,
} from '../../worker/protocol.ts'

export interface View {
  /** A first frame was shown. */
  readonly opened: boolean
  /** Frames shown so far. */
  readonly frames: number
  readonly clock: ClockView
  /** `performance.now()` when the clock arrived. */
  readonly receivedAt: number
  readonly flights: readonly Flight[]
  readonly stage: StageView
  readonly scenario: ScenarioView | null
  readonly timeline: TimelineView
  readonly story: StoryView
  readonly recent: readonly Row[]
  readonly current: readonly Row[]
  readonly failure: FailureView | null
  /** Null while the checks are not loaded. */
  readonly checks: ChecksView | null
  /** The states of the registered views, for panels. */
  readonly views: Partial<ViewStates>
  /** Why the host itself is gone. */
  readonly lost: string | null
}

export const emptyStage: StageView = {
  hosts: {},
  processes: {},
  members: {},
  nodes: {},
  pods: {},
  workloads: {},
  watches: {},
  requests: {},
  proposals: {},
  faults: {},
  counters: {},
}

const emptyView: View = {
  opened: false,
  frames: 0,
  clock: {
    now: 0,
    rate: 0,
    until: 0,
    playing: false,
    mode: 'teaching',
    speed: 1,
    skipping: null,
    stopped: null,
  },
  receivedAt: 0,
  flights: [],
  stage: emptyStage,
  scenario: null,
  timeline: { start: 0, head: 0, marks: [], branches: [], axis: [] },
  story: { chapter: null, milestone: null, reached: [], question: null, answers: {}, commandReady: false },
  recent: [],
  current: [],
  failure: null,
  checks: null,
  views: {},
  lost: null,
}

export const useView = create<View>(() => emptyView)

export function showFrame(frame: Frame, receivedAt: number): void {
  useView.setState((view) => applyFrame(view, frame, receivedAt))
}

export function applyFrame(view: View, frame: Frame, receivedAt: number): View {
  const before = frame.reset ? emptyView : view
  return {
    opened: true,
    frames: view.frames + 1,
    clock: frame.clock,
    receivedAt,
    flights: frame.flights,
    stage: patchStage(before.stage, frame.stage),
    scenario: frame.scenario ?? before.scenario,
    timeline: frame.timeline ?? before.timeline,
    story: frame.story ?? before.story,
    recent: frame.recent ?? before.recent,
    current: frame.current ?? before.current,
    failure: frame.failure === undefined ? before.failure : frame.failure,
    checks: frame.checks === undefined ? before.checks : frame.checks,
    views: frame.views === undefined ? before.views : { ...before.views, ...frame.views },
    lost: view.lost,
  }
}

/** The same stage again when nothing changed, and the same tables where they did not. */
export function patchStage(stage: StageView, patch: StagePatch): StageView {
  if (Object.keys(patch).length === 0) return stage
  return {
    hosts: patchTable(stage.hosts, patch.hosts),
    processes: patchTable(stage.processes, patch.processes),
    members: patchTable(stage.members, patch.members),
    nodes: patchTable(stage.nodes, patch.nodes),
    pods: patchTable(stage.pods, patch.pods),
    workloads: patchTable(stage.workloads, patch.workloads),
    watches: patchTable(stage.watches, patch.watches),
    requests: patchTable(stage.requests, patch.requests),
    proposals: patchTable(stage.proposals, patch.proposals),
    faults: patchTable(stage.faults, patch.faults),
    counters: patchTable(stage.counters, patch.counters),
  }
}

type Table<T> = Readonly<Record<string, T>>

function patchTable<T>(table: Table<T>, patch: TablePatch<T> | undefined): Table<T> {
  if (patch === undefined) return table
  if (patch.gone.length === 0) return { ...table, ...patch.set }
  const gone = new Set(patch.gone)
  const kept = Object.entries(table).filter(([key]) => !gone.has(key))
  return { ...Object.fromEntries(kept), ...patch.set }
}

/** Virtual time at a moment of the screen's clock. */
export function virtualNow(clock: ClockView, receivedAt: number, screenNow: number): number {
  if (clock.rate === 0) return clock.now
  return Math.min(clock.until, clock.now + Math.max(0, screenNow - receivedAt) * clock.rate)
}
