import { expect, test } from 'vitest'
import type { Pod } from '../api/objects.ts'
import { NodeWorld } from './testing/node-world.ts'

const container = (pod: Pod | undefined) => pod?.status.containerStatuses?.[0]
const busybox = (script: string) => ({ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', script] })

test('a Pod whose command ends is reported as Succeeded or Failed, once nothing of it runs', () => {
  const world = new NodeWorld()
  world.createPod('good', { restartPolicy: 'Never', containers: [busybox('echo hi; sleep 3')] })
  world.createPod('bad', { restartPolicy: 'Never', containers: [busybox('sleep 2; exit 3')] })
  world.runFor(20)
  expect(world.pod('good')?.status.phase).toBe('Succeeded')
  expect(container(world.pod('good'))?.state?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
  expect(world.pod('good')?.status.conditions).toContainEqual(
    expect.objectContaining({ type: 'Ready', status: 'False', reason: 'PodCompleted' }),
  )
  expect(world.pod('bad')?.status.phase).toBe('Failed')
  expect(container(world.pod('bad'))?.state?.terminated).toMatchObject({ exitCode: 3, reason: 'Error' })
  expect(world.runtimeSteps('good').map(({ step }) => step)).toContain('sandbox-stopped')
})

test('a Pod that is done but for its sidecar runs until the kubelet has stopped that, too', () => {
  const world = new NodeWorld()
  const proxy = { name: 'proxy', image: 'nginx:1.27', restartPolicy: 'Always' }
  world.createPod('work', {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 5,
    initContainers: [proxy],
    containers: [busybox('sleep 5; exit 0')],
  })
  const seen = new Set<string>()
  for (let i = 0; i < 400; i++) {
    world.runFor(0.1)
    const { phase = '', initContainerStatuses = [], containerStatuses = [] } = world.pod('work')?.status ?? {}
    const sidecar = initContainerStatuses[0]?.state?.running === undefined ? 'idle' : 'serves'
    const work = containerStatuses[0]?.state?.terminated === undefined ? '' : ', work done'
    seen.add(`${phase}: sidecar ${sidecar}${work}`)
  }
  expect([...seen]).toEqual([
    'Pending: sidecar idle',
    'Pending: sidecar serves',
    'Running: sidecar serves',
    'Running: sidecar serves, work done',
    'Succeeded: sidecar idle, work done',
  ])
})

test('a crashing container is restarted at once, then after 10 s, 20 s, 40 s', () => {
  const world = new NodeWorld({ images: ['busybox:1.36', 'registry.k8s.io/pause:3.10'] })
  world.createPod('crash', { containers: [busybox('exit 1')] })
  world.runFor(4)
  expect(container(world.pod('crash'))).toMatchObject({
    restartCount: 1,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 1, reason: 'Error' } },
  })
  expect(container(world.pod('crash'))?.state?.waiting?.message).toMatch(
    /^back-off 10s restarting failed container=app pod=crash_default\([0-9a-f-]+\)$/,
  )
  world.runFor(80)
  const exits = world.runtimeSteps('crash').filter(({ step }) => step === 'container-exited')
  const gaps = exits.slice(1).map(({ at }, i) => Math.round((at - (exits[i]?.at ?? 0)) / 1_000_000))
  expect(gaps).toEqual([1, 10, 20, 40])
  expect(world.pod('crash')?.status.phase).toBe('Running')
  expect(world.eventTexts('crash')).toContainEqual(
    expect.stringMatching(/^BackOff: Back-off restarting failed container app in pod crash_default\(/),
  )
})

test('a container that comes to use more memory than its limit is killed and restarted, and the status says why', () => {
  const world = new NodeWorld({ images: ['nginx:1.27', 'registry.k8s.io/pause:3.10'] })
  const app = { name: 'app', image: 'nginx:1.27', resources: { limits: { memory: '64Mi' } } }
  world.createPod('greedy', { containers: [app] }, { 'vitrine.sim/memory': '32Mi, 80Mi@10s' })
  world.runFor(8)
  expect(container(world.pod('greedy'))?.state?.running).toBeDefined()
  world.runFor(8)
  expect(container(world.pod('greedy'))).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
  })
  world.createPod('modest', { containers: [app] }, { 'vitrine.sim/memory': '32Mi' })
  world.runFor(30)
  expect(container(world.pod('modest'))).toMatchObject({ restartCount: 0, state: { running: {} } })
})

