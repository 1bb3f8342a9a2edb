// What a kubelet does for its node: register it, report its status, renew its Lease, connect to the runtime and hand it
// the Pod address range. Models kubelet_node_status.go, component-helpers' node lease controller, and updateRuntimeUp.
import type { Draft, Lease, Node } from '../../api/objects.ts'
import { LEASES, NODES } from '../../api/resources.ts'
import { formatMicroTime } from '../../api/time.ts'
import type { ApiResult } from '../../client/index.ts'
import { api, failedWith, sleep } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import type { ContainerStatus, PodSandboxStatus, RuntimeImage, RuntimeStatus } from '../runtime/cri.ts'
import type { LeaseView } from './effects.ts'
import { cri, garbage, leaseView, nodeReport } from './effects.ts'
import { nodeStatusPatch } from './node-status.ts'

const LEASE_NAMESPACE = 'kube-node-lease'
const LEASE_SECONDS = 40
const RENEW_TRIES = 5
const FIRST_RETRY_MICROS = 100_000
const LAST_RETRY_MICROS = 7_000_000
const RUNTIME_RETRY_MICROS = 5_000_000

/** Creates the Node, or takes over the one that is there. It goes on until that is done. */
export function* registerNode(): Task<Node> {
  let wait = FIRST_RETRY_MICROS
  for (;;) {
    const { draft } = yield* nodeReport(null)
    const created = yield* api.create(NODES, draft)
    if (created.ok) return created.object
    if (failedWith(created, 'AlreadyExists')) {
      const existing = yield* adoptNode(draft)
      if (existing !== null) return existing
    }
    yield* sleep(wait)
    wait = Math.min(wait * 2, LAST_RETRY_MICROS)
  }
}

function* adoptNode(draft: Draft<Node>): Task<Node | null> {
  const existing = yield* api.get(NODES, null, draft.metadata.name ?? '')
  if (!existing.ok) return null
  const { object } = existing
  const missing = Object.entries(draft.metadata.labels ?? {}).filter(
    ([label, value]) => object.metadata.labels?.[label] !== value,
  )
  if (missing.length === 0) return object
  const body = { metadata: { labels: Object.fromEntries(missing) } }
  const patched = yield* api.patch<Node>(NODES, null, object.metadata.name, 'strategic', body)
  return patched.ok ? patched.object : null
}

/** Whether the status was written. */
export function* reportNodeStatus(): Task<boolean> {
  const { current, draft } = yield* nodeReport(null)
  if (current === null) return false
  const first = yield* patchStatus(current, draft)
  if (first.ok) return true
  for (let attempt = 1; attempt < RENEW_TRIES; attempt++) {
    const fresh = yield* api.get(NODES, null, current.metadata.name)
    if (fresh.ok) {
      const again = yield* nodeReport(fresh.object)
      const written = yield* patchStatus(fresh.object, again.draft)
      if (written.ok) return true
    } else if (fresh.status.code === 0) return false
  }
  return false
}

function* patchStatus(current: Node, draft: Draft<Node>): Task<ApiResult<Node>> {
  const patch = nodeStatusPatch(current.status, { ...current.status, ...draft.status })
  return yield* api.patch<Node>(NODES, null, current.metadata.name, 'strategic', patch, 'status')
}

/** The Lease as it is now; null when it could not be renewed. `first` is what the kubelet knows as it begins. */
export function* renewLease(first: LeaseView): Task<Lease | null> {
  let view = first
  let { lease } = view
  for (let attempt = 0; attempt < RENEW_TRIES; attempt++) {
    if (attempt > 0) view = yield* leaseView()
    const { node, now } = view
    if (node === null) return null
    if (lease === null) {
      const found = yield* api.get(LEASES, LEASE_NAMESPACE, node.metadata.name)
      if (failedWith(found, 'NotFound')) {
        const created = yield* api.create(LEASES, newLease(node, now))
        if (created.ok) return created.object
        return null
      }
      if (!found.ok) return null
      lease = found.object
    }
    const renewed = { ...lease, spec: { ...lease.spec, renewTime: formatMicroTime(now) } }
    const updated = yield* api.update(LEASES, renewed)
    if (updated.ok) return updated.object
    if (updated.status.code === 0) return null
    lease = null
  }
  return null
}

function newLease(node: Node, now: number): Draft<Lease> {
  const { name, uid } = node.metadata
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace: LEASE_NAMESPACE,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
    },
    spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime: formatMicroTime(now) },
  }
}

/** What the runtime has, once it answers. */
export interface RuntimeInventory {
  readonly status: RuntimeStatus
  readonly sandboxes: readonly PodSandboxStatus[]
  readonly containers: readonly ContainerStatus[]
  readonly images: readonly RuntimeImage[]
}

export function* connectRuntime(): Task<RuntimeInventory> {
  for (;;) {
    const inventory = yield* takeInventory()
    if (inventory !== null) return inventory
    yield* sleep(RUNTIME_RETRY_MICROS)
  }
}

function* takeInventory(): Task<RuntimeInventory | null> {
  const version = yield* cri('', { method: 'Version' })
  if (!version.ok) return null
  // The stream is opened before the lists are read, so that nothing falls between them.
  const stream = yield* cri('', { method: 'GetContainerEvents' })
  const status = yield* cri('', { method: 'Status' })
  const sandboxes = yield* cri('', { method: 'ListPodSandbox' })
  const containers = yield* cri('', { method: 'ListContainers' })
  const images = yield* cri('', { method: 'ListImages' })
  if (!stream.ok || !status.ok || !sandboxes.ok || !containers.ok || !images.ok) return null
  return {
    status: status.value,
    sandboxes: sandboxes.value.sandboxes,
    containers: containers.value.containers,
    images: images.value.images,
  }
}

/** Tells the runtime the node's Pod address range; returns its status after that. */
export function* configureNetwork(podCIDR: string): Task<RuntimeStatus | null> {
  const updated = yield* cri('', { method: 'UpdateRuntimeConfig', podCIDR })
  if (!updated.ok) return null
  const status = yield* cri('', { method: 'Status' })
  return status.ok ? status.value : null
}

export function* listImages(): Task<readonly RuntimeImage[] | null> {
  const images = yield* cri('', { method: 'ListImages' })
  return images.ok ? images.value.images : null
}

export function* removeImages(names: readonly string[]): Task<void> {
  for (const image of names) yield* cri('', { method: 'RemoveImage', image })
}

/** Removes what Pods left behind that are gone, and dead containers that have successors. */
export function* collectGarbage(): Task<void> {
  const { sandboxes, containers } = yield* garbage()
  for (const containerId of containers) yield* cri('', { method: 'RemoveContainer', containerId })
  for (const sandboxId of sandboxes) yield* cri('', { method: 'RemovePodSandbox', sandboxId })
}
