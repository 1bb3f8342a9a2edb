import { expect, test } from 'vitest'
import { fieldErrorText } from '../../api/field-errors.ts'
import type { Pod, ReplicaSet } from '../../api/objects.ts'
import type { Tree } from './testing/objects.ts'
import {
  container,
  created,
  errorsOf,
  incoming,
  kindOf,
  podSpec,
  replicas,
  withContainer,
} from './testing/objects.ts'

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
    ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
  ],
  [
    'a value of a toleration that is no label value',
    podSpec({ tolerations: [{ key: 'a', value: 'b c' }] }),
    [
      `spec.tolerations[0].operator: Invalid value: "b c": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
    ],
  ],
  [
    'no name servers where they are all there is',
    podSpec({ dnsPolicy: 'None' }),
    ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
  ],
  [
    'a scheduling gate twice',
    podSpec({ schedulingGates: [{ name: 'a' }, { name: 'a' }] }),
    ['spec.schedulingGates[1]: Duplicate value: "a"'],
  ],
  [
    'a hook without a handler',
    withContainer({ lifecycle: { postStart: {} } }),
    ['spec.containers[0].lifecycle.postStart: Required value: must specify a handler type'],
  ],
  [
    'a sleep that outlasts the grace period',
    withContainer({ lifecycle: { preStop: { sleep: { seconds: 31 } } } }),
    [
      'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
    ],
  ],
  [
    'variables from nowhere',
    withContainer({
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.color' } } },
        { name: 'B', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a b']" } } },
        { name: 'C', valueFrom: { configMapKeyRef: { name: 'c', key: '' } } },
      ],
      envFrom: [{}],
    }),
    [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.color": error converting fieldPath: field label not supported: spec.color',
      `spec.containers[0].env[1].valueFrom.fieldRef: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      'spec.containers[0].env[2].valueFrom.configMapKeyRef.key: Required value',
      'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
    ],
  ],
  [
    'another port of the host on its network',
    {
      spec: { hostNetwork: true, containers: [container({ ports: [{ containerPort: 80, hostPort: 81 }] })] },
    },
    [
      'spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
    ],
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
      'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource type or fully qualified',
      'spec.containers[0].resources.requests[disk]: Invalid value: "disk": must be a standard resource for containers',
    ],
  ],
  [
    'a resource that only a quota counts',
    withContainer({ resources: { requests: { pods: '1' } } }),
    [
      'spec.containers[0].resources.requests[pods]: Invalid value: "pods": must be a standard resource for containers',
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

function updatePod(fields: Tree, from: Tree = podSpec()): string[] {
  const kind = kindOf('Pod')
  const old = created('Pod', from)
  return kind.validateUpdate(kind.prepareForUpdate(incoming('Pod', fields), old), old).map(fieldErrorText)
}

test('scheduling gates may only go, and until then the node selector may be tightened', () => {
  const gated = podSpec({ schedulingGates: [{ name: 'a' }, { name: 'b' }], nodeSelector: { disk: 'ssd' } })
  const update = (fields: Tree): string[] => updatePod(podSpec(fields), gated)
  expect(update({ schedulingGates: [{ name: 'b' }], nodeSelector: { disk: 'ssd', zone: 'x' } })).toEqual([])
  expect(update({ nodeSelector: { disk: 'ssd' } })).toEqual([])
  expect(update({ schedulingGates: [{ name: 'c' }], nodeSelector: { disk: 'hdd' } })).toEqual([
    "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'c'",
    'spec.nodeSelector: Invalid value: {"disk":"hdd"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
  ])
  expect(updatePod(podSpec({ nodeSelector: { disk: 'ssd' } }))[0]).toMatch(/^spec: Forbidden: pod updates/)
})

test('an update is held to the rules of a new Pod', () => {
  expect(updatePod(withContainer({ image: ' nginx:1.28' }))).toEqual([
    'spec.containers[0].image: Invalid value: " nginx:1.28": must not have leading or trailing whitespace',
  ])
})

test('a template leaves ports of the host and odd images to its Pods', () => {
  const ports = [{ containerPort: 80 }]
  const template = { hostNetwork: true, containers: [container({ image: ' nginx', ports })] }
  expect(errorsOf('Deployment', replicas({}, template))).toEqual([])
  expect(incoming('Pod', { spec: { hostNetwork: true, containers: [container({ ports })] } })).toMatchObject({
    spec: { containers: [{ ports: [{ containerPort: 80, hostPort: 80 }] }] },
  })
})

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
