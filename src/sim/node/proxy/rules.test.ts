import { expect, test } from 'vitest'
import type { EndpointSlice, Service } from '../../api/objects.ts'
import { asResourceVersion, asUid } from '../../api/objects.ts'
import { remember, route, routingMemory } from './route.ts'
import { ruleText, serviceRules } from './rules.ts'

const NODE = { name: 'node-1', ip: '10.0.0.11' }
const metadata = (name: string) => ({
  name,
  namespace: 'default',
  uid: asUid(name),
  resourceVersion: asResourceVersion(1),
  creationTimestamp: '2026-01-01T00:00:00Z',
})

const makeService = (spec: Partial<Service['spec']> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata('web'),
  spec: { clusterIP: '10.96.0.10', ports: [{ port: 80, protocol: 'TCP' }], ...spec },
  status: {},
})

type Conditions = { ready?: boolean; serving?: boolean; terminating?: boolean }
const endpoint = (address: string, conditions: Conditions = {}, nodeName = 'node-2') => ({
  addresses: [address],
  conditions,
  nodeName,
  targetRef: { kind: 'Pod', namespace: 'default', name: `pod-${address}` },
})
const makeSlice = (...endpoints: EndpointSlice['endpoints']): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: metadata('web-1'),
  addressType: 'IPv4',
  endpoints,
  ports: [{ port: 8080, protocol: 'TCP' }],
})

const textOf = (service: Service, ...slices: EndpointSlice[]): string[] =>
  serviceRules(service, slices, NODE, 'rr').map((rule) => `${rule.kind} ${ruleText(rule)}`)

const both = makeSlice(endpoint('10.1.0.3', {}, 'node-1'), endpoint('10.1.0.2'))
const leaving = { ready: false, serving: true, terminating: true }

test.each([
  [
    'two endpoints, by address',
    makeService(),
    both,
    ['ClusterIP 10.96.0.10:80 → 10.1.0.2:8080, 10.1.0.3:8080 (rr)'],
  ],
  ['none', makeService(), makeSlice(), ['ClusterIP 10.96.0.10:80 → nothing: no endpoints (rr)']],
  ['headless', makeService({ clusterIP: 'None' }), both, []],
  ['external name', makeService({ type: 'ExternalName' }), both, []],
  [
    'not ready ones are left out',
    makeService(),
    makeSlice(endpoint('10.1.0.2', { ready: false }), endpoint('10.1.0.3')),
    ['ClusterIP 10.96.0.10:80 → 10.1.0.3:8080 (rr)'],
  ],
  [
    'leaving ones serve while there are no others',
    makeService(),
    makeSlice(endpoint('10.1.0.2', leaving)),
    ['ClusterIP 10.96.0.10:80 → 10.1.0.2:8080 (rr)'],
  ],
  [
    'leaving ones do not serve beside others',
    makeService(),
    makeSlice(endpoint('10.1.0.2', leaving), endpoint('10.1.0.3')),
    ['ClusterIP 10.96.0.10:80 → 10.1.0.3:8080 (rr)'],
  ],
  [
    'node port, local only',
    makeService({
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }],
    }),
    both,
    [
      'ClusterIP 10.96.0.10:80 → 10.1.0.2:8080, 10.1.0.3:8080 (rr)',
      'NodePort 10.0.0.11:30080 → 10.1.0.3:8080 (rr)',
    ],
  ],
  [
    'internal traffic, local only',
    makeService({ internalTrafficPolicy: 'Local' }),
    both,
    ['ClusterIP 10.96.0.10:80 → 10.1.0.3:8080 (rr)'],
  ],
  [
    'another port',
    makeService({ ports: [{ name: 'admin', port: 81 }] }),
    both,
    ['ClusterIP 10.96.0.10:81 → nothing: no endpoints (rr)'],
  ],
])('%s', (_name, service, slice, expected) => {
  expect(textOf(service, slice)).toEqual(expected)
})

const packet = (source: string) => ({ source, destination: '10.96.0.10', port: 80, protocol: 'TCP' })

function targets(service: Service, scheduler: 'rr' | 'lc' | 'sh', sources: readonly string[]): string[] {
  const rules = serviceRules(service, [both], NODE, scheduler)
  const memory = routingMemory()
  return sources.map((source, now) => {
    const decision = route(rules, packet(source), memory, now)
    remember(memory, decision, packet(source), now)
    return decision.kind === 'forwarded' ? decision.server.address : decision.kind
  })
}

test('round robin takes turns, least connection evens out, source hashing stays', () => {
  expect(targets(makeService(), 'rr', ['a', 'a', 'b', 'c'])).toEqual([
    '10.1.0.2',
    '10.1.0.3',
    '10.1.0.2',
    '10.1.0.3',
  ])
  expect(targets(makeService(), 'lc', ['a', 'a', 'a'])).toEqual(['10.1.0.2', '10.1.0.3', '10.1.0.2'])
  const hashed = targets(makeService(), 'sh', ['a', 'a', 'a'])
  expect(new Set(hashed).size).toBe(1)
})

test('with session affinity a client stays with its server', () => {
  const service = makeService({ sessionAffinity: 'ClientIP' })
  expect(targets(service, 'rr', ['a', 'b', 'a', 'b', 'a'])).toEqual([
    '10.1.0.2',
    '10.1.0.3',
    '10.1.0.2',
    '10.1.0.3',
    '10.1.0.2',
  ])
})

test('a packet to nobody goes its way; one to a Service without endpoints is rejected', () => {
  const rules = serviceRules(makeService(), [], NODE, 'rr')
  expect(route(rules, packet('a'), routingMemory(), 0).kind).toBe('rejected')
  expect(route(rules, { ...packet('a'), port: 81 }, routingMemory(), 0).kind).toBe('direct')
})
