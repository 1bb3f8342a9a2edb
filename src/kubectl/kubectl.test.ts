// kubectl against a whole cluster: what it prints, to the letter, and its exit codes.
import { beforeAll, describe, expect, test } from 'vitest'
import type { KernelOptions } from '../sim/kernel/kernel.ts'
import { Kernel } from '../sim/kernel/kernel.ts'
import { seconds } from '../sim/kernel/micros.ts'
import type { ProcessDefinition } from '../sim/kernel/process.ts'
import { hostName, processId } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { clusterNetwork } from '../sim/net/network.ts'
import { buildCluster, definitions } from '../sim/world.ts'
import { runLine } from './command-line.ts'
import { kubectlProcess } from './kubectl.ts'

interface Output {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | undefined
}

const KUBECTL = processId('kubectl')

/** A cluster that has come up, and a terminal at it. */
class Terminal {
  readonly outputs = new Map<number, { stdout: string; stderr: string; exitCode: number | undefined }>()
  readonly events: TraceEvent[] = []
  readonly options: KernelOptions = {
    definitions: { ...definitions, kubectl: kubectlProcess(runLine) as ProcessDefinition },
    network: clusterNetwork(['laptop']),
    seed: 1,
    onEvent: (event) => this.note(event),
  }
  readonly kernel = new Kernel(this.options)

  constructor(nodes = 2) {
    const boot = buildCluster(this.kernel, { controlPlanes: 1, etcd: 1, nodes })
    this.kernel.addHost(hostName('laptop'), 'client')
    const config = { apiserver: processId('kube-apiserver-1'), user: 'kubernetes-admin' }
    if (!this.kernel.slots().some((slot) => slot.id === KUBECTL))
      this.kernel.spawn(KUBECTL, 'kubectl', hostName('laptop'), config, boot)
    this.run(30)
  }

  private note(event: TraceEvent): void {
    if (event.type !== 'output' || !('command' in event) || typeof event.command !== 'number') return
    const output = this.outputs.get(event.command) ?? { stdout: '', stderr: '', exitCode: undefined }
    output.stdout += event.stdout
    output.stderr += event.stderr
    output.exitCode = event.exitCode ?? output.exitCode
    this.outputs.set(event.command, output)
  }

  run(forSeconds: number): void {
    this.kernel.runUntil(seconds(this.kernel.now / 1_000_000 + forSeconds))
  }

  start(line: string, files: Record<string, string> = {}, stdin = ''): number {
    return this.kernel.command(KUBECTL, { type: 'kubectl', line, files, stdin } as never)
  }

  output(command: number): Output {
    return this.outputs.get(command) ?? { stdout: '', stderr: '', exitCode: undefined }
  }

  /** Runs until the command ends, or a minute is over. */
  type(line: string, files: Record<string, string> = {}, stdin = ''): Output {
    const command = this.start(line, files, stdin)
    const limit = this.kernel.now + 60_000_000
    while (this.output(command).exitCode === undefined && this.kernel.now < limit) this.kernel.step()
    return this.output(command)
  }
}

const ok = (stdout: string): Output => ({ stdout, stderr: '', exitCode: 0 })
const failed = (stderr: string): Output => ({ stdout: '', stderr, exitCode: 1 })

