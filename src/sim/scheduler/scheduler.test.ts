// The scheduler as a process, in a kernel, before a scripted apiserver.
import { expect, test } from 'vitest'
import type { KubeObject, Node, Pod } from '../api/objects.ts'
import { asUid } from '../api/objects.ts'
import type { KernelOptions } from '../kernel/kernel.ts'
import { Kernel } from '../kernel/kernel.ts'
import { seconds } from '../kernel/micros.ts'
import type { Delivery, ProcessDefinition } from '../kernel/process.ts'
import { hostName, processId } from '../kernel/process.ts'
import type { RecordedEvent, TraceEvent } from '../kernel/trace.ts'
import { isMessage } from '../kernel/trace.ts'
import { clusterNetwork } from '../net/network.ts'
import type { Decision } from './decision.ts'
import { scheduler } from './scheduler.ts'
import { bootScheduler } from './testing/boot.ts'
import { makeNode, makePod } from './testing/builders.ts'
import type { FakeState } from './testing/fake-apiserver.ts'
import { fakeApiserver } from './testing/fake-apiserver.ts'

const API = processId('kube-apiserver-1')
const SCHEDULER = processId('kube-scheduler-1')

class Trial {
  readonly events: TraceEvent[] = []
  readonly options: KernelOptions = {
    definitions: {
      'kube-apiserver': fakeApiserver as ProcessDefinition,
      'kube-scheduler': scheduler as ProcessDefinition,
    },
    network: clusterNetwork([]),
    seed: 7,
    onEvent: (event) => this.events.push(event),
  }
  readonly kernel = new Kernel(this.options)

  constructor() {
    this.kernel.addHost(hostName('control-plane-1'), 'control-plane')
    this.kernel.spawn(API, 'kube-apiserver', hostName('control-plane-1'), {})
    this.kernel.spawn(SCHEDULER, 'kube-scheduler', hostName('control-plane-1'), { apiserver: API })
  }

  put(object: Pod | Node, deleted = false): number {
    const path =
      object.kind === 'Pod'
        ? `/api/v1/namespaces/default/pods/${object.metadata.name}`
        : `/api/v1/nodes/${object.metadata.name}`
    return this.kernel.command(API, { type: 'put', path, object: object as KubeObject, deleted } as never)
  }

  run(forSeconds: number): this {
    this.kernel.runUntil(seconds(this.kernel.now / 1_000_000 + forSeconds))
    return this
  }

  get api(): FakeState {
    return this.kernel.stateOf(API) as FakeState
  }

  writes(part: string): unknown[] {
    return this.api.writes.flatMap((write, i) => (write.includes(part) ? [this.api.bodies[i]] : []))
  }

  decisions(): (RecordedEvent & { type: 'schedule' })[] {
    return this.events.filter(
      (event): event is RecordedEvent & { type: 'schedule' } => event.type === 'schedule',
    )
  }

  eventTexts(): string[] {
    return this.writes('/events').map((event) => (event as { message: string }).message)
  }
}

const podOf = (trial: Trial, name: string): Pod =>
  trial.api.objects[`/api/v1/namespaces/default/pods/${name}`] as Pod

test('a Pod is bound, an Event says so, and the chain of causes leads to its creation', () => {
  const trial = new Trial()
  trial.put(makeNode('node-1').node)
  trial.put(makeNode('node-2').node)
  trial.run(3)
  const command = trial.put(makePod('web').request('cpu', '1').pod)
  trial.run(3)
  const [decision] = trial.decisions()
  expect(decision).toMatchObject({
    pod: 'default/web',
    attempt: 1,
    message: `Successfully assigned default/web to ${decision?.node}`,
  })
  expect(podOf(trial, 'web').spec.nodeName).toBe(decision?.node)
  expect(trial.eventTexts()).toEqual([`Successfully assigned default/web to ${decision?.node}`])
  const bySeq = new Map(trial.events.map((event) => [event.seq, event]))
  const binding = trial.events.find(
    (event): event is Delivery =>
      isMessage(event) && event.type === 'request' && JSON.stringify(event.message).includes('/binding'),
  )
  expect(binding?.cause).toBe(decision?.seq)
  const watch = bySeq.get(decision?.cause ?? 0)
  expect(watch).toMatchObject({ type: 'watch', to: SCHEDULER })
  expect((decision?.at ?? 0) - ((watch as Delivery).deliveredAt ?? 0)).toBeGreaterThanOrEqual(1_000)
  let root = watch
  while (root !== undefined && root.cause !== 0) root = bySeq.get(root.cause)
  expect(root?.seq).toBe(command)
})

test('Pods are spread over equal nodes as fast as they come, before any binding is confirmed', () => {
  const trial = new Trial()
  for (const name of ['a', 'b', 'c']) trial.put(makeNode(name).node)
  trial.run(3)
  for (let i = 0; i < 9; i++) trial.put(makePod(`web-${i}`).request('cpu', '500m').pod)
  trial.run(2)
  const counts: Record<string, number> = {}
  for (const { node } of trial.decisions()) counts[node ?? ''] = (counts[node ?? ''] ?? 0) + 1
  expect(counts).toEqual({ a: 3, b: 3, c: 3 })
})

test('an unschedulable Pod says why, once, and is bound when a node makes room', () => {
  const trial = new Trial()
  trial.put(makeNode('a').node)
  trial.run(3)
  trial.put(makePod('big').request('cpu', '6').pod)
  trial.run(10)
  const text =
    '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'
  expect(trial.decisions().map(({ message }) => message)).toEqual([text])
  expect(trial.eventTexts()).toEqual([text])
  expect(trial.writes('/pods/big/status')).toMatchObject([
    {
      status: {
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: text }],
      },
    },
  ])
  const command = trial.put(makeNode('b').allocatable({ cpu: '8' }).node)
  trial.run(1)
  expect(podOf(trial, 'big').spec.nodeName).toBe('b')
  const [, second] = trial.decisions()
  expect(second).toMatchObject({ attempt: 2, node: 'b' })
  expect(second?.decision as Decision | undefined).toMatchObject({ trigger: 'NodeAdd' })
  expect(trial.events.find((event) => event.seq === second?.cause)?.cause).toBe(command)
})

