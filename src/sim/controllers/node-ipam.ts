// Gives each node a range of Pod addresses, in the order in which nodes register. Models the range allocator of
// pkg/controller/nodeipam/ipam; one address family, and a cluster range that continues where 10.244.0.0/16 is full.
import type { Node } from '../api/objects.ts'
import { objectKey } from '../api/objects.ts'
import { NODES } from '../api/resources.ts'
import { api, failedWith } from '../client/index.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import type { Task } from '../kernel/task.ts'
import type { Controller, SyncResult } from './runtime/controller.ts'
import { cache, explain, memory } from './runtime/effects.ts'
import { nodeInformer } from './runtime/informers.ts'

const RANGE = 'range/'
const NEXT = 'next'
/** 10.244 to 10.255, then 10.128 to 10.243: more /24 ranges than a cluster may have nodes, clear of Service addresses. */
const FIRST_BLOCKS = 12
const RANGES = 128 * 256

export const nodeIpamController: Controller = {
  name: 'node-ipam-controller',
  serviceAccount: 'node-controller',
  component: 'cidrAllocator',
  // One at a time: two could take the same range.
  workers: 1,
  informers: [nodeInformer],
  changed({ type, object }, tools) {
    const { podCIDR } = (object as Node).spec
    if (type === 'delete') {
      if (podCIDR !== undefined) tools.memory.delete(RANGE + podCIDR)
    } else if (podCIDR === undefined || podCIDR === '') tools.enqueue(objectKey(object))
    else occupy(tools.memory, podCIDR, object.metadata.name)
  },
  sync,
}

function occupy(taken: CowMap<unknown>, podCIDR: string, node: string): void {
  taken.set(RANGE + podCIDR, node)
}

export function podRange(index: number): string {
  const block = Math.floor(index / 256)
  const second = block < FIRST_BLOCKS ? 244 + block : 128 + block - FIRST_BLOCKS
  return `10.${second}.${index % 256}.0/24`
}

function* sync(key: string): Task<SyncResult> {
  const node = yield* cache.get(NODES, key)
  if (node === undefined || (node.spec.podCIDR ?? '') !== '') return undefined
  const podCIDR = yield* freeRange(node.metadata.name)
  if (podCIDR === null)
    return {
      error: 'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
    }
  yield* explain(`node ${node.metadata.name} has no range of Pod addresses: giving it ${podCIDR}`)
  const patched = yield* api.patch(NODES, null, node.metadata.name, 'strategic', {
    spec: { podCIDR, podCIDRs: [podCIDR] },
  })
  if (patched.ok) return undefined
  yield* memory.delete(RANGE + podCIDR)
  return failedWith(patched, 'NotFound') ? undefined : { error: patched.status.message ?? 'patch failed' }
}

/** Goes on from the last one given, so that a range is not used again soon after its node went away. */
function* freeRange(node: string): Task<string | null> {
  const first = (yield* memory.get<number>(NEXT)) ?? 0
  for (let offset = 0; offset < RANGES; offset++) {
    const index = (first + offset) % RANGES
    const podCIDR = podRange(index)
    const holder = yield* memory.get<string>(RANGE + podCIDR)
    if (holder !== undefined && holder !== node) continue
    yield* memory.set(RANGE + podCIDR, node)
    yield* memory.set(NEXT, (index + 1) % RANGES)
    return podCIDR
  }
  return null
}
