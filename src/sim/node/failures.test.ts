import { expect, test } from 'vitest'
import { Kernel } from '../kernel/kernel.ts'
import { micros, seconds } from '../kernel/micros.ts'
import { hostName } from '../kernel/process.ts'
import { CONTAINERD, KUBE_PROXY, KUBELET, NodeWorld } from './testing/node-world.ts'

const IMAGES = ['nginx', 'busybox:1.36', 'registry.k8s.io/pause:3.10']
const nginx = { name: 'app', image: 'nginx', imagePullPolicy: 'IfNotPresent' }
const sleeper = (script: string) => ({ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', script] })

function runningWorld(): NodeWorld {
  const world = new NodeWorld({ images: IMAGES })
  world.createPod('web', { containers: [nginx] })
  world.createPod('once', { containers: [sleeper('sleep 20')], restartPolicy: 'Never' })
  world.runFor(4)
  expect(world.pod('web')?.status.phase).toBe('Running')
  return world
}

const crash = (world: NodeWorld, process: typeof KUBELET): string =>
  world.kernel.inject(
    'crash',
    process,
    [{ lever: 'crash', process, reason: 'test' }],
    [{ lever: 'start', process }],
    null,
  )

test('a kubelet that restarts finds its containers running and changes nothing', () => {
  const world = runningWorld()
  const before = world.pod('web')
  const fault = crash(world, KUBELET)
  world.runFor(5)
  world.kernel.heal(fault)
  world.runFor(5)
  expect(world.pod('web')).toEqual(before)
  expect(world.runtimeSteps('web').filter(({ step }) => step === 'container-started')).toHaveLength(1)
  expect(world.kubelet.workers.get(before?.metadata.uid ?? '')?.runtime.containers).toHaveLength(1)
})

test('what happens while the kubelet is away is reported when it is back', () => {
  const world = runningWorld()
  const fault = crash(world, KUBELET)
  world.deletePod('web')
  world.runFor(25)
  expect(world.pod('web')?.metadata.deletionTimestamp).toBeDefined()
  expect(world.pod('once')?.status.phase).toBe('Running')
  world.kernel.heal(fault)
  world.runFor(5)
  expect(world.pod('web')).toBeUndefined()
  expect(world.pod('once')?.status.phase).toBe('Succeeded')
})

test('a Pod deleted by force leaves its room to the next one at once', () => {
  const world = new NodeWorld({ images: IMAGES })
  const containers = [{ ...nginx, resources: { requests: { cpu: '1500m' } } }]
  world.createPod('db', { containers })
  world.runFor(4)
  expect(world.pod('db')?.status.phase).toBe('Running')
  world.deletePod('db', { gracePeriodSeconds: 0 })
  world.createPod('db', { containers })
  world.runFor(60)
  expect(world.pod('db')?.status.phase).toBe('Running')
  expect(world.kubelet.load).toMatchObject({ pods: 1, requests: { cpu: 1500 } })
})

test('a Pod deleted by force while the kubelet is away is stopped as an orphan', () => {
  const world = runningWorld()
  const fault = crash(world, KUBELET)
  world.deletePod('web', { gracePeriodSeconds: 0 })
  expect(world.pod('web')).toBeUndefined()
  world.kernel.heal(fault)
  world.runFor(5)
  expect(
    world
      .runtimeSteps('web')
      .map(({ step }) => step)
      .slice(-3),
  ).toEqual(['container-exited', 'network-removed', 'sandbox-stopped'])
})

test.each([CONTAINERD, KUBELET])(
  'what happens while everything is listed after %s was gone is noticed',
  (gone) => {
    const world = runningWorld()
    const { uid } = world.pod('web')?.metadata ?? {}
    const fault = crash(world, gone)
    world.runFor(2)
    world.kernel.heal(fault)
    const isNext = (): boolean => world.kernel.pending().some(({ message }) => isCall(message, 'ListImages'))
    world.runUntil(isNext, 30)
    const message = { type: 'process-ended', podUid: uid, container: 'app', exitCode: 3, reason: 'Error' }
    world.kernel.command(CONTAINERD, message)
    world.runFor(10)
    expect(world.pod('web')?.status.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 1 })
  },
)

const isCall = (message: object, method: string): boolean =>
  'call' in message && (message.call as { readonly method: string }).method === method

test('containers outlive containerd, and the node is not ready after 30 s without it', () => {
  const world = runningWorld()
  const fault = crash(world, CONTAINERD)
  world.runFor(45)
  const condition = () => world.node().status.conditions?.find(({ type }) => type === 'Ready')
  expect(condition()).toMatchObject({ status: 'False', message: 'container runtime is down' })
  world.kernel.heal(fault)
  world.runFor(12)
  expect(condition()?.status).toBe('True')
  expect(world.pod('web')?.status.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0 })
  expect(world.pod('once')?.status.phase).toBe('Succeeded')
})

