import { expect, test } from 'vitest'
import { fieldErrorText } from '../../api/field-errors.ts'
import type { Pod } from '../../api/objects.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './runtime/object-meta.ts'
import type { Tree } from './testing/objects.ts'
import { created, errorsOf, incoming, kindOf, podSpec, replicas } from './testing/objects.ts'

test.each<[string, string, Tree, string[]]>([
  ['nothing wrong', 'Deployment', replicas(), []],
  [
    'negative replicas',
    'Deployment',
    replicas({ replicas: -1 }),
    ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'an unknown strategy',
    'Deployment',
    replicas({ strategy: { type: 'Magic' } }),
    [
      'spec.strategy: Unsupported value: {"Type":"Magic","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
    ],
  ],
  [
    'no selector',
    'ReplicaSet',
    replicas({ selector: null }),
    ['spec.selector: Required value', selectorMismatch()],
  ],
  [
    'an empty selector',
    'ReplicaSet',
    replicas({ selector: {} }),
    ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
  ],
  [
    'labels that the selector misses',
    'ReplicaSet',
    replicas({ selector: { matchLabels: { app: 'x' } } }),
    [selectorMismatch()],
  ],
  [
    'a selector that cannot be compiled',
    'ReplicaSet',
    replicas(
      { selector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } },
      { restartPolicy: 'Never' },
    ),
    [
      'spec.selector.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
      'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"Near"}]}: invalid label selector',
    ],
  ],
  [
    'a restart policy that does not restart',
    'Deployment',
    replicas({}, { restartPolicy: 'Never' }),
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  ],
  [
    'a rolling update that cannot move',
    'Deployment',
    replicas({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
  ],
  [
    'more than all unavailable',
    'Deployment',
    replicas({ strategy: { rollingUpdate: { maxUnavailable: '101%' } } }),
    ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
  ],
  [
    'a rolling update that is not one',
    'Deployment',
    replicas({ strategy: { type: 'Recreate', rollingUpdate: {} } }),
    ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
  ],
  [
    'a deadline within minReadySeconds',
    'Deployment',
    replicas({ progressDeadlineSeconds: 5, minReadySeconds: 5 }),
    ['spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds'],
  ],
  ['no ports', 'Service', { spec: {} }, ['spec.ports: Required value']],
  ['headless without ports', 'Service', { spec: { clusterIP: 'None' } }, []],
  [
    'unnamed ports',
    'Service',
    { spec: { ports: [{ name: 'a', port: 1 }, { port: 2 }] } },
    ['spec.ports[1].name: Required value'],
  ],
  [
    'port zero',
    'Service',
    { spec: { ports: [{ port: 0, targetPort: 80 }] } },
    ['spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive'],
  ],
  [
    'an unknown type',
    'Service',
    { spec: { type: 'Magic', ports: [{ port: 80 }] } },
    [
      'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
  ],
  [
    'a node port of a ClusterIP',
    'Service',
    { spec: { ports: [{ port: 80, nodePort: 30000 }] } },
    ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
  ],
  [
    'an affinity of more than a day',
    'Service',
    {
      spec: {
        ports: [{ port: 80 }],
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } },
      },
    },
    [
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400',
    ],
  ],
  ['no external name', 'Service', { spec: { type: 'ExternalName' } }, ['spec.externalName: Required value']],
  [
    'two taints of one key and effect',
    'Node',
    {
      spec: {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', value: 'x', effect: 'NoSchedule' },
        ],
      },
    },
    [
      'spec.taints[1]: Duplicate value: {"Key":"a","Value":"x","Effect":"NoSchedule","TimeAdded":null}: taints must be unique by key and effect pair',
    ],
  ],
  [
    'no address',
    'EndpointSlice',
    { addressType: 'IPv4', endpoints: [{ addresses: [] }] },
    ['endpoints[0].addresses: Required value: must contain at least 1 address'],
  ],
  [
    'a bad address',
    'EndpointSlice',
    { addressType: 'IPv4', endpoints: [{ addresses: ['x'] }] },
    ['endpoints[0].addresses[0]: Invalid value: "x": must be a valid IPv4 address'],
  ],
  [
    'a lease of no length',
    'Lease',
    { spec: { leaseDurationSeconds: 0 } },
    ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0'],
  ],
  [
    'a TLS secret without key',
    'Secret',
    { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } },
    ['data[tls.key]: Required value'],
  ],
  [
    'an event about another namespace',
    'Event',
    { involvedObject: { namespace: 'other' } },
    ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
  ],
])('%s: %s is answered truly', (_, kind, fields, expected) => {
  expect(errorsOf(kind, fields)).toEqual(expected)
})

function selectorMismatch(): string {
  return 'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'
}

