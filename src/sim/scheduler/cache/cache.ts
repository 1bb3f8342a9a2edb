// What the scheduler knows of nodes and of the Pods on them, those it has just assumed included. Models
// pkg/scheduler/backend/cache. An assumed Pod stays until its binding fails or the watch confirms it, as upstream's
// default has no expiry. Left out: the interleaving of zones in the order of nodes.

import { deepEqual } from '../../api/json.ts'
import type { Node, Pod } from '../../api/objects.ts'
import { assert } from '../../kernel/assert.ts'
import type { CowMap } from '../../kernel/cow-map.ts'
import { cowMap } from '../../kernel/cow-map.ts'
import type { NodeInfo, SchedulableNode } from '../framework/node-info.ts'
import { emptyNodeInfo, hasNode, withNode, withPod } from '../framework/node-info.ts'
import type { Snapshot } from '../framework/plugin.ts'
import type { Claims, PodInfo } from '../framework/pod-info.ts'
import { podInfo } from '../framework/pod-info.ts'

interface CachedPod {
  readonly claims: Claims
  /** What the claims were worked out from. */
  readonly spec: Pick<Pod['spec'], 'containers' | 'initContainers'>
  readonly node: string
  readonly assumed: boolean
}

interface ImageOnNodes {
  readonly nodes: number
  /** Null: they have, or had, different ones. */
  readonly bytes: number | null
}

export interface Cache {
  /** In the order in which they came. Each is replaced as a whole, so this is the snapshot too. */
  nodes: SchedulableNode[]
  /** For each of `nodes` which change made it. */
  readonly versions: number[]
  /** The newest of `versions` that was ever handed out. */
  changes: number
  /** The names of `nodes`, frozen, so that decisions share it. */
  names: readonly string[]
  readonly positions: CowMap<number>
  /** Nodes that are known only by the Pods on them. */
  readonly strangers: CowMap<NodeInfo>
  /** By uid. */
  readonly pods: CowMap<CachedPod>
  /** What the latest Pod takes. */
  lastClaims: Claims | null
  /** What nodes have of an image, by its name. */
  readonly images: CowMap<ImageOnNodes>
}

export function createCache(): Cache {
  return {
    nodes: [],
    versions: [],
    changes: 0,
    names: Object.freeze([]),
    positions: cowMap(),
    strangers: cowMap(),
    pods: cowMap(),
    lastClaims: null,
    images: cowMap(),
  }
}

export function snapshotOf(cache: Cache): Snapshot {
  return {
    nodes: cache.nodes,
    versions: cache.versions,
    imageNodes: (image) => cache.images.get(image)?.nodes ?? 0,
    imageBytes: (image) => cache.images.get(image)?.bytes ?? null,
    hasLowerPriorityPods(node, priority) {
      const info = cache.nodes[cache.positions.get(node) ?? -1]
      return info?.priorities.some((count) => count.priority < priority) === true
    },
  }
}

// ── nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export function setNode(cache: Cache, node: Node): void {
  const name = node.metadata.name
  const position = cache.positions.get(name)
  const before = position === undefined ? undefined : cache.nodes[position]
  countImages(cache, before?.node.status.images, node.status.images)
  const info = withNode(before ?? cache.strangers.get(name) ?? emptyNodeInfo(name), node)
  assert(hasNode(info), 'a node info with a node')
  put(cache, position ?? cache.nodes.length, info)
  if (position !== undefined) return
  cache.strangers.delete(name)
  cache.positions.set(name, cache.nodes.length - 1)
  cache.names = Object.freeze([...cache.names, name])
}

export function removeNode(cache: Cache, node: Node): void {
  const name = node.metadata.name
  const position = cache.positions.get(name)
  const before = position === undefined ? undefined : cache.nodes[position]
  if (position === undefined || before === undefined) return
  countImages(cache, before.node.status.images, undefined)
  if (before.pods > 0) cache.strangers.set(name, withNode(before, null))
  cache.nodes.splice(position, 1)
  cache.versions.splice(position, 1)
  cache.names = Object.freeze(cache.nodes.map((info) => info.name))
  cache.positions.delete(name)
  for (let i = position; i < cache.nodes.length; i++) {
    const moved = cache.nodes[i]
    if (moved !== undefined) cache.positions.set(moved.name, i)
  }
}

type Images = Node['status']['images']

