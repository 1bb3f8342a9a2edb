import { describe, expect, test } from 'vitest'
import { cowMap } from '../sim/kernel/cow-map.ts'
import { apiQuiet } from './api-quiet.ts'
import { desiredState } from './desired-state.ts'
import { endpointsAgree } from './endpoints-agree.ts'
import { informersConverge } from './informers-converge.ts'
import { noOrphans } from './no-orphans.ts'
import { replicaCounts } from './replica-counts.ts'
import { replicasNotExceeded } from './replicas-not-exceeded.ts'
import { rolloutLimits } from './rollout-limits.ts'
import { History, object } from './testing/history.ts'

const ownedBy = (kind: string, name: string): object => ({
  ownerReferences: [{ kind, name, uid: `uid-of-${name}`, controller: true }],
})
const podKey = (name: string): string => `/registry/pods/default/${name}`
const ready = (is = 'True'): object => ({ conditions: [{ type: 'Ready', status: is }] })

describe('caches', () => {
  const watching = (history: History, query: object = {}): History =>
    history.send('node-1/kubelet', 'kube-apiserver-1', {
      ...{ type: 'request', id: 1, user: 'kubelet' },
      request: { method: 'GET', path: '/api/v1/pods', query: { watch: 'true', ...query }, headers: {} },
    })
  const on = (node: string): object => ({ spec: { nodeName: node } })
  const stored = (): History =>
    watching(new History(informersConverge), { fieldSelector: 'spec.nodeName=node-1' })
      .store(podKey('a'), object('a', on('node-1')))
      .store(podKey('b'), object('b', on('node-2')))
  const informer = (...versions: readonly (readonly [string, number])[]) => {
    const objects = cowMap(
      versions.map(([name, version]): [string, object] => [
        `default/${name}`,
        object(name, {}, { resourceVersion: String(version) }),
      ]),
    )
    const state = { client: { reflectors: { pods: { synced: true, store: { objects } } } } }
    return { 'node-1/kubelet': { kind: 'kubelet', state } }
  }

  test('an informer has what it selects, and nothing else', () => {
    expect(stored().settle(informer(['a', 2])).found).toEqual([])
    expect(stored().settle(informer(['a', 1])).found).toEqual([
      'pods default/a is at version 2, and node-1/kubelet has version 1',
    ])
    expect(stored().settle(informer()).found[0]).toMatch(/does not have it/)
    expect(stored().settle(informer(['a', 2], ['b', 3])).found).toEqual([
      'node-1/kubelet has 2 pods, though only 1 are stored',
    ])
  })

  test('who was robbed of a watch event by a fault is left out', () => {
    const history = stored().send('kube-apiserver-1', 'node-1/kubelet', { type: 'watch' })
    history.event('kernel', { type: 'lost', message: history.lastSeq, reason: 'dropped' })
    expect(history.settle(informer()).found).toEqual([])
  })

  test('the watch cache of the apiserver has everything', () => {
    const cache = (version: number) => {
      const objects = cowMap([['default/a', object('a', {}, { resourceVersion: String(version) })]])
      const state = { caches: { pods: { prefix: '/registry/pods/', ready: true, objects } } }
      return { 'kube-apiserver-1': { kind: 'kube-apiserver', state } }
    }
    const one = (): History => new History(informersConverge).store(podKey('a'), object('a'))
    expect(one().settle(cache(2)).found).toEqual([])
    expect(one().settle(cache(1)).found).toHaveLength(1)
  })
})

test('a rollout that stands still is found, but for the deadlock that Kubernetes has', () => {
  const deployment = object(
    'db',
    { spec: { replicas: 1 }, status: { observedGeneration: 1, replicas: 1, availableReplicas: 1 } },
    { uid: 'of-db', generation: 1 },
  )
  const replicaSet = (noted: string): object =>
    object(
      'db-1',
      { spec: { replicas: 1 } },
      {
        ownerReferences: [{ kind: 'Deployment', name: 'db', uid: 'of-db', controller: true }],
        annotations: { 'deployment.kubernetes.io/desired-replicas': noted },
      },
    )
  const found = (noted: string): readonly string[] =>
    new History(desiredState)
      .store('/registry/deployments/default/db', deployment)
      .store('/registry/replicasets/default/db-1', replicaSet(noted))
      .settle().found
  expect(found('1')).toEqual(['deployment default/db wants 1 Pods and has 1 available, 0 up to date'])
  expect(found('2')).toEqual([])
})

