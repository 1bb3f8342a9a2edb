// The one protocol between a host that runs the simulation and a page that shows it: calls with answers, and frames.
// Everything is structured-cloneable data. The same calls are `window.vitrine`'s, and the server's.
import type { FleetFocus, FleetPatch } from '../projections/fleet-patch.ts'
import type { ViewStates } from '../projections/index.ts'
import type { Inspection, Subject } from '../projections/inspection.ts'
import type { RowPage, RowQuery } from '../projections/row-page.ts'
import type { Level, Row } from '../projections/rows.ts'
import type { StageView } from '../projections/stage-view.ts'

export type * from '../projections/fleet-patch.ts'
export type { ViewStates } from '../projections/index.ts'
export type * from '../projections/inspection.ts'
export type { PodLook } from '../projections/pod-look.ts'
export type * from '../projections/row-page.ts'
export type { Level, Row } from '../projections/rows.ts'
export type * from '../projections/stage-view.ts'

/** The largest manifest or scenario file that a call may carry: so many bytes in the page, and characters in its host. */
export const MAX_FILE_MIB = 1
export const MAX_FILE_BYTES = MAX_FILE_MIB * 1024 * 1024

export type Language = 'zh-CN' | 'en'
/** A text in both languages. */
export type Text = Readonly<Record<Language, string>>

export type StepSize = 'message' | 'write' | 'chapter' | 'until-quiet'
export type Direction = 1 | -1

/** A moment: a time in microseconds, a milestone or chapter id, the trace event with a `seq`, or an end. */
export type Position =
  | { readonly at: number }
  | { readonly step: string }
  | { readonly seq: number }
  | { readonly end: 'start' | 'head' }

export type ClockMode = 'teaching' | 'real'

export interface FaultSpec {
  /** A name of the catalogue: "host-down", "process-down", … */
  readonly fault: string
  /** A host, a process, a link `a~b`, a Pod `namespace/name`, or a message's `seq`, as the fault asks. */
  readonly target: string
  /** "2m", "40s"; absent: until healed by hand. */
  readonly for?: string
  readonly [parameter: string]: unknown
}

