import { expect, test } from 'vitest'
import { decode } from '../../api/decode.ts'
import { fieldErrorText } from '../../api/field-errors.ts'
import type { Json } from '../../api/json.ts'
import type { KubeObject, Pod, ReplicaSet } from '../../api/objects.ts'
import { KINDS } from './index.ts'
import type { KindDefinition } from './kind-definition.ts'
import { defineKind } from './kind-definition.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts'
import { createKindRegistry } from './registry.ts'

type Tree = { [key: string]: unknown }

function kindOf(name: string): KindDefinition {
  const kind = KINDS.all.find((candidate) => candidate.kind === name)
  if (kind === undefined) throw new Error(`no kind ${name}`)
  return kind
}

/** An object as the apiserver sees it after decoding and defaulting. */
function incoming(kindName: string, fields: Tree, metadata: Tree = {}): KubeObject {
  const kind = kindOf(kindName)
  const system = { uid: 'u1', resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' }
  const meta = { name: 'web', ...(kind.namespaced ? { namespace: 'default' } : {}), ...system, ...metadata }
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
  const decoded = decode(kindName, { apiVersion, kind: kindName, metadata: meta, ...fields } as Json)
  if ('error' in decoded) throw new Error(decoded.error)
  expect(decoded.strictErrors).toEqual([])
  return kind.applyDefaults(decoded.object as unknown as KubeObject)
}

function created(kindName: string, fields: Tree, metadata: Tree = {}): KubeObject {
  return kindOf(kindName).prepareForCreate(incoming(kindName, fields, metadata))
}

function errorsOf(kindName: string, fields: Tree): string[] {
  return kindOf(kindName).validate(incoming(kindName, fields)).map(fieldErrorText)
}

const container = (fields: Tree = {}): Tree => ({ name: 'app', image: 'nginx:1.27', ...fields })
const podSpec = (fields: Tree = {}): Tree => ({ spec: { containers: [container()], ...fields } })
const withContainer = (fields: Tree): Tree => ({ spec: { containers: [container(fields)] } })
const replicas = (fields: Tree = {}, template: Tree = {}): Tree => ({
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container()], ...template } },
    ...fields,
  },
})

test('a minimal Pod gets the defaults that a real apiserver gives it', () => {
  const pod = created('Pod', podSpec()) as Pod
  expect(pod.spec).toEqual({
    containers: [
      {
        name: 'app',
        image: 'nginx:1.27',
        imagePullPolicy: 'IfNotPresent',
        resources: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    dnsPolicy: 'ClusterFirst',
    enableServiceLinks: true,
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  })
  expect(pod.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' })
  expect(pod.metadata.generation).toBe(1)
})

test.each([
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['nginx:1.27', 'IfNotPresent'],
  ['localhost:5000/nginx', 'Always'],
  ['localhost:5000/nginx:1', 'IfNotPresent'],
  ['nginx@sha256:abc', 'IfNotPresent'],
])('the pull policy of %s is %s', (image, policy) => {
  expect((incoming('Pod', withContainer({ image })) as Pod).spec.containers[0]?.imagePullPolicy).toBe(policy)
})

test.each<[string, Tree, Tree]>([
  ['a port', { ports: [{ containerPort: 80 }] }, { ports: [{ containerPort: 80, protocol: 'TCP' }] }],
  [
    'a probe',
    { readinessProbe: { httpGet: { port: 80 } } },
    {
      readinessProbe: {
        httpGet: { port: 80, path: '/', scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
    },
  ],
  [
    'requests from limits',
    { resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '0.5' } } },
    { resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } } },
  ],
])('defaults of %s', (_, fields, expected) => {
  expect((incoming('Pod', withContainer(fields)) as Pod).spec.containers[0]).toMatchObject(expected)
})

test('a pod made from a defaulted template shares its containers', () => {
  const set = incoming('ReplicaSet', replicas()) as ReplicaSet
  const { containers } = set.spec.template.spec ?? { containers: [] }
  const pod = kindOf('Pod').applyDefaults({
    ...incoming('Pod', podSpec()),
    spec: set.spec.template.spec,
  } as Pod) as Pod
  expect(pod.spec.containers).toBe(containers)
  expect(kindOf('Pod').applyDefaults(pod)).toBe(pod)
})

test.each([
  [{}, 'BestEffort'],
  [{ requests: { cpu: '100m' } }, 'Burstable'],
  [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
  [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } }, 'Burstable'],
])('resources %j make a pod %s', (resources, qosClass) => {
  expect(created('Pod', withContainer({ resources }))).toMatchObject({ status: { qosClass } })
})

