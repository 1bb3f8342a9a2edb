import { describe, expect, test } from 'vitest'
import type { ContainerState, Pod, PodStatus } from '../api/objects.ts'
import type { Status } from '../api/status.ts'
import { processId } from '../kernel/process.ts'
import { isMessage } from '../kernel/trace.ts'
import { loggedContainer } from './kubelet/container-logs.ts'
import { KUBELET, NodeWorld } from './testing/node-world.ts'

const LOG = '/api/v1/namespaces/default/pods/web/log'
const crash = (process: string) => [{ lever: 'crash', process: processId(process), reason: 'test' }] as const

function worldWith(script: string): NodeWorld {
  const world = new NodeWorld()
  const container = { name: 'app', image: 'busybox', command: ['sh', '-c', script] }
  world.createPod('web', { containers: [container] })
  world.runFor(10)
  return world
}

test('the apiserver asks the kubelet, and the kubelet the runtime; each message is in the trace', () => {
  const world = worldWith('echo hello; sleep 1000')
  const from = world.trace.length
  const response = world.call('GET', LOG)
  expect(response).toMatchObject({ status: 200, body: 'hello\n', headers: { 'content-type': 'text/plain' } })
  const path = world.trace
    .slice(from)
    .filter(isMessage)
    .filter(({ type }) => ['request', 'response', 'cri', 'cri-result'].includes(type))
    .map(({ process, to }) => `${process} → ${to}`)
  expect(path).toEqual([
    'kubectl → kube-apiserver-1',
    'kube-apiserver-1 → node-1/kubelet',
    'node-1/kubelet → node-1/containerd',
    'node-1/containerd → node-1/kubelet',
    'node-1/kubelet → kube-apiserver-1',
    'kube-apiserver-1 → kubectl',
  ])
})

test('a container that crashes has the log of its last run, and of the one before', () => {
  const world = worldWith('echo run; exit 1')
  expect(world.call('GET', LOG).body).toBe('run\n')
  expect(world.call('GET', LOG, undefined, { previous: 'true' }).body).toBe('run\n')
})

test('a kubelet that is down refuses the connection', () => {
  const world = worldWith('echo hello; sleep 1000')
  world.kernel.inject('crash', KUBELET, crash(KUBELET), [], null)
  const { status, body } = world.call('GET', LOG)
  expect(status).toBe(500)
  expect((body as Status).message).toBe(
    'Get "https://10.0.0.11:10250/containerLogs/default/web/app": dial tcp 10.0.0.11:10250: connect: connection refused',
  )
})

test('a container that is not in the Pod, and a Pod of several without a name', () => {
  const world = new NodeWorld()
  const containers = ['a', 'b'].map((name) => ({ name, image: 'nginx' }))
  world.createPod('web', { containers })
  world.runFor(10)
  expect(world.call('GET', LOG, undefined, { container: 'x' })).toMatchObject({
    status: 400,
    body: { message: 'container x is not valid for pod web' },
  })
  expect(world.call('GET', LOG)).toMatchObject({
    status: 400,
    body: { message: 'a container name must be specified for pod web, choose one of: [a b]' },
  })
})

describe('which container has the log', () => {
  const pod = { metadata: { name: 'web' } } as Pod
  const at = (state: ContainerState, lastState: ContainerState = {}): PodStatus => ({
    phase: 'Running',
    containerStatuses: [
      {
        name: 'c',
        state,
        lastState,
        containerID: 'containerd://now',
        image: 'i',
        imageID: 'i',
        ready: true,
        restartCount: 0,
      },
    ],
  })
  const ended: ContainerState = { terminated: { containerID: 'containerd://old', exitCode: 1 } }
  const is = 'container "c" in pod "web"'
  test.each<[name: string, status: Pod['status'], previous: boolean, expected: object]>([
    ['running', at({ running: {} }), false, { id: 'now' }],
    ['running, the one before', at({ running: {} }, ended), true, { id: 'old' }],
    ['no one before', at({ running: {} }), true, { error: `previous terminated ${is} not found` }],
    ['ended', at({ terminated: { containerID: 'containerd://now', exitCode: 0 } }), false, { id: 'now' }],
    ['in back-off', at({ waiting: { reason: 'CrashLoopBackOff' } }, ended), false, { id: 'old' }],
    [
      'being created',
      at({ waiting: { reason: 'ContainerCreating' } }),
      false,
      { error: `${is} is waiting to start: ContainerCreating` },
    ],
    [
      'its image cannot be pulled',
      at({ waiting: { reason: 'ImagePullBackOff' } }),
      false,
      { error: `${is} is waiting to start: trying and failing to pull image` },
    ],
    [
      'not known yet',
      { phase: 'Pending', containerStatuses: [] },
      false,
      { error: `${is} is not available` },
    ],
  ])('%s', (_name, status, previous, expected) => {
    expect(loggedContainer(pod, status, 'c', previous)).toEqual(expected)
  })
})
