// A kernel with a scheduler before an apiserver that keeps history and whose watches can be broken.
import type { Node, Pod } from '../../api/objects.ts'
import type { FakeApiserverState, FakeCommand } from '../../client/testing/fake-apiserver.ts'
import { breakWatches, fakeApiserver } from '../../client/testing/fake-apiserver.ts'
import { Kernel } from '../../kernel/kernel.ts'
import type { Micros } from '../../kernel/micros.ts'
import { seconds } from '../../kernel/micros.ts'
import type { ProcessDefinition } from '../../kernel/process.ts'
import { hostName, processId } from '../../kernel/process.ts'
import { clusterNetwork } from '../../net/network.ts'
import { scheduler } from '../scheduler.ts'
import type { SchedulerState } from '../state.ts'

const APISERVER = processId('kube-apiserver-1')
const SCHEDULER = processId('kube-scheduler-1')

export function bootScheduler(...nodes: readonly Node[]) {
  const world = new SchedulerWorld()
  for (const object of nodes) world.command({ type: 'put', resource: 'nodes', object })
  world.runFor(3)
  return world
}

class SchedulerWorld {
  private readonly kernel = new Kernel({
    definitions: {
      'kube-apiserver': fakeApiserver as ProcessDefinition,
      'kube-scheduler': scheduler as ProcessDefinition,
    },
    network: clusterNetwork([]),
    seed: 1,
  })

  constructor() {
    const host = hostName('control-plane-1')
    this.kernel.addHost(host, 'control-plane')
    this.kernel.spawn(APISERVER, 'kube-apiserver', host, {})
    this.kernel.spawn(SCHEDULER, 'kube-scheduler', host, { apiserver: APISERVER })
  }

  runFor(howLong: number): void {
    this.kernel.runUntil((this.kernel.now + seconds(howLong)) as Micros)
  }

  command(command: FakeCommand): void {
    this.kernel.command(APISERVER, command)
  }

  put(object: Pod): void {
    this.command({ type: 'put', resource: 'pods', object })
  }

  remove(name: string): void {
    this.command({ type: 'remove', resource: 'pods', namespace: 'default', name })
  }

  pod(name: string): Pod | undefined {
    const { objects } = this.kernel.stateOf(APISERVER) as FakeApiserverState
    return objects.get(`pods/default/${name}`) as Pod | undefined
  }

  /** The uids of the Pods that take room on nodes. */
  cached(): readonly string[] {
    const { cache } = this.kernel.stateOf(SCHEDULER) as SchedulerState
    return cache.pods.toArray().map(([uid]) => uid)
  }

  breakWatches(): void {
    for (const command of breakWatches('/api/v1/pods')) this.command(command)
  }
}
