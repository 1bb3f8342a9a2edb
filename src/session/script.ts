// A scenario at work on a branch: which operation is next, what it waits for, and whether its chapters came out as
// expected. Where it stands follows from the branch's commands, so that going back takes the script back too.
import type { Picture } from '../projections/picture.ts'
import type { Branch } from './branch.ts'
import type { SessionCommand, StampedCommand } from './commands.ts'
import type { Situation } from './expectations.ts'
import { holds, resolveNames } from './expectations.ts'
import { nextChapter } from './next-chapter.ts'
import { isQuiet } from './quiet.ts'
import type { Chapter, Expectation, Operation, Scenario } from './scenario.ts'
import { durationMicros } from './scenario.ts'

export interface ChapterResult {
  readonly chapter: string
  readonly ok: boolean
  /** When the chapter's expectations were met, or its time was over. */
  readonly at: number
  readonly failures: readonly { readonly expected: string; readonly actual: string }[]
}

/** Where a script stands. */
interface Standing {
  readonly chapter: Chapter
  /** The command that started it. */
  readonly start: StampedCommand
  /** Operations of the chapter done so far. */
  readonly done: number
  /** When the last of them was done. */
  readonly doneAt: number
  /** When the script has something to decide, whatever happens until then. */
  readonly deadline: number
  /** When the time for its expectations is over. */
  readonly late: number
}

interface KnownStanding {
  /** How many commands the branch had. */
  readonly commands: number
  readonly standing: Standing | undefined
}

export class Script {
  readonly scenario: Scenario
  private readonly results = new WeakMap<Branch, Map<string, ChapterResult>>()
  // cache: where the script stands on each branch.
  private readonly standings = new WeakMap<Branch, KnownStanding>()

  constructor(scenario: Scenario) {
    this.scenario = scenario
  }

  /** The chapter with operations that would be run next; undefined when none is left. */
  nextChapter(branch: Branch, at = branch.head): Chapter | undefined {
    return nextChapter(this.scenario, branch, at)
  }

  /** Whether the running chapter has come to its end, or none has begun. */
  isIdle(branch: Branch): boolean {
    const standing = this.standing(branch)
    return standing === undefined || this.resultOf(branch, standing.chapter.id) !== undefined
  }

  begin(branch: Branch, chapter: Chapter): void {
    branch.act({ do: 'chapter', chapter: chapter.id }, true)
    this.advance(branch)
  }

  /** A fork keeps the results that its parent had at that moment. */
  inherit(parent: Branch, fork: Branch, at: number): void {
    const kept = this.resultsOf(parent).filter((result) => result.at <= at)
    this.results.set(fork, new Map(kept.map((result) => [result.chapter, result])))
  }

  resultsOf(branch: Branch): readonly ChapterResult[] {
    return [...(this.results.get(branch)?.values() ?? [])]
  }

  resultOf(branch: Branch, chapter: string): ChapterResult | undefined {
    return this.results.get(branch)?.get(chapter)
  }

  /**
   * Does what is due after a delivery. Call it at each event that may have changed the picture; it costs nothing while
   * no chapter is running. True when the running chapter ended just now.
   */
  advance(branch: Branch): boolean {
    for (;;) {
      const standing = this.standing(branch)
      if (standing === undefined || this.resultOf(branch, standing.chapter.id) !== undefined) return false
      const operation = standing.chapter.do[standing.done]
      if (operation === undefined) return this.conclude(branch, standing)
      if (!this.isDue(branch, standing)) return false
      this.run(branch, operation)
    }
  }

  /** The latest moment at which the script has something to decide, whatever happens until then. */
  deadline(branch: Branch): number | undefined {
    const standing = this.standing(branch)
    if (standing === undefined || this.resultOf(branch, standing.chapter.id) !== undefined) return undefined
    return standing.deadline
  }

  /** Asked with every delivery, and the same until the next command. */
  private standing(branch: Branch): Standing | undefined {
    const known = this.standings.get(branch)
    if (known?.commands === branch.commands.length) return known.standing
    const standing = this.findStanding(branch)
    this.standings.set(branch, { commands: branch.commands.length, standing })
    return standing
  }

  private findStanding(branch: Branch): Standing | undefined {
    const { commands } = branch
    let first = commands.length - 1
    while (first >= 0 && commands[first]?.command.do !== 'chapter') first--
    const start = commands[first]
    if (start === undefined || start.command.do !== 'chapter') return undefined
    const id = start.command.chapter
    const chapter = this.scenario.chapters.find((candidate) => candidate.id === id)
    if (chapter === undefined) return undefined
    const scripted = commands.slice(first + 1).filter((stamped) => stamped.scripted)
    const last = scripted[scripted.length - 1] ?? start
    const current = chapter.do[scripted.length]
    const late = start.at + durationMicros(chapter.within)
    const waits = current !== undefined && 'wait' in current
    return {
      chapter,
      start,
      done: scripted.length,
      doneAt: last.at,
      deadline: waits ? last.at + durationMicros(current.wait) : late,
      late,
    }
  }