test('a ReplicaSet with too few Pods, too many, or a wrong status is found', () => {
  const set = (replicas: number, says: number): object =>
    object('web', { spec: { replicas }, status: { replicas: says } })
  const pods = (count: number): History => {
    const history = new History(replicaCounts)
    for (let i = 0; i < count; i++)
      history.store(podKey(`p${i}`), object(`p${i}`, {}, ownedBy('ReplicaSet', 'web')))
    return history
  }
  const key = '/registry/replicasets/default/web'
  expect(pods(2).store(key, set(2, 2)).settle().found).toEqual([])
  expect(pods(1).store(key, set(2, 2)).settle().found).toEqual([
    'ReplicaSet default/web wants 2 Pods and has 1',
  ])
  expect(pods(3).store(key, set(2, 2)).settle().found).toEqual([
    'ReplicaSet default/web wants 2 Pods and has 3',
  ])
  expect(pods(2).store(key, set(2, 1)).settle().found).toHaveLength(1)
  const dying = pods(2).store(
    podKey('old'),
    object('old', {}, { ...ownedBy('ReplicaSet', 'web'), deletionTimestamp: 'x' }),
  )
  expect(dying.store(key, set(2, 2)).settle().found).toEqual([])
})

test('what outlives all its owners is found', () => {
  const history = new History(noOrphans).store('/registry/replicasets/default/web', object('web'))
  history.store(podKey('a'), object('a', {}, ownedBy('ReplicaSet', 'web'))).settle()
  expect(history.found).toEqual([])
  history.store('/registry/replicasets/default/web', null).settle()
  expect(history.found).toEqual([`${podKey('a')} outlives its owner, ReplicaSet web`])
})

describe('services', () => {
  const service = object('web', {
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.1', selector: { app: 'web' }, ports: [{ port: 80 }] },
  })
  const pod = (name: string, podIP: string, is = 'True'): object =>
    object(
      name,
      { spec: { nodeName: 'node-1' }, status: { podIP, ...ready(is) } },
      { labels: { app: 'web' } },
    )
  const slice = (...addresses: readonly string[]): object =>
    object(
      'web-1',
      {
        ports: [{ port: 8080 }],
        endpoints: addresses.map((one) => ({ addresses: [one], conditions: { ready: true } })),
      },
      { labels: { 'kubernetes.io/service-name': 'web' } },
    )
  const cluster = (...addresses: readonly string[]): History =>
    new History(endpointsAgree)
      .store('/registry/services/specs/default/web', service)
      .store(podKey('a'), pod('a', '10.0.0.2'))
      .store(podKey('b'), pod('b', '10.0.0.3', 'False'))
      .store('/registry/endpointslices/default/web-1', slice(...addresses))
  const proxy = (service_: string, ...addresses: readonly string[]) => {
    const realServers = addresses.map((address) => ({ address, port: 8080 }))
    const rules = cowMap([[service_, [{ name: service_, kind: 'ClusterIP', port: 80, realServers }]]])
    return { 'node-1/kube-proxy': { kind: 'kube-proxy', state: { disk: { rules } } } }
  }

  test('rules that equal the endpoints that equal the Pods that are ready', () => {
    expect(cluster('10.0.0.2').settle(proxy('default/web', '10.0.0.2')).found).toEqual([])
  })

  test('an endpoint too many or too few, and rules for something else, are found', () => {
    expect(cluster('10.0.0.2', '10.0.0.3').settle().found[0]).toMatch(/EndpointSlices of default\/web have/)
    expect(cluster().settle().found).toHaveLength(1)
    expect(cluster('10.0.0.2').settle(proxy('default/web', '10.0.0.9')).found).toEqual([
      'node-1/kube-proxy sends default/web:80 to [10.0.0.9:8080], where the endpoints are [10.0.0.2:8080]',
    ])
    expect(cluster('10.0.0.2').settle(proxy('default/old')).found).toEqual([
      'node-1/kube-proxy has no rule for port 80 of default/web',
      'node-1/kube-proxy has rules for default/old, which does not exist',
    ])
  })
})