const web = (image = 'nginx:1.29', more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: nginx
        image: ${image}
${more}`

describe('without changing anything', () => {
  let terminal: Terminal
  beforeAll(() => {
    terminal = new Terminal()
  })

  test.each<[string, Output]>([
    ['kubectl get pods', { stdout: '', stderr: 'No resources found in default namespace.\n', exitCode: 0 }],
    ['get pods -A', { stdout: '', stderr: 'No resources found\n', exitCode: 0 }],
    ['kubectl get pod x', failed('Error from server (NotFound): pods "x" not found\n')],
    ['kubectl get deploy/x', failed('Error from server (NotFound): deployments.apps "x" not found\n')],
    ['kubectl get foo', failed('error: the server doesn\'t have a resource type "foo"\n')],
    ['kubectl foo', failed('error: unknown command "foo" for "kubectl"\n')],
    ['kubectl gte pods', failed('error: unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget\n')],
    ['kubectl get pods --foo', failed("error: unknown flag: --foo\nSee 'kubectl get --help' for usage.\n")],
    [
      'kubectl get pods -o',
      failed("error: flag needs an argument: 'o' in -o\nSee 'kubectl get --help' for usage.\n"),
    ],
    ['kubectl scale deploy web', failed('error: required flag(s) "replicas" not set\n')],
    ['kubectl delete pod x', failed('Error from server (NotFound): pods "x" not found\n')],
    ['kubectl delete pod x --ignore-not-found', ok('')],
    ['kubectl create deployment web', failed('error: required flag(s) "image" not set\n')],
    ['kubectl apply -f web.yaml', failed('error: the path "web.yaml" does not exist\n')],
    ['kubectl exec web -- ls', failed('error: "kubectl exec" is not available in this cluster\n')],
    ['kubectl create deployment', failed('error: required flag(s) "image" not set\n')],
    [
      'kubectl get po/',
      failed('error: arguments in resource/name form must have a single resource and name\n'),
    ],
    [
      'kubectl taint pod x a=b:NoSchedule',
      failed('error: invalid resource type pod, only ["node" "nodes"] are supported\n'),
    ],
    ['kubectl taint node node-1', failed('error: at least one taint update is required\n')],
    [
      'kubectl rollout foo',
      failed('error: unknown command "foo"\nSee \'kubectl rollout -h\' for help and examples\n'),
    ],
    ['kubectl rollout status', failed('error: required resource not specified\n')],
    [
      'kubectl cordon',
      failed("error: USAGE: cordon NODE [flags]\nSee 'kubectl cordon -h' for help and examples\n"),
    ],
    ['kubectl label pod x', failed('error: at least one label update is required\n')],
    ['kubectl wait pod/x', failed('error: unrecognized condition: ""\n')],
    [
      'kubectl patch pod x',
      failed('error: must specify --patch or --patch-file containing the contents of the patch\n'),
    ],
    [
      'kubectl run web --image=Nginx',
      failed('error: Invalid image name "Nginx": invalid reference format\n'),
    ],
    ['kubectl logs x', failed('Error from server (NotFound): pods "x" not found\n')],
    [
      'kubectl set image',
      failed(
        'error: one or more resources must be specified as <resource> <name> or <resource>/<name>\nerror: at least one image update is required\n',
      ),
    ],
    [
      'kubectl delete',
      failed(
        "error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'\n",
      ),
    ],
    [
      "kubectl get pods -l 'a in'",
      failed(
        'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "a in", field selector "": unable to parse requirement: found \'\' expected: \'(\'\n',
      ),
    ],
    [
      'kubectl get pods --field-selector spec.foo=1',
      failed(
        'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field selector "spec.foo=1": field label not supported: spec.foo\n',
      ),
    ],
    [
      'kubectl create deployment Web --image=nginx',
      failed(
        `error: failed to create deployment: Deployment.apps "Web" is invalid: metadata.name: Invalid value: "Web": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')\n`,
      ),
    ],
    [
      'kubectl get nodes -o custom-columns=NAME:.metadata.name,CPU:.status.capacity.cpu,X:.spec.x',
      ok('NAME     CPU   X\nnode-1   2     <none>\nnode-2   2     <none>\n'),
    ],
    ['ls -l', { stdout: '', stderr: 'ls: command not found (only kubectl runs here)\n', exitCode: 127 }],
    [
      'kubectl get pods | grep web',
      { stdout: '', stderr: 'pipes are not supported here: run the command alone\n', exitCode: 2 },
    ],
    ['kubectl get nodes -o name', ok('node/node-1\nnode/node-2\n')],
    ['kubectl get ns default -o jsonpath={.status.phase}', ok('Active')],
    [`kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name}{"\\n"}{end}'`, ok('node-1\nnode-2\n')],
    [
      'kubectl wait --for=condition=Ready node --all',
      ok('node/node-1 condition met\nnode/node-2 condition met\n'),
    ],
    [
      'kubectl run --image=nginx --dry-run=client -o yaml web',
      ok(
        'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    run: web\n  name: web\nspec:\n  containers:\n  - image: nginx\n    name: web\n    resources: {}\n  dnsPolicy: ClusterFirst\n  restartPolicy: Always\n',
      ),
    ],
  ])('%s', (line, expected) => {
    expect(terminal.type(line)).toEqual(expected)
  })

  test('get nodes is the table that the server prints', () => {
    const { stdout } = terminal.type('kubectl get nodes')
    const [head, first] = stdout.split('\n')
    expect(head).toMatch(/^NAME {5}STATUS {3}ROLES {4}AGE {3}VERSION$/)
    expect(first).toMatch(/^node-1 {3}Ready {4}<none> {3}\d+s {3}v1\.35\.\d+$/)
  })

  test('describe node', () => {
    const { stdout } = terminal.type('kubectl describe node node-1')
    expect(stdout).toMatch(/^Name: +node-1\nRoles: +<none>\nLabels: +/)
    expect(stdout).toContain('Non-terminated Pods:          (0 in total)\n')
    expect(stdout).toMatch(/\n {2}cpu {7}0 \(0%\) {4}0 \(0%\)\n/)
  })

  test('api-resources and api-versions come from discovery', () => {
    expect(terminal.type('kubectl api-resources').stdout).toMatch(/\npods +po +v1 +true +Pod\n/)
    expect(terminal.type('kubectl api-versions').stdout).toContain('apps/v1\n')
    expect(terminal.type('kubectl version').stdout).toMatch(
      /^Client Version: v1\.35\.0\n[\s\S]*Server Version: v1\.35/,
    )
  })

  test('explain names fields and their types', () => {
    const { stdout } = terminal.type('kubectl explain deploy.spec.replicas')
    expect(stdout).toBe(
      'GROUP:      apps\nKIND:       Deployment\nVERSION:    v1\n\nFIELD: replicas <integer>\n\n',
    )
    expect(terminal.type('kubectl explain pod.spec.foo')).toEqual(
      failed('error: field "foo" does not exist\n'),
    )
  })

  test('--sort-by orders rows by any field', () => {
    const { stdout } = terminal.type('kubectl get events --sort-by=.reason --no-headers')
    const reasons = stdout.split('\n').flatMap((line) => line.split(/ +/)[2] ?? [])
    expect(reasons.length).toBeGreaterThan(3)
    expect(reasons).toEqual([...reasons].sort())
  })

  test('help lists the commands', () => {
    expect(terminal.type('kubectl').stdout).toContain('  get ')
    expect(terminal.type('kubectl rollout').stdout).toContain('  undo ')
    expect(terminal.type('kubectl get -h').stdout).toContain('--all-namespaces')
  })
})