test('an image that cannot be pulled ends in ErrImagePull and ImagePullBackOff, and is tried again', () => {
  const world = new NodeWorld()
  world.createPod(
    'nope',
    { containers: [{ name: 'app', image: 'nginx:nope' }] },
    { 'vitrine.sim/pull': 'fail' },
  )
  const reasons = new Set<string>()
  for (let i = 0; i < 200; i++) {
    world.runFor(0.1)
    reasons.add(container(world.pod('nope'))?.state?.waiting?.reason ?? '')
  }
  expect([...reasons].filter((reason) => reason !== '')).toEqual([
    'ContainerCreating',
    'ErrImagePull',
    'ImagePullBackOff',
  ])
  const texts = world.eventTexts('nope')
  expect(texts).toContain('Failed: Error: ErrImagePull')
  expect(texts).toContain('Failed: Error: ImagePullBackOff')
  expect(texts).toContain('BackOff: Back-off pulling image "nginx:nope"')
  expect(texts).toContain(
    'Failed: Failed to pull image "nginx:nope": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:nope": failed to resolve reference "docker.io/library/nginx:nope": docker.io/library/nginx:nope: not found',
  )
  expect(world.runtimeSteps('nope').filter(({ step }) => step === 'pull-failed').length).toBeGreaterThan(1)
})

test('a deleted Pod is stopped, its address freed, its end reported, and then it goes', () => {
  const world = new NodeWorld()
  world.createPod('web', {})
  world.createPod('deaf', { containers: [busybox('sleep 3600')], terminationGracePeriodSeconds: 5 })
  world.runFor(10)
  world.deletePod('web')
  world.deletePod('deaf')
  world.runFor(3)
  expect(world.pod('web')).toBeUndefined()
  expect(world.pod('deaf')?.metadata.deletionTimestamp).toBeDefined()
  world.runFor(5)
  expect(world.pod('deaf')).toBeUndefined()
  const steps = world.runtimeSteps('deaf').map(({ step, exitCode }) => `${step} ${exitCode ?? ''}`.trim())
  expect(steps.slice(-4)).toEqual([
    'container-killed',
    'container-exited 137',
    'network-removed',
    'sandbox-stopped',
  ])
  expect(world.eventTexts('web')).toContain('Killing: Stopping container app')
  expect([...world.kubelet.workers.keys()]).toEqual([])
  world.runFor(70)
  expect([...world.containerd.disk.containers.keys()]).toEqual([])
  expect([...world.containerd.disk.sandboxes.keys()]).toEqual([])
})

test('a shorter grace period is obeyed while a Pod is being stopped', () => {
  const world = new NodeWorld({ images: ['busybox:1.36', 'registry.k8s.io/pause:3.10'] })
  world.createPod('deaf', { containers: [busybox('sleep 3600')], terminationGracePeriodSeconds: 300 })
  world.runFor(4)
  world.deletePod('deaf')
  world.runFor(10)
  expect(world.pod('deaf')?.status.phase).toBe('Running')
  world.deletePod('deaf', { gracePeriodSeconds: 2 })
  world.runFor(5)
  expect(world.pod('deaf')).toBeUndefined()
})

test('a Pod deleted while its image is being pulled is never started', () => {
  const world = new NodeWorld()
  world.createPod('slow', { containers: [{ name: 'app', image: 'mongo' }] })
  world.runUntil(
    () => world.runtimeSteps('slow').some(({ image, step }) => step === 'pull-started' && image === 'mongo'),
    10,
  )
  world.deletePod('slow')
  world.runFor(10)
  expect(world.pod('slow')).toBeUndefined()
  expect(world.runtimeSteps('slow').map(({ step }) => step)).not.toContain('container-created')
})

test('init containers run one after the other before the app', () => {
  const world = new NodeWorld({ images: ['busybox:1.36', 'nginx', 'registry.k8s.io/pause:3.10'] })
  const init = (name: string) => ({ ...busybox('sleep 2'), name })
  world.createPod('app', {
    initContainers: [init('one'), init('two')],
    containers: [{ name: 'web', image: 'nginx', imagePullPolicy: 'IfNotPresent' }],
  })
  world.runFor(2)
  expect(world.pod('app')?.status).toMatchObject({
    phase: 'Pending',
    containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
    initContainerStatuses: [{ name: 'one', state: { running: {} } }, { name: 'two' }],
  })
  world.runFor(10)
  expect(world.pod('app')?.status).toMatchObject({
    phase: 'Running',
    initContainerStatuses: [{ ready: true }, { ready: true }],
  })
  const started = world.runtimeSteps('app').filter(({ step }) => step === 'container-started')
  expect(started.map(({ container: name }) => name)).toEqual(['one', 'two', 'web'])
})

test('probes decide readiness and restart a container that does not live', () => {
  const world = new NodeWorld({ images: ['nginx', 'registry.k8s.io/pause:3.10'] })
  const nginx = { name: 'app', image: 'nginx', imagePullPolicy: 'IfNotPresent' }
  const http = (port: number) => ({ httpGet: { path: '/', port }, periodSeconds: 2, failureThreshold: 2 })
  world.createPod('ready', { containers: [{ ...nginx, readinessProbe: http(80) }] })
  world.createPod('deaf', { containers: [{ ...nginx, readinessProbe: http(8080) }] })
  world.createPod('dead', { containers: [{ ...nginx, livenessProbe: http(8080) }] })
  world.createPod('never', { containers: [nginx] }, { 'vitrine.sim/ready': 'false' })
  world.createPod('late', { containers: [nginx] }, { 'vitrine.sim/start-seconds': '6' })
  world.runFor(6)
  expect(container(world.pod('ready'))?.ready).toBe(true)
  expect(container(world.pod('deaf'))?.ready).toBe(false)
  expect(container(world.pod('never'))?.ready).toBe(false)
  expect(container(world.pod('late'))?.ready).toBe(false)
  world.runFor(6)
  expect(container(world.pod('late'))?.ready).toBe(true)
  expect(container(world.pod('never'))?.ready).toBe(false)
  expect(container(world.pod('dead'))?.restartCount).toBeGreaterThan(0)
  expect(world.eventTexts('dead')).toContain(
    'Killing: Container app failed liveness probe, will be restarted',
  )
  expect(world.eventTexts('deaf')).toContain(
    `Unhealthy: Readiness probe failed: Get "http://${world.pod('deaf')?.status.podIP}:8080/": dial tcp ${world.pod('deaf')?.status.podIP}:8080: connect: connection refused`,
  )
})

