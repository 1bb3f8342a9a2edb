// Rejects cordoned nodes, unless the Pod tolerates the taint that stands for it. Models plugins/nodeunschedulable.
import type { Node, Pod, Taint } from '../../api/objects.ts'
import { tolerationFor } from '../../api/tolerations.ts'
import type { Plugin } from '../framework/plugin.ts'
import type { Status } from '../framework/status.ts'
import { unresolvable } from '../framework/status.ts'

const TAINT: Taint = Object.freeze({ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' })
const REJECTED: Status = Object.freeze(unresolvable('node(s) were unschedulable'))

const rejects = (node: Node, pod: Pod): boolean =>
  node.spec.unschedulable === true && tolerationFor(pod.spec.tolerations, TAINT) === undefined

export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  sign: ({ pod }) => (tolerationFor(pod.spec.tolerations, TAINT) === undefined ? '' : 'tolerated'),
  filter: ({ pod }, { node }) => (rejects(node, pod) ? REJECTED : null),
  queueingHint(pod, event) {
    if (event.resource === 'pod') return event.pod.metadata.uid === pod.metadata.uid ? 'queue' : 'skip'
    if (event.resource !== 'node' || rejects(event.node, pod)) return 'skip'
    return event.action === 'add' || rejects(event.previous, pod) ? 'queue' : 'skip'
  },
}
