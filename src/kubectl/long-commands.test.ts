// Commands that last, that are interrupted, or that look into containers.
import { beforeAll, describe, expect, test } from 'vitest'
import { Kernel } from '../sim/kernel/kernel.ts'
import { seconds } from '../sim/kernel/micros.ts'
import { processId } from '../sim/kernel/process.ts'
import type { Output } from './testing/terminal.ts'
import { failed, KUBECTL, ok, Terminal, web } from './testing/terminal.ts'

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
