import { expect, test } from 'vitest'
import type { Endpoint, EndpointSlice, Service } from '../../api/objects.ts'
import { asResourceVersion, asUid } from '../../api/objects.ts'
import { bootControllers } from '../testing/boot.ts'
import { makeNode, makePod, makeService } from '../testing/builders.ts'
import { Cluster } from '../testing/cluster.ts'
import { belongsInEndpoints, endpointChanged, endpointOf, endpointPorts } from './endpoints.ts'
import { MAX_ENDPOINTS, planSlices } from './plan.ts'

const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'
const own = (slice: EndpointSlice): boolean => slice.metadata.labels?.['kubernetes.io/service-name'] === 'web'

test('a Service gets an empty slice at once, and its Pods as they become ready', () => {
  const cluster = new Cluster()
  cluster.addNode('node-1', { 'topology.kubernetes.io/zone': 'a' })
  cluster.live(1)
  cluster.ask('POST', '/api/v1/namespaces/default/services', {
    metadata: { name: 'web', labels: { team: 'shop' } },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  })
  cluster.runFor(1)
  const slices = (): readonly EndpointSlice[] => cluster.list<EndpointSlice>(SLICES).filter(own)
  expect(slices().map(({ endpoints }) => endpoints)).toEqual([[]])
  const containers = [{ name: 'web', image: 'nginx:1.27', ports: [{ name: 'http', containerPort: 8080 }] }]
  cluster.ask('POST', '/apis/apps/v1/namespaces/default/replicasets', {
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers } },
    },
  })
  cluster.live(5)
  const [slice, ...others] = slices()
  expect(others).toEqual([])
  expect(slice?.ports).toEqual([{ name: '', port: 8080, protocol: 'TCP' }])
  expect(slice?.endpoints.map(({ conditions, nodeName, zone }) => ({ conditions, nodeName, zone }))).toEqual([
    { conditions: { ready: true, serving: true, terminating: false }, nodeName: 'node-1', zone: 'a' },
    { conditions: { ready: true, serving: true, terminating: false }, nodeName: 'node-1', zone: 'a' },
  ])
  expect(slice?.metadata.labels).toEqual({
    team: 'shop',
    'kubernetes.io/service-name': 'web',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  })
  cluster.ask('DELETE', `/api/v1/namespaces/default/pods/${slice?.endpoints[0]?.targetRef?.name}`)
  cluster.runFor(0.5)
  expect(slices()[0]?.endpoints[0]?.conditions).toEqual({ ready: false, serving: true, terminating: true })
  cluster.ask('DELETE', '/api/v1/namespaces/default/services/web')
  cluster.live(5)
  expect(slices()).toEqual([])
})

/** A Service and a Pod of it, and as yet no slice. */
function bootWithService() {
  const world = bootControllers(['endpointslice-controller'])
  world.runFor(1)
  world.put('nodes', makeNode('a'))
  world.put('pods', makePod('p').running().onNode('a').status({ podIP: '10.0.0.1' }).build())
  world.runFor(1)
  world.put('services', makeService('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }))
  const slices = (): EndpointSlice[] => world.list<EndpointSlice>('endpointslices').filter(own)
  const addresses = (): string[] =>
    slices().flatMap(({ endpoints }) => endpoints.flatMap((held) => held.addresses))
  return { world, slices, addresses }
}

test('a Service that took the place of another while nobody watched expects nothing of what that one did', () => {
  const { world, slices, addresses } = bootWithService()
  world.command({ type: 'lag', micros: 300_000 })
  // Its slice is made, and the watches end before that is seen.
  world.runFor(0.2)
  world.breakWatches('/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices')
  world.command({ type: 'lag', micros: 0 })
  const [service] = world.list<Service>('services')
  world.remove('services', 'web')
  world.remove('endpointslices', slices()[0]!.metadata.name)
  world.put('services', { ...service!, metadata: { ...service!.metadata, uid: asUid('uid-of-another') } })
  world.runFor(20)
  expect(addresses()).toEqual(['10.0.0.1'])
})

test('an empty slice that took the place of another while nobody watched is filled again', () => {
  const { world, slices, addresses } = bootWithService()
  world.runFor(3)
  const [slice] = slices()
  expect(addresses()).toEqual(['10.0.0.1'])
  world.breakWatches('/apis/discovery.k8s.io/v1/endpointslices')
  const { name, uid } = slice!.metadata
  world.remove('endpointslices', name)
  const metadata = { ...slice!.metadata, uid: asUid('uid-of-another') }
  world.put('endpointslices', { ...slice!, metadata, endpoints: [] } as EndpointSlice)
  world.runFor(20)
  expect(addresses()).toEqual(['10.0.0.1'])
  expect(slices()[0]?.metadata.uid).not.toBe(uid)
})

test('a Service whose slice loses its labels gets another', () => {
  const { world, slices, addresses } = bootWithService()
  world.runFor(3)
  const [slice] = slices()
  const { labels: _labels, ...metadata } = slice!.metadata
  world.put('endpointslices', { ...slice!, metadata })
  world.runFor(20)
  expect(addresses()).toEqual(['10.0.0.1'])
})

const ports = [{ name: '', port: 80, protocol: 'TCP' }]
const endpoint = (number: number): Endpoint => ({
  addresses: [`10.0.${Math.floor(number / 256)}.${number % 256}`],
})
const endpoints = (from: number, to: number): readonly Endpoint[] =>
  Array.from({ length: to - from }, (_, index) => endpoint(from + index))
const sliceOf = (name: string, held: readonly Endpoint[], slicePorts = ports): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name,
    namespace: 'default',
    uid: asUid(name),
    resourceVersion: asResourceVersion('1'),
    creationTimestamp: '',
  },
  addressType: 'IPv4',
  endpoints: held,
  ports: slicePorts,
})

