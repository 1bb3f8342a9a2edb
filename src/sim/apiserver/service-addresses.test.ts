import { expect, test } from 'vitest'
import type { Service } from '../api/objects.ts'
import { objectIn, Trial } from './trial.ts'

const SERVICES = '/api/v1/namespaces/default/services'
const MERGE = { 'content-type': 'application/merge-patch+json' }

const makeService = (name: string, spec: object = {}): object => ({
  metadata: { name },
  spec: { ports: [{ port: 80 }], selector: { app: 'web' }, ...spec },
})

const create = (trial: Trial, name: string, spec: object = {}): Service =>
  objectIn<Service>(trial.call('POST', SERVICES, { body: makeService(name, spec) }))

test('the cluster has the kubernetes Service at the first address', () => {
  const trial = new Trial()
  const service = objectIn<Service>(trial.call('GET', `${SERVICES}/kubernetes`))
  expect(service.spec).toMatchObject({ clusterIP: '10.96.0.1', ports: [{ port: 443, targetPort: 6443 }] })
})

test('every Service gets an address of its own, and gives it back', () => {
  const trial = new Trial()
  const services = ['a', 'b', 'c'].map((name) => create(trial, name))
  const addresses = services.map(({ spec }) => spec.clusterIP ?? '')
  for (const address of addresses) expect(address).toMatch(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/)
  expect(new Set(addresses).size).toBe(3)
  expect(services[0]?.spec.clusterIPs).toEqual([addresses[0]])
  trial.call('DELETE', `${SERVICES}/a`)
  trial.advance(0.1)
  expect(create(trial, 'again', { clusterIP: addresses[0] }).spec.clusterIP).toBe(addresses[0])
})

test.each([
  ['10.96.0.1', 'failed to allocate IP 10.96.0.1: provided IP is already allocated'],
  ['192.168.0.1', 'failed to allocate IP 192.168.0.1: the provided network does not match the current range'],
])('the address %s cannot be had', (clusterIP, message) => {
  const trial = new Trial()
  const answer = trial.call('POST', SERVICES, { body: makeService('a', { clusterIP }) })
  expect(answer.body).toMatchObject({
    code: 422,
    reason: 'Invalid',
    message: expect.stringContaining(message),
  })
})

test('a headless Service and an ExternalName have none', () => {
  const trial = new Trial()
  expect(create(trial, 'a', { clusterIP: 'None' }).spec.clusterIP).toBe('None')
  expect(
    create(trial, 'b', { type: 'ExternalName', externalName: 'example.com' }).spec.clusterIP,
  ).toBeUndefined()
})

test('node ports are given out, kept over updates, and exclusive', () => {
  const trial = new Trial()
  const service = create(trial, 'a', { type: 'NodePort' })
  const port = service.spec.ports?.[0]?.nodePort ?? 0
  expect(port).toBeGreaterThanOrEqual(30_000)
  expect(port).toBeLessThanOrEqual(32_767)
  const body = { metadata: { labels: { a: 'b' } } }
  const patched = objectIn<Service>(trial.call('PATCH', `${SERVICES}/a`, { headers: MERGE, body }))
  expect(patched.spec.ports?.[0]?.nodePort).toBe(port)
  expect(patched.spec.clusterIP).toBe(service.spec.clusterIP)
  const taken = makeService('b', { type: 'NodePort', ports: [{ port: 80, nodePort: port }] })
  expect(trial.call('POST', SERVICES, { body: taken }).body).toMatchObject({
    code: 422,
    message: expect.stringContaining('provided port is already allocated'),
  })
  const outside = makeService('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })
  expect(trial.call('POST', SERVICES, { body: outside }).body).toMatchObject({
    message: expect.stringContaining('The range of valid ports is 30000-32767'),
  })
})

test('what a refused Service had been given is free again', () => {
  const trial = new Trial()
  create(trial, 'a')
  trial.advance(0.1)
  const before = trial.server.addresses.addresses.size
  const { clusterIP } = objectIn<Service>(trial.call('GET', `${SERVICES}/a`)).spec
  expect(trial.call('POST', SERVICES, { body: makeService('a', { clusterIP }) }).status).toBe(409)
  expect(trial.server.addresses.addresses.has(clusterIP ?? '')).toBe(true)
  expect(trial.call('POST', SERVICES, { body: makeService('a') }).status).toBe(409)
  expect(trial.call('POST', SERVICES, { query: { dryRun: 'All' }, body: makeService('b') }).status).toBe(201)
  const refused = makeService('c', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })
  expect(trial.call('POST', SERVICES, { body: refused }).status).toBe(422)
  expect(trial.server.addresses.addresses.size).toBe(before)
})
