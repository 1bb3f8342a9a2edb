// What `vitrine fuzz` says in the end: the public shape of `--json`, the text for people, and the scenario files.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Violation } from '../checks/check.ts'
import { scenarioText } from '../fuzz/scenario-text.ts'
import type { Finding, SeedResult } from '../fuzz/seed.ts'
import { UsageError } from './command.ts'
import type { FuzzOptions } from './fuzz-options.ts'

/** The public shape of `vitrine fuzz --json`. */
export interface FuzzReport {
  readonly seeds: number
  readonly virtualSeconds: number
  readonly wallSeconds: number
  readonly violations: readonly ReportedViolation[]
}

interface ReportedViolation extends Violation {
  readonly seed: number
  /** The command that shows it again. */
  readonly replay: string
  /** The command that finds it again from its seed. */
  readonly again: string
  /** What is left of the seed's story. */
  readonly shrunk: {
    readonly steps: number
    readonly etcd: number
    readonly nodes: number
    readonly message: string
  }
  /** How it came about, the first cause first. */
  readonly causes: readonly string[]
}

interface Campaign {
  readonly done: number
  readonly virtualMicros: number
  readonly wallMillis: number
  readonly findings: readonly SeedResult[]
  /** The scenario files of the findings. */
  readonly files: readonly string[]
}

export function reportOf(options: FuzzOptions, campaign: Campaign): FuzzReport {
  return {
    seeds: campaign.done,
    virtualSeconds: rounded(campaign.virtualMicros / 1e6),
    wallSeconds: rounded(campaign.wallMillis / 1e3),
    violations: campaign.findings.flatMap(({ seed, finding }, index) =>
      finding === undefined ? [] : [violationOf(options, seed, finding, campaign.files[index] ?? '')],
    ),
  }
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000

function violationOf(options: FuzzOptions, seed: number, finding: Finding, file: string): ReportedViolation {
  const { violation, shrunk, shown, causes } = finding
  const { check, at, seq, message } = violation
  const { steps, topology, settled } = shrunk
  const again = againOf(options, seed)
  return {
    ...{ seed, check, at, seq, message },
    // A planted bug is not in the program that "vitrine run" plays with.
    replay:
      options.planted === undefined ? `vitrine run --check ${settled ? 'rest' : 'history'} ${file}` : again,
    again,
    shrunk: { steps: steps.length, etcd: topology.etcd, nodes: topology.nodes, message: shown.message },
    causes,
  }
}

function againOf({ profile, durationMicros, planted }: FuzzOptions, seed: number): string {
  const bug = planted === undefined ? '' : ` --planted ${planted}`
  return `vitrine fuzz --from ${seed} --seeds 1 --profile ${profile} --duration ${durationMicros / 1e6}s${bug}`
}

/** Returns the path. */
export function writeFinding({ out, planted }: FuzzOptions, { finding }: SeedResult): string {
  if (finding === undefined || planted !== undefined) return ''
  const { shrunk, shown } = finding
  const path = join(out, `fuzz-${shrunk.profile}-${shrunk.seed}.yaml`)
  try {
    mkdirSync(out, { recursive: true })
    writeFileSync(path, scenarioText(shrunk, shown))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new UsageError(`cannot write ${path} (${code})`)
  }
  return path
}

export function textOf({ seeds, virtualSeconds, wallSeconds, violations }: FuzzReport): string {
  const speed = Math.round(virtualSeconds / Math.max(0.001, wallSeconds))
  return [
    ...violations.flatMap(violationText),
    `${seeds} seeds, ${virtualSeconds} s of virtual time in ${wallSeconds} s (${speed} × real time): ${
      violations.length === 0 ? 'nothing was violated' : `${violations.length} violations`
    }`,
  ].join('\n')
}

const violationText = (violation: ReportedViolation): readonly string[] => [
  `FAIL seed ${violation.seed}  ${violation.check}  at ${(violation.at / 1e6).toFixed(6)} s (seq ${violation.seq})`,
  `     ${violation.message}`,
  ...violation.causes.map((line) => `       ${line}`),
  `     ${violation.shrunk.steps} steps, ${violation.shrunk.etcd} etcd members and ${violation.shrunk.nodes} nodes are left of the story`,
  `     see it:  ${violation.replay}`,
  `     find it: ${violation.again}`,
  '',
]
