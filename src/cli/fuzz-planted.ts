// `vitrine fuzz --planted all`: builds the program with each planted bug in turn and looks for it, each in a process of
// its own. Says within how many seeds each was found, and by which check.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { PlantedBug } from '../fuzz/planted/index.ts'
import { plantedBugs } from '../fuzz/planted/index.ts'
import type { FuzzOptions } from './fuzz-options.ts'
import type { FuzzReport } from './fuzz-report.ts'
import type { Terminal } from './terminal.ts'

interface Hunt {
  readonly name: string
  readonly profile: string
  /** By a check that is meant to: another one may have found something else. */
  readonly found: boolean
  /** Seeds played until it was found, or in all. */
  readonly seeds: number
  /** It has to be found within so many. */
  readonly bound: number
  readonly seed: number | null
  readonly check: string
  readonly message: string
}

const MOST_OUTPUT_BYTES = 64 * 1024 * 1024

export async function huntPlantedBugs(
  options: FuzzOptions,
  profile: string | undefined,
  terminal: Terminal,
): Promise<number> {
  const hunts: Hunt[] = []
  for (const bug of plantedBugs) {
    const found = hunts.filter((hunt) => hunt.found).length
    terminal.progress(
      `${hunts.length}/${plantedBugs.length} bugs looked for, ${found} found; now ${bug.name}`,
    )
    const hunt = await huntOne(bug, options, profile ?? bug.profile ?? 'all')
    hunts.push(hunt)
    if (!options.json) terminal.print(lineOf(hunt))
  }
  terminal.progress('')
  const missed = hunts.filter(({ found, seeds, bound }) => !found || seeds > bound)
  if (options.json) terminal.print(JSON.stringify({ planted: hunts }))
  else
    terminal.print(
      `${hunts.filter(({ found }) => found).length} of ${hunts.length} planted bugs found${
        missed.length === 0 ? '' : `; not within their bound: ${missed.map(({ name }) => name).join(', ')}`
      }`,
    )
  return missed.length === 0 ? 0 : 1
}

async function huntOne(bug: PlantedBug, options: FuzzOptions, profile: string): Promise<Hunt> {
  const { seeds, violations } = await play(bug.name, options, profile)
  const first = violations[0]
  return {
    name: bug.name,
    profile,
    found: first !== undefined && bug.checks.includes(first.check),
    seeds,
    bound: bug.seeds,
    seed: first?.seed ?? null,
    check: first?.check ?? '',
    message: first?.message ?? '',
  }
}

/** The bug has to be built in, so the program starts itself again. */
async function play(name: string, options: FuzzOptions, profile: string): Promise<FuzzReport> {
  const { seeds, from, jobs, durationMicros } = options
  const args = [
    ...['fuzz', '--planted', name, '--json', '--profile', profile],
    ...['--seeds', String(seeds), '--from', String(from), '--jobs', String(jobs)],
    ...['--duration', `${durationMicros / 1e6}s`],
  ]
  const program = process.argv[1] ?? ''
  const run = promisify(execFile)
  try {
    const { stdout } = await run(process.execPath, [program, ...args], { maxBuffer: MOST_OUTPUT_BYTES })
    return JSON.parse(stdout) as FuzzReport
  } catch (error) {
    // Exit code 1 says that it was not found, and the report is there all the same.
    const stdout = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    if (!stdout.startsWith('{')) throw error
    return JSON.parse(stdout) as FuzzReport
  }
}

function lineOf({ name, found, seeds, bound, seed, check, message }: Hunt): string {
  const other = check === '' ? '' : `, but seed ${seed} violates ${check}: ${message}`
  const result = found
    ? `found within ${seeds} seeds by ${check}: ${message}`
    : `not found in ${seeds} seeds${other}`
  return `${found && seeds <= bound ? 'ok  ' : 'FAIL'} ${name}  ${result}`
}