test('names and metadata are checked by the rules of their kind', () => {
  const check = (kind: string, metadata: Tree): string[] =>
    validateObjectMeta(incoming(kind, {}, metadata), kindOf(kind)).map(fieldErrorText)
  expect(check('Pod', {})).toEqual([])
  expect(check('Pod', { name: 'a.b' })).toEqual([])
  expect(check('Pod', { name: '' })).toEqual([
    'metadata.name: Required value: name or generateName is required',
  ])
  expect(check('Pod', { name: 'A' })[0]).toMatch(
    /^metadata\.name: Invalid value: "A": a lowercase RFC 1123 subdomain must/,
  )
  expect(check('Service', { name: '1a' })[0]).toMatch(
    /^metadata\.name: Invalid value: "1a": a DNS-1035 label must/,
  )
  expect(check('Namespace', { name: 'a.b' })).toEqual([
    'metadata.name: Invalid value: "a.b": must not contain dots',
  ])
  expect(check('Pod', { generateName: 'web-' })).toEqual([])
  expect(check('Node', { namespace: 'default' })).toEqual([
    'metadata.namespace: Forbidden: not allowed on this type',
  ])
  const owner = { apiVersion: 'a/b/c', kind: '', name: 'n', uid: 'u' }
  expect(check('Pod', { ownerReferences: [owner] })).toEqual([
    'metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty',
    'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
  ])
  const event = { apiVersion: 'v1', kind: 'Event', name: 'n', uid: 'u' }
  expect(check('Pod', { ownerReferences: [event] })).toEqual([
    `metadata.ownerReferences: Invalid value: ${JSON.stringify(event)}: /v1, Kind=Event is disallowed from being an owner`,
  ])
  expect(check('Pod', { finalizers: ['x'] })).toEqual([
    'metadata.finalizers[0]: Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified',
  ])
})

test('an update may not move an object to another identity', () => {
  const pod = {
    ...incoming('Pod', podSpec()),
    metadata: { ...incoming('Pod', {}).metadata, resourceVersion: '5' },
  } as Pod
  const moved = { ...pod, metadata: { ...pod.metadata, namespace: 'other' } }
  expect(validateObjectMetaUpdate(moved, pod).map(fieldErrorText)).toEqual([
    'metadata.namespace: Invalid value: "other": field is immutable',
  ])
  const blind = { ...pod, metadata: { ...pod.metadata, resourceVersion: '' } } as Pod
  expect(validateObjectMetaUpdate(blind, pod).map(fieldErrorText)).toEqual([
    'metadata.resourceVersion: Invalid value: "": must be specified for an update',
  ])
})

test('generation counts changes of the specification', () => {
  const kind = kindOf('Deployment')
  const old = created('Deployment', replicas())
  expect(kind.prepareForUpdate(incoming('Deployment', replicas()), old).metadata.generation).toBe(1)
  const scaled = kind.prepareForUpdate(incoming('Deployment', replicas({ replicas: 3 })), old)
  expect(scaled.metadata.generation).toBe(2)
  const moved = incoming('Deployment', replicas({ selector: { matchLabels: { app: 'web', x: 'y' } } }))
  const errors = kind.validateUpdate(kind.prepareForUpdate(moved, old), old).map(fieldErrorText)
  expect(errors).toContain(
    'spec.selector: Invalid value: {"matchLabels":{"app":"web","x":"y"}}: field is immutable',
  )
})

test.each<[string, Tree, Tree]>([
  [
    'Deployment',
    replicas(),
    {
      spec: {
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      },
    },
  ],
  ['ReplicaSet', replicas(), { spec: { replicas: 1 }, status: { replicas: 0 } }],
  [
    'Service',
    { spec: { ports: [{ port: 80 }] } },
    {
      spec: {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
      },
      status: { loadBalancer: {} },
    },
  ],
  [
    'Service',
    { spec: { ports: [{ port: 80 }], externalIPs: ['192.0.2.1'], sessionAffinity: 'ClientIP' } },
    {
      spec: {
        externalTrafficPolicy: 'Cluster',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
      },
    },
  ],
  [
    'Namespace',
    {},
    {
      metadata: { labels: { 'kubernetes.io/metadata.name': 'web' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    },
  ],
  ['Secret', { stringData: { a: 'héllo€' } }, { type: 'Opaque', data: { a: 'aMOpbGxv4oKs' } }],
  [
    'EndpointSlice',
    { addressType: 'IPv4', ports: [{ port: 80 }] },
    { endpoints: [], ports: [{ name: '', port: 80, protocol: 'TCP' }], metadata: { generation: 1 } },
  ],
])('a created %s has its defaults', (kind, fields, expected) => {
  expect(created(kind, fields)).toMatchObject(expected)
})

test('a Service keeps its cluster address, and may not change it', () => {
  const kind = kindOf('Service')
  const old = created('Service', { spec: { clusterIP: '10.96.0.10', ports: [{ port: 80 }] } })
  expect(kind.prepareForUpdate(incoming('Service', { spec: { ports: [{ port: 81 }] } }), old)).toMatchObject({
    spec: { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'] },
  })
  const moved = incoming('Service', { spec: { clusterIP: '10.96.0.11', ports: [{ port: 80 }] } })
  expect(kind.validateUpdate(kind.prepareForUpdate(moved, old), old).map(fieldErrorText)).toEqual([
    'spec.clusterIPs[0]: Invalid value: ["10.96.0.11"]: may not change once set',
  ])
})
