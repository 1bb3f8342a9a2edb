// Gives a Pod its priority. Models plugin/pkg/admission/priority without PriorityClass objects: the two system classes
// are known, every other Pod has priority 0.
import { extended, own } from '../../api/json.ts'
import type { Pod } from '../../api/objects.ts'
import { forbiddenRequest } from '../../api/status.ts'
import type { AdmissionPlugin } from './runtime/plugin.ts'
import { changed, denied, isPod } from './runtime/plugin.ts'

const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
}

export const priority: AdmissionPlugin = {
  name: 'Priority',
  handles: (request) => isPod(request) && request.operation === 'CREATE',
  mutate(request) {
    const pod = request.object as Pod
    const name = pod.spec.priorityClassName ?? ''
    const value = name === '' ? 0 : own(SYSTEM_CLASSES, name)
    if (value === undefined) {
      return denied(
        forbiddenRequest(request.definition, request.name, `no PriorityClass with name ${name} was found`),
      )
    }
    const preemptionPolicy = pod.spec.preemptionPolicy ?? 'PreemptLowerPriority'
    const object = extended(pod, { spec: extended(pod.spec, { priority: value, preemptionPolicy }) })
    return changed(object, `set priority ${value}`)
  },
}