describe('apply', () => {
  test('created, unchanged, configured; what a manifest no longer says is taken out', () => {
    const terminal = new Terminal(1)
    const labelled = web('nginx:1.29').replace('  name: web\n', '  name: web\n  labels: {a: b}\n')
    const apply = (text: string): Output => terminal.type('kubectl apply -f web.yaml', { 'web.yaml': text })
    expect(apply(labelled)).toEqual(ok('deployment.apps/web created\n'))
    expect(apply(labelled)).toEqual(ok('deployment.apps/web unchanged\n'))
    expect(terminal.type('kubectl label deploy web c=d')).toEqual(ok('deployment.apps/web labeled\n'))
    const changed = labelled.replace('{a: b}', '{e: f}').replace('nginx:1.29', 'nginx:1.30')
    expect(apply(changed)).toEqual(ok('deployment.apps/web configured\n'))
    const labels = terminal.type('kubectl get deploy web -o jsonpath={.metadata.labels}')
    expect(labels.stdout).toBe('{"c":"d","e":"f"}')
    const image = '{.spec.template.spec.containers[0].image}'
    expect(terminal.type(`kubectl get deploy web -o jsonpath=${image}`).stdout).toBe('nginx:1.30')
  })

  test.each([
    ['an unknown field', 'replcas: 3', 'unknown field "spec.replcas"'],
    ['a wrong type', 'paused: 3', 'cannot unmarshal number into Go struct field'],
  ])('%s is refused by the server', (_name, field, text) => {
    const terminal = new Terminal(0)
    const { stderr, exitCode } = terminal.type(
      'kubectl apply -f -',
      {},
      `${web()}  ${field}\n`.replace('\n  replicas', '\n  replicas'),
    )
    expect(stderr).toContain('error when creating "STDIN"')
    expect(stderr).toContain(text)
    expect(exitCode).toBe(1)
  })

  test('an invalid object gets the message of validation', () => {
    const terminal = new Terminal(0)
    const manifest = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c}]}\n'
    expect(terminal.type('kubectl apply -f pod.yaml', { 'pod.yaml': manifest })).toEqual(
      failed('The Pod "web" is invalid: spec.containers[0].image: Required value\n'),
    )
  })

  test('bad YAML says where it is bad, and nothing is sent', () => {
    const terminal = new Terminal(0)
    const { stderr } = terminal.type('kubectl apply -f x.yaml', { 'x.yaml': 'a: 1\n  b: 2\n' })
    expect(stderr).toBe(
      'error: error parsing x.yaml: error converting YAML to JSON: yaml: line 2: mapping values are not allowed in this context\n',
    )
  })
})

