import { expect, test } from 'vitest'
import type { Event, Pod } from '../api/objects.ts'
import { asResourceVersion, asUid } from '../api/objects.ts'
import { serviceUnavailable, tooManyRequests } from '../api/status.ts'
import { ProbeWorld } from './testing/probe.ts'

const pod = (name: string, nodeName?: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'default',
    uid: asUid(name),
    resourceVersion: asResourceVersion('0'),
    creationTimestamp: '',
  },
  spec: { containers: [], ...(nodeName === undefined ? {} : { nodeName }) },
  status: {},
})
const put = (world: ProbeWorld, name: string, nodeName?: string): void =>
  world.server({ type: 'put', resource: 'pods', object: pod(name, nodeName) })
const withoutTime = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replace(/^\S+ /, ''))

test('an informer lists, then watches from there, and indexes what it holds', () => {
  const world = new ProbeWorld()
  put(world, 'a', 'n1')
  world.runFor(1)
  put(world, 'b', 'n1')
  put(world, 'a', 'n2')
  world.runFor(1)
  world.server({ type: 'remove', resource: 'pods', namespace: 'default', name: 'b' })
  world.runFor(1)
  expect(withoutTime(world.log())).toEqual(['add a', 'synced', 'add b', 'update a', 'delete b'])
  expect(world.informer().onNode('n1')).toEqual([])
  expect(world.informer().onNode('n2')).toEqual(['a'])
  expect(world.informer().get('default/a')?.spec.nodeName).toBe('n2')
  const [list, watch] = world.requests('/pods')
  expect(list?.line).toBe('GET /api/v1/pods?resourceVersion=0')
  expect(watch?.line).toMatch(
    /^GET \/api\/v1\/pods\?watch=true&allowWatchBookmarks=true&resourceVersion=2&timeoutSeconds=[345]\d\d$/,
  )
})

test('a watch that ends in good order goes on from the last version, without a list', () => {
  const world = new ProbeWorld()
  world.runFor(2)
  put(world, 'a')
  world.runFor(1)
  world.server({ type: 'end-watches' })
  world.runFor(1)
  put(world, 'b')
  world.runFor(1)
  expect(world.informer().list()).toEqual(['a', 'b'])
  const lines = world.requests('/pods').map(({ line }) => line.replace(/&timeout.*/, ''))
  expect(lines.slice(1)).toEqual([
    'GET /api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=1',
    'GET /api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=2',
  ])
})

test('after 410 it lists again and reports what it missed, deletions too', () => {
  const world = new ProbeWorld()
  put(world, 'a')
  put(world, 'b')
  world.runFor(2)
  world.server({ type: 'mute' })
  world.crash('kube-apiserver-1', 100_000)
  world.runFor(0.5)
  // The server came back with nothing but what is put now, and knows no earlier version.
  for (let i = 0; i < 5; i++) put(world, 'c', `n${i}`)
  world.server({ type: 'compact' })
  world.runFor(10)
  expect(world.informer().list()).toEqual(['c'])
  expect(withoutTime(world.log()).slice(3)).toEqual(['delete a', 'delete b', 'add c'])
})

test('a server that is away is asked again after 0.8 s, then twice as long, up to 30 s', () => {
  const world = new ProbeWorld()
  world.runFor(2)
  world.crash('kube-apiserver-1', 200_000_000)
  world.runFor(190)
  const waits = world
    .requests('/pods')
    .slice(2)
    .map(({ at }, index, all) => (index === 0 ? at - 2 : at - (all[index - 1]?.at ?? 0)))
  expect(waits.length).toBeGreaterThan(6)
  waits.forEach((wait, index) => {
    const base = Math.min(0.8 * 2 ** index, 30)
    expect(wait).toBeGreaterThanOrEqual(base)
    expect(wait).toBeLessThan(2 * base + 0.1)
  })
  world.runFor(120)
  put(world, 'a')
  world.runFor(40)
  expect(world.informer().list()).toEqual(['a'])
})

