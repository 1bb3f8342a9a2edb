// Of a large cluster the tables of a decision show a hundred nodes: of these is found out again what a full cycle would have
// found, once a quick search has the outcome.
import type { CycleInput, Search } from './findings.ts'
import { detailedOf, NOT_EVALUATED, nodeAt, PASSED } from './findings.ts'
import type { SchedulableNode } from './node-info.ts'
import type { Snapshot } from './plugin.ts'
import type { PodInfo } from './pod-info.ts'
import type { Framework } from './registry.ts'
import type { NodeScores, Scores } from './scoring.ts'
import { NO_SCORES } from './scoring.ts'
import type { Status } from './status.ts'
import type { QuickResult } from './verdicts.ts'
import { feasibleOf } from './verdicts.ts'

export function lookCloser(framework: Framework, input: CycleInput, quick: QuickResult): [Search, Scores] {
  const { pod, snapshot } = input
  const count = snapshot.nodes.length
  const feasible = feasibleOf(quick)
  const rejectedBy = new Array<number>(count).fill(NOT_EVALUATED)
  for (const position of feasible) rejectedBy[position] = PASSED
  const shown = detailedOf(input, quick.evaluated, quick.chosen)
  const statuses = new Map<number, Status>()
  for (const position of shown) {
    if (rejectedBy[position] === PASSED) continue
    const { filter, status } = rejectionOf(framework, quick, pod, nodeAt(snapshot, position))
    rejectedBy[position] = filter
    statuses.set(position, status)
  }
  const search: Search = {
    feasible,
    rejectedBy,
    statuses,
    rejectors: new Set(),
    skipped: quick.skippedFilters,
    evaluated: quick.evaluated,
    absent: null,
    preFilterMessage: '',
  }
  if (feasible.length === 1) return [search, NO_SCORES]
  return [search, scoresOf(quick, pod, snapshot, feasible, new Set(shown))]
}

/** Which filter, by its place in the framework, rejected a node, and why. */
function rejectionOf(
  framework: Framework,
  { verdicts }: QuickResult,
  pod: PodInfo,
  node: SchedulableNode,
): { readonly filter: number; readonly status: Status } {
  for (const { plugin, state } of verdicts.filters) {
    const status = plugin.filter(pod, node, state)
    if (status !== null) return { filter: framework.filter.indexOf(plugin), status }
  }
  throw new Error(`${node.name} was rejected by no filter`)
}

/** The scores of those feasible nodes whose positions are in `wanted`; of the others they are 0. */
function scoresOf(
  { verdicts, skippedScores }: QuickResult,
  pod: PodInfo,
  snapshot: Snapshot,
  feasible: readonly number[],
  wanted: ReadonlySet<number>,
): Scores {
  const totals = new Array<number>(feasible.length).fill(0)
  let next = 0
  const columns = verdicts.scores.map(({ plugin: { plugin, weight }, state }): NodeScores => {
    const all = plugin.normalizeScores === undefined ? undefined : verdicts.columns[next++]?.raw
    const raw = feasible.map((position) => {
      if (all !== undefined) return all[position] ?? 0
      return wanted.has(position) ? plugin.score(pod, nodeAt(snapshot, position), state) : 0
    })
    const normalized = plugin.normalizeScores?.(raw) ?? raw
    for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] ?? 0) + (normalized[i] ?? 0) * weight
    return { plugin: plugin.name, weight, raw, normalized }
  })
  return { columns, totals, skipped: skippedScores }
}
