import { expect, test } from 'vitest'
import type { Deployment, ReplicaSet } from '../../api/objects.ts'
import { bootControllers } from '../testing/boot.ts'
import { makeDeployment, makeReplicaSet } from '../testing/builders.ts'
import { maxSurge, maxUnavailable, newReplicas, proportion } from './arithmetic.ts'
import { equalIgnoringHash, templateHash } from './template-hash.ts'

const CONTROLLERS = ['deployment-controller', 'replicaset-controller']

function bootWith(deployment: Deployment) {
  const world = bootControllers(CONTROLLERS)
  world.runFor(1)
  world.put('deployments', deployment)
  world.runWithKubelets(10)
  return {
    world,
    deployment: () => world.list<Deployment>('deployments')[0]!,
    sizes: () => world.list<ReplicaSet>('replicasets').map(({ spec }) => spec.replicas),
    edit: (edit: (now: Deployment) => Deployment) =>
      world.put('deployments', edit(world.list<Deployment>('deployments')[0]!)),
    scalings: () =>
      world
        .writes()
        .filter((line) => line.includes('ScalingReplicaSet'))
        .map((line) => line.replace(/.*ScalingReplicaSet /, '').replace(/web-\S+/, 'web-*')),
  }
}

test('a new Deployment gets one ReplicaSet with all replicas, and becomes complete', () => {
  const { world, deployment, sizes, scalings } = bootWith(makeDeployment('web').replicas(3).build())
  expect(sizes()).toEqual([3])
  expect(scalings()).toEqual(['Scaled up replica set web-* from 0 to 3'])
  const { status, metadata } = deployment()
  expect(metadata.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' })
  expect(status).toMatchObject({
    replicas: 3,
    updatedReplicas: 3,
    availableReplicas: 3,
    observedGeneration: 1,
  })
  expect(status.conditions?.map(({ type, status, reason }) => `${type} ${status} ${reason}`).sort()).toEqual([
    'Available True MinimumReplicasAvailable',
    'Progressing True NewReplicaSetAvailable',
  ])
  const [replicaSet] = world.list<ReplicaSet>('replicasets')
  expect(replicaSet?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{7,10}$/)
  expect(replicaSet?.spec.selector.matchLabels).toEqual(replicaSet?.metadata.labels)
})

test('a rolling update keeps within surge and unavailability, and says so as kubectl shows it', () => {
  const { world, deployment, sizes, edit, scalings } = bootWith(makeDeployment('web').replicas(4).build())
  const template = makeDeployment('web').image('nginx:2').build().spec.template
  edit((now) => ({ ...now, spec: { ...now.spec, template } }))
  world.runWithKubelets(20)
  expect(sizes().sort()).toEqual([0, 4])
  expect(scalings()).toEqual([
    'Scaled up replica set web-* from 0 to 4',
    'Scaled up replica set web-* from 0 to 1',
    'Scaled down replica set web-* from 4 to 3',
    'Scaled up replica set web-* from 1 to 2',
    'Scaled down replica set web-* from 3 to 2',
    'Scaled up replica set web-* from 2 to 3',
    'Scaled down replica set web-* from 2 to 1',
    'Scaled up replica set web-* from 3 to 4',
    'Scaled down replica set web-* from 1 to 0',
  ])
  expect(deployment().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2')
})

test('going back to an earlier template takes its ReplicaSet again, under a new revision', () => {
  const first = makeDeployment('web').replicas(2).build()
  const { world, deployment, edit } = bootWith(first)
  const template = makeDeployment('web').image('nginx:2').build().spec.template
  edit((now) => ({ ...now, spec: { ...now.spec, template } }))
  world.runWithKubelets(15)
  edit((now) => ({ ...now, spec: { ...now.spec, template: first.spec.template } }))
  world.runWithKubelets(15)
  const replicaSets = world.list<ReplicaSet>('replicasets')
  expect(replicaSets).toHaveLength(2)
  const active = replicaSets.find(({ spec }) => spec.replicas === 2)
  expect(active?.spec.template.spec?.containers[0]?.image).toBe('nginx')
  expect(active?.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
  expect(active?.metadata.annotations?.['deployment.kubernetes.io/revision-history']).toBe('1')
  expect(deployment().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3')
})

test('Recreate stops every old Pod before it starts a new one', () => {
  const recreate = makeDeployment('web')
    .replicas(2)
    .spec({ strategy: { type: 'Recreate' } })
    .build()
  const { world, edit, sizes, scalings } = bootWith(recreate)
  edit((now) => ({
    ...now,
    spec: { ...now.spec, template: makeDeployment('web').image('nginx:2').build().spec.template },
  }))
  world.runWithKubelets(15)
  expect(sizes().sort()).toEqual([0, 2])
  expect(scalings().slice(1)).toEqual([
    'Scaled down replica set web-* from 2 to 0',
    'Scaled up replica set web-* from 0 to 2',
  ])
})

test('a paused Deployment does not roll out, but scales', () => {
  const { world, deployment, edit, sizes } = bootWith(makeDeployment('web').replicas(2).build())
  edit((now) => ({
    ...now,
    spec: {
      ...now.spec,
      paused: true,
      template: makeDeployment('web').image('nginx:2').build().spec.template,
    },
  }))
  world.runWithKubelets(5)
  expect(sizes()).toEqual([2])
  expect(deployment().status.conditions?.find(({ type }) => type === 'Progressing')).toMatchObject({
    status: 'Unknown',
    reason: 'DeploymentPaused',
  })
  edit((now) => ({ ...now, spec: { ...now.spec, replicas: 5 } }))
  world.runWithKubelets(5)
  expect(sizes()).toEqual([5])
})

test('what does not become ready within the deadline is said to have timed out', () => {
  const { world, deployment, edit } = bootWith(
    makeDeployment('web').replicas(2).spec({ progressDeadlineSeconds: 30 }).build(),
  )
  edit((now) => ({
    ...now,
    spec: { ...now.spec, template: makeDeployment('web').image('broken').build().spec.template },
  }))
  world.runFor(60)
  expect(deployment().status.conditions?.find(({ type }) => type === 'Progressing')).toMatchObject({
    status: 'False',
    reason: 'ProgressDeadlineExceeded',
  })
})

test('old ReplicaSets beyond the history limit are deleted, the oldest first', () => {
  const { world, edit } = bootWith(makeDeployment('web').spec({ revisionHistoryLimit: 1 }).build())
  for (const image of ['a', 'b', 'c']) {
    const { template } = makeDeployment('web').image(image).build().spec
    edit((now) => ({ ...now, spec: { ...now.spec, template } }))
    world.runWithKubelets(10)
  }
  const images = world
    .list<ReplicaSet>('replicasets')
    .map(({ spec }) => spec.template.spec?.containers[0]?.image)
  expect(images.sort()).toEqual(['b', 'c'])
})

test.each([
  { replicas: 10, surge: '25%', unavailable: '25%', expected: [3, 2] },
  { replicas: 1, surge: '25%', unavailable: '25%', expected: [1, 0] },
  { replicas: 2, surge: 0, unavailable: '25%', expected: [0, 1] },
  { replicas: 3, surge: 1, unavailable: 5, expected: [1, 3] },
  { replicas: 0, surge: '50%', unavailable: '50%', expected: [0, 0] },
])(
  '$replicas replicas, surge $surge, unavailable $unavailable',
  ({ replicas, surge, unavailable, expected }) => {
    const rollingUpdate = { maxSurge: surge, maxUnavailable: unavailable }
    const deployment = makeDeployment('web')
      .replicas(replicas)
      .spec({ strategy: { type: 'RollingUpdate', rollingUpdate } })
      .build()
    expect([maxSurge(deployment), maxUnavailable(deployment)]).toEqual(expected)
  },
)

test.each([
  { wanted: 10, old: 10, own: 0, expected: 3 },
  { wanted: 10, old: 8, own: 5, expected: 5 },
  { wanted: 10, old: 0, own: 10, expected: 10 },
  { wanted: 10, old: 5, own: 5, expected: 8 },
])(
  'of $wanted wanted with $old old ones the new ReplicaSet goes from $own to $expected',
  ({ wanted, old, own, expected }) => {
    const fresh = makeReplicaSet('new').replicas(own).build()
    const all = [makeReplicaSet('old').replicas(old).build(), fresh]
    expect(newReplicas(makeDeployment('web').replicas(wanted).build(), all, fresh)).toBe(expected)
  },
)

test('scaling in the middle of a rollout is shared in proportion', () => {
  const deployment = makeDeployment('web').replicas(20).build()
  const annotations = { 'deployment.kubernetes.io/max-replicas': '13' }
  const large = makeReplicaSet('large').replicas(8).meta({ annotations }).build()
  const small = makeReplicaSet('small').replicas(5).meta({ annotations }).build()
  expect(proportion(large, deployment, 12, 0)).toBe(7)
  expect(proportion(small, deployment, 12, 7)).toBe(5)
})

test('the hash depends on what the template says and not on the order of keys', () => {
  const template = {
    metadata: { labels: { a: '1', b: '2' } },
    spec: { containers: [{ name: 'x', image: 'y' }] },
  }
  const reordered = {
    spec: { containers: [{ image: 'y', name: 'x' }] },
    metadata: { labels: { b: '2', a: '1' } },
  }
  expect(templateHash(template, undefined)).toBe(templateHash(reordered, undefined))
  expect(templateHash(template, 1)).not.toBe(templateHash(template, undefined))
  const hashed = { ...template, metadata: { labels: { a: '1', b: '2', 'pod-template-hash': 'x' } } }
  expect(equalIgnoringHash(template, hashed)).toBe(true)
  expect(equalIgnoringHash(template, { ...template, spec: { containers: [] } })).toBe(false)
})