test('errors are values: not found, refused, reset, timed out', () => {
  const world = new ProbeWorld()
  put(world, 'a')
  world.runFor(1)
  world.tell({ type: 'get', name: 'a' })
  world.tell({ type: 'get', name: 'missing' })
  world.runFor(1)
  world.server({ type: 'mute' })
  world.tell({ type: 'get', name: 'a', timeoutMicros: 5_000_000 })
  world.runFor(7)
  world.tell({ type: 'get', name: 'a' })
  world.runFor(0.5)
  world.crash('kube-apiserver-1', 60_000_000)
  world.runFor(1)
  world.tell({ type: 'get', name: 'a' })
  world.runFor(1)
  const told = world.log().filter((line) => !/ (add|synced)/.test(line))
  expect(told).toEqual([
    '1.0 got a',
    '1.0 NotFound',
    '7.0 ClientTimeout',
    '9.5 ConnectionReset',
    '10.5 ConnectionRefused',
  ])
})

test('Retry-After is obeyed', () => {
  const world = new ProbeWorld()
  put(world, 'a')
  world.runFor(1)
  const head = { type: 'fail', method: 'GET', path: '/api/v1/namespaces/default/pods/a' } as const
  world.server({
    ...head,
    times: 2,
    status: tooManyRequests('slow down', 'slow down'),
    headers: { 'retry-after': '3' },
  })
  world.tell({ type: 'get', name: 'a' })
  world.runFor(10)
  world.server({ ...head, times: 1, status: serviceUnavailable('not now') })
  world.tell({ type: 'get', name: 'a' })
  world.runFor(5)
  expect(world.log().slice(-2)).toEqual(['7.0 got a', '11.0 ServiceUnavailable'])
})

test('the token bucket lets a burst pass and spreads the rest', () => {
  const world = new ProbeWorld({ probe: { qps: 2, burst: 6 } })
  put(world, 'a')
  world.runFor(10)
  for (let i = 0; i < 10; i++) world.tell({ type: 'get', name: 'a' })
  world.runFor(10)
  const times = world
    .log()
    .filter((line) => line.endsWith('got a'))
    .map((line) => Number(line.split(' ')[0]))
  expect(times).toEqual([10, 10, 10, 10, 10, 10, 10.5, 11, 11.5, 12])
})

test('one of two leads; when it dies the other takes over after the lease', () => {
  const world = new ProbeWorld({ one: { elect: true }, two: { elect: true } })
  world.runFor(60)
  const leads = ['one', 'two'].filter((name) => world.log(name).length > 0)
  expect(leads).toHaveLength(1)
  const leader = leads[0]!
  const other = leader === 'one' ? 'two' : 'one'
  world.crash(leader, 300_000_000)
  world.runFor(60)
  const [taken = ''] = world.log(other)
  expect(taken).toMatch(/ leads$/)
  const at = Number(taken.split(' ')[0])
  expect(at).toBeGreaterThan(73)
  expect(at).toBeLessThan(82)
  const lease = world.stored().objects.get('leases/kube-system/probe') as { spec: object } | undefined
  expect(lease?.spec).toMatchObject({ holderIdentity: other, leaseTransitions: 1, leaseDurationSeconds: 15 })
})

test('a leader that cannot renew stops leading before its lease is over', () => {
  const world = new ProbeWorld({ one: { elect: true } })
  world.runFor(10)
  world.crash('kube-apiserver-1', 100_000_000)
  world.runFor(60)
  expect(withoutTime(world.log('one'))).toEqual(['leads', 'no longer leads'])
  const stopped = Number(world.log('one')[1]?.split(' ')[0])
  expect(stopped - 10).toBeGreaterThan(9)
  expect(stopped - 10).toBeLessThanOrEqual(13)
})

test('events that repeat are counted, many alike are combined, and too many are dropped', () => {
  const world = new ProbeWorld()
  world.runFor(1)
  const events = () =>
    world
      .stored()
      .objects.toArray()
      .filter(([key]) => key.startsWith('events/'))
      .map(([, object]) => object as Event)
  for (let i = 0; i < 3; i++)
    world.tell({ type: 'record', reason: 'Pulled', message: 'Container image present' })
  world.runFor(1)
  expect(events().map(({ message, count }) => [message, count])).toEqual([['Container image present', 3]])
  for (let i = 0; i < 12; i++) world.tell({ type: 'record', reason: 'Failed', message: `attempt ${i}` })
  world.runFor(1)
  const combined = events().filter(({ message }) => message?.startsWith('(combined from similar events): '))
  expect(combined.map(({ message, count }) => [message, count])).toEqual([
    ['(combined from similar events): attempt 11', 3],
  ])
  for (let i = 0; i < 50; i++) world.tell({ type: 'record', reason: 'Other', message: 'again' })
  world.runFor(1)
  expect(events().find(({ message }) => message === 'again')?.count).toBe(10)
})
