import { expect, test } from 'vitest'
import { apiserver } from '../apiserver/index.ts'
import { etcdMember } from '../etcd/member.ts'
import { Kernel } from '../kernel/kernel.ts'
import type { ProcessDefinition } from '../kernel/process.ts'
import { clusterNetwork } from '../net/network.ts'
import { controllerManagerFor } from './index.ts'
import { Cluster } from './testing/cluster.ts'

const definitions = {
  etcd: etcdMember as ProcessDefinition,
  'kube-apiserver': apiserver as ProcessDefinition,
  'kube-controller-manager': controllerManagerFor([]) as ProcessDefinition,
  kubectl: { kind: 'kubectl', init: () => ({ responses: {} }), handle: () => {} } as ProcessDefinition,
}

test('restored in the middle of its syncs, the controller-manager goes on as it would have', () => {
  const cluster = new Cluster()
  cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
      },
    },
  })
  const { kernel } = cluster
  const until = kernel.now + 200_000
  const checkpoints = []
  while ((kernel.nextAt() ?? until) < until) {
    kernel.step()
    checkpoints.push(kernel.checkpoint())
  }
  kernel.runUntil(until as typeof kernel.now)
  expect(checkpoints.length).toBeGreaterThan(80)
  const digests = checkpoints.map((checkpoint) => {
    const twin = Kernel.restore({ definitions, network: clusterNetwork([]), seed: 1 }, checkpoint)
    twin.runUntil(until as typeof kernel.now)
    return twin.digest
  })
  expect(new Set(digests)).toEqual(new Set([kernel.digest]))
})

test('a controller-manager that is killed waits for its own Lease to run out, and finishes the work', () => {
  const cluster = new Cluster()
  cluster.addNode('node-1')
  cluster.live(1)
  cluster.ask('POST', '/apis/apps/v1/namespaces/default/replicasets', {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: 20,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'w', image: 'nginx:1.27' }] },
      },
    },
  })
  while (cluster.pods().length < 3) cluster.runFor(0.001)
  cluster.killManager()
  cluster.live(10)
  expect(cluster.pods().length).toBeLessThan(20)
  cluster.live(20)
  expect(cluster.pods()).toHaveLength(20)
  expect(cluster.trace('leadership').map(({ leader }) => leader)).toEqual([true, true])
})
