import { expect, test } from 'vitest'
import type { Pod, ReplicaSet } from '../../api/objects.ts'
import { asUid } from '../../api/objects.ts'
import { untilAvailable } from '../runtime/pod-state.ts'
import { bootControllers } from '../testing/boot.ts'
import { makePod, makeReplicaSet } from '../testing/builders.ts'
import { magnitude, podsToDelete } from './deletion-order.ts'

test('a ReplicaSet of one makes one Pod and writes its status in the order of a real control plane', () => {
  const world = bootControllers(['replicaset-controller'])
  world.runFor(1)
  world.put('replicasets', makeReplicaSet('web').replicas(1).build())
  world.runFor(1)
  world.makePodsReady()
  world.runFor(1)
  expect(world.writes()).toEqual([
    'POST /api/v1/namespaces/default/pods',
    'POST /api/v1/namespaces/default/events SuccessfulCreate Created pod: web-*',
    'PUT /apis/apps/v1/namespaces/default/replicasets/web/status {"replicas":0,"terminatingReplicas":0,"observedGeneration":1}',
    'PUT /apis/apps/v1/namespaces/default/replicasets/web/status {"replicas":1,"fullyLabeledReplicas":1,"terminatingReplicas":0,"observedGeneration":1}',
    'PUT /apis/apps/v1/namespaces/default/replicasets/web/status {"replicas":1,"fullyLabeledReplicas":1,"readyReplicas":1,"availableReplicas":1,"terminatingReplicas":0,"observedGeneration":1}',
  ])
  expect(world.summaries()).toEqual([
    '0 of 1 replicas: creating 1',
    '1 of 1 replicas, 0 ready: updating status',
    '1 of 1 replicas, 1 ready: updating status',
  ])
})

test('Pods are created in batches that double, and not twice while the watch is late', () => {
  const world = bootControllers(['replicaset-controller'])
  world.runFor(1)
  world.put('replicasets', makeReplicaSet('web').replicas(7).build())
  world.runFor(5)
  expect(world.list('pods')).toHaveLength(7)
  const created = world.requests().filter(({ line }) => line.startsWith('POST') && line.endsWith('/pods'))
  expect(created).toHaveLength(7)
  expect(new Set(created.map(({ at }) => at)).size).toBe(3)
})

test('scaling down deletes and scaling to zero leaves nothing', () => {
  const world = bootControllers(['replicaset-controller'])
  world.runFor(1)
  world.put('replicasets', makeReplicaSet('web').replicas(3).build())
  world.runFor(5)
  world.makePodsReady()
  const [stored] = world.list<ReplicaSet>('replicasets')
  const scaled: ReplicaSet = { ...stored!, spec: { ...stored!.spec, replicas: 0 } }
  world.put('replicasets', scaled)
  world.runFor(5)
  expect(world.list('pods')).toHaveLength(0)
  expect(world.list<ReplicaSet>('replicasets')[0]?.status.replicas).toBe(0)
})

test('a refused Pod is reported once a try, and tried again later and later', () => {
  const world = bootControllers(['replicaset-controller'])
  world.runFor(1)
  world.command({
    type: 'fail',
    method: 'POST',
    path: '/api/v1/namespaces/default/pods',
    times: 3,
    status: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      code: 403,
      reason: 'Forbidden',
      message: 'exceeded quota',
    },
  })
  world.put('replicasets', makeReplicaSet('web').replicas(2).build())
  world.runFor(5)
  expect(world.list('pods')).toHaveLength(2)
  const failed = world.trace('reconcile').filter((event) => event.outcome === 'failed')
  expect(failed.map((event) => event.error)).toEqual(['exceeded quota', 'exceeded quota', 'exceeded quota'])
  expect(world.list<ReplicaSet>('replicasets')[0]?.status.conditions).toBeUndefined()
})

