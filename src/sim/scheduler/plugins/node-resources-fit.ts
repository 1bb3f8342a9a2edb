// Rejects nodes without room for the Pod, and prefers those that keep the most free. Models plugins/noderesources'
// Fit with its LeastAllocated strategy over cpu and memory, each with weight 1.

import { fitsEmptyNode, leastAllocatedScore, shortages } from '../framework/node-resources.ts'
import type { Plugin } from '../framework/plugin.ts'
import { parseResources, podRequests, resourcesText } from '../framework/resources.ts'

export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  sign: (pod) => `${resourcesText(pod.requested)} ${resourcesText(pod.nonZero)}`,
  filter(pod, node) {
    const short = shortages(pod, node)
    if (short.length === 0) return null
    const hopeless = short.some((shortage) => shortage.unresolvable)
    return {
      code: hopeless ? 'UnschedulableAndUnresolvable' : 'Unschedulable',
      reasons: short.map((shortage) => shortage.reason),
    }
  },
  score: leastAllocatedScore,
  queueingHint(pod, event) {
    if (event.resource === 'assigned-pod') return event.action === 'delete' ? 'queue' : 'skip'
    if (event.resource !== 'node') return event.pod.metadata.uid === pod.metadata.uid ? 'queue' : 'skip'
    if (event.action === 'update' && !event.changes.includes('allocatable')) return 'skip'
    const { requested } = podRequests(pod.spec)
    return fitsEmptyNode(requested, parseResources(event.node.status.allocatable)) ? 'queue' : 'skip'
  },
}