describe('a workload', () => {
  let terminal: Terminal
  beforeAll(() => {
    terminal = new Terminal()
    terminal.type('kubectl apply -f web.yaml', {
      'web.yaml': web('nginx:1.29', '        ports: [{containerPort: 80}]\n'),
    })
  })

  test('rollout status follows it to the end', () => {
    const { stdout, exitCode } = terminal.type('kubectl rollout status deploy/web')
    expect(stdout).toMatch(
      /Waiting for deployment "web" rollout to finish: \d of 2 updated replicas are available\.\.\.\n/,
    )
    expect(stdout.endsWith('deployment "web" successfully rolled out\n')).toBe(true)
    expect(exitCode).toBe(0)
  })

  test('get prints tables, one a type, with the type in names', () => {
    const { stdout } = terminal.type('kubectl get deploy,rs')
    const lines = stdout.split('\n')
    expect(lines[0]).toMatch(/^NAME {18}READY {3}UP-TO-DATE {3}AVAILABLE {3}AGE$/)
    expect(lines[1]).toMatch(/^deployment\.apps\/web {3}2\/2 {5}2 {12}2 {11}\d+s$/)
    expect(lines[2]).toBe('')
    expect(lines[4]).toMatch(/^replicaset\.apps\/web-[a-z0-9]+ {3}2 {9}2 {9}2 {7}\d+s$/)
    expect(terminal.type('kubectl get pods -l app=web --no-headers').stdout).toMatch(
      /^(web-\S+ +1\/1 +Running +0 +\d+s\n){2}$/,
    )
    expect(terminal.type('kubectl get pods -o wide').stdout).toMatch(
      /NODE {5}NOMINATED NODE {3}READINESS GATES\n/,
    )
    expect(terminal.type('kubectl get pods -A --show-labels').stdout).toMatch(
      /^NAMESPACE +NAME .* LABELS\ndefault +web-.*app=web,pod-template-hash=/,
    )
  })

  test('describe tells a Pod with its Events', () => {
    const { stdout } = terminal.type('kubectl describe pod web')
    expect(stdout).toMatch(/^Name: {13,}web-\S+\nNamespace: +default\nPriority: +0\n/)
    expect(stdout).toMatch(/\nControlled By: +ReplicaSet\/web-\w+\n/)
    expect(stdout).toMatch(/\nEvents:\n {2}Type {4}Reason {5}Age {3,}From {15}Message\n {2}---- {4}------ /)
    expect(stdout).toMatch(
      /Normal {2}Scheduled +\d+s +default-scheduler +Successfully assigned default\/web-\S+ to node-\d\n/,
    )
    expect(stdout).toMatch(/Started container nginx|Container started/)
  })

  test('describe tells a Deployment with its ReplicaSets', () => {
    const { stdout } = terminal.type('kubectl describe deploy/web')
    expect(stdout).toContain('2 desired | 2 updated | 2 total | 2 available | 0 unavailable\n')
    expect(stdout).toMatch(/\nNewReplicaSet: {3}web-\w+ \(2\/2 replicas created\)\n/)
    expect(stdout).toMatch(/\n {2}Containers:\n {3}nginx:\n {4}Image: +nginx:1\.29\n {4}Port: +80\/TCP\n/)
    expect(stdout).toMatch(/ScalingReplicaSet .* Scaled up replica set web-\w+ from 0 to 2\n/)
  })

  test('expose, and describe a Service with its endpoints', () => {
    expect(terminal.type('kubectl expose deploy web --port=80')).toEqual(ok('service/web exposed\n'))
    const manifest = `apiVersion: v1
kind: Service
metadata: {name: far}
spec: {ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: far-1, labels: {kubernetes.io/service-name: far}}
addressType: IPv4
ports: [{name: '', port: 8080, protocol: TCP}]
endpoints:
- {addresses: [192.0.2.1]}
- {addresses: [192.0.2.2], conditions: {ready: false}}
`
    expect(terminal.type('kubectl create -f far.yaml', { 'far.yaml': manifest })).toEqual(
      ok('service/far created\nendpointslice.discovery.k8s.io/far-1 created\n'),
    )
    const { stdout } = terminal.type('kubectl describe svc far')
    expect(stdout).toMatch(
      /^Name: +far\nNamespace: +default\nLabels: +<none>\nAnnotations: +<none>\nSelector: +<none>\nType: +ClusterIP\n/,
    )
    expect(stdout).toMatch(
      /\nPort: +<unset> {2}80\/TCP\nTargetPort: +8080\/TCP\nEndpoints: +192\.0\.2\.1:8080\n/,
    )
    expect(stdout).toMatch(/\nEvents: +<none>\n$/)
  })

  test('set image, history, undo', () => {
    expect(terminal.type('kubectl set image deploy/web nginx=nginx:1.30')).toEqual(
      ok('deployment.apps/web image updated\n'),
    )
    terminal.type('kubectl rollout status deploy/web')
    expect(terminal.type('kubectl rollout history deploy/web')).toEqual(
      ok('deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n'),
    )
    expect(terminal.type('kubectl rollout history deploy/web --revision=1').stdout).toMatch(
      /^deployment\.apps\/web with revision #1\nPod Template:\n {2}Labels:\tapp=web\n {2}\tpod-template-hash=\w+\n {2}Containers:\n {3}nginx:\n {4}Image:\tnginx:1\.29\n {4}Port:\t80\/TCP\n/,
    )
    expect(terminal.type('kubectl rollout undo deploy/web')).toEqual(ok('deployment.apps/web rolled back\n'))
    terminal.type('kubectl rollout status deploy/web')
    expect(
      terminal.type("kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[*].image}'").stdout,
    ).toBe('nginx:1.29')
    expect(terminal.type('kubectl set image deploy/web x=y')).toEqual(
      failed('error: unable to find container named "x"\n'),
    )
  })

  test('pause, resume, restart, scale', () => {
    expect(terminal.type('kubectl rollout pause deploy web')).toEqual(ok('deployment.apps/web paused\n'))
    expect(terminal.type('kubectl rollout pause deploy web')).toEqual(
      failed('error: deployments.apps "web" is already paused\n'),
    )
    expect(terminal.type('kubectl rollout resume deploy web')).toEqual(ok('deployment.apps/web resumed\n'))
    expect(terminal.type('kubectl rollout restart deploy web')).toEqual(ok('deployment.apps/web restarted\n'))
    expect(terminal.type('kubectl scale deploy web --replicas=3')).toEqual(ok('deployment.apps/web scaled\n'))
    expect(terminal.type('kubectl rollout status deploy web --timeout=60s').exitCode).toBe(0)
    expect(terminal.type('kubectl get deploy web -o jsonpath={.status.readyReplicas}').stdout).toBe('3')
  })

  test('label, annotate, taint, cordon', () => {
    expect(terminal.type('kubectl label node node-1 disk=ssd')).toEqual(ok('node/node-1 labeled\n'))
    expect(terminal.type('kubectl label node node-1 disk=hdd')).toEqual(
      failed("error: 'disk' already has a value (ssd), and --overwrite is false\n"),
    )
    expect(terminal.type('kubectl label node node-1 disk-')).toEqual(ok('node/node-1 unlabeled\n'))
    expect(terminal.type('kubectl annotate deploy web a=b')).toEqual(ok('deployment.apps/web annotated\n'))
    expect(terminal.type('kubectl taint nodes node-1 a=b:NoSchedule')).toEqual(ok('node/node-1 tainted\n'))
    expect(terminal.type('kubectl taint nodes node-1 a:NoSchedule-')).toEqual(ok('node/node-1 untainted\n'))
    expect(terminal.type('kubectl cordon node-1')).toEqual(ok('node/node-1 cordoned\n'))
    expect(terminal.type('kubectl cordon node-1')).toEqual(ok('node/node-1 already cordoned\n'))
    expect(terminal.type('kubectl get node node-1 --no-headers').stdout).toMatch(/Ready,SchedulingDisabled/)
    expect(terminal.type('kubectl uncordon node-1')).toEqual(ok('node/node-1 uncordoned\n'))
  })

  test('patch', () => {
    expect(terminal.type(`kubectl patch deploy web -p '{"spec":{"replicas":2}}'`)).toEqual(
      ok('deployment.apps/web patched\n'),
    )
    terminal.run(5)
    expect(terminal.type(`kubectl patch deploy web -p '{"spec":{"replicas":2}}'`)).toEqual(
      ok('deployment.apps/web patched (no change)\n'),
    )
    expect(terminal.type('kubectl rollout status deploy web').exitCode).toBe(0)
  })

  test('drain moves the Pods away', () => {
    const { stdout, stderr, exitCode } = terminal.type('kubectl drain node-1')
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /^node\/node-1 cordoned\n(evicting pod default\/web-\S+\n)*(pod\/web-\S+ evicted\n)*node\/node-1 drained\n$/,
    )
    terminal.run(10)
    const nodes = terminal.type("kubectl get pods -o jsonpath='{.items[*].spec.nodeName}'").stdout
    expect(nodes).toBe('node-2 node-2')
  })

  test('delete waits until the object is gone', () => {
    expect(terminal.type('kubectl delete svc web')).toEqual(
      ok('service "web" deleted from default namespace\n'),
    )
    expect(terminal.type('kubectl delete deploy web')).toEqual(
      ok('deployment.apps "web" deleted from default namespace\n'),
    )
    expect(terminal.type('kubectl get deploy web').exitCode).toBe(1)
  })
})

