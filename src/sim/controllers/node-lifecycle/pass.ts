// One pass over all nodes: who is there, and who was heard of since the last one. Models the first half of
// monitorNodeHealth in pkg/controller/nodelifecycle. What did not change since the last pass is known by its identity and
// not looked at again, so a pass costs what changed.
import type { Lease, Node } from '../../api/objects.ts'
import type { Health, ReadyStatus } from './health.ts'
import { observe, readyStatus } from './health.ts'
import { hasTaint, NOT_READY, noExecute, UNREACHABLE } from './taints.ts'
import { zoneOf } from './zones.ts'

const LEASE_NAMESPACE = 'kube-node-lease'

/** What is remembered of a node. Frozen. */
export interface NodeHealth extends Health {
  readonly name: string
  /** Under which it was first seen. */
  readonly uid: string
  /** The states that this was found out from. */
  readonly node: Node
  readonly lease: Lease | undefined
  /** What follows from the node alone. */
  readonly ready: ReadyStatus
  readonly zone: string | null
  readonly needsTaints: boolean
}

export interface Pass {
  /** In the order of names. */
  readonly healths: readonly NodeHealth[]
  readonly fresh: readonly NodeHealth[]
  readonly gone: readonly NodeHealth[]
}

/** Everything that is given is in the order of names, so one walk finds what belongs together. */
export function observeAll(
  before: readonly NodeHealth[],
  nodes: readonly Node[],
  leases: readonly Lease[],
  now: number,
): Pass {
  const healths: NodeHealth[] = []
  const fresh: NodeHealth[] = []
  const gone: NodeHealth[] = []
  let at = 0
  let leaseAt = leases.findIndex(({ metadata }) => metadata.namespace === LEASE_NAMESPACE)
  if (leaseAt < 0) leaseAt = leases.length
  for (const node of nodes) {
    let known = before[at]
    while (known !== undefined && isBefore(known, node)) {
      gone.push(known)
      known = before[++at]
    }
    if (known !== undefined && known.node !== node && known.name !== node.metadata.name) known = undefined
    else if (known !== undefined) at++
    let lease = leases[leaseAt]
    if (lease === undefined || lease !== known?.lease) {
      leaseAt = findLease(leases, leaseAt, node.metadata.name)
      lease = leaseNamed(leases[leaseAt], node.metadata.name)
    }
    if (lease !== undefined) leaseAt++
    const health = healthOf(known, node, lease, now)
    healths.push(health)
    if (known === undefined) fresh.push(health)
  }
  for (const left of before.slice(at)) gone.push(left)
  return { healths, fresh, gone }
}

const isBefore = (known: NodeHealth, node: Node): boolean =>
  known.node !== node && known.name < node.metadata.name

/** Where the node's Lease is, or would be. */
function findLease(leases: readonly Lease[], from: number, name: string): number {
  let at = from
  for (let lease = leases[at]; lease !== undefined; lease = leases[++at])
    if (lease.metadata.namespace !== LEASE_NAMESPACE || lease.metadata.name >= name) break
  return at
}

function leaseNamed(lease: Lease | undefined, name: string): Lease | undefined {
  const { metadata } = lease ?? {}
  return metadata?.name === name && metadata.namespace === LEASE_NAMESPACE ? lease : undefined
}

/** The same object when there is no news. */
function healthOf(
  known: NodeHealth | undefined,
  node: Node,
  lease: Lease | undefined,
  now: number,
): NodeHealth {
  if (known !== undefined && known.node === node && known.lease === lease) return known
  const { heartbeat, renewed, probedAt } = observe(known, node, lease, now)
  const { name, uid } = known ?? node.metadata
  const facts = known?.node === node ? known : factsOf(node)
  const { ready, zone, needsTaints } = facts
  return Object.freeze({ name, uid, node, lease, ready, zone, needsTaints, heartbeat, renewed, probedAt })
}

type Facts = Pick<NodeHealth, 'ready' | 'zone' | 'needsTaints'>

function factsOf(node: Node): Facts {
  const ready = readyStatus(node)
  return { ready, zone: zoneOf(node), needsTaints: needsTaints(node, ready) }
}

/** Whether its NoExecute taints say something else than its Ready condition. */
export function needsTaints(node: Node, ready: ReadyStatus): boolean {
  if (ready === 'False') return !hasTaint(node, noExecute(NOT_READY))
  if (ready === 'Unknown') return !hasTaint(node, noExecute(UNREACHABLE))
  if (node.spec.taints === undefined) return false
  return hasTaint(node, noExecute(NOT_READY)) || hasTaint(node, noExecute(UNREACHABLE))
}

export function healthIn(list: readonly NodeHealth[], name: string): NodeHealth | undefined {
  let from = 0
  let to = list.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((list[middle]?.name ?? '') < name) from = middle + 1
    else to = middle
  }
  const found = list[from]
  return found?.name === name ? found : undefined
}
