// A kernel with a fake apiserver and the controller-manager, for tests of one controller or a few.

import { isRequest } from '../../api/messages.ts'
import type { KubeObject, Pod } from '../../api/objects.ts'
import type { ResourceRef } from '../../api/resources.ts'
import { formatTime } from '../../api/time.ts'
import type { FakeApiserverState, FakeCommand } from '../../client/testing/fake-apiserver.ts'
import { breakWatches, fakeApiserver } from '../../client/testing/fake-apiserver.ts'
import { Kernel } from '../../kernel/kernel.ts'
import type { Micros } from '../../kernel/micros.ts'
import { seconds } from '../../kernel/micros.ts'
import type { ProcessDefinition } from '../../kernel/process.ts'
import { hostName, processId } from '../../kernel/process.ts'
import type { LocalEvent, RecordedEvent, TraceEvent } from '../../kernel/trace.ts'
import { clusterNetwork } from '../../net/network.ts'
import { controllerManagerFor } from '../index.ts'

const APISERVER = processId('kube-apiserver-1')
const MANAGER = processId('kube-controller-manager-1')

export function bootControllers(
  controllers: readonly string[],
  served: readonly ResourceRef<KubeObject>[] = [],
) {
  return new ControllerWorld(controllers, served)
}

class ControllerWorld {
  readonly events: TraceEvent[] = []
  readonly kernel: Kernel

  constructor(controllers: readonly string[], served: readonly ResourceRef<KubeObject>[]) {
    this.kernel = new Kernel({
      definitions: {
        'kube-apiserver': fakeApiserver as ProcessDefinition,
        'kube-controller-manager': controllerManagerFor(served) as ProcessDefinition,
      },
      network: clusterNetwork([]),
      seed: 1,
      onEvent: (event: TraceEvent) => this.events.push(event),
    })
    this.kernel.addHost(hostName('control-plane-1'), 'control-plane')
    this.kernel.spawn(APISERVER, 'kube-apiserver', hostName('control-plane-1'), {})
    const config = { apiserver: APISERVER, controllers }
    this.kernel.spawn(MANAGER, 'kube-controller-manager', hostName('control-plane-1'), config)
  }

  get now(): number {
    return this.kernel.now
  }

  runFor(howLong: number): void {
    this.kernel.runUntil((this.kernel.now + seconds(howLong)) as Micros)
  }

  command(command: FakeCommand): void {
    this.kernel.command(APISERVER, command)
  }

  put(resource: string, object: KubeObject): void {
    this.command({ type: 'put', resource, object })
  }

  remove(resource: string, name: string, namespace = 'default'): void {
    this.command({ type: 'remove', resource, namespace, name })
  }

  breakWatches(...lists: readonly string[]): void {
    for (const command of breakWatches(...lists)) this.command(command)
  }

  list<T extends KubeObject>(resource: string): T[] {
    const state = this.kernel.stateOf(APISERVER) as FakeApiserverState
    return state.objects
      .toArray()
      .filter(([key]) => key.startsWith(`${resource}/`))
      .map(([, object]) => object as T)
  }

  /** Every Pod becomes ready half a second after it is made, for so many seconds. */
  runWithKubelets(howLong: number): void {
    const until = this.now + seconds(howLong)
    while (this.now < until) {
      this.runFor(0.5)
      this.makePodsReady()
    }
  }

  makePodsReady(): void {
    for (const pod of this.list<Pod>('pods')) {
      if (pod.status.phase === 'Running') continue
      const condition = { type: 'Ready', status: 'True', lastTransitionTime: formatTime(this.now) }
      this.put('pods', {
        ...pod,
        status: { ...pod.status, phase: 'Running', conditions: [condition] },
      } as Pod)
    }
  }

  trace<Type extends LocalEvent['type']>(type: Type): Extract<RecordedEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<RecordedEvent, { type: Type }> => event.type === type)
  }

  /** What the controllers wrote, leases aside; random name suffixes read as `*`. */
  writes(): string[] {
    return this.requests().flatMap(({ line }) => (line.startsWith('GET') ? [] : [line]))
  }

  requests(): { readonly at: number; readonly line: string }[] {
    const found: { readonly at: number; readonly line: string }[] = []
    for (const event of this.events) {
      if (!isRequest(event)) continue
      const { method, path, body } = event.message.request
      if (path.includes('/leases')) continue
      found.push({ at: event.at, line: `${method} ${path}${describe(path, body)}` })
    }
    return found
  }

  summaries(): string[] {
    return this.trace('reconcile')
      .filter(({ step }) => step === 'start')
      .map(({ summary }) => summary)
  }
}

function describe(path: string, body: unknown): string {
  if (path.endsWith('/status')) return ` ${JSON.stringify((body as { status: unknown }).status)}`
  if (!path.endsWith('/events')) return ''
  const { reason, message } = body as { reason: string; message: string }
  return ` ${reason} ${message.replace(/-[0-9a-z]{4,}$/, '-*')}`
}
