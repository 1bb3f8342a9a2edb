// Keeps a Pod out of the active queue while it has scheduling gates. Models plugins/schedulinggates.
import type { Plugin } from '../framework/plugin.ts'
import { unresolvable } from '../framework/status.ts'

export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  preEnqueue(pod) {
    const gates = (pod.spec.schedulingGates ?? []).map((gate) => gate.name)
    return gates.length === 0 ? null : unresolvable(`waiting for scheduling gates: [${gates.join(' ')}]`)
  },
  queueingHint(pod, event) {
    const own = event.resource === 'pod' && event.pod.metadata.uid === pod.metadata.uid
    return own && (event.pod.spec.schedulingGates ?? []).length === 0 ? 'queue' : 'skip'
  },
}
