import { expect, test } from 'vitest'
import type { Node, Taint, Toleration } from '../../api/objects.ts'
import { podRange } from '../node-ipam.ts'
import { toleratedMicros } from '../taint-eviction.ts'
import { Cluster } from '../testing/cluster.ts'

const REPLICA_SETS = '/apis/apps/v1/namespaces/default/replicasets'
const replicaSet = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
    },
  },
}

test('a node that falls silent loses its Pods in the order of a real control plane', () => {
  const cluster = new Cluster()
  cluster.addNode('node-1')
  cluster.addNode('node-2')
  cluster.live(5)
  cluster.ask('POST', REPLICA_SETS, replicaSet)
  cluster.live(5)
  const [pod] = cluster.pods()
  expect(pod?.spec.nodeName).toBe('node-1')
  cluster.stopKubelet('node-1')
  const dark = cluster.now
  cluster.live(400)
  const writes = cluster.writes(dark).map((line) => line.replace(/web-[a-z0-9]{5}/g, 'web-*'))
  expect(writes).toEqual([
    '50.5 PUT /api/v1/nodes/node-1/status',
    '50.5 POST /api/v1/namespaces/default/events NodeNotReady: Node node-1 status is now: NodeNotReady',
    '50.5 PATCH /api/v1/namespaces/default/pods/web-*/status',
    '50.5 PATCH /api/v1/nodes/node-1',
    '50.5 PUT /apis/apps/v1/namespaces/default/replicasets/web/status',
    '50.5 POST /api/v1/namespaces/default/events NodeNotReady: Node is not ready',
    '55.5 PATCH /api/v1/nodes/node-1',
    '355.5 POST /api/v1/namespaces/default/events TaintManagerEviction: Marking for deletion Pod default/web-*',
    '355.5 PATCH /api/v1/namespaces/default/pods/web-*/status',
    '355.5 DELETE /api/v1/namespaces/default/pods/web-*',
    '355.5 POST /api/v1/namespaces/default/pods',
    '355.5 POST /api/v1/namespaces/default/events SuccessfulCreate: Created pod: web-*',
    '355.5 PUT /apis/apps/v1/namespaces/default/replicasets/web/status',
    '355.5 PUT /apis/apps/v1/namespaces/default/replicasets/web/status',
    '356.2 PUT /apis/apps/v1/namespaces/default/replicasets/web/status',
  ])
  expect(conditionsOf(cluster.node('node-1'))).toEqual([
    'Ready Unknown NodeStatusUnknown',
    'MemoryPressure Unknown NodeStatusUnknown',
    'DiskPressure Unknown NodeStatusNeverUpdated',
    'PIDPressure Unknown NodeStatusNeverUpdated',
  ])
  expect(taintsOf(cluster.node('node-1'))).toEqual([
    'node.kubernetes.io/unreachable:NoSchedule',
    'node.kubernetes.io/unreachable:NoExecute',
  ])
  expect(
    cluster.pods().map(({ spec, metadata }) => [spec.nodeName, metadata.deletionTimestamp !== undefined]),
  ).toContainEqual(['node-1', true])
  cluster.startKubelet('node-1')
  cluster.live(10)
  expect(taintsOf(cluster.node('node-1'))).toEqual([])
  expect(cluster.pods().map(({ spec }) => spec.nodeName)).toEqual(['node-2'])
})

test('a node that comes back in time keeps its Pods', () => {
  const cluster = new Cluster()
  cluster.addNode('node-1')
  cluster.addNode('node-2')
  cluster.live(5)
  cluster.ask('POST', REPLICA_SETS, replicaSet)
  cluster.live(5)
  cluster.stopKubelet('node-1')
  cluster.live(120)
  expect(taintsOf(cluster.node('node-1'))).toHaveLength(2)
  cluster.startKubelet('node-1')
  const back = cluster.now
  cluster.live(400)
  expect(cluster.pods().map(({ spec, metadata }) => [spec.nodeName, metadata.deletionTimestamp])).toEqual([
    ['node-1', undefined],
  ])
  expect(cluster.writes(back).filter((line) => line.includes('TaintManagerEviction'))).toEqual([
    expect.stringContaining('Cancelling deletion of Pod default/web-'),
  ])
})

test('when every node falls silent, none is emptied', () => {
  const cluster = new Cluster()
  for (const name of ['node-1', 'node-2']) cluster.addNode(name)
  cluster.live(5)
  for (const name of ['node-1', 'node-2']) cluster.stopKubelet(name)
  cluster.live(120)
  for (const name of ['node-1', 'node-2']) {
    expect(taintsOf(cluster.node(name))).toEqual(['node.kubernetes.io/unreachable:NoSchedule'])
  }
})

const taintsOf = ({ spec }: Node): readonly string[] =>
  (spec.taints ?? []).map(({ key, effect }) => `${key}:${effect}`)
const conditionsOf = ({ status }: Node): readonly string[] =>
  (status.conditions ?? []).map(({ type, status, reason }) => `${type} ${status} ${reason}`)

test('Pod ranges go on past the first block and stay clear of Service addresses', () => {
  expect([0, 1, 255, 256, 12 * 256].map(podRange)).toEqual([
    '10.244.0.0/24',
    '10.244.1.0/24',
    '10.244.255.0/24',
    '10.245.0.0/24',
    '10.128.0.0/24',
  ])
})

const unreachable: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }
const tolerate = (seconds?: number): Toleration => ({
  key: unreachable.key,
  operator: 'Exists',
  effect: 'NoExecute',
  ...(seconds === undefined ? {} : { tolerationSeconds: seconds }),
})

test.each([
  { what: 'nothing tolerates it', taints: [unreachable], tolerations: [], expected: 0 },
  {
    what: 'tolerated for a while',
    taints: [unreachable],
    tolerations: [tolerate(300)],
    expected: 300_000_000,
  },
  { what: 'tolerated for ever', taints: [unreachable], tolerations: [tolerate()], expected: null },
  { what: 'there is no taint', taints: [], tolerations: [], expected: null },
  { what: 'a negative time counts as none', taints: [unreachable], tolerations: [tolerate(-1)], expected: 0 },
])('$what', ({ taints, tolerations, expected }) =>
  expect(toleratedMicros(taints, tolerations)).toBe(expected),
)
