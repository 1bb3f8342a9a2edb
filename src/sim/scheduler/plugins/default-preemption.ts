// The place of preemption: it says what deleting Pods of lower priority could do. Models the messages of
// plugins/defaultpreemption. Left out: choosing victims and evicting them.

import { fitErrorText } from '../framework/fit-error.ts'
import type { Plugin } from '../framework/plugin.ts'
import { priorityOf } from '../framework/pod-info.ts'
import type { Status } from '../framework/status.ts'
import { unresolvable, unschedulable } from '../framework/status.ts'

const NOT_HELPFUL: Status = Object.freeze(unresolvable('Preemption is not helpful for scheduling'))
const NO_VICTIMS: Status = Object.freeze(unresolvable('No preemption victims found for incoming pod'))

export const defaultPreemption: Plugin = {
  name: 'DefaultPreemption',
  postFilter({ pod, snapshot, statuses }) {
    if (pod.pod.spec.preemptionPolicy === 'Never')
      return unschedulable('preemption: not eligible due to preemptionPolicy=Never.')
    const priority = priorityOf(pod.pod)
    const tried = new Map<string, Status>()
    for (const [node, status] of statuses) {
      if (status.code === 'Unschedulable' && !snapshot.hasLowerPriorityPods(node, priority))
        tried.set(node, NO_VICTIMS)
    }
    const text = fitErrorText({
      allNodes: snapshot.nodes.length,
      statuses: tried,
      absent: NOT_HELPFUL,
      preFilterMessage: '',
    })
    return unschedulable(`preemption: ${text}`)
  },
}
