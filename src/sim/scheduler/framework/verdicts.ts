// Finds a node without looking again at nodes that have not changed since a Pod like this one was tried: what filters and
// scores say depends on the Pod's signature and the node alone. Models the reuse of results that KEP-5598 (opportunistic
// batching) brings to schedule_one.go; here it goes node by node, and the outcome is that of a full cycle.
import { assert } from '../../kernel/assert.ts'
import type { SchedulableNode } from './node-info.ts'
import type { Snapshot } from './plugin.ts'
import { MAX_NODE_SCORE } from './plugin.ts'
import type { PodInfo } from './pod-info.ts'
import type { Framework, ScorePlugin } from './registry.ts'
import { feasibleNodesToFind, selectBest } from './search.ts'
import { isRejected } from './status.ts'

export interface QuickSearch {
  readonly pod: PodInfo
  readonly snapshot: Snapshot
  readonly start: number
  readonly percentageOfNodesToScore: number | null
  readonly random: () => number
}

export interface QuickResult {
  /** The position of the node. */
  readonly chosen: number
  readonly ties: number
  readonly evaluated: number
  readonly feasible: number
  readonly skippedFilters: readonly string[]
  readonly skippedScores: readonly string[]
  /** What was found out about the nodes; it holds until the next search. */
  readonly verdicts: Verdicts
  /** The position at which the search began. */
  readonly first: number
}

interface Prepared<P> {
  readonly plugin: P
  readonly state: unknown
}

export interface Verdicts {
  readonly signature: string
  readonly filters: readonly Prepared<Framework['filter'][number]>[]
  readonly skippedFilters: readonly string[]
  readonly scores: readonly Prepared<ScorePlugin>[]
  readonly skippedScores: readonly string[]
  /** By position: the version of the node that was looked at; 0: none was. */
  readonly seen: Float64Array
  /** By position: the weighted sum of the scores that need no other node to be normalized; `REJECTED`: a filter said no. */
  readonly fixed: Float64Array
  readonly columns: readonly Column[]
}

/** The raw scores of a plugin that normalizes. */
interface Column {
  readonly entry: ScorePlugin
  readonly raw: Float64Array
  /** The one score that it has given so far; null: none yet. */
  only: number | null
  /** Whether it has given different ones. */
  mixed: boolean
}

const REJECTED = -1
const NOTHING_SKIPPED: readonly string[] = Object.freeze([])

/** Pods of so many kinds may take turns without forgetting each other. */
const SIGNATURES = 16

// cache: for a list of nodes what was found, newest last; a changed node has another version and is found out anew.
const known = new WeakMap<readonly SchedulableNode[], Verdicts[]>()

/** Null where it takes a full cycle: some plugin does not sign, or has a say on the whole, or no node is left. */
export function quickSearch(framework: Framework, search: QuickSearch): QuickResult | null {
  const { pod, snapshot, start } = search
  const verdicts = verdictsFor(framework, pod, snapshot)
  if (verdicts === null) return null
  const count = snapshot.nodes.length
  const wanted = feasibleNodesToFind(count, search.percentageOfNodesToScore)
  const { seen, fixed, skippedFilters, skippedScores } = verdicts
  const { versions } = snapshot
  const first = start % Math.max(1, count)
  let evaluated = 0
  let feasible = 0
  for (let position = first; evaluated < count && feasible < wanted; evaluated++) {
    const version = versions[position]
    if (version !== undefined && seen[position] !== version) {
      seen[position] = version
      judge(verdicts, pod, nodeAt(snapshot, position), position)
    }
    if (fixed[position] !== REJECTED) feasible++
    if (++position === count) position = 0
  }
  if (feasible === 0) return null
  const { chosen, ties } = choose(verdicts, first, evaluated, search.random)
  const skipped = feasible === 1 ? NOTHING_SKIPPED : skippedScores
  return { chosen, ties, evaluated, feasible, skippedFilters, skippedScores: skipped, verdicts, first }
}

/** The positions of the nodes that passed, in the order in which they were looked at. */
export function feasibleOf({
  verdicts: { fixed },
  first,
  evaluated,
}: Pick<QuickResult, 'verdicts' | 'first' | 'evaluated'>): number[] {
  const feasible: number[] = []
  for (let step = 0; step < evaluated; step++) {
    const position = (first + step) % fixed.length
    if (fixed[position] !== REJECTED) feasible.push(position)
  }
  return feasible
}

interface Choice {
  readonly chosen: number
  readonly ties: number
}

/** One of the best nodes among those from `first` on: see `selectBest`. */
function choose(verdicts: Verdicts, first: number, evaluated: number, random: () => number): Choice {
  const { fixed, columns } = verdicts
  // Where a plugin finds all nodes alike, it has no say in which of them is best.
  if (columns.some(({ mixed }) => mixed)) return chooseByTotals(verdicts, first, evaluated, random)
  let chosen = -1
  let ties = 0
  let highest = REJECTED
  for (let position = first, step = 0; step < evaluated; step++) {
    const total = fixed[position] ?? REJECTED
    if (total > highest) {
      chosen = position
      highest = total
      ties = 1
    } else if (total === highest && total !== REJECTED) {
      ties++
      if (random() * ties < 1) chosen = position
    }
    if (++position === fixed.length) position = 0
  }
  return { chosen, ties }
}

