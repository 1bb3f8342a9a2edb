import { expect, test } from 'vitest'
import type { KubeObject, Namespace, Pod } from '../api/objects.ts'
import { makePod, objectIn, Trial } from './trial.ts'

const PODS = '/api/v1/namespaces/default/pods'
const MERGE = { 'content-type': 'application/merge-patch+json' }
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'

function runningPod(trial: Trial, name = 'web'): Pod {
  trial.call('POST', PODS, { body: makePod(name) })
  trial.call('POST', `${PODS}/${name}/binding`, { body: { target: { kind: 'Node', name: 'node-1' } } })
  const body = { status: { phase: 'Running' } }
  return objectIn<Pod>(trial.call('PATCH', `${PODS}/${name}/status`, { headers: MERGE, body }))
}

const typesOf = (events: readonly { readonly type: string }[]): string[] => events.map((event) => event.type)

test('a running Pod gets its grace period and stays until its kubelet deletes it', () => {
  const trial = new Trial()
  const pod = runningPod(trial)
  const watch = trial.watch(PODS, { resourceVersion: pod.metadata.resourceVersion })
  const deleted = objectIn<Pod>(trial.call('DELETE', `${PODS}/web`))
  expect(deleted.metadata.deletionGracePeriodSeconds).toBe(30)
  expect(deleted.metadata.deletionTimestamp).toMatch(/^2026-01-01T00:00:3\dZ$/)
  expect(deleted.metadata.generation).toBe(2)
  const again = objectIn<Pod>(trial.call('DELETE', `${PODS}/web`))
  expect(again.metadata.resourceVersion).toBe(deleted.metadata.resourceVersion)
  expect(typesOf(watch.events())).toEqual(['MODIFIED'])
  const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } }
  expect(trial.call('DELETE', `${PODS}/web`, { body }).status).toBe(200)
  expect(trial.call('GET', `${PODS}/web`).status).toBe(404)
  trial.advance(0.1)
  expect(typesOf(watch.events())).toEqual(['MODIFIED', 'MODIFIED', 'DELETED'])
})

test('a second deletion can shorten the grace period and not lengthen it', () => {
  const trial = new Trial()
  runningPod(trial)
  const grace = (seconds: number): Pod =>
    objectIn<Pod>(trial.call('DELETE', `${PODS}/web`, { body: { gracePeriodSeconds: seconds } }))
  const long = grace(100)
  const short = grace(10)
  expect(short.metadata.deletionGracePeriodSeconds).toBe(10)
  expect(short.metadata.deletionTimestamp! < long.metadata.deletionTimestamp!).toBe(true)
  expect(grace(50).metadata.deletionGracePeriodSeconds).toBe(10)
})

test.each(['never scheduled', 'finished'])('a Pod that was %s goes at once', (state) => {
  const trial = new Trial()
  if (state === 'finished') {
    runningPod(trial)
    trial.call('PATCH', `${PODS}/web/status`, { headers: MERGE, body: { status: { phase: 'Succeeded' } } })
  } else trial.call('POST', PODS, { body: makePod('web') })
  const watch = trial.watch(PODS, { resourceVersion: '0' })
  expect(trial.call('DELETE', `${PODS}/web`).status).toBe(200)
  expect(trial.call('GET', `${PODS}/web`).status).toBe(404)
  trial.advance(0.1)
  expect(typesOf(watch.events())).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
})

test('a finalizer keeps an object until it is removed', () => {
  const trial = new Trial()
  const finalizers = ['example.com/keep']
  trial.call('POST', CONFIG_MAPS, { body: { metadata: { name: 'c', finalizers } } })
  const marked = objectIn<KubeObject>(trial.call('DELETE', `${CONFIG_MAPS}/c`))
  expect(marked.metadata).toMatchObject({ finalizers, deletionGracePeriodSeconds: 0 })
  expect(marked.metadata.deletionTimestamp).toBeDefined()
  const added = { metadata: { finalizers: [...finalizers, 'example.com/more'] } }
  expect(trial.call('PATCH', `${CONFIG_MAPS}/c`, { headers: MERGE, body: added }).status).toBe(422)
  const released = { metadata: { finalizers: [] } }
  expect(trial.call('PATCH', `${CONFIG_MAPS}/c`, { headers: MERGE, body: released }).status).toBe(200)
  expect(trial.call('GET', `${CONFIG_MAPS}/c`).status).toBe(404)
})

