// The scheduler gives no node more than it has: what the Pods bound to it ask for stays within what is allocatable.
// Pods that were created with a node are left out: nobody chose that node for them.
import type { Node, Pod } from '../sim/api/objects.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import { placementIn } from './placements.ts'
import type { Amounts } from './pod-requests.ts'
import { amountsOf, plus, podRequests } from './pod-requests.ts'
import type { Change, Recorded } from './recorded.ts'

const EMPTY: Amounts = Object.freeze({ cpu: 0, memory: 0, pods: 0 })

interface Bound {
  readonly node: string
  readonly requests: Amounts
}

class Nodes {
  private readonly used = new Map<string, Amounts>()
  private readonly bound = new Map<string, Bound>()
  private readonly recorded: Recorded

  constructor(recorded: Recorded) {
    this.recorded = recorded
  }

  changed(change: Change): Complaints {
    const { released, placed } = placementIn(change)
    if (released !== null) this.release(released)
    return placed === null ? fine : this.bind(placed.pod, placed.node)
  }

  private bind(pod: Pod, node: string): Complaints {
    const requests = podRequests(pod)
    const used = plus(this.used.get(node) ?? EMPTY, requests)
    this.used.set(node, used)
    this.bound.set(pod.metadata.uid, { node, requests })
    const stored = this.recorded.of('nodes').get(`/registry/minions/${node}`)
    if (stored === undefined) return fine
    const allocatable = amountsOf((stored.object as Node).status?.allocatable)
    const { name, namespace } = pod.metadata
    for (const what of ['cpu', 'memory', 'pods'] as const)
      if (used[what] > allocatable[what])
        return [
          `with ${namespace}/${name}, the Pods of ${node} ask for ${what} ${used[what]}, where ${allocatable[what]} is allocatable`,
        ]
    return fine
  }

  private release(uid: string): void {
    const bound = this.bound.get(uid)
    if (bound === undefined) return
    this.bound.delete(uid)
    this.used.set(bound.node, plus(this.used.get(bound.node) ?? EMPTY, bound.requests, -1))
  }
}

export const nodeNotOvercommitted: Check = {
  name: 'node-not-overcommitted',
  title: { en: 'No node is over-committed', 'zh-CN': '节点不超额分配' },
  explains: {
    en: 'What the Pods bound to a node request together stays within what the node can give, in CPU, memory and number.',
    'zh-CN': '绑定到一个节点的所有 Pod，其请求的 CPU、内存之和以及 Pod 个数，都不超过该节点的可分配量。',
  },
  start: (recorded) => new Nodes(recorded),
}