test('get -w prints what changes until ^C', () => {
  const terminal = new Terminal(1)
  const watch = terminal.start('kubectl get pods -w')
  terminal.run(1)
  terminal.type('kubectl run web --image=nginx')
  terminal.run(20)
  expect(terminal.output(watch).exitCode).toBeUndefined()
  const { stdout } = terminal.output(watch)
  expect(stdout).toMatch(
    /^NAME {3}READY {3}STATUS +RESTARTS {3}AGE\nweb {4}0\/1 {5}(Pending|ContainerCreating) +0 {10}0s\n/,
  )
  expect(stdout).toMatch(/\nweb {4}1\/1 {5}Running +0 +\d+s\n$/)
  terminal.kernel.command(KUBECTL, { type: 'interrupt', command: watch } as never)
  terminal.run(1)
  expect(terminal.output(watch).exitCode).toBe(130)
})

test('get -w takes other formats too', () => {
  const terminal = new Terminal(0)
  terminal.type('kubectl run a --image=nginx')
  const watch = terminal.start('kubectl get pods -w -o name')
  terminal.run(1)
  terminal.type('kubectl run b --image=nginx')
  terminal.run(1)
  expect(terminal.output(watch).stdout).toMatch(/^pod\/a\n(pod\/b\n)+$/)
})

