// A host of the protocol: answers calls on one session and makes frames. The page's worker and the server wrap it; the
// only things it does not have are a clock and a wire.
import { forgetClusters } from '../sim/etcd/mvcc/index.ts'
import { SimulationFailure } from '../sim/kernel/simulation-failure.ts'
import type {
  CallAnswer,
  CallArguments,
  CallError,
  CallName,
  Frame,
  OpenOptions,
  OutputView,
  ScenarioView,
} from '../worker/protocol.ts'
import { CommandError } from './commands.ts'
import { faultPlans } from './load-fault-plans.ts'
import { lateParts, loadLateParts } from './load-late-parts.ts'
import { isPlainOpen } from './plain-open.ts'
import { Player } from './player.ts'
import { MOST_CARDS } from './scale.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioError } from './scenario-error.ts'
import { findScenario, loadScenarios, nodesOf, scenarioSummaries } from './scenarios.ts'
import { Screen, scenarioView } from './screen.ts'
import { Session } from './session.ts'
import { worldFor } from './world.ts'

/** A kubectl line that has not ended after so much virtual time is still running (a watch, a wait). */
const COMMAND_MICROS = 120_000_000

/** Calls that only ask. They may have dropped events made again, but nothing else. */
const QUESTIONS: ReadonlySet<string> = new Set<CallName>([
  'scenarios',
  'catalogue',
  'checks',
  'state',
  'events',
  'inspect',
  'digest',
  'share',
  'export',
])

export const isQuestion = (name: string): boolean => QUESTIONS.has(name)

type Handlers = { readonly [Name in CallName]: (...args: CallArguments<Name>) => CallAnswer<Name> }

export class SessionHost {
  private readonly onOpening: (share: number) => void
  private current: { session: Session; player: Player; screen: Screen } | null = null
  private readonly handlers: Handlers = {
    open: (options) => this.open(options),
    scenarios: () => scenarioSummaries(),
    catalogue: () => faultPlans().faultCatalogue(),
    checks: () => lateParts().checkEntries,
    play: ({ speed, mode }) => this.done(() => this.opened.player.play(speed, mode)),
    pause: () => this.done(() => this.opened.player.pause()),
    step: ({ size, direction }) => this.moved((session) => session.step(size, direction)),
    seek: (position) => this.moved((session) => session.seek(position)),
    runChapter: () => this.done(() => this.opened.session.runChapter()),
    answer: ({ question, option }) => this.answer(question, option),
    kubectl: ({ line, files }) => this.kubectl(line, files ?? {}),
    fault: (spec) => ({ id: this.opened.session.fault(spec) }),
    heal: (id) => this.done(() => this.opened.session.heal(id)),
    state: () => lateParts().clusterState(this.opened.session),
    events: (query) => lateParts().queryRows(this.opened.session, query),
    focus: (focus) => this.done(() => this.opened.screen.focus(focus)),
    inspect: (subject) => lateParts().inspect(this.opened.session, subject),
    digest: () => this.opened.session.branch.recording.digestAt(this.opened.session.length),
    switchBranch: (id) => this.moved((session) => session.switchBranch(id)),
    share: () => lateParts().share(this.opened.session),
    export: (format) => this.exportAs(format),
  }

  /** @param onOpening told how much of the way to the first picture is done, from 0 to 1 */
  constructor(onOpening: (share: number) => void = () => {}) {
    this.onOpening = onOpening
  }

  /** Loads what a call needs; await it before the call. Nothing has been checked by then: it may be any message. */
  async prepare(name: string, args: readonly unknown[]): Promise<void> {
    await Promise.all([
      isPlainOpen(name, args) ? null : loadLateParts(),
      name === 'scenarios' ? loadScenarios() : null,
    ])
    if (name !== 'open') return
    const names = scenariosOf(args[0])
    await loadScenarios(names)
    // The first picture of a large cluster needs them.
    if (names.some((name) => nodesOf(name) > MOST_CARDS)) await loadLateParts()
  }

  /** Throws what `errorOf` explains. */
  call<Name extends CallName>(name: Name, args: CallArguments<Name>): CallAnswer<Name> {
    if (!isPlainOpen(name, args)) lateParts().checkCall(name, args)
    try {
      return this.handlers[name](...args)
    } catch (error) {
      this.note(error)
      throw error
    }
  }

  /** Screen time went by; true when there is something new to show. */
  tick(millis: number): boolean {
    if (this.current === null) return false
    try {
      return this.current.player.tick(millis)
    } catch (error) {
      this.note(error)
      return true
    }
  }

  frame(): Frame | undefined {
    return this.current?.screen.frame()
  }

  get playing(): boolean {
    return this.current?.player.playing === true
  }

  /** The least time between two frames while ticks take longer than the time that they pass, in milliseconds. */
  get pauseMillis(): number {
    return this.current?.session.branch.world.scale.pauseMillis ?? 0
  }

