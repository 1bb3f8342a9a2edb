// Command lines that nobody would type: made of kubectl's own words, of names that mean something to JavaScript, and of
// noise. Whatever comes, kubectl answers it, and no part of the cluster falls over.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { processorTime } from '../sim/kernel/testing/processor-time.ts'
import { SessionHost } from './host.ts'

const verbs = [
  'get',
  'describe',
  'apply',
  'create',
  'delete',
  'scale',
  'patch',
  'label',
  'annotate',
  'taint',
  'cordon',
  'drain',
  'logs',
  'rollout',
  'expose',
  'set',
  'run',
  'wait',
  'events',
  'explain',
  'api-resources',
  'version',
  'uncordon',
  'cluster-info',
  'help',
  'frobnicate',
]
const things = [
  'pods',
  'pod',
  'deploy',
  'deployment/constructor',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'ns',
  'node',
  'node-1',
  'nodes/node-1',
  'svc',
  'cm',
  'secret',
  'all',
  'pods,svc',
  'po/',
  '/',
  'pod/a/b',
  '*',
  '.',
  '..',
  '',
  'generic',
  'image',
  'status',
  'restart',
  'undo',
  'history',
  'deployment',
  'configmap',
  'namespace',
  'serviceaccount',
  'a=b',
  'a-',
  'a=b:NoSchedule',
  '__proto__=x',
  '__proto__-',
  'constructor=x',
  'constructor-',
  'constructor=x:NoExecute',
  'default',
  'kube-system',
  'web',
  'A',
  'é',
  '节点',
  '\u202e',
  '\u0000',
  '\u001b[31m',
  '\ud800',
  '-1',
  '1e1000',
  'NaN',
  'x'.repeat(300),
  '%2e%2e',
  '../../etc/passwd',
  '<img src=x onerror=alert(1)>',
  '$(id)',
  "'",
  '"',
  '`',
  '\\',
  '{',
  '[',
]
const values = [
  ...things,
  'yaml',
  'json',
  'wide',
  'name',
  'jsonpath={.items[*].metadata}',
  'jsonpath={..}',
  'jsonpath={range}',
  'jsonpath={.items[?(@.x==',
  'custom-columns=A:.x',
  'custom-columns=',
  'true',
  'false',
  '0',
  '1',
  '99999999999',
  '-99999999999',
  '9'.repeat(400),
  '1s',
  '-1s',
  '999999h',
  '{}',
  '[]',
  'null',
  '{"__proto__":{"polluted":1}}',
  '[{"op":"add","path":"/__proto__/polluted","value":1}]',
  '[{"op":"copy","from":"","path":"/a"}]',
  '[{"op":"test","path":"/metadata/name","value":"x"}]',
  '{"spec":{"replicas":-1}}',
  '{"spec":{"replicas":1e1000}}',
  '{"spec":null}',
  '{"metadata":null}',
  '{"metadata":{"labels":{"constructor":"x"}}}',
  '{"kind":"Pony"}',
  'json',
  'merge',
  'strategic',
  'client',
  'server',
  'a in (',
  'a notin (b,c)',
  '!a',
  'a==b,',
  'metadata.name=x',
  'x=y=z',
  'condition=Ready',
  'jsonpath={.status.phase}=Running',
  'delete',
  'nginx',
  'constructor',
  'busybox:1',
  'Image@Sha256:x',
  'orphan',
  'Never',
]
const flags = [
  '-n',
  '-o',
  '-l',
  '-A',
  '-f',
  '-p',
  '-w',
  '-c',
  '-h',
  '-v',
  '--all',
  '--all-namespaces',
  '--selector',
  '--field-selector',
  '--output',
  '--image',
  '--replicas',
  '--type',
  '--patch',
  '--patch-file',
  '--dry-run',
  '--overwrite',
  '--force',
  '--grace-period',
  '--cascade',
  '--for',
  '--timeout',
  '--sort-by',
  '--show-labels',
  '--port',
  '--name',
  '--restart',
  '--subresource',
  '--current-replicas',
  '--from-literal',
  '--to-revision',
  '--ignore-not-found',
  '--wait',
  '--raw',
  '--constructor',
  '--__proto__',
  '--',
  '-',
  '---',
  '--=',
  '--tail',
  '--since',
  '--env',
  '--labels',
  '--command',
  '--limits',
]

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
const word = fc.oneof(
  fc.constantFrom(...things).map(quoted),
  fc
    .tuple(fc.constantFrom(...flags), fc.constantFrom('=', ' '), fc.constantFrom(...values))
    .map(([flag, sign, value]) => `${flag}${sign}${quoted(value)}`),
  fc.constantFrom(...flags),
  fc.constantFrom(...values).map(quoted),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const line = fc
  .tuple(fc.constantFrom('kubectl ', 'k ', ''), fc.constantFrom(...verbs), fc.array(word, { maxLength: 7 }))
  .map(([tool, verb, words]) => [`${tool}${verb}`, ...words].join(' '))

const manifest = fc
  .tuple(
    fc.constantFrom(
      'Pod',
      'Deployment',
      'ReplicaSet',
      'ConfigMap',
      'Secret',
      'Service',
      'Namespace',
      'Node',
      'Event',
      'Lease',
      'EndpointSlice',
      'ServiceAccount',
      'Pony',
      'List',
    ),
    fc.constantFrom('v1', 'apps/v1', 'coordination.k8s.io/v1', 'discovery.k8s.io/v1', 'constructor'),
    fc.constantFrom('constructor', '__proto__', 'a', 'A', '', 'x'.repeat(254)),
    fc.constantFrom(
      'spec: {containers: [{name: constructor, image: constructor, resources: {requests: {cpu: 1e1000, memory: -1, constructor: 1}}}]}',
      'spec: {containers: [{name: a, image: a, env: [{name: __proto__, value: x}, {name: c, valueFrom: {configMapKeyRef: {name: constructor, key: constructor}}}]}], nodeSelector: {constructor: x}}',
      'spec: {containers: [{name: a, image: "", command: [sh, -c, "echo $(("], livenessProbe: {exec: {command: []}, periodSeconds: 99999999999}}]}',
      'spec: {containers: [{name: a, image: a}], priorityClassName: constructor, terminationGracePeriodSeconds: -1}',
      'spec: {containers: [{name: a, image: a}], initContainers: [{name: constructor, image: b}], nodeName: constructor, activeDeadlineSeconds: 1}',
      'spec: {containers: [{name: a, image: a, resources: {limits: {cpu: 0.0000000001, memory: 1e400}}}], tolerations: [{operator: Exists}], restartPolicy: Never}',
      'spec: {replicas: 3, selector: {matchLabels: {constructor: x}}, template: {metadata: {labels: {constructor: x}}, spec: {containers: [{name: constructor, image: constructor}]}}}',
      'spec: {replicas: -1, selector: {}, template: {}}',
      'spec: {replicas: 2147483647, paused: true, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}',
      'spec: {clusterIP: "::1", ports: [{port: 65536}], selector: {constructor: x}}',
      'spec: {ports: [{port: 80, nodePort: 30000, targetPort: constructor}], type: NodePort, selector: {constructor: x}}',
      'spec: null',
      'spec: []',
      'spec: 1',
      'type: constructor',
      'type: __proto__\ndata: {a: "!"}',
      'data: {"__proto__": "x", constructor: "y"}',
      'data: 1',
      'items: [1, {}, null]',
      'items: {}',
      'spec: {taints: [{key: constructor, effect: NoExecute}], podCIDR: x, unschedulable: true}',
      'status: {phase: constructor, conditions: [{type: constructor, status: "True"}]}',
      'spec: {holderIdentity: constructor, leaseDurationSeconds: -1, renewTime: "2026-13-01T00:00:00Z"}',
      'addressType: constructor\nendpoints: [{addresses: [x]}]',
      'involvedObject: {kind: constructor}\nreason: constructor',
    ),
    fc.constantFrom(
      '',
      '  namespace: constructor\n',
      '  labels: {constructor: "x", "a/b/c": d}\n',
      '  ownerReferences: [{apiVersion: v1, kind: constructor, name: a, uid: __proto__}]\n',
      '  finalizers: [constructor, a/b]\n',
      '  creationTimestamp: x\n',
      '  resourceVersion: "99999999999999999999"\n',
      '  generateName: constructor-\n',
    ),
  )
  .map(
    ([kind, version, name, rest, meta]) =>
      `apiVersion: ${version}\nkind: ${kind}\nmetadata:\n  name: "${name}"\n${meta}${rest}\n`,
  )

async function opened(seed: number): Promise<SessionHost> {
  const host = new SessionHost()
  const options = { scenario: 'pod-creation', seed }
  await host.prepare('open', [options])
  host.call('open', [options])
  await host.prepare('kubectl', [])
  return host
}

/** Milliseconds that one line may take on a slow machine. */
const SLOW = 5_000

const RUNS = Number(process.env.RUNS ?? 40)
const SEED = Number(process.env.SEED ?? 1)

test('no command line and no manifest makes the cluster fall over', { timeout: 600_000 }, async () => {
  const host = await opened(7)
  fc.assert(
    fc.property(
      line,
      manifest,
      fc.constantFrom(
        'create -f',
        'apply -f',
        'delete -f',
        'replace -f',
        'apply --dry-run=server -f',
        'create --dry-run=client -o yaml -f',
      ),
      fc.integer({ min: 0, max: 10 }),
      (text, file, verb, pause) => {
        const spent = processorTime()
        for (const call of [
          { line: text.slice(0, 8192) },
          { line: `kubectl ${verb} x.yaml`, files: { 'x.yaml': file } },
        ]) {
          const answer = host.call('kubectl', [call])
          expect(typeof answer.exitCode).toBe('number')
        }
        host.call('seek', [{ at: host.call('state', []).now + pause * 200_000 }])
        expect(spent()).toBeLessThan(SLOW)
        expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
      },
    ),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  )
})
