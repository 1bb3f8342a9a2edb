// A scenario played without anybody watching: every chapter that has operations, one after the other, each as soon as
// the one before has its result. A page that seeks through the same story makes the same history and the same digest.
import { SimulationFailure } from '../sim/kernel/simulation-failure.ts'
import type { MilestoneReached } from '../worker/protocol.ts'
import { CommandError } from './commands.ts'
import type { Scenario } from './scenario.ts'
import { Session } from './session.ts'
import { worldFor } from './world.ts'

/** How a run came out, in the public shape of `vitrine run --json`. Times are microseconds of virtual time. */
export interface RunResult {
  readonly scenario: string
  readonly seed: number
  readonly ok: boolean
  readonly digest: string
  readonly virtualMicros: number
  /** Events recorded. */
  readonly events: number
  readonly milestones: readonly MilestoneReached[]
  readonly failures: readonly {
    readonly chapter: string
    readonly expected: string
    readonly actual: string
  }[]
}

export interface HeadlessRun {
  readonly session: Session
  readonly result: RunResult
}

export interface HeadlessOptions {
  /** Default: the scenario's own. */
  readonly seed?: number
  /** The run ends at this virtual time: a chapter that has no result by then has failed. Default: with the story. */
  readonly until?: number
  /** Told from time to time how far the run is, in microseconds of virtual time. */
  readonly onProgress?: (head: number) => void
}

type Failure = RunResult['failures'][number]

/** Events between two reports of progress. */
const PROGRESS_EVENTS = 2_048

/** Throws only what goes wrong before the story starts; afterwards everything is a failure of its chapter. */
export function playScenario(scenario: Scenario, options: HeadlessOptions = {}): HeadlessRun {
  const seed = options.seed ?? scenario.seed
  const world = worldFor(scenario, seed)
  // The whole trace is read afterwards: it is judged, exported and compared.
  const scale = { ...world.scale, events: Number.MAX_SAFE_INTEGER }
  const session = new Session({ scenario, seed, world: { ...world, scale } })
  const failures = playChapters(session, options)
  const { recording, head, milestones } = session.branch
  return {
    session,
    result: {
      scenario: scenario.name,
      seed,
      ok: failures.length === 0,
      digest: recording.digestAt(recording.length),
      virtualMicros: head,
      events: recording.length,
      milestones: milestones.at(recording.length).reached,
      failures,
    },
  }
}

function playChapters(session: Session, options: HeadlessOptions): readonly Failure[] {
  const { script } = session
  const limit = options.until ?? Number.MAX_SAFE_INTEGER
  let chapter = script.nextChapter(session.branch)
  try {
    for (
      ;
      chapter !== undefined && session.branch.head < limit;
      chapter = script.nextChapter(session.branch)
    ) {
      session.goTo(session.branch.head)
      session.runChapter()
      if (!simulateChapter(session, chapter.id, limit, options)) break
    }
    // One microsecond more takes in what else happens at the last moment.
    session.goTo(options.until ?? session.branch.head + 1)
  } catch (error) {
    return [...expectationsOf(session), { chapter: chapter?.id ?? '', ...asFailure(error) }]
  }
  return [...expectationsOf(session), ...unfinished(session, limit)]
}

/** True when the chapter has its result, false when the time was over first. */
function simulateChapter(
  session: Session,
  chapter: string,
  limit: number,
  { onProgress }: HeadlessOptions,
): boolean {
  const { branch, script } = session
  let reported = branch.recording.length
  const report = (): boolean => {
    if (onProgress === undefined || branch.recording.length - reported < PROGRESS_EVENTS) return false
    reported = branch.recording.length
    onProgress(branch.head)
    return false
  }
  while (script.resultOf(branch, chapter) === undefined) {
    if (branch.head >= limit) return false
    session.simulate(limit, report)
  }
  return true
}

const expectationsOf = ({ script, branch }: Session): readonly Failure[] =>
  script
    .resultsOf(branch)
    .flatMap(({ chapter, ok, failures }) =>
      ok || failures.length > 0
        ? failures.map((failure) => ({ chapter, ...failure }))
        : [{ chapter, expected: 'the last command ends', actual: 'it is still running' }],
    )

const unfinished = ({ script, branch, scenario }: Session, limit: number): readonly Failure[] =>
  scenario.chapters
    .filter(({ id, do: operations }) => operations.length > 0 && script.resultOf(branch, id) === undefined)
    .map(({ id }) => ({
      chapter: id,
      expected: 'the chapter has its result',
      actual: `the run was ended at ${limit} µs`,
    }))

function asFailure(error: unknown): Omit<Failure, 'chapter'> {
  if (error instanceof SimulationFailure) {
    return {
      expected: 'the simulation keeps its invariants',
      actual: `${error.message} (seed ${error.seed}, seq ${error.seq}, process ${error.process})`,
    }
  }
  if (error instanceof CommandError) {
    return { expected: 'the operation can be done', actual: `${error.code}: ${error.message}` }
  }
  throw error
}
