// `vitrine run`: plays scenarios headless at full speed, and says whether each came out as it expects.
import { readFileSync, writeFileSync } from 'node:fs'
import { exportNdjson } from '../session/exports.ts'
import type { HeadlessRun, RunResult } from '../session/headless.ts'
import { playScenario } from '../session/headless.ts'
import type { Scenario } from '../session/scenario.ts'
import { ScenarioError } from '../session/scenario-error.ts'
import { parseScenario } from '../session/scenario-file.ts'
import { findScenario, scenarioNames } from '../session/scenarios.ts'
import type { Command } from './command.ts'
import { readArguments, readDuration, readInteger, UsageError } from './command.ts'
import { judged, readExtent } from './run-checks.ts'
import type { Terminal } from './terminal.ts'

const MAX_SEED = 4_294_967_295

export const run: Command = {
  name: 'run',
  summary: 'plays scenarios at full speed and checks their expectations',
  help: `Usage: vitrine run SCENARIO... [OPTIONS]

Plays each scenario headless, checks what it expects, and prints the result and the digest.
SCENARIO is a name (${scenarioNames().join(', ')}) or the path of a YAML file.

  --seed N             the seed of the simulation; the scenario's own when absent
  --until DURATION     ends the run at this virtual time, such as 10m; chapters without a result by then have failed
  --check EXTENT       also judges by all checks: "history", all that happens; "rest", also that it has come to rest
  --trace FILE.ndjson  writes the trace, one JSON object a line (for one scenario)
  --json               prints one line of JSON a scenario

Exit code: 0 every scenario came out as expected, 1 one did not, 2 the command line is wrong.`,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, {
      seed: { type: 'string' },
      until: { type: 'string' },
      check: { type: 'string' },
      trace: { type: 'string' },
      json: { type: 'boolean' },
    })
    const seed = values.seed === undefined ? undefined : readInteger('--seed', values.seed, 0, MAX_SEED)
    const until = values.until === undefined ? undefined : readDuration('--until', values.until)
    const extent = readExtent(values.check)
    if (positionals.length === 0)
      throw new UsageError(`which scenario? There are ${scenarioNames().join(', ')}, or name a YAML file`)
    if (values.trace !== undefined && positionals.length > 1)
      throw new UsageError('--trace takes one scenario: run them one by one to trace each')
    const scenarios = positionals.map(openScenario)
    let ok = true
    for (const scenario of scenarios) {
      const played = play(scenario, seed, until, terminal)
      if (values.trace !== undefined) writeTrace(values.trace, played)
      const result = judged(played, extent)
      terminal.print(values.json === true ? JSON.stringify(result) : report(result))
      ok &&= result.ok
    }
    return ok ? 0 : 1
  },
}

function play(
  scenario: Scenario,
  seed: number | undefined,
  until: number | undefined,
  terminal: Terminal,
): HeadlessRun {
  terminal.progress(`${scenario.name}: the cluster comes up`)
  const played = playScenario(scenario, {
    ...(seed === undefined ? {} : { seed }),
    ...(until === undefined ? {} : { until }),
    onProgress: (head) => terminal.progress(`${scenario.name}: ${clock(head)} of virtual time`),
  })
  terminal.progress('')
  return played
}

/** A name comes first: a file of the same name is reached as `./name`. */
function openScenario(nameOrPath: string): Scenario {
  try {
    if (scenarioNames().includes(nameOrPath)) return findScenario(nameOrPath)
    return parseScenario(readFile(nameOrPath))
  } catch (error) {
    if (error instanceof ScenarioError) throw new UsageError(`${nameOrPath}: ${error.message}`)
    throw error
  }
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const isPath = /[/\\]|\.ya?ml$/.test(path)
    const known = isPath ? '' : `; there is no scenario of this name either: ${scenarioNames().join(', ')}`
    throw new UsageError(`cannot read ${path} (${codeOf(error)})${known}`)
  }
}

function writeTrace(path: string, { session }: HeadlessRun): void {
  try {
    writeFileSync(path, exportNdjson(session))
  } catch (error) {
    throw new UsageError(`cannot write the trace to ${path} (${codeOf(error)})`)
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

/** "1m05.2s" of a time in microseconds. */
function clock(micros: number): string {
  const tenths = Math.floor(micros / 100_000)
  const minutes = Math.floor(tenths / 600)
  const seconds = ((tenths % 600) / 10).toFixed(1)
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds.padStart(4, '0')}s`
}

function report(result: RunResult): string {
  const { scenario, seed, ok, digest, virtualMicros, events, milestones, failures } = result
  return [
    `${ok ? 'ok  ' : 'FAIL'} ${scenario}  seed ${seed}  digest ${digest}  ${clock(virtualMicros)}  ${events} events`,
    `     milestones: ${milestones.map(({ id, at }) => `${id} ${clock(at)}`).join(' · ') || 'none'}`,
    ...failures.flatMap((failure) => [
      `     ${failure.chapter}: expected ${failure.expected}`,
      `     ${' '.repeat(failure.chapter.length)}  but ${failure.actual}`,
    ]),
  ].join('\n')
}
