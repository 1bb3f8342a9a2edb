import { expect, test } from 'vitest'
import type { KubeObject, Pod } from '../../api/objects.ts'
import { KINDS } from './index.ts'
import { defineKind } from './runtime/kind-definition.ts'
import { createKindRegistry } from './runtime/registry.ts'
import type { Tree } from './testing/objects.ts'
import { container, created, kindOf, podSpec, replicas } from './testing/objects.ts'

const NOW = 5 * 60 * 1_000_000

test.each<[string, Tree, Tree, readonly (string | number)[]]>([
  ['Pod', podSpec(), {}, ['web', '0/1', 'Pending', '0', '5m', '<none>', '<none>', '<none>', '<none>']],
  [
    'Pod',
    podSpec({ nodeName: 'node-1' }),
    {
      phase: 'Running',
      podIP: '10.244.1.2',
      containerStatuses: [
        {
          name: 'app',
          ready: true,
          restartCount: 2,
          state: { running: {} },
          lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:04:00Z' } },
        },
      ],
    },
    ['web', '1/1', 'Running', '2 (60s ago)', '5m', '10.244.1.2', 'node-1', '<none>', '<none>'],
  ],
  [
    'Pod',
    podSpec(),
    {
      phase: 'Pending',
      containerStatuses: [
        { name: 'app', ready: false, restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } },
      ],
    },
    ['web', '0/1', 'ImagePullBackOff', '0', '5m', '<none>', '<none>', '<none>', '<none>'],
  ],
  [
    'Pod',
    podSpec({ initContainers: [container({ name: 'init' })] }),
    {
      phase: 'Pending',
      initContainerStatuses: [{ name: 'init', ready: false, restartCount: 0, state: { running: {} } }],
    },
    ['web', '0/1', 'Init:0/1', '0', '5m', '<none>', '<none>', '<none>', '<none>'],
  ],
  [
    'Deployment',
    replicas({ replicas: 3 }),
    { readyReplicas: 1, updatedReplicas: 3, availableReplicas: 1 },
    ['web', '1/3', 3, 1, '5m', 'app', 'nginx:1.27', 'app=web'],
  ],
  [
    'ReplicaSet',
    replicas({ replicas: 3 }),
    { replicas: 2, readyReplicas: 1 },
    ['web', 3, 2, 1, '5m', 'app', 'nginx:1.27', 'app=web'],
  ],
  [
    'Service',
    { spec: { clusterIP: '10.96.0.10', ports: [{ port: 80 }, { name: 'x', port: 53, protocol: 'UDP' }] } },
    { loadBalancer: {} },
    ['web', 'ClusterIP', '10.96.0.10', '<none>', '80/TCP,53/UDP', '5m', '<none>'],
  ],
  [
    'Node',
    { spec: { unschedulable: true } },
    {
      conditions: [{ type: 'Ready', status: 'True' }],
      nodeInfo: { kubeletVersion: 'v1.35.0' },
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
    },
    [
      'web',
      'Ready,SchedulingDisabled',
      '<none>',
      '5m',
      'v1.35.0',
      '10.0.0.1',
      '<none>',
      '<unknown>',
      '<unknown>',
      '<unknown>',
    ],
  ],
  ['Namespace', {}, { phase: 'Active' }, ['web', 'Active', '5m']],
  [
    'EndpointSlice',
    {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] }],
      ports: [{ port: 80 }],
    },
    {},
    ['web', 'IPv4', '80', '1.1.1.1,1.1.1.2,1.1.1.3 + 1 more...', '5m'],
  ],
  ['ConfigMap', { data: { a: '1', b: '2' } }, {}, ['web', 2, '5m']],
  ['Lease', { spec: { holderIdentity: 'me' } }, {}, ['web', 'me', '5m']],
  [
    'Event',
    {
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
      reason: 'Pulled',
      type: 'Normal',
      message: 'm',
      lastTimestamp: '2026-01-01T00:04:50Z',
      firstTimestamp: '2026-01-01T00:00:00Z',
      count: 3,
      source: { component: 'kubelet', host: 'n' },
    },
    {},
    ['10s', 'Normal', 'Pulled', 'pod/p', '', 'kubelet, n', 'm', '5m', '3', 'web'],
  ],
])('the table row of a %s', (kindName, fields, status, cells) => {
  const kind = kindOf(kindName)
  const object = { ...created(kindName, fields), ...(Object.keys(status).length > 0 ? { status } : {}) }
  expect(kind.row(object, NOW)).toEqual(cells)
  expect(kind.columns).toHaveLength(cells.length)
})

test.each(KINDS.all.map((kind) => [kind.kind, kind] as const))(
  'an empty %s gets errors and not a crash',
  (name, kind) => {
    const empty = created(name, {})
    expect(Array.isArray(kind.validate(empty))).toBe(true)
    expect(kind.row(empty, NOW)).toHaveLength(kind.columns.length)
    const { status: _status, ...withoutStatus } = empty as KubeObject & Tree
    const written = kind.prepareForStatusUpdate(withoutStatus, empty)
    expect(Array.isArray(kind.validateStatusUpdate(written, empty))).toBe(true)
    expect(Array.isArray(kind.validateUpdate(kind.prepareForUpdate(withoutStatus, empty), empty))).toBe(true)
  },
)

test('a Pod that is being deleted is Terminating until its containers have ended', () => {
  const pod = created('Pod', podSpec(), { deletionTimestamp: '2026-01-01T00:05:00Z' })
  expect(kindOf('Pod').row(pod, NOW)[2]).toBe('Terminating')
  expect(kindOf('Pod').row({ ...pod, status: { phase: 'Succeeded' } } as Pod, NOW)[2]).toBe('Succeeded')
})

test('kinds are found by any of their names, and none is registered twice', () => {
  expect(
    ['pods', 'pod', 'po', 'deploy', 'deployments.apps', 'SVC'].map((name) => KINDS.find(name)?.kind),
  ).toEqual(['Pod', 'Pod', 'Pod', 'Deployment', 'Deployment', 'Service'])
  expect(KINDS.byResource('apps', 'v1', 'replicasets')?.kind).toBe('ReplicaSet')
  expect(KINDS.byKind('', 'v1', 'Node')?.resource).toBe('nodes')
  const lamp = defineKind({
    group: 'example.com',
    version: 'v1',
    kind: 'Lamp',
    resource: 'lamps',
    namespaced: true,
    columns: [],
    row: () => [],
  })
  expect(createKindRegistry([...KINDS.all, lamp]).find('lamp')).toBe(lamp)
  expect(() => createKindRegistry([lamp, lamp])).toThrow('the kind example.com/v1/lamps is registered twice')
})