describe('the desired state', () => {
  const kubelet = { 'node-1/kubelet': { kind: 'kubelet', state: {} } }
  const node = (is: string): History =>
    new History(desiredState).store('/registry/minions/node-1', object('node-1', { status: ready(is) }))
  const pod = (status: object, nodeName = 'node-1'): object =>
    object('a', { spec: { nodeName, containers: [] }, status }, ownedBy('ReplicaSet', 'rs'))
  const deployment = (available: number, seen = 1): object =>
    object(
      'web',
      {
        spec: { replicas: 1 },
        status: {
          availableReplicas: available,
          updatedReplicas: available,
          replicas: 1,
          observedGeneration: seen,
        },
      },
      { generation: 1 },
    )
  const DEPLOYMENT = '/registry/deployments/default/web'

  test('nodes and Pods are ready, Deployments available', () => {
    const history = node('True').store(podKey('a'), pod(ready())).store(DEPLOYMENT, deployment(1))
    expect(history.settle(kubelet).found).toEqual([])
  })

  test('what is not, is found', () => {
    expect(node('Unknown').settle(kubelet).found).toEqual(['node node-1 is not Ready: no word'])
    expect(node('Unknown').settle().found).toEqual([])
    expect(
      node('True')
        .store(podKey('a'), pod({ phase: 'Pending' }))
        .settle(kubelet).found,
    ).toEqual(['pod default/a is not ready and says no reason (on node-1, Pending)'])
    expect(node('True').store(DEPLOYMENT, deployment(0)).settle(kubelet).found).toHaveLength(1)
    expect(node('True').store(DEPLOYMENT, deployment(1, 0)).settle(kubelet).found).toHaveLength(1)
    const dying = object('a', { spec: { nodeName: 'node-1' } }, { deletionTimestamp: '2025' })
    expect(node('True').store(podKey('a'), dying).settle(kubelet).found).toEqual([
      `${podKey('a')} should be gone since 2025`,
    ])
  })

  test('an honest reason excuses a Pod and its Deployment', () => {
    const crashing = { containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }] }
    const unschedulable = { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] }
    for (const status of [crashing, unschedulable]) {
      const history = node('True').store(podKey('a'), pod(status, status === crashing ? 'node-1' : ''))
      history.store('/registry/replicasets/default/rs', object('rs', {}, ownedBy('Deployment', 'web')))
      expect(history.store(DEPLOYMENT, deployment(0)).settle(kubelet).found).toEqual([])
    }
  })
})

test('a client that goes on writing, and a controller that goes on reconciling, are found', () => {
  const busy = (times: number): History => {
    const history = new History(apiQuiet).wait(60)
    for (let i = 0; i < times; i++) {
      const request = { method: 'PATCH', path: '/api/v1/nodes/n', query: {}, headers: {} }
      history.send('kubelet', 'kube-apiserver-1', { ...{ type: 'request', id: i, user: 'k', request } })
      history.event('kube-controller-manager-1', {
        ...{ type: 'reconcile', step: 'start', controller: 'deployment', key: 'default/web', summary: '' },
      })
    }
    return history.wait(65).settle()
  }
  expect(busy(30).found).toEqual([])
  expect(busy(61).found).toEqual([
    'kubelet asks PATCH /api/v1/nodes/n 61 times in a minute in which nothing was left to do',
    'deployment reconciles default/web 61 times in a minute in which nothing was left to do',
  ])
})

