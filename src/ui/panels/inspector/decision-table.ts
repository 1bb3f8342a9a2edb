// A scheduling decision as a table: a row a plugin, a column a node.

import type { DecisionView, NodeDecisionView } from '../../../worker/protocol.ts'

export interface FilterCell {
  readonly state: 'passed' | 'refused' | 'not-run'
  readonly reason: string
}

export interface ScoreCell {
  readonly raw: number
  readonly normalized: number
  readonly weighted: number
}

export interface DecisionTable {
  readonly filters: readonly { readonly plugin: string; readonly cells: readonly FilterCell[] }[]
  readonly scores: readonly {
    readonly plugin: string
    readonly weight: number
    /** Null for a node that was not scored. */
    readonly cells: readonly (ScoreCell | null)[]
  }[]
  readonly reasons: readonly { readonly node: string; readonly plugin: string; readonly reason: string }[]
}

const notRun: FilterCell = { state: 'not-run', reason: '' }

/** The scheduler looks at nodes from where it stopped the last time; a reader looks for them by name. */
export const sortedByNode = (decision: DecisionView): DecisionView => ({
  ...decision,
  nodes: decision.nodes.toSorted((a, b) => a.node.localeCompare(b.node, 'en', { numeric: true })),
})

export function decisionTable({ nodes }: DecisionView): DecisionTable {
  return {
    filters: inOrder(nodes.map(({ filters }) => filters.map(({ plugin }) => plugin))).map((plugin) => ({
      plugin,
      cells: nodes.map((node) => filterCell(node, plugin)),
    })),
    scores: inOrder(nodes.map(({ scores }) => scores.map(({ plugin }) => plugin))).map((plugin) => ({
      plugin,
      weight: nodes.flatMap(({ scores }) => scores).find((score) => score.plugin === plugin)?.weight ?? 1,
      cells: nodes.map((node) => scoreCell(node, plugin)),
    })),
    reasons: nodes.flatMap(({ node, filters }) =>
      filters.filter(({ ok }) => !ok).map(({ plugin, reason }) => ({ node, plugin, reason })),
    ),
  }
}

/** A node's filters end at the first that refuses, so the longest list has the order and the shorter ones fit in. */
function inOrder(lists: readonly (readonly string[])[]): readonly string[] {
  const longestFirst = lists.toSorted((a, b) => b.length - a.length)
  return [...new Set(longestFirst.flat())]
}

function filterCell({ filters }: NodeDecisionView, plugin: string): FilterCell {
  const verdict = filters.find((filter) => filter.plugin === plugin)
  if (verdict === undefined) return notRun
  return { state: verdict.ok ? 'passed' : 'refused', reason: verdict.reason }
}

function scoreCell({ scores }: NodeDecisionView, plugin: string): ScoreCell | null {
  const score = scores.find((known) => known.plugin === plugin)
  if (score === undefined) return null
  const { raw, normalized, weight } = score
  return { raw, normalized, weighted: normalized * weight }
}