test.each<[string, Tree, string[]]>([
  ['no containers', { spec: { containers: [] } }, ['spec.containers: Required value']],
  ['no spec', {}, ['spec.containers: Required value']],
  ['no image', withContainer({ image: '' }), ['spec.containers[0].image: Required value']],
  ['no name', withContainer({ name: '' }), ['spec.containers[0].name: Required value']],
  [
    'an image with spaces',
    withContainer({ image: ' nginx' }),
    ['spec.containers[0].image: Invalid value: " nginx": must not have leading or trailing whitespace'],
  ],
  [
    'the same name twice',
    { spec: { containers: [container()], initContainers: [container()] } },
    ['spec.initContainers[0].name: Duplicate value: "app"'],
  ],
  [
    'a bad restart policy',
    podSpec({ restartPolicy: 'Sometimes' }),
    ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"'],
  ],
  [
    'a bad pull policy',
    withContainer({ imagePullPolicy: 'Maybe' }),
    [
      'spec.containers[0].imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
    ],
  ],
  [
    'a port out of range',
    withContainer({ ports: [{ containerPort: 70000 }] }),
    [
      'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'a port name twice',
    withContainer({
      ports: [
        { name: 'a', containerPort: 1 },
        { name: 'a', containerPort: 2 },
      ],
    }),
    ['spec.containers[0].ports[1].name: Duplicate value: "a"'],
  ],
  [
    'a host port twice',
    withContainer({
      ports: [
        { containerPort: 1, hostPort: 9 },
        { containerPort: 2, hostPort: 9 },
      ],
    }),
    ['spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//9"'],
  ],
  [
    'a request over its limit',
    withContainer({ resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } }),
    [
      'spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
    ],
  ],
  [
    'an unknown resource',
    withContainer({ resources: { requests: { disk: '1' } } }),
    [
      'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers',
    ],
  ],
  [
    'a negative amount',
    withContainer({ resources: { requests: { cpu: '-1' } } }),
    ['spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
  ],
  [
    'an extended resource without limit',
    withContainer({ resources: { requests: { 'example.com/gpu': '1' } } }),
    [
      'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
    ],
  ],
  [
    'a mount without volume',
    withContainer({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
    ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
  ],
  [
    'two volume sources',
    podSpec({ volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/x' } }] }),
    ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
  ],
  [
    'a probe without handler',
    withContainer({ livenessProbe: { periodSeconds: 5 } }),
    ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
  ],
  [
    'a liveness probe that needs two successes',
    withContainer({ livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }),
    ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
  ],
  [
    'a toleration without key',
    podSpec({ tolerations: [{ operator: 'Equal' }] }),
    [
      'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    ],
  ],
  [
    'tolerationSeconds of another effect',
    podSpec({ tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 3 }] }),
    [
      'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
  ],
  [
    'a negative grace period',
    podSpec({ terminationGracePeriodSeconds: -1 }),
    ['spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'an affinity without terms',
    podSpec({
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
      },
    }),
    [
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
  ],
])('a Pod with %s is refused', (_, fields, expected) => {
  expect(errorsOf('Pod', fields)).toEqual(expected)
})

test.each<[string, string, Tree, string[]]>([
  ['nothing wrong', 'Deployment', replicas(), []],
  [
    'negative replicas',
    'Deployment',
    replicas({ replicas: -1 }),
    ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
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
      'spec.taints[1]: Duplicate value: {"key":"a","value":"x","effect":"NoSchedule"}: taints must be unique by key and effect pair',
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

function updatePod(fields: Tree, from: Tree = podSpec()): string[] {
  const kind = kindOf('Pod')
  const old = created('Pod', from)
  return kind.validateUpdate(kind.prepareForUpdate(incoming('Pod', fields), old), old).map(fieldErrorText)
}

test('a Pod may change its image and add tolerations, and nothing else', () => {
  expect(updatePod(withContainer({ image: 'nginx:1.28' }))).toEqual([])
  expect(updatePod(podSpec({ tolerations: [{ key: 'a', operator: 'Exists' }] }))).toEqual([])
  expect(updatePod({ spec: { containers: [container(), container({ name: 'b' })] } })).toEqual([
    'spec.containers: Forbidden: pod updates may not add or remove containers',
  ])
  const [error = ''] = updatePod(podSpec({ hostname: 'h' }))
  expect(error).toMatch(
    /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,/,
  )
  expect(error).toContain('hostname: "h"')
  expect(updatePod(podSpec(), podSpec({ tolerations: [{ key: 'a', operator: 'Exists' }] }))).toEqual([
    'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
  ])
})

test('a status update changes nothing but the status', () => {
  const kind = kindOf('Pod')
  const old = created('Pod', podSpec()) as Pod
  const written = kind.prepareForStatusUpdate(
    { ...old, spec: { containers: [] }, status: { phase: 'Running' } } as Pod,
    old,
  ) as Pod
  expect(written.spec).toBe(old.spec)
  expect(written.status).toEqual({ phase: 'Running', qosClass: 'BestEffort' })
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
