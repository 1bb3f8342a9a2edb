import { expect, test } from 'vitest'
import type { ContainerView, PodView } from '../../worker/protocol.ts'
import { overlap } from './geometry.ts'
import { layOut } from './layout.ts'
import { placePods } from './pod-places.ts'
import { podState, shortPodName } from './pod-state.ts'

const container = (state: ContainerView['state']): ContainerView => ({
  name: 'web',
  image: 'nginx',
  state,
  exitCode: null,
  restarts: 0,
})

const makePod = (change: Partial<PodView> = {}): PodView => ({
  uid: 'u1',
  namespace: 'default',
  name: 'web-1',
  recorded: true,
  node: 'node-1',
  phase: 'Pending',
  reason: null,
  ready: false,
  deleting: false,
  ip: null,
  owner: null,
  requests: { cpu: 0, memory: 0 },
  sandbox: 'absent',
  sandboxIp: null,
  containers: [container('absent')],
  seq: 1,
  ...change,
})

test.each<[string, Partial<PodView>, string]>([
  ['bound only', {}, 'nothing'],
  ['a pause container', { sandbox: 'created' }, 'sandbox'],
  ['connected by CNI', { sandbox: 'networked' }, 'networked'],
  ['pulling', { sandbox: 'networked', containers: [container('pulling')] }, 'pulling'],
  ['created', { sandbox: 'networked', containers: [container('created')] }, 'starting'],
  ['running', { sandbox: 'networked', containers: [container('exited'), container('running')] }, 'running'],
  ['exited', { sandbox: 'networked', containers: [container('exited')] }, 'exited'],
])('what is real: %s', (_, change, reality) => {
  expect(podState(makePod(change), true).reality).toBe(reality)
})

test('on a dead node the record still says Running: a gap', () => {
  const running = makePod({ phase: 'Running', sandbox: 'networked', containers: [container('running')] })
  expect(podState(running, true).gap).toBe(false)
  expect(podState(makePod({ phase: 'Pending' }), false).gap).toBe(true)
  expect(podState(makePod({ phase: 'Pending' }), true).gap).toBe(false)
  expect(podState(makePod({ phase: 'Succeeded' }), false).gap).toBe(false)
  expect(podState(running, false)).toMatchObject({ gap: true, reality: 'nothing', word: 'Running', ip: null })
})

test('a Pod that is gone from the record is only remains, and never a gap', () => {
  const state = podState(makePod({ recorded: false, phase: 'Running', sandbox: 'created' }), true)
  expect(state).toMatchObject({ remains: true, gap: false })
})

test('the word is what kubectl would show', () => {
  expect(podState(makePod({ phase: 'Running', reason: 'CrashLoopBackOff' }), true).word).toBe(
    'CrashLoopBackOff',
  )
  expect(podState(makePod({ phase: 'Running', deleting: true }), true).word).toBe('Terminating')
})

const layout = layOut(
  {
    hosts: [{ name: 'node-1', role: 'node' }],
    processes: [
      { id: 'etcd-1', kind: 'etcd', host: 'etcd-1' },
      { id: 'node-1/kubelet', kind: 'kubelet', host: 'node-1' },
    ],
  },
  1.4,
)
const pods = (count: number, change: Partial<PodView>): Record<string, PodView> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`u${i}`, makePod({ uid: `u${i}`, ...change })]))

test.each([1, 4, 5, 9, 10, 32, 40])('%i Pods share a node without overlapping', (count) => {
  const { places, more } = placePods(layout, pods(count, {}))
  const all = [...places.values()].map(({ rect }) => rect)
  all.forEach((rect, index) => {
    for (const other of all.slice(index + 1)) expect(overlap(rect, other)).toBe(false)
  })
  expect(all.length + (more['node-1'] ?? 0)).toBe(count)
})

test('a Pod without a node waits on the shelf; remains without a node are nowhere', () => {
  const waiting = placePods(layout, pods(1, { node: null })).places.get('u0')!
  expect(overlap(waiting.rect, layout.shelf)).toBe(true)
  expect(placePods(layout, pods(1, { node: null, recorded: false })).places.size).toBe(0)
})

test('a long name is cut where it says least', () => {
  expect(shortPodName('web-7k2xq', 104)).toBe('web-7k2xq')
  expect(shortPodName('web-f457c7d76-5mlwp', 104)).toBe('web-f457…5mlwp')
})