function chooseByTotals(verdicts: Verdicts, first: number, evaluated: number, random: () => number): Choice {
  const feasible = feasibleOf({ verdicts, first, evaluated })
  const { best, ties } = selectBest(totalsOf(verdicts, feasible), random)
  return { chosen: feasible[best] ?? REJECTED, ties }
}

function verdictsFor(framework: Framework, pod: PodInfo, snapshot: Snapshot): Verdicts | null {
  const signature = signatureOf(framework, pod, snapshot)
  if (signature === null) return null
  let list = known.get(snapshot.nodes)
  if (list === undefined) {
    list = []
    known.set(snapshot.nodes, list)
  }
  // The list of nodes is the same while nodes come and go; what was found for another number of them does not fit it.
  if (list.some(({ fixed }) => fixed.length !== snapshot.nodes.length)) list.length = 0
  const index = list.findLastIndex((verdicts) => verdicts.signature === signature)
  const found = list[index]
  if (found === undefined) {
    const prepared = prepare(framework, pod, snapshot, signature)
    if (prepared === null) return null
    if (list.length === SIGNATURES) list.shift()
    list.push(prepared)
    return prepared
  }
  if (index < list.length - 1) {
    list.splice(index, 1)
    list.push(found)
  }
  return found
}

function signatureOf(framework: Framework, pod: PodInfo, snapshot: Snapshot): string | null {
  let signature = ''
  for (const plugin of framework.signing) {
    if (plugin.sign === undefined) return null
    signature += `${plugin.sign(pod, snapshot)}\n`
  }
  return signature
}

function prepare(framework: Framework, pod: PodInfo, snapshot: Snapshot, signature: string): Verdicts | null {
  const count = snapshot.nodes.length
  const filters: Prepared<Framework['filter'][number]>[] = []
  const skippedFilters: string[] = []
  for (const plugin of framework.filter) {
    const prepared = plugin.preFilter?.(pod, snapshot)
    if (prepared?.status?.code === 'Skip') skippedFilters.push(plugin.name)
    else if (prepared?.nodeNames != null) return null
    else if (prepared?.status !== undefined && isRejected(prepared.status)) return null
    else filters.push({ plugin, state: prepared?.state })
  }
  const scores: Prepared<ScorePlugin>[] = []
  const skippedScores: string[] = []
  for (const entry of framework.score) {
    const prepared = entry.plugin.preScore?.(pod, snapshot)
    if (prepared?.status?.code === 'Skip') skippedScores.push(entry.plugin.name)
    else scores.push({ plugin: entry, state: prepared?.state })
  }
  const columns = scores
    .filter(({ plugin }) => plugin.plugin.normalizeScores !== undefined)
    .map(({ plugin }): Column => ({ entry: plugin, raw: new Float64Array(count), only: null, mixed: false }))
  const seen = new Float64Array(count)
  const fixed = new Float64Array(count).fill(REJECTED)
  return { signature, filters, skippedFilters, scores, skippedScores, seen, fixed, columns }
}

function nodeAt({ nodes }: Snapshot, position: number): SchedulableNode {
  const node = nodes[position]
  assert(node !== undefined, `no node at ${position}`)
  return node
}

function judge(verdicts: Verdicts, pod: PodInfo, node: SchedulableNode, position: number): void {
  verdicts.fixed[position] = REJECTED
  for (const { plugin, state } of verdicts.filters) if (plugin.filter(pod, node, state) !== null) return
  let fixed = 0
  let column = 0
  for (const { plugin: entry, state } of verdicts.scores) {
    const score = entry.plugin.score(pod, node, state)
    if (entry.plugin.normalizeScores === undefined) fixed += checked(score, entry) * entry.weight
    else {
      const into = verdicts.columns[column++]
      if (into !== undefined) note(into, position, score)
    }
  }
  verdicts.fixed[position] = fixed
}

function note(column: Column, position: number, score: number): void {
  column.raw[position] = score
  column.only ??= score
  if (column.only !== score) column.mixed = true
}

function totalsOf(verdicts: Verdicts, feasible: readonly number[]): readonly number[] {
  const { fixed } = verdicts
  const totals = new Array<number>(feasible.length).fill(0)
  for (let i = 0; i < totals.length; i++) totals[i] = fixed[feasible[i] ?? 0] ?? 0
  for (const { entry, raw } of verdicts.columns) {
    if (allAlike(raw, feasible)) continue
    const scores = feasible.map((position) => raw[position] ?? 0)
    const normalized = entry.plugin.normalizeScores?.(scores) ?? scores
    for (let i = 0; i < totals.length; i++)
      totals[i] = (totals[i] ?? 0) + checked(normalized[i] ?? 0, entry) * entry.weight
  }
  return totals
}

function allAlike(raw: Float64Array, feasible: readonly number[]): boolean {
  const first = raw[feasible[0] ?? 0]
  for (let i = 1; i < feasible.length; i++) if (raw[feasible[i] ?? 0] !== first) return false
  return true
}

function checked(score: number, { plugin }: ScorePlugin): number {
  assert(score >= 0 && score <= MAX_NODE_SCORE, `${plugin.name} gave the score ${score}`)
  return score
}
