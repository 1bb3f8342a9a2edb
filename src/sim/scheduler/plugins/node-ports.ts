// Rejects nodes where a host port that the Pod wants is taken. Models plugins/nodeports.
import { portsClash } from '../framework/node-info.ts'
import type { Plugin } from '../framework/plugin.ts'
import { podInfo } from '../framework/pod-info.ts'
import type { Status } from '../framework/status.ts'
import { SKIP, unschedulable } from '../framework/status.ts'

const REJECTED: Status = Object.freeze(
  unschedulable("node(s) didn't have free ports for the requested pod ports"),
)

export const nodePorts: Plugin = {
  name: 'NodePorts',
  sign: ({ hostPorts }) => hostPorts.map(({ ip, protocol, port }) => `${ip} ${protocol} ${port}`).join(','),
  preFilter: ({ hostPorts }) => (hostPorts.length === 0 ? { status: SKIP } : {}),
  filter({ hostPorts }, { usedPorts }) {
    for (const wanted of hostPorts)
      for (const used of usedPorts) if (portsClash(wanted, used)) return REJECTED
    return null
  },
  queueingHint(pod, event) {
    if (event.resource === 'node') return event.action === 'add' ? 'queue' : 'skip'
    if (event.resource !== 'assigned-pod' || event.action !== 'delete') return 'skip'
    const freed = podInfo(event.pod).hostPorts
    return podInfo(pod).hostPorts.some((wanted) => freed.some((port) => portsClash(wanted, port)))
      ? 'queue'
      : 'skip'
  },
}