test('a refused binding frees the place and is tried again after a back-off', () => {
  const trial = new Trial()
  trial.put(makeNode('a').node)
  trial.run(3)
  trial.kernel.command(API, { type: 'refuse', message: 'try again' } as never)
  trial.put(makePod('web').request('cpu', '3').pod)
  trial.run(0.5)
  expect(trial.eventTexts()).toEqual(['running Bind plugin "DefaultBinder": try again'])
  expect(podOf(trial, 'web').spec.nodeName).toBeUndefined()
  trial.run(2)
  expect(podOf(trial, 'web').spec.nodeName).toBe('a')
  expect(trial.decisions().map(({ attempt }) => attempt)).toEqual([1, 2])
})

test('a Pod that is deleted while it waits is forgotten; another scheduler’s Pod is not touched', () => {
  const trial = new Trial()
  trial.put(makeNode('a').cordoned().node)
  trial.run(3)
  trial.put(makePod('web').pod)
  trial.put(makePod('other').spec({ schedulerName: 'mine' }).pod)
  trial.run(1)
  trial.put(makePod('web').pod, true)
  trial.put(makeNode('a').node)
  trial.run(5)
  expect(trial.decisions().map(({ pod }) => pod)).toEqual(['default/web'])
})

test('restarted, it finds what is bound and goes on', () => {
  const trial = new Trial()
  trial.put(makeNode('a').node)
  trial.put(makePod('old').request('cpu', '4').pod)
  trial.run(5)
  const levers = [
    { lever: 'crash', process: SCHEDULER, reason: 'test', restartAfterMicros: 1_000_000 },
  ] as const
  trial.kernel.inject('crash', SCHEDULER, levers, [], null)
  trial.run(5)
  trial.put(makePod('new').request('cpu', '1').pod)
  trial.run(30)
  expect(trial.decisions().at(-1)).toMatchObject({ pod: 'default/new', node: null })
})

test('a scheduler that cannot renew its Lease stops leading, and starts over when it can', () => {
  const trial = new Trial()
  trial.put(makeNode('a').node)
  trial.run(3)
  trial.kernel.inject('freeze', API, [{ lever: 'freeze', process: API }], [], null)
  trial.run(20)
  const leadership = (): boolean[] =>
    trial.events.flatMap((event) => (event.type === 'leadership' && 'leader' in event ? [event.leader] : []))
  expect(leadership()).toEqual([true, false])
  trial.kernel.inject('thaw', API, [{ lever: 'thaw', process: API }], [], null)
  trial.run(60)
  trial.put(makePod('web').pod)
  trial.run(5)
  expect(leadership()).toEqual([true, false, true])
  expect(podOf(trial, 'web').spec.nodeName).toBe('a')
})

test('restored at any moment, it goes on as it would have', () => {
  const trial = new Trial()
  for (const name of ['a', 'b']) trial.put(makeNode(name).node)
  for (let i = 0; i < 4; i++) trial.put(makePod(`web-${i}`).request('cpu', '3').pod)
  const checkpoints = Array.from({ length: 60 }, () => {
    trial.kernel.step()
    return trial.kernel.checkpoint()
  })
  const end = seconds(20)
  trial.kernel.runUntil(end)
  expect(trial.decisions().filter(({ node }) => node !== null)).toHaveLength(2)
  for (const checkpoint of checkpoints) {
    const restored = Kernel.restore(trial.options, checkpoint)
    restored.runUntil(end)
    expect(restored.digest).toBe(trial.kernel.digest)
  }
})

test('a Pod that took the place of a bound one while nobody watched gets the room that one had', () => {
  const world = bootScheduler(makeNode('a').node)
  const { pod } = makePod('db').request('cpu', '3')
  world.put({ ...pod, spec: { ...pod.spec, nodeName: 'a' } })
  world.runFor(1)
  world.breakWatches()
  world.remove('db')
  world.put({ ...pod, metadata: { ...pod.metadata, uid: asUid('uid-of-another') } })
  world.runFor(20)
  expect(world.pod('db')?.spec.nodeName).toBe('a')
})

test('a Pod that was bound and deleted while nobody watched takes no room any more', () => {
  const world = bootScheduler(makeNode('a').node)
  world.command({ type: 'lag', micros: 600_000 })
  world.put(makePod('db').request('cpu', '3').pod)
  // It is bound, and the watches end before that is seen.
  world.runFor(0.65)
  expect(world.pod('db')?.spec.nodeName).toBe('a')
  expect(world.cached()).toEqual(['uid-db'])
  world.breakWatches()
  world.command({ type: 'lag', micros: 0 })
  world.remove('db')
  world.runFor(20)
  expect(world.cached()).toEqual([])
})

test('a Pod of which nothing was seen but its end is not taken for a new one', () => {
  const world = bootScheduler(makeNode('a').node)
  const { pod } = makePod('db').request('cpu', '3')
  const bound = { ...pod, spec: { ...pod.spec, nodeName: 'a' } }
  world.put(bound)
  world.runFor(1)
  world.command({ type: 'lose-events', loses: true })
  world.remove('db')
  world.put({ ...bound, metadata: { ...pod.metadata, uid: asUid('uid-of-another') } })
  world.command({ type: 'lose-events', loses: false })
  world.remove('db')
  world.runFor(1)
  expect(world.cached()).toEqual([])
})
