import { describe, expect, test } from 'vitest'
import type { LocalEvent } from '../sim/kernel/trace.ts'
import type { Check } from './check.ts'
import { hostPortsFree } from './host-ports-free.ts'
import { nodeNotOvercommitted } from './node-not-overcommitted.ts'
import { podAddressesUnique } from './pod-addresses-unique.ts'
import { podRunsOnce } from './pod-runs-once.ts'
import { History, object } from './testing/history.ts'

type Step = (LocalEvent & { readonly type: 'runtime' })['step']

const runtime = (history: History, node: string, step: Step, uid: string, fields: object = {}): History =>
  history.event(`${node}/containerd`, {
    ...{ type: 'runtime', step, pod: `default/${uid}`, uid, text: '', ...fields },
  })

describe('containers', () => {
  const app = { container: 'app' }
  const started = (): History => runtime(new History(podRunsOnce), 'node-1', 'container-started', 'a', app)

  test('a container may be started again when it has ended, and elsewhere when its node lost power', () => {
    const again = runtime(started(), 'node-1', 'container-exited', 'a', app)
    expect(runtime(again, 'node-1', 'container-started', 'a', app).found).toEqual([])
    const lost = started().event('kernel', { type: 'host', step: 'down', target: 'node-1' })
    expect(runtime(lost, 'node-2', 'container-started', 'a', app).found).toEqual([])
    expect(runtime(started(), 'node-1', 'container-started', 'a', { container: 'side' }).found).toEqual([])
  })

  test('a container that runs twice, and a Pod on two nodes, are found', () => {
    expect(runtime(started(), 'node-1', 'container-started', 'a', app).found).toEqual([
      'container app of default/a is started on node-1, where it is running already',
    ])
    expect(runtime(started(), 'node-2', 'container-started', 'a', { container: 'side' }).found).toEqual([
      'container side of default/a is started on node-2, while app runs on node-1',
    ])
  })
})

describe('addresses', () => {
  const ip = { ip: '10.0.0.2' }
  const ready = (): History => runtime(new History(podAddressesUnique), 'node-1', 'network-ready', 'a', ip)

  test('an address may be used again once it is free', () => {
    const freed = runtime(ready(), 'node-1', 'network-removed', 'a')
    expect(runtime(freed, 'node-1', 'network-ready', 'b', ip).found).toEqual([])
    const lost = ready().event('kernel', { type: 'host', step: 'down', target: 'node-1' })
    expect(runtime(lost, 'node-1', 'network-ready', 'a', ip).found).toEqual([])
  })

  test('two Pods of one address, two sandboxes of a Pod, and none at all are found', () => {
    expect(runtime(ready(), 'node-2', 'network-ready', 'b', ip).found).toEqual([
      'default/b on node-2 gets 10.0.0.2, which default/a on node-1 has',
    ])
    expect(runtime(ready(), 'node-1', 'network-ready', 'a', { ip: '10.0.0.3' }).found).toEqual([
      'default/a on node-1 gets 10.0.0.3, while its sandbox with 10.0.0.2 is still there',
    ])
    expect(runtime(new History(podAddressesUnique), 'node-1', 'network-ready', 'a').found).toHaveLength(1)
  })
})

describe('what the scheduler promises', () => {
  const allocatable = { cpu: '1', memory: '1Gi', pods: '3' }
  const cluster = (check: Check): History =>
    new History(check).store('/registry/minions/node-1', object('node-1', { status: { allocatable } }))

  /** Creates a Pod and binds it. */
  const bind = (history: History, name: string, container: object, spec: object = {}): History => {
    const key = `/registry/pods/default/${name}`
    const pod = (nodeName?: string): object =>
      object(name, {
        spec: { containers: [{ name: 'c', ...container }], ...spec, ...(nodeName && { nodeName }) },
      })
    return history.store(key, pod()).store(key, pod('node-1'))
  }
  const cpu = (amount: string): object => ({ resources: { requests: { cpu: amount } } })

  test('a node may be filled, and filled again when a Pod is over or gone', () => {
    const history = bind(bind(cluster(nodeNotOvercommitted), 'a', cpu('600m')), 'b', cpu('400m'))
    history.store('/registry/pods/default/b', null)
    history.store(
      '/registry/pods/default/a',
      object('a', { spec: { containers: [] }, status: { phase: 'Failed' } }),
    )
    bind(history, 'c', cpu('1'))
    expect(history.found).toEqual([])
  })

  test('too much of anything is found, by containers, initialization and number', () => {
    const first = (): History => bind(cluster(nodeNotOvercommitted), 'a', cpu('600m'))
    expect(bind(first(), 'b', cpu('401m')).found).toEqual([
      'with default/b, the Pods of node-1 ask for cpu 1001, where 1000 is allocatable',
    ])
    expect(bind(first(), 'b', {}, { initContainers: [{ name: 'i', ...cpu('500m') }] }).found).toHaveLength(1)
    expect(bind(first(), 'b', { resources: { requests: { memory: '2Gi' } } }).found[0]).toMatch(
      /ask for memory/,
    )
    const three = bind(bind(first(), 'b', {}), 'c', {})
    expect(three.found).toEqual([])
    expect(bind(three, 'd', {}).found[0]).toMatch(/ask for pods 4, where 3/)
  })

  test('ports of the host: another address or protocol is fine, the same or any address is not', () => {
    const port = (fields: object): object => ({ ports: [{ containerPort: 80, hostPort: 80, ...fields }] })
    const first = (): History => bind(cluster(hostPortsFree), 'a', port({ hostIP: '10.0.0.1' }))
    expect(bind(first(), 'b', port({ hostIP: '10.0.0.2' })).found).toEqual([])
    expect(bind(first(), 'b', port({ protocol: 'UDP' })).found).toEqual([])
    expect(bind(first().store('/registry/pods/default/a', null), 'b', port({})).found).toEqual([])
    expect(bind(first(), 'b', port({ hostIP: '10.0.0.1' })).found).toHaveLength(1)
    expect(bind(first(), 'b', port({})).found).toEqual([
      'default/b gets node-1, where default/a has TCP port 80',
    ])
  })
})
