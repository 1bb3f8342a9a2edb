// kubectl against a whole cluster: what it prints, to the letter, and its exit codes.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Output } from './testing/terminal.ts'
import { failed, ok, Terminal, web } from './testing/terminal.ts'

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