  /** Whether the operation before has had its effect, so that the next may follow. */
  private isDue(branch: Branch, standing: Standing): boolean {
    const operation = standing.chapter.do[standing.done]
    const before = standing.chapter.do[standing.done - 1]
    if (
      before !== undefined &&
      'kubectl' in before &&
      !before.background &&
      !commandEnded(branch, standing.doneAt)
    )
      return false
    if (operation !== undefined && 'wait' in operation) {
      return branch.head >= standing.deadline
    }
    if (operation !== undefined && 'until' in operation) {
      if (this.isLate(branch, standing)) return true
      return this.allHold(branch, standing, operation.until)
    }
    return true
  }

  private isLate(branch: Branch, standing: Standing): boolean {
    return branch.head >= standing.late
  }

  private run(branch: Branch, operation: Operation): void {
    branch.act(this.commandOf(branch, operation), true)
  }

  private commandOf(branch: Branch, operation: Operation): SessionCommand {
    const resolve = (text: string): string =>
      text.includes('$') ? resolveNames(text, pictureOf(branch)) : text
    if ('kubectl' in operation) {
      return { do: 'kubectl', line: resolve(operation.kubectl), files: operation.files }
    }
    if ('fault' in operation) {
      const spec = { ...operation.fault, target: resolve(operation.fault.target) }
      const { for: duration, ...rest } = spec
      return {
        do: 'fault',
        spec: duration === undefined ? rest : { ...rest, for: duration },
        as: operation.as ?? null,
      }
    }
    if ('heal' in operation) return { do: 'heal', id: this.faultNamed(branch, operation.heal) }
    return { do: 'waited' }
  }

  private faultNamed(branch: Branch, name: string): string {
    let injected = 0
    for (const { command } of branch.commands) {
      if (command.do !== 'fault') continue
      injected++
      if (command.as === name) return `fault-${injected}`
    }
    return name
  }

  private conclude(branch: Branch, standing: Standing): boolean {
    const last = standing.chapter.do[standing.chapter.do.length - 1]
    const ended =
      last === undefined || !('kubectl' in last) || last.background || commandEnded(branch, standing.doneAt)
    const expected = this.expectedOf(standing.chapter)
    // Asked at every event: the first that does not hold yet is answer enough.
    if (!this.isLate(branch, standing) && !(ended && this.allHold(branch, standing, expected))) return false
    const open = expected.filter((expectation) => !this.allHold(branch, standing, [expectation]))
    const failures = open.map((expectation) => ({
      expected: JSON.stringify(expectation),
      actual: actualOf(branch),
    }))
    let results = this.results.get(branch)
    if (results === undefined) {
      results = new Map()
      this.results.set(branch, results)
    }
    results.set(standing.chapter.id, {
      chapter: standing.chapter.id,
      ok: ended && failures.length === 0,
      at: branch.head,
      failures,
    })
    return true
  }

  /** A chapter answers for the chapters without operations that follow it: they tell what its operations led to. */
  private expectedOf(chapter: Chapter): readonly Expectation[] {
    const { chapters } = this.scenario
    const first = chapters.indexOf(chapter)
    let next = first + 1
    while (next < chapters.length && chapters[next]?.do.length === 0) next++
    return chapters
      .slice(first, next)
      .flatMap((one) => [...one.milestones.map(({ id }): Expectation => ({ milestone: id })), ...one.expect])
  }

  private allHold(branch: Branch, standing: Standing, expectations: readonly Expectation[]): boolean {
    const situation: Situation = {
      branch,
      get stage() {
        return pictureOf(branch)
      },
      get chapterLength() {
        return lengthAtCommand(branch, standing.start)
      },
    }
    return expectations.every((expectation) => holds(expectation, situation))
  }
}

const pictureOf = (branch: Branch): Picture => branch.stage.at(branch.recording.length)

// cache: how many events had been recorded when a command was given, once that is final. It may have been dropped since.
const commandLengths = new WeakMap<StampedCommand, number>()

function lengthAtCommand(branch: Branch, command: StampedCommand): number {
  const known = commandLengths.get(command)
  if (known !== undefined) return known
  const length = branch.lengthAt(command.at)
  if (branch.head > command.at) commandLengths.set(command, length)
  return length
}

interface OutputSearch {
  readonly at: number
  next: number
  found: boolean
}

// cache: how far each branch was searched for the end of its last command, since it is asked at every event.
const outputSearches = new WeakMap<Branch, OutputSearch>()

/** Whether the kubectl line that was run at `at` has printed its last. */
function commandEnded(branch: Branch, at: number): boolean {
  const { recording } = branch
  let search = outputSearches.get(branch)
  if (search?.at !== at) {
    search = { at, next: branch.lengthAt(at - 1), found: false }
    outputSearches.set(branch, search)
  }
  for (; !search.found && search.next < recording.length; search.next++) {
    const event = recording.event(search.next)
    search.found = event?.type === 'output' && 'exitCode' in event && event.exitCode !== undefined
  }
  return search.found
}

function actualOf(branch: Branch): string {
  const stage = pictureOf(branch)
  const pods = stage.pods
    .values()
    .map(
      (pod) =>
        `${pod.namespace}/${pod.name} ${pod.phase}${pod.ready ? ' ready' : ''} on ${pod.node ?? 'no node'}`,
    )
  const reached = branch.milestones.at(branch.recording.length).reached.map(({ id }) => id)
  return `at ${branch.head} µs: milestones ${reached.join(' ') || 'none'}; pods: ${pods.join(', ') || 'none'}${isQuiet(branch) ? '; quiet' : ''}`
}
