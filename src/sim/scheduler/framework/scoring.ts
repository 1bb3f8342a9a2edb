// Scores the nodes that passed the filters: PreScore, Score, NormalizeScore, and the weighted sum. Models
// runtime.RunScorePlugins. Columns are parallel to the nodes given.
import { assert } from '../../kernel/assert.ts'
import type { SchedulableNode } from './node-info.ts'
import type { Snapshot } from './plugin.ts'
import { MAX_NODE_SCORE } from './plugin.ts'
import type { PodInfo } from './pod-info.ts'
import type { Framework } from './registry.ts'

export interface NodeScores {
  readonly plugin: string
  readonly weight: number
  readonly raw: readonly number[]
  readonly normalized: readonly number[]
}

export interface Scores {
  readonly columns: readonly NodeScores[]
  readonly totals: readonly number[]
  readonly skipped: readonly string[]
}

export const NO_SCORES: Scores = Object.freeze({
  columns: Object.freeze([]),
  totals: Object.freeze([]),
  skipped: Object.freeze([]),
})

export function scoreNodes(
  framework: Framework,
  pod: PodInfo,
  snapshot: Snapshot,
  nodes: readonly SchedulableNode[],
): Scores {
  const columns: NodeScores[] = []
  const skipped: string[] = []
  const totals = new Array<number>(nodes.length).fill(0)
  for (const { plugin, weight } of framework.score) {
    const prepared = plugin.preScore?.(pod, snapshot)
    if (prepared?.status?.code === 'Skip') {
      skipped.push(plugin.name)
      continue
    }
    const raw = nodes.map((node) => plugin.score(pod, node, prepared?.state))
    const normalized = plugin.normalizeScores?.(raw) ?? raw
    normalized.forEach((score, i) => {
      assert(score >= 0 && score <= MAX_NODE_SCORE, `${plugin.name} gave the score ${score}`)
      totals[i] = (totals[i] ?? 0) + score * weight
    })
    columns.push({ plugin: plugin.name, weight, raw, normalized })
  }
  return { columns, totals, skipped }
}
