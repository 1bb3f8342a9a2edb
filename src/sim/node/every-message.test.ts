// Each process of a node is killed after every single delivery of a Pod's life; what was asked for has to come about all
// the same, once it is back.
import { expect, test } from 'vitest'
import type { Checkpoint } from '../kernel/checkpoint.ts'
import { Kernel } from '../kernel/kernel.ts'
import type { Lever } from '../kernel/machine-room.ts'
import { micros, seconds } from '../kernel/micros.ts'
import type { ProcessId } from '../kernel/process.ts'
import { hostName } from '../kernel/process.ts'
import type { ContainerdState } from './runtime/index.ts'
import { CNI, CONTAINERD, KUBELET, NodeWorld, SERVER } from './testing/node-world.ts'

const NODE = hostName('node-1')
const crash = (process: ProcessId): Lever => ({
  lever: 'crash',
  process,
  reason: 'test',
  restartAfterMicros: 500_000,
})

const faults: readonly (readonly [string, readonly Lever[], readonly Lever[]])[] = [
  ['kubelet', [crash(KUBELET)], []],
  ['containerd', [crash(CONTAINERD)], []],
  ['cni', [crash(CNI)], []],
  ['apiserver', [crash(SERVER)], []],
  ['power', [{ lever: 'power-off', host: NODE }], [{ lever: 'power-on', host: NODE }]],
]

/** A checkpoint after each delivery from the Pod's creation until `done`. */
function checkpointsOf(world: NodeWorld, done: () => boolean): Checkpoint[] {
  const checkpoints: Checkpoint[] = []
  while (!done()) {
    world.kernel.step()
    checkpoints.push(world.kernel.checkpoint())
    if (checkpoints.length > 2_000) throw new Error('it does not end')
  }
  return checkpoints
}

function withFault(
  world: NodeWorld,
  checkpoint: Checkpoint,
  levers: readonly Lever[],
  heal: readonly Lever[],
): NodeWorld {
  const twin = world.fork(Kernel.restore({ ...world.options, onEvent: () => {} }, checkpoint))
  twin.kernel.inject('test', 'node-1', levers, heal, heal.length === 0 ? null : seconds(1))
  twin.kernel.runUntil(micros(twin.kernel.now + seconds(40)))
  return twin
}

const running = (world: NodeWorld): readonly string[] =>
  [...(world.kernel.stateOf(CONTAINERD) as ContainerdState).disk.containers.values()]
    .filter(({ status }) => status.state === 'CONTAINER_RUNNING')
    .map(({ status }) => status.metadata.name)

test.each(faults)('a Pod starts, whenever the %s is lost', (_name, levers, heal) => {
  const world = new NodeWorld({ images: ['redis'] })
  world.createPod('web', { containers: [{ name: 'app', image: 'redis' }] })
  const isRunning = (): boolean =>
    [...world.kubelet.workers.values()].some(({ status }) => status.phase === 'Running')
  for (const checkpoint of checkpointsOf(world, isRunning)) {
    const twin = withFault(world, checkpoint, levers, heal)
    expect(twin.pod('web')?.status).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: true }] })
    expect(running(twin)).toEqual(['app'])
  }
})

test.each(faults)(
  'a deleted Pod goes, and nothing of it stays, whenever the %s is lost',
  (_name, levers, heal) => {
    const world = new NodeWorld({ images: ['redis'] })
    world.createPod('web', { containers: [{ name: 'app', image: 'redis' }] })
    world.runFor(5)
    world.deletePod('web')
    for (const checkpoint of checkpointsOf(world, () => world.kubelet.workers.size === 0)) {
      const twin = withFault(world, checkpoint, levers, heal)
      expect(twin.pod('web')).toBeUndefined()
      expect(running(twin)).toEqual([])
      twin.runFor(60)
      expect([...twin.containerd.disk.sandboxes.keys()]).toEqual([])
    }
  },
)
