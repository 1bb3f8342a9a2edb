import { expect, test } from 'vitest'
import type { KubeObject, OwnerReference, Pod, ReplicaSet } from '../../api/objects.ts'
import { asResourceVersion, asUid } from '../../api/objects.ts'
import { bootControllers } from '../testing/boot.ts'
import { Cluster } from '../testing/cluster.ts'

const DEPLOYMENT = '/apis/apps/v1/namespaces/default/deployments/web'
const REPLICA_SETS = '/apis/apps/v1/namespaces/default/replicasets'

function bootWithDeployment(): Cluster {
  const cluster = new Cluster()
  cluster.addNode('node-1')
  cluster.live(1)
  cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
      },
    },
  })
  cluster.live(5)
  expect(cluster.pods()).toHaveLength(2)
  return cluster
}

const deletions = (cluster: Cluster, since: number): readonly string[] =>
  cluster
    .writes(since)
    .filter((line) => line.includes(' DELETE '))
    .map((line) => line.replace(/.* DELETE \S*\/namespaces\/default\//, '').replace(/\/web-\S+/, '/*'))

test('in the background the owner goes at once and its dependents follow', () => {
  const cluster = bootWithDeployment()
  const since = cluster.now
  cluster.ask('DELETE', DEPLOYMENT, { propagationPolicy: 'Background' })
  expect(cluster.call('GET', DEPLOYMENT).status).toBe(404)
  cluster.live(10)
  expect(deletions(cluster, since)).toEqual(['replicasets/*', 'pods/*', 'pods/*'])
  expect(cluster.list(REPLICA_SETS)).toEqual([])
  expect(cluster.pods()).toEqual([])
})

test('in the foreground the owner waits for its dependents, and they for theirs', () => {
  const cluster = bootWithDeployment()
  cluster.ask('DELETE', DEPLOYMENT, { propagationPolicy: 'Foreground' })
  cluster.runFor(2)
  // Nobody confirms the end of the Pods yet, so everything above them still stands.
  expect(cluster.pods().map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([true, true])
  expect(cluster.list<ReplicaSet>(REPLICA_SETS).map(({ metadata }) => metadata.finalizers)).toEqual([
    ['foregroundDeletion'],
  ])
  expect(cluster.call('GET', DEPLOYMENT).status).toBe(200)
  cluster.live(10)
  expect(cluster.pods()).toEqual([])
  expect(cluster.list(REPLICA_SETS)).toEqual([])
  expect(cluster.call('GET', DEPLOYMENT).status).toBe(404)
})

test('orphans stay, and no longer name their owner', () => {
  const cluster = bootWithDeployment()
  cluster.ask('DELETE', DEPLOYMENT, { propagationPolicy: 'Orphan' })
  cluster.live(10)
  expect(cluster.call('GET', DEPLOYMENT).status).toBe(404)
  const [replicaSet] = cluster.list<ReplicaSet>(REPLICA_SETS)
  expect(replicaSet?.metadata.ownerReferences ?? []).toEqual([])
  expect(cluster.pods()).toHaveLength(2)
})

test('an object whose owner never existed is deleted; one with another owner only forgets it', () => {
  const cluster = bootWithDeployment()
  const [pod] = cluster.pods()
  const lost = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'lost',
    uid: '00000000-0000-4000-8000-000000000000',
  }
  const config = (name: string, owners: readonly object[]) =>
    cluster.ask('POST', '/api/v1/namespaces/default/configmaps', {
      metadata: { name, ownerReferences: owners },
    })
  config('gone', [lost])
  config('kept', [lost, { apiVersion: 'v1', kind: 'Pod', name: pod!.metadata.name, uid: pod!.metadata.uid }])
  cluster.live(5)
  expect(cluster.call('GET', '/api/v1/namespaces/default/configmaps/gone').status).toBe(404)
  const kept = cluster.ask<Pod>('GET', '/api/v1/namespaces/default/configmaps/kept')
  expect(kept.metadata.ownerReferences?.map(({ kind }) => kind)).toEqual(['Pod'])
})

const widget = (name: string, owners: readonly OwnerReference[], uid = `uid-${name}`): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: {
    name,
    namespace: 'default',
    uid: asUid(uid),
    resourceVersion: asResourceVersion(''),
    creationTimestamp: '2026-01-01T00:00:00Z',
    ownerReferences: owners,
  },
})
const owner = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'big', uid: asUid('uid-big') }
const widgets = {
  group: 'example.com',
  version: 'v1',
  resource: 'widgets',
  kind: 'Widget',
  namespaced: true,
}

test('a kind that this folder does not know is collected like any other, for being served', () => {
  const world = bootControllers(['garbage-collector-controller'], [widgets])
  world.runFor(1)
  world.put('widgets', widget('big', []))
  world.put('widgets', widget('small', [owner]))
  world.runFor(5)
  expect(world.list('widgets')).toHaveLength(2)
  world.remove('widgets', 'big')
  world.runFor(5)
  expect(world.list('widgets')).toEqual([])
})

test('what hangs on an object goes when another takes its name while nobody watches', () => {
  const world = bootControllers(['garbage-collector-controller'], [widgets])
  world.runFor(1)
  world.put('widgets', widget('big', []))
  world.put('widgets', widget('small', [owner]))
  world.runFor(5)
  // As a list after a broken watch tells it: the same name with another uid.
  world.put('widgets', widget('big', [], 'uid-of-another'))
  world.runFor(5)
  expect(world.list('widgets').map(({ metadata }) => metadata.uid)).toEqual(['uid-of-another'])
})

test('a dependent that was made again while nobody watched goes like the one before it', () => {
  const world = bootControllers(['garbage-collector-controller'], [widgets])
  world.runFor(1)
  const config = { ...widget('big', []), apiVersion: 'v1', kind: 'ConfigMap' }
  const owners = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'big', uid: config.metadata.uid }]
  world.put('configmaps', config)
  world.put('widgets', widget('small', owners))
  world.runFor(5)
  world.breakWatches('/apis/example.com/v1/widgets')
  world.runFor(0.2)
  world.remove('widgets', 'small')
  world.put('widgets', widget('small', owners, 'uid-of-another'))
  world.remove('configmaps', 'big')
  world.runFor(20)
  expect(world.list('widgets')).toEqual([])
})

test('what hung on an object goes when of the one that took its name only the end was seen', () => {
  const world = bootControllers(['garbage-collector-controller'], [widgets])
  world.runFor(1)
  world.put('widgets', widget('big', []))
  world.put('widgets', widget('small', [owner]))
  world.runFor(5)
  world.command({ type: 'lose-events', loses: true })
  world.remove('widgets', 'big')
  world.put('widgets', widget('big', [], 'uid-of-another'))
  world.command({ type: 'lose-events', loses: false })
  world.remove('widgets', 'big')
  world.runFor(5)
  expect(world.list('widgets')).toEqual([])
})