function countImages(cache: Cache, before: Images, after: Images): void {
  if (before === after || deepEqual(before, after)) return
  const change = (images: Images, by: number): void => {
    for (const { names, sizeBytes = 0 } of images ?? []) {
      for (const name of names ?? []) {
        const known = cache.images.get(name)
        const nodes = (known?.nodes ?? 0) + by
        const bytes = known === undefined || known.bytes === sizeBytes ? sizeBytes : null
        if (nodes === 0) cache.images.delete(name)
        else cache.images.set(name, Object.freeze({ nodes, bytes }))
      }
    }
  }
  change(before, -1)
  change(after, 1)
}

// ── Pods ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Counts the Pod on the node as if it were bound, so that the next Pod can be tried before it is. */
export function assumePod(cache: Cache, info: PodInfo, node: string): void {
  const { uid } = info.pod.metadata
  assert(!cache.pods.has(uid), `pod ${uid} is in the cache already`)
  insert(cache, info, node, true)
}

export function isAssumed(cache: Cache, uid: string): boolean {
  return cache.pods.get(uid)?.assumed === true
}

/** Takes back an assumption. False when the Pod is not assumed (any more). */
export function forgetPod(cache: Cache, uid: string): boolean {
  const cached = cache.pods.get(uid)
  if (cached === undefined || !cached.assumed) return false
  remove(cache, uid, cached)
  return true
}

/** The watch says that this Pod is on its node. */
export function setPod(cache: Cache, pod: Pod): void {
  const { uid } = pod.metadata
  const node = pod.spec.nodeName ?? ''
  const cached = cache.pods.get(uid)
  if (cached !== undefined && cached.node === node && sameClaims(cached.spec, pod.spec)) {
    const { claims, spec } = cached
    if (cached.assumed) cache.pods.set(uid, Object.freeze({ claims, spec, node, assumed: false }))
    return
  }
  if (cached !== undefined) remove(cache, uid, cached)
  insert(cache, podInfo(pod), node, false)
}

const sameClaims = (a: CachedPod['spec'], b: Pod['spec']): boolean =>
  deepEqual(a.containers, b.containers) && deepEqual(a.initContainers, b.initContainers)

export function removePod(cache: Cache, uid: string): void {
  const cached = cache.pods.get(uid)
  if (cached !== undefined) remove(cache, uid, cached)
}

/** Of the Pod itself it keeps next to nothing, so that outdated states of Pods can go. */
function insert(cache: Cache, info: PodInfo, node: string, assumed: boolean): void {
  const { pod } = info
  const claims = claimsOf(cache, info)
  const { containers, initContainers } = pod.spec
  const spec = Object.freeze(initContainers === undefined ? { containers } : { containers, initContainers })
  cache.pods.set(pod.metadata.uid, Object.freeze({ claims, spec, node, assumed }))
  change(cache, node, claims, 1)
}

/** Pods of one kind come one after the other and take the same, so that they share it. */
function claimsOf(cache: Cache, { requested, nonZero, hostPorts, priority }: PodInfo): Claims {
  const last = cache.lastClaims
  if (
    last?.priority === priority &&
    deepEqual(last.requested, requested) &&
    deepEqual(last.nonZero, nonZero) &&
    deepEqual(last.hostPorts, hostPorts)
  )
    return last
  cache.lastClaims = Object.freeze({ requested, nonZero, hostPorts, priority })
  return cache.lastClaims
}

function remove(cache: Cache, uid: string, { claims, node }: CachedPod): void {
  cache.pods.delete(uid)
  change(cache, node, claims, -1)
}

function change(cache: Cache, node: string, info: Claims, sign: 1 | -1): void {
  const position = cache.positions.get(node)
  if (position === undefined) {
    const stranger = withPod(cache.strangers.get(node) ?? emptyNodeInfo(node), info, sign)
    if (stranger.pods === 0) cache.strangers.delete(node)
    else cache.strangers.set(node, stranger)
    return
  }
  const before = cache.nodes[position]
  assert(before !== undefined, `no node at ${position}`)
  const after = withPod(before, info, sign)
  assert(hasNode(after), 'a node info with a node')
  put(cache, position, after)
}

function put(cache: Cache, position: number, info: SchedulableNode): void {
  cache.nodes[position] = info
  cache.versions[position] = ++cache.changes
}