export interface FaultEntry {
  readonly name: string
  readonly title: Text
  readonly explains: Text
  /** What it can be done to. */
  readonly targets: readonly ('host' | 'process' | 'node' | 'member' | 'link' | 'pod' | 'message')[]
  /** The kinds of processes among them; absent: all. */
  readonly kinds?: readonly string[]
  /** JSON Schema of its parameters, by name. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** A check of the cluster: what must hold in every history. */
export interface CheckEntry {
  readonly name: string
  readonly title: Text
  readonly explains: Text
  /** Judged only when everything has settled, in tests and random testing; not on the page. */
  readonly settles: boolean
}

/** The checks as they stand at the cursor. */
export interface ChecksView {
  readonly total: number
  readonly broken: readonly BrokenCheck[]
}

export interface BrokenCheck {
  readonly name: string
  readonly times: number
  /** What was violated first, when, and by which event. */
  readonly message: string
  readonly at: number
  readonly seq: number
}

export interface OutputView {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** What `window.vitrine.state()` and `GET /state` answer. */
export interface ClusterState {
  readonly now: number
  readonly digest: string
  readonly hosts: readonly { readonly name: string; readonly role: string; readonly up: boolean }[]
  readonly processes: readonly {
    readonly id: string
    readonly kind: string
    readonly host: string
    readonly up: boolean
  }[]
  readonly etcd: readonly {
    readonly id: string
    readonly role: string
    readonly term: number
    readonly commit: number
    readonly applied: number
    readonly up: boolean
  }[]
  readonly nodes: readonly { readonly name: string; readonly ready: boolean; readonly pods: number }[]
  readonly pods: readonly {
    readonly namespace: string
    readonly name: string
    readonly phase: string
    readonly node: string | null
    readonly ip: string | null
    readonly ready: boolean
  }[]
  readonly faults: readonly {
    readonly id: string
    readonly fault: string
    readonly target: string
    readonly until: number | null
  }[]
  readonly milestones: readonly MilestoneReached[]
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[]
}

export interface MilestoneReached {
  readonly id: string
  readonly at: number
  readonly seq: number
}

// ── the scenario, as the page needs it ──────────────────────────────────────────────────────────────────────────────

export interface MilestoneText {
  readonly id: string
  readonly title: Text
  /** What happens and why, and where the real system does more. Light Markdown: paragraphs, `code`, **bold**. */
  readonly text: Text
  /** A short name for the timeline. */
  readonly short: Text
}

export interface QuestionText {
  readonly id: string
  /** Asked when this milestone is reached, before the next is shown. */
  readonly after: string
  readonly ask: Text
  readonly options: readonly {
    readonly id: string
    readonly text: Text
    readonly right: boolean
    readonly because: Text
  }[]
}

export interface ChapterText {
  readonly id: string
  readonly title: Text
  readonly intro: Text
  /** The command line that the chapter has ready in the terminal; null when there is none. */
  readonly command: string | null
  /** Files that the command line names, by name. */
  readonly files: Readonly<Record<string, string>>
  readonly milestones: readonly MilestoneText[]
  readonly questions: readonly QuestionText[]
}

export interface ScenarioSummary {
  readonly name: string
  readonly title: Text
  readonly about: Text
}

export interface ScenarioView extends ScenarioSummary {
  readonly seed: number
  readonly topology: { readonly controlPlanes: number; readonly etcd: number; readonly nodes: number }
  readonly chapters: readonly ChapterText[]
}

// ── frames: what the page shows now ─────────────────────────────────────────────────────────────────────────────────

/** A message between its sending and its arrival. Its place is `(now - sentAt) / (deliveredAt - sentAt)`. */
export interface Flight {
  readonly seq: number
  readonly type: string
  readonly from: string
  readonly to: string
  readonly sentAt: number
  readonly deliveredAt: number
  readonly label: string
  readonly detail: string
  readonly level: Level
  /** On the causal chain that the story follows. */
  readonly followed: boolean
  /** It will not arrive. */
  readonly lost: boolean
}

/**
 * The clock between frames: at `performance.now()` of receipt virtual time is `now`, and it moves by `rate` microseconds
 * per millisecond of screen time until `until`. Paused: `rate` is 0.
 */
export interface ClockView {
  readonly now: number
  readonly rate: number
  readonly until: number
  readonly playing: boolean
  readonly mode: ClockMode
  /** 1 is teaching speed, or real time. */
  readonly speed: number
  /** A wait that teaching time shortens: how long it really is, in microseconds. Null: none now. */
  readonly skipping: { readonly from: number; readonly to: number } | null
  /** Why it stopped by itself: the head of a finished scenario, a question, quiet, a failure of the program. */
  readonly stopped: 'end' | 'question' | 'quiet' | 'failure' | null
}

export interface TimelineMark {
  readonly at: number
  readonly kind: 'chapter' | 'milestone' | 'fault' | 'heal' | 'command'
  readonly id: string
  readonly seq: number
  /** For faults and commands: what it was, in its own words. */
  readonly label: string
}

export interface BranchView {
  readonly id: string
  readonly parent: string | null
  readonly forkedAt: number
  /** What made it: the first command of the branch. */
  readonly label: string
  readonly head: number
  readonly current: boolean
}

export interface TimelineView {
  /** Where the story of this session starts (the cluster is at rest) and how far it has been simulated. */
  readonly start: number
  readonly head: number
  readonly marks: readonly TimelineMark[]
  readonly branches: readonly BranchView[]
  /**
   * The scrubber's axis is screen time, not virtual time: pairs `[virtualMicros, screenMillis]`, growing, linear between.
   */
  readonly axis: readonly (readonly [number, number])[]
}

export interface StoryView {
  /** The chapter and milestone that the cursor is in; null before the first. */
  readonly chapter: string | null
  readonly milestone: string | null
  readonly reached: readonly MilestoneReached[]
  /** A question that is due and not answered. */
  readonly question: string | null
  /** Answers given so far: question id to option id. */
  readonly answers: Readonly<Record<string, string>>
  /** The chapter's command is still to be run. */
  readonly commandReady: boolean
}

/** Differences for one table of the stage: new or changed entries, and the keys that are gone. */
export interface TablePatch<T> {
  readonly set: Readonly<Record<string, T>>
  readonly gone: readonly string[]
}

export type StagePatch = {
  readonly [Table in keyof StageView]?: TablePatch<StageView[Table][string]>
}

/** What is kept of this session's trace, and what it had to drop. */
export interface RecordingView {
  /** Events that were dropped, by type. They are made again when somebody goes there. */
  readonly dropped: Readonly<Record<string, number>>
  /** The most that is kept. */
  readonly most: number
  /** Whether the checks run: in large clusters they do not. */
  readonly checked: boolean
}

export interface FailureView {
  readonly message: string
  readonly seed: number
  readonly seq: number
  readonly process: string
  readonly link: string
}

/** Absent fields have not changed. The first frame after `open` has them all, and `reset` true. */
export interface Frame {
  readonly reset: boolean
  readonly clock: ClockView
  /** Every message in flight between `clock.now` and `clock.until`. */
  readonly flights: readonly Flight[]
  readonly stage: StagePatch
  /** Only where the cluster is too large for cards, and something of it changed. */
  readonly fleet?: FleetPatch
  readonly scenario?: ScenarioView
  /** Null for a moment, until what tells of it is loaded. */
  readonly recording?: RecordingView | null
  readonly timeline?: TimelineView
  readonly story?: StoryView
  /** The newest rows up to now of level story, newest last; the events panel asks for more with `rows`. */
  readonly recent?: readonly Row[]
  /** Rows at the cursor: what is happening now, for highlighting and the live transcript. */
  readonly current?: readonly Row[]
  readonly failure?: FailureView | null
  /** Null while they are not loaded yet. */
  readonly checks?: ChecksView | null
  /** The states of the registered views that have changed. */
  readonly views?: Partial<ViewStates>
}

// ── calls ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface OpenOptions {
  readonly scenario: string
  readonly seed?: number
  /** The cluster's size, in place of the scenario's own. */
  readonly nodes?: number
  readonly position?: Position
  /** A shared session, as it stood in the address's fragment. */
  readonly shared?: string
  /** A scenario file of the user's own, in YAML. */
  readonly file?: string
}

/** Each call's arguments and answer. A rejected call changes nothing and says what was wrong with it. */
export interface Calls {
  open(options: OpenOptions): ScenarioView
  scenarios(): readonly ScenarioSummary[]
  catalogue(): readonly FaultEntry[]
  checks(): readonly CheckEntry[]
  play(options: { readonly speed?: number; readonly mode?: ClockMode }): null
  pause(): null
  step(options: { readonly size: StepSize; readonly direction: Direction }): null
  seek(position: Position): null
  /** Runs the chapter's prepared command. */
  runChapter(): null
  answer(options: { readonly question: string; readonly option: string }): null
  /** Runs a command line; answers when the command has ended, simulating as far as that takes. */
  kubectl(options: { readonly line: string; readonly files?: Readonly<Record<string, string>> }): OutputView
  fault(spec: FaultSpec): { readonly id: string }
  heal(id: string): null
  state(): ClusterState
  events(query: RowQuery): RowPage
  /** What of a large cluster to send in detail, until the next such call. */
  focus(focus: FleetFocus): null
  inspect(subject: Subject): Inspection
  digest(): string
  switchBranch(id: string): null
  /** The session as text for the address's fragment. */
  share(): string
  /** `scenario`: what was done so far as a scenario file. */
  export(format: 'ndjson' | 'chrome-trace' | 'mermaid' | 'scenario'): string
}

export type CallName = keyof Calls
export type CallArguments<Name extends CallName> = Parameters<Calls[Name]>
export type CallAnswer<Name extends CallName> = ReturnType<Calls[Name]>

export interface CallMessage<Name extends CallName = CallName> {
  readonly type: 'call'
  readonly id: number
  readonly name: Name
  readonly arguments: CallArguments<Name>
}

/** What was wrong with an input, where, and how to mend it. */
export interface CallError {
  readonly code: string
  readonly message: string
}

export type FromHost =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: CallError }
  | { readonly type: 'frame'; readonly frame: Frame }
  /** How much of the way to the first picture is done, from 0 to 1; a large cluster takes a while. */
  | { readonly type: 'opening'; readonly share: number }
