import { expect, test } from 'vitest'
import type { Node, Pod } from '../../api/objects.ts'
import { makePod, objectIn, Trial } from '../trial.ts'
import { priority } from './priority.ts'
import { admissionChain } from './runtime/chain.ts'

const PODS = '/api/v1/namespaces/default/pods'

test('a Pod needs its service account', () => {
  const trial = new Trial()
  const refused = trial.call('POST', '/api/v1/namespaces/kube-system/pods', { body: makePod('web') })
  expect(refused.body).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message:
      'pods "web" is forbidden: error looking up service account kube-system/default: serviceaccount "default" not found',
  })
  const named = trial.call('POST', PODS, { body: makePod('web', { serviceAccountName: 'robot' }) })
  expect((named.body as { message: string }).message).toContain('serviceaccount "robot" not found')
})

test("the account's token is mounted in every container", () => {
  const trial = new Trial()
  const containers = [
    { name: 'a', image: 'x' },
    {
      name: 'b',
      image: 'x',
      volumeMounts: [{ name: 'own', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
    },
  ]
  const body = makePod('web', {
    containers,
    initContainers: [{ name: 'i', image: 'x' }],
    volumes: [{ name: 'own', emptyDir: {} }],
  })
  const { spec } = objectIn<Pod>(trial.call('POST', PODS, { body }))
  const volume = spec.volumes?.[1]
  expect(volume?.name).toMatch(/^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  expect(volume?.projected?.sources?.map((source) => Object.keys(source)[0])).toEqual([
    'serviceAccountToken',
    'configMap',
    'downwardAPI',
  ])
  expect(spec.containers.map((container) => container.volumeMounts?.[0]?.name)).toEqual([volume?.name, 'own'])
  expect(spec.initContainers?.[0]?.volumeMounts?.[0]).toMatchObject({ name: volume?.name, readOnly: true })
})

test('no token is mounted where nobody wants one', () => {
  const trial = new Trial()
  const body = makePod('web', { automountServiceAccountToken: false })
  expect(objectIn<Pod>(trial.call('POST', PODS, { body })).spec.volumes ?? []).toEqual([])
})

const exists = (key: string): object => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
})
const NOT_READY = 'node.kubernetes.io/not-ready'
const UNREACHABLE = 'node.kubernetes.io/unreachable'

test.each([
  [undefined, [exists(NOT_READY), exists(UNREACHABLE)]],
  [
    [{ key: NOT_READY, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }],
    [{ ...exists(NOT_READY), tolerationSeconds: 5 }, exists(UNREACHABLE)],
  ],
  [[{ operator: 'Exists' }], [{ operator: 'Exists' }]],
  [
    [{ key: 'x', operator: 'Exists' }],
    [{ key: 'x', operator: 'Exists' }, exists(NOT_READY), exists(UNREACHABLE)],
  ],
])('tolerations %j become %j', (tolerations, expected) => {
  const trial = new Trial()
  const body = makePod('web', tolerations === undefined ? {} : { tolerations })
  expect(objectIn<Pod>(trial.call('POST', PODS, { body })).spec.tolerations).toEqual(expected)
})

test.each([
  [undefined, 0],
  ['system-node-critical', 2_000_001_000],
])('the priority class %j means %i', (priorityClassName, value) => {
  const trial = new Trial()
  const body = makePod('web', priorityClassName === undefined ? {} : { priorityClassName })
  expect(objectIn<Pod>(trial.call('POST', PODS, { body })).spec.priority).toBe(value)
})

test('an unknown priority class is refused', () => {
  const trial = new Trial()
  expect(
    trial.call('POST', PODS, { body: makePod('web', { priorityClassName: 'gold' }) }).body,
  ).toMatchObject({
    message: 'pods "web" is forbidden: no PriorityClass with name gold was found',
  })
})

test('a new Node is tainted until it is ready', () => {
  const trial = new Trial()
  const node = objectIn<Node>(trial.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'node-1' } } }))
  expect(node.spec.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }])
})

test('a plugin that is registered twice is a mistake', () => {
  expect(() => admissionChain([priority, priority])).toThrow('registered twice')
})
