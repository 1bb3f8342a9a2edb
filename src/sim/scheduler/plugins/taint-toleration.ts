// Rejects nodes with taints that the Pod does not tolerate, and prefers nodes with fewer PreferNoSchedule ones.
// Models plugins/tainttoleration.
import type { Node, Pod, Toleration } from '../../api/objects.ts'
import type { TaintEffect } from '../../api/tolerations.ts'
import { firstUntolerated, tolerationFor } from '../../api/tolerations.ts'
import type { Plugin } from '../framework/plugin.ts'
import { defaultNormalize } from '../framework/plugin.ts'
import type { Status } from '../framework/status.ts'
import { unresolvable } from '../framework/status.ts'

const REJECTED: Status = Object.freeze(unresolvable('node(s) had untolerated taint(s)'))
const KEEPING_AWAY: readonly TaintEffect[] = ['NoSchedule', 'NoExecute']

function rejects(node: Node, pod: Pod): boolean {
  const { taints } = node.spec
  if (taints === undefined || taints.length === 0) return false
  return firstUntolerated(taints, pod.spec.tolerations, KEEPING_AWAY) !== undefined
}

/** No name or value has a blank in it. */
const tolerationText = ({ key = '', operator = '', value = '', effect = '' }: Toleration): string =>
  `${key} ${operator} ${value} ${effect}`

export const taintToleration: Plugin<null, readonly Toleration[]> = {
  name: 'TaintToleration',
  sign: ({ pod }) => (pod.spec.tolerations ?? []).map(tolerationText).join(','),
  filter: ({ pod }, { node }) => (rejects(node, pod) ? REJECTED : null),
  preScore({ pod }) {
    const soft = (pod.spec.tolerations ?? []).filter(
      ({ effect }) => effect === undefined || effect === '' || effect === 'PreferNoSchedule',
    )
    return { state: soft }
  },
  score(_pod, { node }, tolerations) {
    let intolerable = 0
    for (const taint of node.spec.taints ?? [])
      if (taint.effect === 'PreferNoSchedule' && tolerationFor(tolerations, taint) === undefined)
        intolerable++
    return intolerable
  },
  normalizeScores: (scores) => defaultNormalize(scores, true),
  queueingHint(pod, event) {
    if (event.resource === 'pod')
      return event.pod.metadata.uid === pod.metadata.uid &&
        event.pod.spec.tolerations !== event.previous.spec.tolerations
        ? 'queue'
        : 'skip'
    if (event.resource !== 'node' || rejects(event.node, pod)) return 'skip'
    return event.action === 'add' || rejects(event.previous, pod) ? 'queue' : 'skip'
  },
}
