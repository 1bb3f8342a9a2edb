import { expect, test } from 'vitest'
import type { Pod } from '../api/objects.ts'
import { asUid } from '../api/objects.ts'
import { bootControllers } from './testing/boot.ts'
import { makeNode, makePod } from './testing/builders.ts'
import { Cluster } from './testing/cluster.ts'

const POD = { metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } }
const PODS = '/api/v1/namespaces/default/pods'

function bootWithPod(): Cluster {
  const cluster = new Cluster()
  cluster.addNode('node-1')
  cluster.live(1)
  cluster.ask('POST', PODS, POD)
  cluster.live(2)
  expect(cluster.pods()[0]?.spec.nodeName).toBe('node-1')
  return cluster
}

test('Pods of a deleted node go after a quarantine, with the reason in their last status', () => {
  const cluster = bootWithPod()
  cluster.stopKubelet('node-1')
  cluster.ask('DELETE', '/api/v1/nodes/node-1')
  const since = cluster.now
  cluster.runFor(35)
  expect(cluster.pods()).toHaveLength(1)
  cluster.runFor(45)
  expect(cluster.pods()).toEqual([])
  const patch = cluster.writes(since).filter((line) => line.includes('/pods/web'))
  expect(patch.map((line) => line.replace(/^\S+ /, ''))).toEqual([
    `PATCH ${PODS}/web/status`,
    `DELETE ${PODS}/web`,
  ])
})

test('a terminating Pod of a node declared out of service is removed by force', () => {
  const cluster = bootWithPod()
  cluster.stopKubelet('node-1')
  cluster.runFor(60)
  cluster.ask('DELETE', `${PODS}/web`)
  cluster.runFor(30)
  expect(cluster.pods()).toHaveLength(1)
  const taints = [
    ...(cluster.node('node-1').spec.taints ?? []),
    { key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' },
  ]
  cluster.ask('PATCH', '/api/v1/nodes/node-1', { spec: { taints } })
  cluster.runFor(25)
  expect(cluster.pods()).toEqual([])
})

test('a Pod made under the name of a condemned one, before its turn, is left alone', () => {
  const world = bootControllers(['pod-garbage-collector-controller'])
  world.runFor(1)
  world.put('nodes', makeNode('node-1'))
  const names = [...Array.from({ length: 60 }, (_, i) => `p${String(i).padStart(2, '0')}`), 'z']
  for (const name of names)
    world.put('pods', makePod(name).meta({ deletionTimestamp: '2026-01-01T00:00:00Z' }).build())
  for (let i = 0; i < 5000 && !world.writes().some((line) => line.includes('/pods/p05')); i++)
    world.kernel.step()
  world.remove('pods', 'z')
  const uid = asUid('uid-of-another')
  world.put('pods', makePod('z').meta({ uid }).onNode('node-1').running().build())
  world.runFor(60)
  expect(world.list<Pod>('pods').map(({ metadata }) => metadata.uid)).toEqual([uid])
})
