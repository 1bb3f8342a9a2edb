// One scheduling cycle: filter, score, choose. Models schedule_one.go's schedulePod. It only computes: assuming and
// binding are the scheduler's. Left out: nominated nodes, extenders, and filtering in parallel.
import type { Decision } from '../decision.ts'
import { DETAILED_NODES } from '../decision.ts'
import type { CycleInput, Search } from './findings.ts'
import { detailedOf, NOT_EVALUATED, nodeAt, PASSED } from './findings.ts'
import { fitErrorText } from './fit-error.ts'
import { closerLook } from './late-closer-look.ts'
import type { SchedulableNode } from './node-info.ts'
import type { PodInfo } from './pod-info.ts'
import type { Framework } from './registry.ts'
import type { Scores } from './scoring.ts'
import { NO_SCORES, scoreNodes } from './scoring.ts'
import { feasibleNodesToFind, selectBest } from './search.ts'
import type { Status } from './status.ts'
import { isRejected, unresolvable } from './status.ts'
import { quickSearch } from './verdicts.ts'

export interface CycleResult {
  readonly decision: Decision
  /** Where the next search starts. */
  readonly nextStart: number
  /** Which plugins rejected the Pod: their hints say when to try again. */
  readonly rejectors: readonly string[]
}

const NO_NODES_MESSAGE = 'no nodes available to schedule pods'
export function scheduleCycle(framework: Framework, input: CycleInput): CycleResult {
  const count = input.snapshot.nodes.length
  // A table of every node takes a look at every node.
  const look = input.tables && count > DETAILED_NODES ? closerLook.find() : undefined
  const quick = input.tables && look === undefined ? null : quickSearch(framework, input)
  if (quick === null) return fullCycle(framework, input)
  const choice = { chosen: quick.chosen, ties: quick.ties, message: '' }
  const decision =
    look === undefined
      ? outcomeOf(framework, input, quick, choice)
      : describe(framework, input, ...look.lookCloser(framework, input, quick), choice)
  return { decision, nextStart: (input.start + quick.evaluated) % count, rejectors: NO_REASONS }
}

/** The same, with each node looked at. */
export function fullCycle(framework: Framework, input: CycleInput): CycleResult {
  const { pod, snapshot } = input
  const count = snapshot.nodes.length
  const search = findNodes(framework, input)
  const nextStart = count === 0 ? 0 : (input.start + search.evaluated) % count
  const nodes = search.feasible.map((position) => nodeAt(snapshot, position))
  // A single node needs no scores: upstream returns it at once.
  const scores = nodes.length > 1 ? scoreNodes(framework, pod, snapshot, nodes) : NO_SCORES
  const { best, ties } = nodes.length > 1 ? selectBest(scores.totals, input.random) : { best: 0, ties: 1 }
  const chosen = search.feasible[best] ?? null
  const message = chosen === null ? failureText(framework, input, search) : ''
  const decision = describe(framework, input, search, scores, { chosen, ties, message })
  return { decision, nextStart, rejectors: [...search.rejectors].sort() }
}

function findNodes(framework: Framework, input: CycleInput): Search {
  const { pod, snapshot, start } = input
  const count = snapshot.nodes.length
  const skipped: string[] = []
  const states: unknown[] = []
  const active: number[] = []
  const search: Search = {
    feasible: [],
    rejectedBy: new Array<number>(count).fill(NOT_EVALUATED),
    statuses: new Map(),
    rejectors: new Set(),
    skipped,
    evaluated: 0,
    absent: null,
    preFilterMessage: '',
  }
  let only: readonly string[] | null = null
  const narrowing: string[] = []
  for (const [index, plugin] of framework.filter.entries()) {
    const prepared = plugin.preFilter?.(pod, snapshot)
    if (prepared?.status?.code === 'Skip') {
      skipped.push(plugin.name)
      continue
    }
    if (prepared?.status !== undefined && isRejected(prepared.status)) {
      search.rejectors.add(plugin.name)
      search.preFilterMessage = prepared.status.reasons.join(', ')
      return search
    }
    if (prepared?.nodeNames != null) {
      only = intersection(only, prepared.nodeNames)
      narrowing.push(plugin.name)
    }
    states[index] = prepared?.state
    active.push(index)
  }
  if (only !== null) {
    search.absent = unresolvable(`node(s) didn't satisfy plugin(s) [${narrowing.join(' ')}]`)
    for (const name of narrowing) search.rejectors.add(name)
  }
  const wanted = feasibleNodesToFind(only?.length ?? count, input.percentageOfNodesToScore)
  for (let step = 0; step < count && search.feasible.length < wanted; step++) {
    const position = (start + step) % count
    const node = nodeAt(snapshot, position)
    search.evaluated++
    if (only === null || only.includes(node.name))
      filterNode(framework, pod, node, position, active, states, search)
  }
  return search
}