describe('surplus Pods', () => {
  const set = (replicas: number): object => object('web', { spec: { replicas } })
  const pod = (name: string, fields: object = {}, metadata: object = {}): object =>
    object(name, fields, { ...ownedBy('ReplicaSet', 'web'), ...metadata })
  const stored = (): History =>
    new History(replicasNotExceeded)
      .store('/registry/replicasets/default/web', set(2))
      .store('/registry/pods/default/a', pod('a'))
      .store('/registry/pods/default/b', pod('b'))
  const more = (history: History): readonly string[] =>
    history.store('/registry/pods/default/c', pod('c')).found
  const message = '/registry/pods/default/c is made though its ReplicaSet has 2 Pods and wants 2'

  test('are found', () => {
    expect(stored().found).toEqual([])
    expect(more(stored())).toEqual([message])
    expect(more(stored().wait(90))).toEqual([message])
  })

  test('what has ended, is being deleted or has gone does not count, nor does a wish of a minute ago', () => {
    const gone = { deletionTimestamp: '2025-01-01T00:00:30Z' }
    expect(more(stored().store('/registry/pods/default/a', pod('a', {}, gone)))).toEqual([])
    expect(
      more(stored().store('/registry/pods/default/a', pod('a', { status: { phase: 'Failed' } }))),
    ).toEqual([])
    expect(more(stored().store('/registry/pods/default/a', null))).toEqual([])
    const fewer = (): History =>
      stored()
        .store('/registry/replicasets/default/web', set(3))
        .store('/registry/replicasets/default/web', set(1))
    expect(more(fewer())).toEqual([])
    expect(more(fewer().wait(90))).toHaveLength(1)
  })

  test('are excused while the control plane is broken, and shortly after, or when nobody knows', () => {
    const fault = { type: 'fault', id: 'fault-1', fault: 'partition', until: null } as const
    const at = { target: 'control-plane-1~etcd-1' }
    const broken = (): History => stored().event('kernel', { ...fault, ...at, step: 'injected' })
    const healed = (): History =>
      broken()
        .wait(300)
        .event('kernel', { ...fault, ...at, step: 'healed' })
    expect(more(broken().wait(300))).toEqual([])
    expect(more(healed().wait(30))).toEqual([])
    expect(more(healed().wait(90))).toEqual([message])
    const beneath = stored().event('kernel', { ...fault, target: 'etcd-1', step: 'injected' })
    expect(more(beneath)).toEqual([message])
    const doubt = { type: 'response', id: 1, response: { status: 504, headers: {}, body: null } } as const
    expect(more(stored().send('kube-apiserver-1', 'kube-controller-manager-1', doubt))).toEqual([])
  })
})

describe('rolling updates', () => {
  const deployment = (replicas: number): object =>
    object('web', { spec: { replicas, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } } } })
  const set = (name: string, replicas: number, availableReplicas = 0): object =>
    object(name, { spec: { replicas }, status: { availableReplicas } }, ownedBy('Deployment', 'web'))
  const key = (name: string): string => `/registry/replicasets/default/${name}`
  const started = (): History =>
    new History(rolloutLimits)
      .store('/registry/deployments/default/web', deployment(4))
      .store(key('old'), set('old', 4, 4))
      .wait(120)

  test('one more at once, and one less, as wanted', () => {
    const history = started()
      .store(key('new'), set('new', 1))
      .store(key('old'), set('old', 3, 4))
    history
      .wait(120)
      .store(key('old'), set('old', 3, 3))
      .store(key('new'), set('new', 2, 0))
    expect(history.found).toEqual([])
  })

  test('too many Pods at once are found', () => {
    expect(started().store(key('new'), set('new', 2)).found).toEqual([
      'scaling ReplicaSet default/new to 2 makes 6 Pods, where 5 are allowed at most',
    ])
  })

  test('a controller that was frozen acts on what it knew before, and on nothing older than a minute once it goes on', () => {
    const process = (step: 'frozen' | 'thawed') =>
      ({ type: 'process', step, target: 'kube-controller-manager-1', reason: step }) as const
    const thawed = (): History =>
      started()
        .event('kernel', process('frozen'))
        .wait(90)
        .store('/registry/deployments/default/web', deployment(1))
        .wait(90)
        .event('kernel', process('thawed'))
    expect(thawed().store(key('new'), set('new', 1)).found).toEqual([])
    expect(thawed().wait(61).store(key('new'), set('new', 1)).found).toEqual([
      'scaling ReplicaSet default/new to 1 makes 5 Pods, where 2 are allowed at most',
    ])
  })

  test('too few that are available are found, but not when a fault took them', () => {
    expect(started().store(key('old'), set('old', 2, 4)).found).toEqual([
      'scaling ReplicaSet default/old to 2 leaves 2 available, where 3 have to be',
    ])
    expect(started().store(key('old'), set('old', 4, 1)).found).toEqual([])
  })

  test('what nobody may know yet does not count: a new ReplicaSet, a status that lags', () => {
    const history = started().store(key('new'), set('new', 1))
    history.store(key('newer'), set('newer', 1))
    // Its status still has Pods that it no longer wants.
    history
      .store(key('old'), set('old', 3, 4))
      .wait(1)
      .store(key('old'), set('old', 2, 5))
    expect(history.found).toEqual([])
    expect(history.wait(120).store(key('newest'), set('newest', 4)).found).toHaveLength(1)
  })

  test('a limit of a minute ago still counts, since the controller may not know better', () => {
    const history = started().store('/registry/deployments/default/web', deployment(2))
    expect(history.store(key('new'), set('new', 1)).found).toEqual([])
    expect(history.wait(120).store(key('new'), set('new', 2)).found).toHaveLength(1)
  })
})