test('what is missed least goes first', () => {
  const now = 1_000_000_000
  const pods = [
    makePod('ready').onNode('a').running().build(),
    makePod('unassigned').build(),
    makePod('pending').onNode('a').build(),
    makePod('not-ready').onNode('a').running(false).build(),
    makePod('cheap')
      .onNode('a')
      .running()
      .annotation('controller.kubernetes.io/pod-deletion-cost', '-5')
      .build(),
    makePod('crowded').onNode('b').running().build(),
    makePod('crowded-too').onNode('b').running().build(),
  ]
  const others = ['x', 'y', 'z'].map((name) => makePod(name).onNode('b').running().build())
  const order = podsToDelete(pods, [...pods, ...others], 6, now)
  const names = order.map(({ metadata }) => metadata.name)
  expect(names.slice(0, 4)).toEqual(['unassigned', 'pending', 'not-ready', 'cheap'])
  expect(names.slice(4).sort()).toEqual(['crowded', 'crowded-too'])
})

test('of two ready Pods the one goes first whose status does not say since when', () => {
  const known = makePod('a-known').onNode('a').running().build()
  const unknown = makePod('b-unknown')
    .onNode('b')
    .running()
    .status({ conditions: [{ type: 'Ready', status: 'True' }] })
    .build()
  for (const pods of [
    [known, unknown],
    [unknown, known],
  ])
    for (const now of [1, 1_000_000_000])
      expect(podsToDelete(pods, pods, 1, now).map(({ metadata }) => metadata.name)).toEqual(['b-unknown'])
  expect(untilAvailable(unknown, 10, 1_000_000_000)).toBeNull()
  expect(untilAvailable(known, 10, 1_000_000_000)).toBe(0)
})

test.each([
  [-1, -1],
  [0, -1],
  [1, 9],
  [1_000_000, 29],
])('the magnitude of an age of %d µs is %d', (age, expected) => expect(magnitude(age)).toBe(expected))

test('while the watch is late nothing is created or deleted twice', () => {
  const world = bootControllers(['replicaset-controller'])
  world.runFor(1)
  world.command({ type: 'lag', micros: 300_000 })
  world.put('replicasets', makeReplicaSet('web').replicas(5).build())
  world.runFor(3)
  const [stored] = world.list<ReplicaSet>('replicasets')
  // Another reason to look at the ReplicaSet while its Pods are still unknown.
  const annotated: ReplicaSet = {
    ...stored!,
    metadata: { ...stored!.metadata, annotations: { touched: 'yes' } },
  }
  world.put('replicasets', annotated)
  world.runFor(5)
  const count = (verb: string): number =>
    world.writes().filter((line) => line.startsWith(`${verb} /api/v1/namespaces/default/pods`)).length
  expect([count('POST'), count('DELETE')]).toEqual([5, 0])
  const [now] = world.list<ReplicaSet>('replicasets')
  const shrunk: ReplicaSet = { ...now!, spec: { ...now!.spec, replicas: 3 } }
  world.put('replicasets', shrunk)
  world.runFor(5)
  expect([count('POST'), count('DELETE')]).toEqual([5, 2])
})

test('a Pod that is being deleted is not released when its labels change, and no longer counted', () => {
  const world = bootControllers(['replicaset-controller'])
  world.runFor(1)
  world.put('replicasets', makeReplicaSet('web').replicas(1).build())
  world.runFor(3)
  const [pod] = world.list<Pod>('pods')
  const leaving: Pod = {
    ...pod!,
    metadata: { ...pod!.metadata, deletionTimestamp: '2026-01-01T00:00:04Z', finalizers: ['test/kept'] },
  }
  world.put('pods', leaving)
  world.runFor(3)
  const terminating = (): number | undefined =>
    world.list<ReplicaSet>('replicasets')[0]?.status.terminatingReplicas
  expect(terminating()).toBe(1)
  world.put('pods', { ...leaving, metadata: { ...leaving.metadata, labels: { app: 'other' } } })
  world.runFor(3)
  expect(terminating()).toBe(0)
  const kept = world.list<Pod>('pods').find(({ metadata }) => metadata.uid === pod!.metadata.uid)
  expect(kept?.metadata.ownerReferences).toHaveLength(1)
})

