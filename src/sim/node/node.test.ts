import { expect, test } from 'vitest'
import { isMessage } from '../kernel/trace.ts'
import { NodeWorld } from './testing/node-world.ts'

test('a node registers, gets its Pod range and becomes ready', () => {
  const world = new NodeWorld({ podCIDR: null })
  const before = world.node().status.conditions?.find(({ type }) => type === 'Ready')
  expect(before).toMatchObject({
    status: 'False',
    reason: 'KubeletNotReady',
    message:
      'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
  })
  world.call('PATCH', '/api/v1/nodes/node-1', { spec: { podCIDR: '10.244.3.0/24' } })
  world.runFor(1)
  const after = world.node().status.conditions?.find(({ type }) => type === 'Ready')
  expect(after).toMatchObject({
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
  })
  const lease = world.call('GET', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1')
  expect(lease.body).toMatchObject({ spec: { holderIdentity: 'node-1', leaseDurationSeconds: 40 } })
})

test('a Pod goes through pause, CNI, pull, create and start, each caused by the one before', () => {
  const world = new NodeWorld()
  world.createPod('web', {})
  world.runFor(10)
  const pod = world.pod('web')
  expect(pod?.status).toMatchObject({ phase: 'Running', podIP: '10.244.1.2', hostIP: '10.0.0.11' })
  expect(pod?.status.containerStatuses?.[0]).toMatchObject({
    ready: true,
    started: true,
    restartCount: 0,
    image: 'docker.io/library/nginx:latest',
  })
  const steps = world.runtimeSteps('web')
  expect(steps.map(({ step, image }) => `${step} ${image ?? ''}`.trim())).toEqual([
    'pod-accepted',
    'volumes-mounted',
    'pull-started registry.k8s.io/pause:3.10',
    'pull-finished registry.k8s.io/pause:3.10',
    'sandbox-created registry.k8s.io/pause:3.10',
    'network-ready',
    'pull-started nginx',
    'pull-finished nginx',
    'container-created nginx',
    'container-started docker.io/library/nginx:latest',
  ])
  const started = steps[steps.length - 1]
  const chain = world.chainOf(started?.seq ?? 0)
  const recorded = chain.filter((event) => !isMessage(event)).map((event) => event.type)
  expect(recorded[recorded.length - 1]).toBe('command')
  const stepsOfChain = chain.flatMap((event) =>
    event.type === 'runtime' && !isMessage(event) ? [event.step] : [],
  )
  expect(stepsOfChain).toEqual([
    'container-started',
    'container-created',
    'pull-finished',
    'pull-started',
    'network-ready',
    'sandbox-created',
    'pull-finished',
    'pull-started',
    'volumes-mounted',
    'pod-accepted',
  ])
  expect(world.eventTexts('web')).toEqual([
    'Pulling: Pulling image "nginx"',
    expect.stringMatching(
      /^Pulled: Successfully pulled image "nginx" in [0-9.]+s \([0-9.]+s including waiting\)\. Image size: 72000000 bytes\.$/,
    ),
    'Created: Container created',
    'Started: Container started',
  ])
})