  private get opened(): { session: Session; player: Player; screen: Screen } {
    if (this.current === null) throw new CommandError('NotOpen', 'no scenario is open: call open first')
    return this.current
  }

  private done(act: () => unknown): null {
    act()
    return null
  }

  private moved(act: (session: Session) => void): null {
    const { session, player } = this.opened
    act(session)
    player.moved()
    return null
  }

  /** Everything is made before anything is replaced, so that a refused link or file leaves the page as it was. */
  private open(options: OpenOptions): ScenarioView {
    const shared = options.shared === undefined ? null : lateParts().readShared(options.shared)
    const own = scenarioOf(options, shared?.scenario)
    const nodes = shared?.nodes ?? options.nodes ?? own.topology.nodes
    const scenario = { ...own, topology: { ...own.topology, nodes } }
    const seed = shared?.seed ?? options.seed ?? scenario.seed
    forgetClusters()
    const session = new Session({
      scenario,
      seed,
      world: worldFor(scenario, seed),
      ownNodes: own.topology.nodes,
      onOpening: this.onOpening,
    })
    if (shared !== null) session.replay(shared.commands, shared.cursor)
    if (options.position !== undefined) session.seek(options.position)
    const player = new Player(session)
    this.current = { session, player, screen: new Screen(session, player) }
    return scenarioView(session)
  }

  private answer(question: string, option: string): null {
    const { session } = this.opened
    const asked = session.scenario.chapters
      .flatMap((chapter) => chapter.questions)
      .find(({ id }) => id === question)
    if (asked === undefined) throw new CommandError('NoSuchQuestion', `no question "${question}"`)
    if (!asked.options.some(({ id }) => id === option)) {
      throw new CommandError(
        'NoSuchOption',
        `question "${question}" has the options ${asked.options.map(({ id }) => id).join(', ')}`,
      )
    }
    session.answers.set(question, option)
    return null
  }

  private kubectl(line: string, files: Readonly<Record<string, string>>): OutputView {
    const { session, player } = this.opened
    const wasPlaying = player.playing
    const seq = session.kubectl(line, files)
    const { recording, head } = session.branch
    let checked = recording.indexOf(seq)
    const output = { stdout: '', stderr: '', exitCode: 0, ended: false }
    const read = (): boolean => {
      for (; checked < recording.length && !output.ended; checked++) {
        const event = recording.event(checked)
        if (event?.type !== 'output' || !('command' in event) || event.command !== seq) continue
        output.stdout += event.stdout
        output.stderr += event.stderr
        output.exitCode = event.exitCode ?? 0
        output.ended = event.exitCode !== undefined
      }
      return output.ended
    }
    while (!read() && session.branch.head < head + COMMAND_MICROS)
      session.simulate(head + COMMAND_MICROS, read)
    if (!wasPlaying) {
      session.goTo(session.branch.head)
      player.moved()
    }
    return { stdout: output.stdout, stderr: output.stderr, exitCode: output.exitCode }
  }

  private exportAs(format: 'ndjson' | 'chrome-trace' | 'mermaid' | 'scenario'): string {
    const { session } = this.opened
    const parts = lateParts()
    switch (format) {
      case 'ndjson':
        return parts.exportNdjson(session)
      case 'chrome-trace':
        return parts.exportChromeTrace(session)
      case 'mermaid':
        return parts.exportMermaid(session)
      case 'scenario':
        return parts.exportScenario(session)
    }
  }

  /** A bug of the program stops the session where it is and is shown. */
  private note(error: unknown): void {
    if (!(error instanceof SimulationFailure) || this.current === null) return
    const { session, player, screen } = this.current
    player.pause()
    player.stopped = 'failure'
    screen.failure = {
      message: error.message,
      seed: error.seed,
      seq: error.seq,
      process: error.process,
      link: lateParts().share(session),
    }
  }
}

/** The names of the scenarios whose files `open` with these (unchecked) options would look up. */
function scenariosOf(options: unknown): readonly string[] {
  const { scenario, shared } = (options ?? {}) as { readonly scenario?: unknown; readonly shared?: unknown }
  const names = typeof scenario === 'string' ? [scenario] : []
  try {
    if (typeof shared === 'string') names.push(lateParts().readShared(shared).scenario)
  } catch {
    // A damaged link is refused by `open` itself, with its reason.
  }
  return names
}

function scenarioOf(options: OpenOptions, shared: string | undefined): Scenario {
  if (options.file !== undefined) return lateParts().parseScenario(options.file)
  return findScenario(shared ?? options.scenario)
}

/** An error as it travels to the page. */
export function errorOf(error: unknown): CallError {
  if (error instanceof CommandError) return { code: error.code, message: error.message }
  if (error instanceof ScenarioError) return { code: 'BadScenario', message: error.message }
  if (error instanceof SimulationFailure) return { code: 'Failure', message: error.message }
  return { code: 'Unexpected', message: error instanceof Error ? error.message : String(error) }
}
