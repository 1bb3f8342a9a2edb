// How many nodes a search looks for, and the choice among the best. Models schedule_one.go's numFeasibleNodesToFind and
// selectHost.

const MIN_FEASIBLE_NODES = 100
const MIN_PERCENTAGE = 5

/** In a large cluster it is enough to find some nodes that fit. The percentage falls from 50 by 1 every 125 nodes. */
export function feasibleNodesToFind(allNodes: number, percentageOfNodesToScore: number | null): number {
  if (allNodes < MIN_FEASIBLE_NODES) return allNodes
  const adaptive = Math.max(MIN_PERCENTAGE, 50 - Math.trunc(allNodes / 125))
  const percentage = percentageOfNodesToScore ?? adaptive
  if (percentage >= 100) return allNodes
  return Math.max(MIN_FEASIBLE_NODES, Math.trunc((allNodes * percentage) / 100))
}

/** The position of one of the highest totals, each with the same chance: reservoir sampling. */
export function selectBest(
  totals: readonly number[],
  random: () => number,
): { readonly best: number; readonly ties: number } {
  let best = -1
  let ties = 0
  let highest = Number.NEGATIVE_INFINITY
  for (let position = 0; position < totals.length; position++) {
    const total = totals[position] ?? 0
    if (total > highest) {
      best = position
      highest = total
      ties = 1
    } else if (total === highest) {
      ties++
      if (random() * ties < 1) best = position
    }
  }
  return { best, ties }
}