test('delete waits for a graceful end, and without --wait does not', () => {
  const terminal = new Terminal(1)
  terminal.type('kubectl run web --image=nginx')
  terminal.type('kubectl wait --for=condition=Ready pod/web')
  expect(terminal.type('kubectl delete pod web --wait=false')).toEqual(
    ok('pod "web" deleted from default namespace\n'),
  )
  expect(terminal.type('kubectl get pod web --no-headers').stdout).toMatch(/Terminating/)
  expect(terminal.type('kubectl wait --for=delete pod/web')).toEqual(ok('pod/web condition met\n'))
  terminal.type('kubectl run web --image=nginx')
  terminal.type('kubectl wait --for=condition=Ready pod/web')
  terminal.type('kubectl delete pod web')
  expect(terminal.type('kubectl get pod web')).toEqual(
    failed('Error from server (NotFound): pods "web" not found\n'),
  )
})

test('delete --force warns, and removes the object at once', () => {
  const terminal = new Terminal(1)
  terminal.type('kubectl run web --image=nginx')
  terminal.type('kubectl wait --for=condition=Ready pod/web')
  const output = terminal.type('kubectl delete pod web --force')
  expect(output.stderr).toMatch(/^Warning: Immediate deletion does not wait for confirmation/)
  expect(output.stdout).toBe('pod "web" force deleted from default namespace\n')
  expect(terminal.type('kubectl get pod web').exitCode).toBe(1)
})