test('a Pod that is deleted while its kubelet has no list of what runs is stopped before it goes', () => {
  const world = runningWorld()
  const fault = crash(world, CONTAINERD)
  world.runFor(0.2)
  world.kernel.heal(fault)
  world.createPod('late', { containers: [nginx] })
  world.runFor(2)
  const started = (): string[] => world.runtimeSteps('late').map(({ step }) => step)
  expect(started()).toContain('container-started')
  expect(world.kubelet.runtimeLostAt).not.toBeNull()
  world.deletePod('late')
  for (let waited = 0; world.pod('late') !== undefined && waited < 60; waited++) world.runFor(0.5)
  expect(world.pod('late')).toBeUndefined()
  expect(started()).toContain('container-exited')
})

test('after a power cut Pods start again by their restart policy, with their names', () => {
  const world = runningWorld()
  const node = hostName('node-1')
  const before = world.pod('web')
  const fault = world.kernel.inject(
    'host-down',
    'node-1',
    [{ lever: 'power-off', host: node }],
    [{ lever: 'power-on', host: node }],
    null,
  )
  world.runFor(30)
  expect(world.pod('web')?.status.phase).toBe('Running')
  world.kernel.heal(fault)
  world.runFor(10)
  const after = world.pod('web')
  expect(after?.metadata.uid).toBe(before?.metadata.uid)
  expect(after?.status.containerStatuses?.[0]).toMatchObject({
    ready: true,
    restartCount: 1,
    lastState: { terminated: { exitCode: 255, reason: 'Unknown' } },
  })
  expect(after?.status.podIP).not.toBe(before?.status.podIP)
  expect(world.pod('once')?.status.phase).toBe('Failed')
  expect(world.eventTexts('web')).toContain(
    'SandboxChanged: Pod sandbox changed, it will be killed and re-created.',
  )
})

test('a Pod that the node controller took for not ready is reported again', () => {
  const world = runningWorld()
  const path = '/api/v1/namespaces/default/pods/web'
  const before = world.pod('web')
  const conditions = before?.status.conditions?.map((one) =>
    one.type === 'Ready' ? { ...one, status: 'False' } : one,
  )
  world.call('PUT', `${path}/status`, { ...before, status: { ...before?.status, conditions } })
  const ready = () => world.pod('web')?.status.conditions?.find(({ type }) => type === 'Ready')?.status
  expect(ready()).toBe('False')
  world.runFor(11)
  expect(ready()).toBe('True')
  expect(world.pod('web')?.status).toEqual(before?.status)
})

test('a Pod deleted while its node had no power is finished when the node is back', () => {
  const world = runningWorld()
  const node = hostName('node-1')
  const levers = [{ lever: 'power-off', host: node }] as const
  const fault = world.kernel.inject('host-down', 'node-1', levers, [{ lever: 'power-on', host: node }], null)
  world.deletePod('web')
  world.runFor(40)
  expect(world.pod('web')?.metadata.deletionTimestamp).toBeDefined()
  world.kernel.heal(fault)
  world.runFor(10)
  expect(world.pod('web')).toBeUndefined()
})

test('a node at rest costs its Lease and its ticks', () => {
  const world = runningWorld()
  world.runFor(60)
  const from = world.trace.length
  const deliveries = world.kernel.delivered
  world.runFor(100)
  const kubeletRequests = world.trace
    .slice(from)
    .filter((event) => event.process === KUBELET && event.type === 'request')
  expect(kubeletRequests).toHaveLength(10)
  expect(world.kernel.delivered - deliveries).toBeLessThan(500)
})

test('restoring in the middle of a Pod start changes nothing that follows', () => {
  const world = new NodeWorld()
  world.createPod('web', { containers: [{ name: 'app', image: 'nginx' }] })
  const checkpoints = []
  for (let i = 0; i < 200; i++) {
    world.kernel.step()
    if (i % 4 === 0) checkpoints.push(world.kernel.checkpoint())
  }
  const until = micros(world.kernel.now + seconds(20))
  world.kernel.runUntil(until)
  for (const checkpoint of checkpoints) {
    const twin = Kernel.restore(world.options, checkpoint)
    twin.runUntil(until)
    expect(twin.digest).toBe(world.kernel.digest)
  }
})

test('rules follow Services and slices at most once a second, and outlive kube-proxy', () => {
  const world = new NodeWorld({ images: IMAGES })
  const service = world.call('POST', '/api/v1/namespaces/default/services', {
    metadata: { name: 'web' },
    spec: { ports: [{ port: 80, targetPort: 8080 }], clusterIP: '10.96.5.5' },
  })
  expect(service.status).toBe(201)
  const slice = (address: string) => ({
    metadata: { name: `web-${address.slice(-1)}`, labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
  })
  const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'
  expect(world.call('POST', path, slice('10.244.2.2')).status).toBe(201)
  expect(world.call('POST', path, slice('10.244.2.3')).status).toBe(201)
  world.runFor(2)
  const synced = world.trace.filter((event) => event.type === 'network' && event.process === KUBE_PROXY)
  const times = synced.map(({ at }) => at)
  for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(1_000_000)
  const fault = crash(world, KUBE_PROXY)
  world.kernel.heal(fault)
  world.runFor(1)
  expect(world.kubeProxy.disk.rules.get('default/web')?.[0]).toMatchObject({
    address: '10.96.5.5',
    port: 80,
    realServers: [
      { address: '10.244.2.2', port: 8080 },
      { address: '10.244.2.3', port: 8080 },
    ],
  })
})
