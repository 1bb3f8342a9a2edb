// The text of a failed attempt, as users see it in `kubectl describe pod`. Models framework.FitError.
import type { Status } from './status.ts'

export interface Diagnosis {
  readonly allNodes: number
  readonly statuses: ReadonlyMap<string, Status>
  /** What holds for the nodes that no Filter looked at. */
  readonly absent: Status | null
  /** Where PreFilter rejected the Pod as a whole. */
  readonly preFilterMessage: string
}

/** Nodes are counted by reason, and the reasons are sorted as text, the count included. */
export function fitErrorText(diagnosis: Diagnosis, postFilterMessage = ''): string {
  const head = `0/${diagnosis.allNodes} nodes are available:`
  const tail = postFilterMessage === '' ? '' : ` ${postFilterMessage}`
  if (diagnosis.preFilterMessage !== '') return `${head} ${diagnosis.preFilterMessage}.${tail}`
  const counts: Record<string, number> = {}
  const count = (status: Status | null, nodes: number): void => {
    for (const reason of status?.reasons ?? []) counts[reason] = (counts[reason] ?? 0) + nodes
  }
  for (const status of diagnosis.statuses.values()) count(status, 1)
  if (diagnosis.statuses.size < diagnosis.allNodes)
    count(diagnosis.absent, diagnosis.allNodes - diagnosis.statuses.size)
  const reasons = Object.keys(counts)
    .map((reason) => `${counts[reason]} ${reason}`)
    .sort()
  return reasons.length === 0 ? `${head}${tail}` : `${head} ${reasons.join(', ')}.${tail}`
}
