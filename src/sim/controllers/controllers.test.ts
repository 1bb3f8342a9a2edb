import { expect, test } from 'vitest'
import type { Deployment, Namespace, ReplicaSet } from '../api/objects.ts'
import { controllersFor } from './index.ts'
import { registry } from './runtime/controller.ts'
import { Cluster } from './testing/cluster.ts'

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'

const deployment = (replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
    },
  },
})

test('a cluster at rest has its service accounts, ranges and no errors', () => {
  const cluster = new Cluster()
  cluster.addNode('node-1')
  cluster.addNode('node-2')
  cluster.live(10)
  const accounts = cluster
    .list('/api/v1/serviceaccounts')
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
  expect(accounts).toEqual([
    'default/default',
    'kube-node-lease/default',
    'kube-public/default',
    'kube-system/default',
  ])
  expect(cluster.node('node-1').spec.podCIDR).toBe('10.244.0.0/24')
  expect(cluster.node('node-2').spec.podCIDR).toBe('10.244.1.0/24')
  expect(cluster.trace('reconcile').filter(({ outcome }) => outcome === 'failed')).toEqual([])
})

test('a Deployment becomes complete on a real apiserver', () => {
  const cluster = new Cluster()
  cluster.addNode('node-1')
  cluster.live(1)
  cluster.ask('POST', DEPLOYMENTS, deployment(3))
  cluster.live(10)
  const { status, metadata } = cluster.ask<Deployment>('GET', `${DEPLOYMENTS}/web`)
  expect(status).toMatchObject({ replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 })
  expect(metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' })
  expect(cluster.list<ReplicaSet>('/apis/apps/v1/replicasets')).toHaveLength(1)
})

test('a namespace goes away with all that is in it, Pods first', () => {
  const cluster = new Cluster()
  cluster.addNode('node-1')
  cluster.ask('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } })
  cluster.live(2)
  const inShop = { ...deployment(2), metadata: { name: 'web', namespace: 'shop' } }
  cluster.ask('POST', '/apis/apps/v1/namespaces/shop/deployments', inShop)
  cluster.live(5)
  expect(cluster.pods()).toHaveLength(2)
  cluster.call('DELETE', '/api/v1/namespaces/shop')
  expect(cluster.ask<Namespace>('GET', '/api/v1/namespaces/shop').status.phase).toBe('Terminating')
  cluster.live(60)
  expect(cluster.call('GET', '/api/v1/namespaces/shop').status).toBe(404)
  expect(cluster.pods()).toEqual([])
  expect(cluster.call('GET', '/apis/apps/v1/namespaces/shop/deployments/web').status).toBe(404)
})

test('two controllers of one name are refused', () => {
  const controllers = controllersFor([])
  const [first] = controllers
  expect(() => registry([...controllers, { ...first!, workers: 1 }])).toThrow(
    `two controllers are called ${first!.name}`,
  )
  expect(new Set(controllers.map(({ name }) => name)).size).toBe(controllers.length)
})