test('wait gives up when its time is over', () => {
  const terminal = new Terminal(1)
  terminal.type('kubectl run web --image=nginx')
  terminal.type('kubectl cordon node-1')
  terminal.type('kubectl run late --image=nginx')
  expect(terminal.type('kubectl wait --for=condition=Ready pod/late --timeout=5s')).toEqual(
    failed('error: timed out waiting for the condition on pods/late\n'),
  )
  const { stdout } = terminal.type('kubectl describe pod late')
  expect(stdout).toContain('0/1 nodes are available: 1 node(s) were unschedulable.')
})

test('without a server it says so', () => {
  const terminal = new Terminal(0)
  const levers = [{ lever: 'crash', process: processId('kube-apiserver-1'), reason: 'test' }] as const
  terminal.kernel.inject('crash', 'kube-apiserver-1', levers, [], null)
  expect(terminal.type('kubectl get pods').stderr).toMatch(
    /^The connection to the server \S+ was refused|^Unable to connect to the server: /,
  )
})

test('restored in the middle of its commands, everything goes on as it would have', () => {
  const terminal = new Terminal(1)
  const { kernel } = terminal
  terminal.start('kubectl apply -f web.yaml', { 'web.yaml': web() })
  terminal.start('kubectl get pods -w')
  terminal.run(0.01)
  terminal.start('kubectl rollout status deploy/web')
  const checkpoints = Array.from({ length: 40 }, () => {
    for (let i = 0; i < 11; i++) kernel.step()
    return kernel.checkpoint()
  })
  const end = seconds(kernel.now / 1_000_000 + 5)
  kernel.runUntil(end)
  for (const checkpoint of checkpoints) {
    const restored = Kernel.restore(terminal.options, checkpoint)
    restored.runUntil(end)
    expect(restored.digest).toBe(kernel.digest)
  }
})