test.each([
  {
    what: 'many endpoints fill slices of 100',
    desired: endpoints(0, 250),
    existing: [],
    expected: [3, 0, 0],
  },
  {
    what: 'nothing changes nothing',
    desired: endpoints(0, 5),
    existing: [sliceOf('a', endpoints(0, 5))],
    expected: [0, 0, 0],
  },
  {
    what: 'a new endpoint joins the fullest slice with room',
    desired: endpoints(0, 131),
    existing: [sliceOf('a', endpoints(0, 100)), sliceOf('b', endpoints(100, 130))],
    expected: [0, 1, 0],
  },
  {
    what: 'a slice that empties goes',
    desired: endpoints(0, 100),
    existing: [sliceOf('a', endpoints(0, 100)), sliceOf('b', endpoints(100, 130))],
    expected: [0, 0, 1],
  },
  {
    what: 'the last one stays, empty',
    desired: [],
    existing: [sliceOf('a', endpoints(0, 3))],
    expected: [0, 1, 0],
  },
  { what: 'an empty Service has an empty slice', desired: [], existing: [], expected: [1, 0, 0] },
  { what: 'and keeps it', desired: [], existing: [sliceOf('a', [], [])], expected: [0, 0, 0] },
  {
    what: 'full slices are left alone',
    desired: endpoints(0, 150),
    existing: [sliceOf('a', endpoints(0, 100))],
    expected: [1, 0, 0],
  },
])('$what', ({ desired, existing, expected }) => {
  const groups = desired.length === 0 ? [] : [{ ports, endpoints: desired }]
  const plan = planSlices(groups, existing)
  expect([plan.create.length, plan.update.length, plan.delete.length]).toEqual(expected)
  const touched = new Set([...plan.update, ...plan.delete].map(({ metadata }) => metadata.name))
  const after = [
    ...existing.filter(({ metadata }) => !touched.has(metadata.name)),
    ...plan.update,
    ...plan.create,
  ]
  const held = after.flatMap((slice) => slice.endpoints.map(({ addresses }) => addresses[0]))
  expect(held.sort()).toEqual(desired.map(({ addresses }) => addresses[0]).sort())
  expect(Math.max(0, ...after.map((slice) => slice.endpoints.length))).toBeLessThanOrEqual(MAX_ENDPOINTS)
})

const service = makeService('web', {
  ports: [
    { name: 'http', port: 80, targetPort: 'web' },
    { name: 'plain', port: 90 },
  ],
})

test('ports are looked up in the Pod, and a name that it lacks is left out', () => {
  const pod = makePod('p')
    .spec({ containers: [{ name: 'c', ports: [{ name: 'web', containerPort: 8080 }] }] })
    .build()
  expect(endpointPorts(service, pod).map(({ name, port }) => [name, port])).toEqual([
    ['http', 8080],
    ['plain', 90],
  ])
  expect(endpointPorts(service, makePod('q').build()).map(({ name }) => name)).toEqual(['plain'])
})

const running = makePod('p').running().onNode('a').status({ podIP: '10.0.0.1' })
test.each([
  { what: 'without an address', pod: makePod('p').running().build(), expected: false },
  { what: 'running', pod: running.build(), expected: true },
  {
    what: 'finished',
    pod: makePod('p').status({ phase: 'Succeeded', podIP: '10.0.0.1' }).build(),
    expected: false,
  },
])('a Pod $what belongs in the endpoints: $expected', ({ pod, expected }) =>
  expect(belongsInEndpoints(pod)).toBe(expected),
)

test('readiness and termination decide the conditions', () => {
  const pod = running.build()
  expect(endpointOf(pod, service, undefined).conditions).toEqual({
    ready: true,
    serving: true,
    terminating: false,
  })
  const dying = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: 'now' } }
  expect(endpointOf(dying, service, undefined).conditions).toEqual({
    ready: false,
    serving: true,
    terminating: true,
  })
  expect(endpointChanged(pod, dying)).toBe(true)
  expect(endpointChanged(pod, { ...pod })).toBe(false)
})