test('a Pod that does not fit is refused with the reason', () => {
  const world = new NodeWorld()
  const resources = { requests: { cpu: '1500m' } }
  world.createPod('first', { containers: [{ name: 'app', image: 'nginx', resources }] })
  world.createPod('second', { containers: [{ name: 'app', image: 'nginx', resources }] })
  world.runFor(2)
  expect(world.pod('second')?.status).toMatchObject({
    phase: 'Failed',
    reason: 'OutOfcpu',
    message:
      "Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, used: 1500, capacity: 2000",
  })
})

test('what a Pod asked for is free again when it has ended, was refused, or is gone', () => {
  const world = new NodeWorld()
  const resources = { requests: { cpu: '1500m' } }
  const app = (script: string) => ({ ...busybox(script), resources })
  const phase = (name: string) => world.pod(name)?.status.phase
  world.createPod('ends', { restartPolicy: 'Never', containers: [app('sleep 3')] })
  world.createPod('refused', { containers: [app('sleep 3')] })
  world.runFor(20)
  expect([phase('ends'), phase('refused')]).toEqual(['Succeeded', 'Failed'])
  world.createPod('deleted', { terminationGracePeriodSeconds: 1, containers: [app('sleep 100')] })
  world.runFor(20)
  expect(phase('deleted')).toBe('Running')
  world.deletePod('deleted')
  world.runFor(20)
  expect(world.pod('deleted')).toBeUndefined()
  world.createPod('last', { containers: [app('sleep 100')] })
  world.runFor(20)
  expect(phase('last')).toBe('Running')
})

test('a missing ConfigMap holds a volume or a container up until it is there', () => {
  const world = new NodeWorld({ images: ['nginx', 'registry.k8s.io/pause:3.10'] })
  const app = { name: 'app', image: 'nginx', imagePullPolicy: 'IfNotPresent' }
  world.createPod('env', { containers: [{ ...app, envFrom: [{ configMapRef: { name: 'settings' } }] }] })
  world.createPod('volume', { containers: [app], volumes: [{ name: 'v', configMap: { name: 'settings' } }] })
  world.runFor(3)
  expect(container(world.pod('env'))?.state?.waiting).toEqual({
    reason: 'CreateContainerConfigError',
    message: 'configmap "settings" not found',
  })
  expect(world.eventTexts('volume')).toContain(
    'FailedMount: MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
  )
  world.call('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'settings' } })
  world.runFor(20)
  expect(world.pod('env')?.status.phase).toBe('Running')
  expect(world.pod('volume')?.status.phase).toBe('Running')
})

test('a Pod that is active for too long is stopped and has failed', () => {
  const world = new NodeWorld({ images: ['nginx', 'registry.k8s.io/pause:3.10'] })
  world.createPod('late', { activeDeadlineSeconds: 8 })
  world.runFor(6)
  expect(world.pod('late')?.status.phase).toBe('Running')
  world.runFor(6)
  expect(world.pod('late')?.status).toMatchObject({
    phase: 'Failed',
    reason: 'DeadlineExceeded',
    message: 'Pod was active on the node longer than the specified deadline',
  })
})

test('a preStop hook runs before the signal, within the grace period', () => {
  const world = new NodeWorld({ images: ['nginx', 'registry.k8s.io/pause:3.10'] })
  const lifecycle = (script: string) => ({ preStop: { exec: { command: ['sh', '-c', script] } } })
  const app = { name: 'app', image: 'nginx', imagePullPolicy: 'IfNotPresent' }
  world.createPod('waits', { containers: [{ ...app, lifecycle: lifecycle('sleep 6') }] })
  world.createPod('hangs', {
    containers: [{ ...app, lifecycle: lifecycle('sleep 600') }],
    terminationGracePeriodSeconds: 10,
  })
  world.runFor(4)
  world.deletePod('waits')
  world.deletePod('hangs')
  world.runFor(5.5)
  expect(world.pod('waits')?.status.phase).toBe('Running')
  world.runFor(3)
  expect(world.pod('waits')).toBeUndefined()
  expect(world.pod('hangs')).toBeDefined()
  world.runFor(5)
  expect(world.pod('hangs')).toBeUndefined()
})
