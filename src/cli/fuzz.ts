// `vitrine fuzz`: random clusters, workloads and faults under the checkers; what fails is made small and written down as
// a scenario file. With `--planted` it looks for bugs that were put in on purpose, which shows that it can find any.
import { availableParallelism } from 'node:os'
import { SHORTEST_MICROS } from '../fuzz/generate.ts'
import { plantedBug } from '../fuzz/planted/active.ts'
import { plantedBugs } from '../fuzz/planted/index.ts'
import { profiles } from '../fuzz/profiles.ts'
import type { SeedResult } from '../fuzz/seed.ts'
import type { Command } from './command.ts'
import { readArguments, readDuration, readInteger, UsageError } from './command.ts'
import type { FuzzOptions } from './fuzz-options.ts'
import { huntPlantedBugs } from './fuzz-planted.ts'
import { runSeeds } from './fuzz-pool.ts'
import type { FuzzReport } from './fuzz-report.ts'
import { reportOf, textOf, writeFinding } from './fuzz-report.ts'
import type { Terminal } from './terminal.ts'

const MAX_SEED = 4_294_967_295
const MAX_JOBS = 256

const profileLines = [...profiles.values()].map(({ name, about }) => `    ${name.padEnd(9)}${about}`)

export const fuzz: Command = {
  name: 'fuzz',
  summary: 'plays random clusters, workloads and faults under the checkers',
  help: `Usage: vitrine fuzz [OPTIONS]

Each seed makes up a cluster, what its user does and the faults that strike it. All checks watch. In the end every fault
heals, and the cluster has to come to rest. What fails is made small, explained, and written to a scenario file, which
"vitrine run" and the page play.

  --seeds N         how many seeds (default 100)
  --from S          the first seed (default 1)
  --jobs J          how many at a time (default: one a processor)
  --duration D      virtual time of a seed, at most (default 10m)
  --profile P       what to look at (default all):
${profileLines.join('\n')}
  --out DIR         where to write scenario files (default fuzz-findings)
  --planted NAME    puts in a bug on purpose and looks until it is found; "all" does so for each of
                    ${plantedBugs.map(({ name }) => name).join('\n                    ')}
  --json            prints one line of JSON

Exit code: 0 nothing was violated (with --planted: every bug was found), 1 something was, 2 the command line is wrong.`,
  run(args, terminal) {
    const { values, positionals } = readArguments(args, {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      duration: { type: 'string', default: '10m' },
      profile: { type: 'string' },
      out: { type: 'string', default: 'fuzz-findings' },
      planted: { type: 'string' },
      json: { type: 'boolean', default: false },
    })
    if (positionals.length > 0) throw new UsageError(`unexpected "${positionals.join(' ')}"`)
    const options: FuzzOptions = {
      seeds: readInteger('--seeds', values.seeds, 1, 100_000_000),
      from: readInteger('--from', values.from, 0, MAX_SEED),
      jobs: readInteger('--jobs', values.jobs, 1, MAX_JOBS),
      durationMicros: readDuration('--duration', values.duration),
      profile: values.profile ?? 'all',
      out: values.out,
      planted: values.planted,
      json: values.json,
    }
    checkOptions(options)
    if (options.planted === 'all') return huntPlantedBugs(options, values.profile, terminal)
    return runCampaign(options, terminal)
  },
}

function checkOptions({ seeds, from, durationMicros, profile, planted }: FuzzOptions): void {
  if (from + seeds - 1 > MAX_SEED)
    throw new UsageError(`--seeds ${seeds}: the last seed would be beyond ${MAX_SEED}`)
  if (!profiles.has(profile))
    throw new UsageError(`there is no profile "${profile}"; there are ${[...profiles.keys()].join(', ')}`)
  if (durationMicros < SHORTEST_MICROS)
    throw new UsageError(
      `--duration: at least ${SHORTEST_MICROS / 1e6}s, most of which the cluster needs to come to rest`,
    )
  if (planted === undefined || planted === 'all') return
  const names = plantedBugs.map(({ name }) => name)
  if (!names.includes(planted))
    throw new UsageError(`there is no planted bug "${planted}"; there are all, ${names.join(', ')}`)
  if (plantedBug !== planted)
    throw new UsageError(`--planted ${planted} has to be built in: start it with "npm run vitrine -- fuzz …"`)
}

async function runCampaign(options: FuzzOptions, terminal: Terminal): Promise<number> {
  const started = performance.now()
  const findings: SeedResult[] = []
  let done = 0
  let virtualMicros = 0
  const isHunt = options.planted !== undefined
  const show = (note = ''): void => {
    const speed = Math.round(virtualMicros / 1000 / Math.max(1, performance.now() - started))
    terminal.progress(
      `${done}/${options.seeds} seeds, ${findings.length} violations, ${speed} × real time${note === '' ? '' : `, ${note}`}`,
    )
  }
  show()
  await runSeeds(options, {
    onProgress: show,
    onResult(result) {
      done++
      virtualMicros += result.virtualMicros
      if (result.finding !== undefined) findings.push(result)
      show()
      // One find is what a hunt is for.
      return !(isHunt && result.finding !== undefined)
    },
  })
  terminal.progress('')
  findings.sort((one, other) => one.seed - other.seed)
  const files = findings.map((result) => writeFinding(options, result))
  const report: FuzzReport = reportOf(options, {
    done,
    virtualMicros,
    wallMillis: performance.now() - started,
    findings,
    files,
  })
  terminal.print(options.json ? JSON.stringify(report) : textOf(report))
  return findings.length > 0 !== isHunt ? 1 : 0
}
