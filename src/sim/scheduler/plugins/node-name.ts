// Rejects every node but the one that the Pod names. Models plugins/nodename.
import type { Plugin } from '../framework/plugin.ts'
import type { Status } from '../framework/status.ts'
import { unresolvable } from '../framework/status.ts'

const REJECTED: Status = Object.freeze(unresolvable("node(s) didn't match the requested node name"))

export const nodeName: Plugin = {
  name: 'NodeName',
  sign: ({ pod }) => pod.spec.nodeName ?? '',
  filter({ pod }, { name }) {
    const wanted = pod.spec.nodeName
    return wanted === undefined || wanted === '' || wanted === name ? null : REJECTED
  },
  queueingHint: (pod, event) =>
    event.resource === 'node' && event.action === 'add' && event.node.metadata.name === pod.spec.nodeName
      ? 'queue'
      : 'skip',
}