function intersection(names: readonly string[] | null, more: readonly string[]): readonly string[] {
  return names === null ? more : names.filter((name) => more.includes(name))
}

function filterNode(
  framework: Framework,
  pod: PodInfo,
  node: SchedulableNode,
  position: number,
  active: readonly number[],
  states: readonly unknown[],
  search: Search,
): void {
  for (const index of active) {
    const plugin = framework.filter[index]
    const status = plugin?.filter(pod, node, states[index]) ?? null
    if (plugin === undefined || status === null) continue
    search.rejectedBy[position] = index
    search.statuses.set(position, status)
    search.rejectors.add(plugin.name)
    return
  }
  search.rejectedBy[position] = PASSED
  search.feasible.push(position)
}

function failureText(framework: Framework, { pod, snapshot, names }: CycleInput, search: Search): string {
  if (snapshot.nodes.length === 0) return NO_NODES_MESSAGE
  const statuses = new Map<string, Status>()
  for (const [position, status] of search.statuses) statuses.set(names[position] ?? '', status)
  const { absent, preFilterMessage } = search
  // None of them makes room, so that each has its say.
  const reasons = framework.postFilter.flatMap(
    (plugin) => plugin.postFilter({ pod, snapshot, statuses }).reasons,
  )
  return fitErrorText(
    { allNodes: snapshot.nodes.length, statuses, absent, preFilterMessage },
    reasons.join(', '),
  )
}

interface Choice {
  readonly chosen: number | null
  readonly ties: number
  readonly message: string
}

const NO_REASONS: readonly string[] = Object.freeze([])

function describe(
  framework: Framework,
  input: CycleInput,
  search: Search,
  scores: Scores,
  choice: Choice,
): Decision {
  const { names } = input
  const count = names.length
  const found: Outcome = {
    evaluated: search.evaluated,
    feasible: search.feasible.length,
    skippedFilters: search.skipped,
    skippedScores: scores.skipped,
  }
  const outcome = outcomeOf(framework, input, found, choice)
  if (!input.tables) return outcome
  // With few nodes the table keeps their order.
  const shown = count > DETAILED_NODES ? detailedOf(input, search.evaluated, choice.chosen) : null
  const positions = shown ?? names.map((_, position) => position)
  // Where every node passed and the search began with the first, columns are in the right order already.
  const inOrder = shown === null && search.feasible.length === count && search.feasible[0] === 0
  const rows = inOrder ? [] : rowsOf(search.feasible, positions, count)
  const spread = (column: readonly number[]): readonly (number | null)[] =>
    inOrder ? column : rows.map((row) => column[row] ?? null)
  const pick = <T>(column: readonly T[], missing: T): readonly T[] =>
    shown === null ? column : shown.map((position) => column[position] ?? missing)
  return {
    ...outcome,
    nodes: pick(names, ''),
    moreNodes: shown === null ? 0 : search.evaluated - shown.length,
    rejectedBy: pick(search.rejectedBy, NOT_EVALUATED),
    reasons:
      search.statuses.size === 0
        ? []
        : positions.map((position) => search.statuses.get(position)?.reasons ?? NO_REASONS),
    scores: scores.columns.map(({ plugin, weight, raw, normalized }) => {
      // Frozen, so that a column that stands for both is hashed once.
      const column = raw === normalized ? Object.freeze(spread(raw)) : spread(raw)
      return { plugin, weight, raw: column, normalized: raw === normalized ? column : spread(normalized) }
    }),
    totals: search.feasible.length > 1 ? spread(scores.totals) : [],
  }
}

type Outcome = Pick<Decision, 'evaluated' | 'feasible' | 'skippedFilters' | 'skippedScores'>

/** The decision without its tables. */
function outcomeOf(
  framework: Framework,
  { attempt, trigger, queuedMicros, names, start }: CycleInput,
  { evaluated, feasible, skippedFilters, skippedScores }: Outcome,
  { chosen, ties, message }: Choice,
): Decision {
  return {
    attempt,
    trigger,
    queuedMicros,
    allNodes: names.length,
    evaluated,
    feasible,
    startNode: names[start % Math.max(1, names.length)] ?? null,
    nodes: [],
    moreNodes: 0,
    filters: framework.filterNames,
    skippedFilters,
    rejectedBy: [],
    reasons: [],
    scores: [],
    skippedScores,
    totals: [],
    ties,
    chosen: chosen === null ? null : (names[chosen] ?? null),
    message,
  }
}

/** For each position where it stands among the feasible ones; -1: nowhere. */
function rowsOf(feasible: readonly number[], positions: readonly number[], count: number): readonly number[] {
  const rowAt = new Array<number>(count).fill(-1)
  feasible.forEach((position, row) => {
    rowAt[position] = row
  })
  return positions.map((position) => rowAt[position] ?? -1)
}