describe('logs', () => {
  let terminal: Terminal
  beforeAll(() => {
    terminal = new Terminal(1)
    const script = "sh -c 'echo hello; while true; do sleep 10; echo tick; done'"
    terminal.type(`kubectl run talker --image=busybox --restart=Never -- ${script}`)
    const two = `apiVersion: v1
kind: Pod
metadata: {name: two}
spec:
  containers:
  - {name: a, image: busybox, command: [echo, from a]}
  - {name: b, image: busybox, command: [echo, from b]}
`
    terminal.type('kubectl apply -f two.yaml', { 'two.yaml': two })
    terminal.type('kubectl create deployment web --image=nginx --replicas=2')
    terminal.run(26)
  })

  test.each<[string, Output]>([
    ['kubectl logs talker', ok('hello\ntick\ntick\n')],
    ['kubectl logs talker --tail=1', ok('tick\n')],
    ['kubectl logs talker --since=1s', ok('')],
    ['kubectl logs pod/talker -c talker --tail 1', ok('tick\n')],
    ['kubectl logs talker -c x', failed('error: container x not found in pod talker\n')],
    ['kubectl logs two b', ok('from b\n')],
    ['kubectl logs two --all-containers', ok('from a\nfrom b\n')],
    ['kubectl logs two', { ...ok('from a\n'), stderr: 'Defaulted container "a" out of: a, b\n' }],
    [
      'kubectl logs talker -p',
      failed(
        'Error from server (BadRequest): previous terminated container "talker" in pod "talker" not found\n',
      ),
    ],
  ])('%s', (line, expected) => {
    expect(terminal.type(line)).toEqual(expected)
  })

  test('of a Deployment are those of one of its Pods', () => {
    const { stdout, stderr } = terminal.type('kubectl logs deploy/web --tail=1')
    expect(stderr).toMatch(/^Found 2 pods, using pod\/web-\w+-\w+\n$/)
    expect(stdout).toMatch(/start worker process 29\n$/)
  })
})

test('the API has an endpoint of its own', () => {
  const { stdout } = new Terminal(0).type('kubectl describe svc kubernetes')
  expect(stdout).toMatch(/\nEndpoints: +172\.18\.0\.2:6443\n/)
})

test.each([
  ['Nginx', 'invalid reference format: repository name (library/Nginx) must be lowercase'],
  ['nginx:1.2:3', 'invalid reference format'],
])('an image called %s cannot even be looked for', (image, why) => {
  const terminal = new Terminal(1)
  const manifest = `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: '${image}'}]}}`
  terminal.type('kubectl apply -f -', {}, manifest)
  terminal.run(5)
  expect(terminal.type('kubectl get pods --no-headers').stdout).toMatch(/^p +0\/1 +InvalidImageName /)
  expect(terminal.type('kubectl describe pod p').stdout).toContain(`InspectFailed  `)
  expect(terminal.type('kubectl describe pod p').stdout).toContain(
    `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${why}\n`,
  )
})

test('describe tells the probes of a container', () => {
  const terminal = new Terminal(0)
  const probes = `livenessProbe: {httpGet: {path: /live, port: 80}}, readinessProbe: {exec: {command: [cat, /tmp/x]}, periodSeconds: 5}, startupProbe: {tcpSocket: {port: 80}}`
  const pod = `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: nginx, ${probes}}]}}`
  terminal.type('kubectl apply -f -', {}, pod)
  const { stdout } = terminal.type('kubectl describe pod p')
  expect(stdout).toContain('http-get http://:80/live delay=0s timeout=1s period=10s #success=1 #failure=3\n')
  expect(stdout).toContain('exec [cat /tmp/x] delay=0s timeout=1s period=5s #success=1 #failure=3\n')
  expect(stdout).toContain('tcp-socket :80 delay=0s timeout=1s period=10s #success=1 #failure=3\n')
})
