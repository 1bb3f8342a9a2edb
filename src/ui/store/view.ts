// What the host's frames said, as the page shows it. Tables are patched entry by entry, so that a component which reads
// one entry is drawn again only when that entry changes.

import { create } from 'zustand'
import type {
  ChecksView,
  ClockView,
  FailureView,
  FleetPatch,
  Flight,
  Frame,
  RecordingView,
  Row,
  ScenarioView,
  StagePatch,
  StageView,
  StoryView,
  TablePatch,
  TimelineView,
  ViewStates,
} from '../../worker/protocol.ts'

/** The nodes of a large cluster from far away, in the order of their places. */
export interface FleetView {
  readonly names: readonly string[]
  /** See `FleetPatch`. */
  readonly states: Uint8Array
  /** How each node's Pods look. */
  readonly looks: readonly Uint8Array[]
  readonly pods: number
  readonly ready: number
  readonly watches: number
}

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
  /** Null: the cluster is small enough for cards. */
  readonly fleet: FleetView | null
  readonly scenario: ScenarioView | null
  readonly recording: RecordingView | null
  readonly timeline: TimelineView
  readonly story: StoryView
  readonly recent: readonly Row[]
  readonly current: readonly Row[]
  readonly failure: FailureView | null
  /** Null while the checks are not loaded. */
  readonly checks: ChecksView | null
  /** The states of the registered views, for panels. */
  readonly views: Partial<ViewStates>
  /** How much of the way to the first picture is done, from 0 to 1. */
  readonly opening: number
  /** Why the host itself is gone. */
  readonly lost: string | null
}

export const emptyStage: StageView = {
  hosts: {},
  processes: {},
  members: {},
  nodes: {},
  pods: {},
  berths: {},
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
  fleet: null,
  scenario: null,
  recording: null,
  timeline: { start: 0, head: 0, marks: [], branches: [], axis: [] },
  story: { chapter: null, milestone: null, reached: [], question: null, answers: {}, commandReady: false },
  recent: [],
  current: [],
  failure: null,
  checks: null,
  views: {},
  opening: 0,
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
    fleet: patchFleet(before.fleet, frame.fleet),
    scenario: frame.scenario ?? before.scenario,
    recording: frame.recording ?? before.recording,
    timeline: frame.timeline ?? before.timeline,
    story: frame.story ?? before.story,
    recent: frame.recent ?? before.recent,
    current: frame.current ?? before.current,
    failure: frame.failure === undefined ? before.failure : frame.failure,
    checks: frame.checks === undefined ? before.checks : frame.checks,
    views: frame.views === undefined ? before.views : { ...before.views, ...frame.views },
    opening: view.opening,
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
    berths: patchTable(stage.berths, patch.berths),
    workloads: patchTable(stage.workloads, patch.workloads),
    watches: patchTable(stage.watches, patch.watches),
    requests: patchTable(stage.requests, patch.requests),
    proposals: patchTable(stage.proposals, patch.proposals),
    faults: patchTable(stage.faults, patch.faults),
    counters: patchTable(stage.counters, patch.counters),
  }
}

const noPods = new Uint8Array(0)

/** The same fleet again when nothing changed; of what did not, the same bytes. */
function patchFleet(fleet: FleetView | null, patch: FleetPatch | undefined): FleetView | null {
  if (patch === undefined) return fleet
  const names = patch.names ?? fleet?.names ?? []
  const isNew = patch.names !== undefined || fleet === null
  const states = isNew ? new Uint8Array(names.length) : fleet.states.slice()
  const looks = isNew ? names.map(() => noPods) : fleet.looks.slice()
  let from = 0
  patch.places.forEach((place, at) => {
    const count = patch.counts[at] ?? 0
    states[place] = patch.states[at] ?? 0
    looks[place] = patch.looks.slice(from, from + count)
    from += count
  })
  return { names, states, looks, pods: patch.pods, ready: patch.ready, watches: patch.watches }
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