test.each([
  ['Foreground', ['foregroundDeletion']],
  ['Orphan', ['orphan']],
  ['Background', undefined],
])('the propagation policy %s leaves the finalizers %j', (propagationPolicy, finalizers) => {
  const trial = new Trial()
  trial.call('POST', CONFIG_MAPS, { body: { metadata: { name: 'c' } } })
  const answer = trial.call('DELETE', `${CONFIG_MAPS}/c`, { body: { propagationPolicy } })
  if (finalizers === undefined) {
    expect(answer.body).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'c', kind: 'configmaps' },
    })
    expect(trial.call('GET', `${CONFIG_MAPS}/c`).status).toBe(404)
  } else expect(objectIn<KubeObject>(answer).metadata.finalizers).toEqual(finalizers)
})

test.each([
  [{ uid: 'other' }, /UID in precondition: other/],
  [{ resourceVersion: '1' }, /ResourceVersion in precondition: 1/],
])('a precondition that is not met refuses the deletion: %j', (preconditions, message) => {
  const trial = new Trial()
  trial.call('POST', CONFIG_MAPS, { body: { metadata: { name: 'c' } } })
  const answer = trial.call('DELETE', `${CONFIG_MAPS}/c`, { body: { preconditions } })
  expect(answer.body).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: expect.stringMatching(message),
  })
  expect(trial.call('GET', `${CONFIG_MAPS}/c`).status).toBe(200)
})

test('what does not exist cannot be deleted, and options are checked', () => {
  const trial = new Trial()
  expect(trial.call('DELETE', `${PODS}/ghost`).body).toMatchObject({
    code: 404,
    message: 'pods "ghost" not found',
  })
  expect(trial.call('DELETE', `${PODS}/ghost`, { body: { propagationPolicy: 'Sideways' } }).status).toBe(422)
})

test('a collection is deleted by selector', () => {
  const trial = new Trial()
  for (const [name, app] of [
    ['a', 'x'],
    ['b', 'y'],
    ['c', 'x'],
  ] as const)
    trial.call('POST', CONFIG_MAPS, { body: { metadata: { name, labels: { app } } } })
  const answer = trial.call('DELETE', CONFIG_MAPS, { query: { labelSelector: 'app=x' } })
  expect(answer.body).toMatchObject({
    kind: 'ConfigMapList',
    items: [{ metadata: { name: 'a' } }, { metadata: { name: 'c' } }],
  })
  const left = trial.call('GET', CONFIG_MAPS).body as { items: KubeObject[] }
  expect(left.items.map((item) => item.metadata.name)).toEqual(['b'])
})

test('a Namespace is Terminating until it is finalized, and takes nothing new meanwhile', () => {
  const trial = new Trial()
  trial.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'shop' } } })
  const marked = objectIn<Namespace>(trial.call('DELETE', '/api/v1/namespaces/shop'))
  expect(marked.status.phase).toBe('Terminating')
  expect(
    trial.call('POST', '/api/v1/namespaces/shop/configmaps', { body: { metadata: { name: 'c' } } }).body,
  ).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message:
      'configmaps "c" is forbidden: unable to create new content in namespace shop because it is being terminated',
    details: { causes: [{ reason: 'NamespaceTerminating' }] },
  })
  expect(trial.call('DELETE', '/api/v1/namespaces/shop').body).toMatchObject({
    code: 409,
    reason: 'Conflict',
  })
  const finalized = { ...marked, spec: { finalizers: [] } }
  expect(trial.call('PUT', '/api/v1/namespaces/shop/finalize', { body: finalized }).status).toBe(200)
  expect(trial.call('GET', '/api/v1/namespaces/shop').status).toBe(404)
})

test('the system namespaces cannot be deleted', () => {
  const trial = new Trial()
  expect(trial.call('DELETE', '/api/v1/namespaces/kube-system').body).toMatchObject({
    code: 403,
    message: 'namespaces "kube-system" is forbidden: this namespace may not be deleted',
  })
})

test('an eviction deletes gracefully', () => {
  const trial = new Trial()
  runningPod(trial)
  const body = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'web' },
    deleteOptions: { gracePeriodSeconds: 5 },
  }
  expect(trial.call('POST', `${PODS}/web/eviction`, { body }).status).toBe(201)
  expect(objectIn<Pod>(trial.call('GET', `${PODS}/web`)).metadata.deletionGracePeriodSeconds).toBe(5)
})