test('a ReplicaSet that took the place of another while nobody watched expects nothing of what that one did', () => {
  const world = bootControllers(['replicaset-controller'])
  world.runFor(1)
  const empty = makeReplicaSet('web').replicas(0).build()
  world.put('replicasets', empty)
  world.runFor(3)
  const two: ReplicaSet = { ...empty, spec: { ...empty.spec, replicas: 2 } }
  world.put('replicasets', two)
  // Its Pods are asked for, and the watches end before they are seen.
  world.runFor(0.0003)
  world.breakWatches('/apis/apps/v1/replicasets', '/api/v1/pods')
  world.runFor(0.1)
  const pods = world.list<Pod>('pods')
  expect(pods).toHaveLength(2)
  world.remove('replicasets', 'web')
  world.put('replicasets', { ...two, metadata: { ...two.metadata, uid: asUid('uid-of-another') } })
  for (const { metadata } of pods) world.remove('pods', metadata.name)
  world.runFor(20)
  expect(world.list('pods')).toHaveLength(2)
})

test('a Pod that took the place of one to be deleted while nobody watched counts as its deletion', () => {
  const world = bootControllers(['replicaset-controller'])
  world.runFor(1)
  world.put('replicasets', makeReplicaSet('web').replicas(2).build())
  world.runFor(3)
  world.makePodsReady()
  world.runFor(1)
  const before = world.list<Pod>('pods')
  world.command({ type: 'lag', micros: 300_000 })
  const [stored] = world.list<ReplicaSet>('replicasets')
  world.put('replicasets', { ...stored!, spec: { ...stored!.spec, replicas: 1 } } as ReplicaSet)
  // One Pod is deleted, and the watches end before that is seen.
  world.runFor(0.4)
  const [other, ...rest] = world.list<Pod>('pods')
  expect(rest).toEqual([])
  world.breakWatches('/api/v1/pods')
  world.command({ type: 'lag', micros: 0 })
  const { metadata, ...gone } = before.find((pod) => pod.metadata.name !== other!.metadata.name)!
  const deletionTimestamp = '2026-01-01T00:00:05Z'
  world.put('pods', { ...gone, metadata: { ...metadata, uid: asUid('uid-of-another'), deletionTimestamp } })
  world.runFor(10)
  world.remove('pods', other!.metadata.name)
  world.runFor(60)
  const active = world.list<Pod>('pods').filter((pod) => pod.metadata.deletionTimestamp === undefined)
  expect(active).toHaveLength(1)
})

test('a Pod whose place a stranger took while nobody watched is made anew', () => {
  const world = bootControllers(['replicaset-controller'])
  world.runFor(1)
  world.put('replicasets', makeReplicaSet('web').replicas(1).build())
  world.runFor(3)
  const [pod] = world.list<Pod>('pods')
  world.breakWatches('/api/v1/pods')
  const { name } = pod!.metadata
  world.remove('pods', name)
  const labels = { app: 'other' }
  world.put('pods', makePod(name).meta({ labels, deletionTimestamp: '2026-01-01T00:00:05Z' }).build())
  world.runFor(20)
  const own = world.list<Pod>('pods').filter(({ metadata }) => metadata.labels?.app === 'web')
  expect(own).toHaveLength(1)
})

test('a Pod of which nothing was seen but its end is not counted as a new one', () => {
  const world = bootControllers(['replicaset-controller'])
  world.runFor(1)
  world.put('replicasets', makeReplicaSet('web').replicas(1).build())
  world.runFor(3)
  const [pod] = world.list<Pod>('pods')
  const { name } = pod!.metadata
  world.command({ type: 'lose-events', loses: true })
  world.remove('pods', name)
  world.put('pods', { ...pod!, metadata: { ...pod!.metadata, uid: asUid('uid-of-another') } })
  world.command({ type: 'lose-events', loses: false })
  world.remove('pods', name)
  world.runFor(3)
  expect(world.list('pods')).toHaveLength(1)
  expect(world.list<ReplicaSet>('replicasets')[0]?.status.replicas).toBe(1)
})
