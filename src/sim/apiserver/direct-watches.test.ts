import { expect, test } from 'vitest'
import type { KubeObject } from '../api/objects.ts'
import { processId } from '../kernel/process.ts'
import type { FakeEtcdState } from './fake-etcd.ts'
import { SERVED_KINDS } from './served-kinds.ts'
import type { Watching } from './trial.ts'
import { objectIn, Trial } from './trial.ts'

const EVENTS = '/api/v1/namespaces/default/events'
const ALL_EVENTS = '/api/v1/events'
const MERGE = { 'content-type': 'application/merge-patch+json' }

const told = (watch: Watching): string[] =>
  watch.events().map(({ type, object }) => `${type} ${(object as KubeObject).metadata?.name ?? ''}`.trim())

function create(trial: Trial, name: string, namespace = 'default', reason = 'Started'): KubeObject {
  const body = {
    metadata: { name, namespace },
    involvedObject: { kind: 'Pod', name: 'web', namespace },
    reason,
    type: 'Normal',
  }
  return objectIn(trial.call('POST', `/api/v1/namespaces/${namespace}/events`, { body }))
}

const etcdWatches = (trial: Trial, member = 'etcd-1'): number =>
  (trial.kernel.stateOf(processId(member)) as FakeEtcdState).watches.length

const CACHES = SERVED_KINDS.filter(({ cached }) => cached).length

test('nobody watches Events in etcd until a client does, and each client by itself', () => {
  const trial = new Trial()
  expect(etcdWatches(trial)).toBe(CACHES)
  const first = trial.watch(EVENTS)
  const second = trial.watch(ALL_EVENTS)
  trial.advance(0.1)
  expect(etcdWatches(trial)).toBe(CACHES + 2)
  trial.cancel(first)
  trial.advance(0.1)
  expect(etcdWatches(trial)).toBe(CACHES + 1)
  create(trial, 'a')
  trial.advance(0.1)
  expect(told(first)).toEqual([])
  expect(told(second)).toEqual(['ADDED a'])
})

test('a watch begins with what is there, and goes on with what its selection concerns', () => {
  const trial = new Trial()
  create(trial, 'a')
  create(trial, 'b', 'kube-system')
  create(trial, 'c', 'default', 'Killing')
  const all = trial.watch(ALL_EVENTS)
  const here = trial.watch(EVENTS)
  const killing = trial.watch(EVENTS, { fieldSelector: 'reason=Killing' })
  create(trial, 'd', 'kube-system', 'Killing')
  create(trial, 'e', 'default', 'Killing')
  trial.call('PATCH', `${EVENTS}/a`, { headers: MERGE, body: { reason: 'Killing' } })
  trial.call('PATCH', `${EVENTS}/a`, { headers: MERGE, body: { reason: 'Started' } })
  trial.call('DELETE', `${EVENTS}/c`)
  trial.advance(0.1)
  const changes = ['MODIFIED a', 'MODIFIED a', 'DELETED c']
  expect(told(all)).toEqual(['ADDED a', 'ADDED c', 'ADDED b', 'ADDED d', 'ADDED e', ...changes])
  expect(told(here)).toEqual(['ADDED a', 'ADDED c', 'ADDED e', ...changes])
  expect(told(killing)).toEqual(['ADDED c', 'ADDED e', 'ADDED a', 'DELETED a', 'DELETED c'])
})

test('a watch goes on from the revision that it names', () => {
  const trial = new Trial()
  const { resourceVersion } = create(trial, 'a').metadata
  create(trial, 'b')
  const watch = trial.watch(EVENTS, { resourceVersion })
  const last = create(trial, 'c')
  trial.advance(0.1)
  expect(told(watch)).toEqual(['ADDED b', 'ADDED c'])
  expect(watch.events()[1]?.object).toEqual(last)
})

test('a watch from a compacted revision is told so, and ends', () => {
  const trial = new Trial()
  const { resourceVersion } = create(trial, 'a').metadata
  create(trial, 'b')
  trial.order('etcd-1', { type: 'compact-now', revision: Number(resourceVersion) + 1 })
  trial.advance(0.1)
  const watch = trial.watch(EVENTS, { resourceVersion: '1' })
  trial.advance(0.1)
  const [event] = watch.events()
  expect(event).toMatchObject({ type: 'ERROR', object: { kind: 'Status', reason: 'Expired', code: 410 } })
  expect(watch.ended()).toBe(true)
})

test('a watch moves to the next member, and nothing is missed or told twice', () => {
  const trial = new Trial({ members: 1 })
  const watch = trial.watch(EVENTS)
  create(trial, 'a')
  trial.crash('etcd-1', 0.2)
  trial.advance(20)
  create(trial, 'b')
  trial.advance(1)
  expect(told(watch)).toEqual(['ADDED a', 'ADDED b'])
  expect(watch.ended()).toBe(false)
})

test('watches that wait for a member ask once a second, however many they are', () => {
  const trial = new Trial({ members: 1 })
  const watches = [1, 2, 3].map(() => trial.watch(EVENTS))
  const before = trial.kernel.delivered
  trial.crash('etcd-1', 40)
  trial.advance(60)
  expect(trial.kernel.delivered - before).toBeLessThan(1_000)
  create(trial, 'a')
  trial.advance(1)
  for (const watch of watches) expect(told(watch)).toEqual(['ADDED a'])
})

test('lists and single Events are read from etcd, in pages too', () => {
  const trial = new Trial()
  for (const name of ['a', 'b', 'c']) create(trial, name)
  const names = (query: Record<string, string>): [string[], string | undefined] => {
    const body = trial.call('GET', EVENTS, { query }).body as {
      readonly items: readonly KubeObject[]
      readonly metadata: { readonly continue?: string }
    }
    return [body.items.map(({ metadata }) => metadata.name), body.metadata.continue]
  }
  expect(names({})[0]).toEqual(['a', 'b', 'c'])
  expect(names({ resourceVersion: '0' })[0]).toEqual(['a', 'b', 'c'])
  const [page, token] = names({ limit: '2' })
  expect(page).toEqual(['a', 'b'])
  create(trial, 'bb')
  expect(names({ limit: '2', continue: token ?? '' })).toEqual([['c'], undefined])
  expect(trial.call('GET', `${EVENTS}/b`, { query: { resourceVersion: '0' } }).status).toBe(200)
  expect(trial.call('GET', `${EVENTS}/b`, { query: { resourceVersion: '999999' } }).status).toBe(504)
  expect(trial.call('GET', EVENTS, { query: { resourceVersion: '999999' } })).toMatchObject({
    status: 504,
    body: { reason: 'Timeout' },
  })
})

test('a collection of Events is deleted as etcd has it', () => {
  const trial = new Trial()
  create(trial, 'a')
  create(trial, 'b', 'kube-system')
  create(trial, 'c', 'default', 'Killing')
  trial.call('DELETE', EVENTS, { query: { fieldSelector: 'reason=Killing' } })
  const names = (path: string): readonly unknown[] =>
    (trial.call('GET', path).body as { readonly items: readonly KubeObject[] }).items.map(
      ({ metadata }) => metadata.name,
    )
  expect(names(ALL_EVENTS)).toEqual(['a', 'b'])
  trial.call('DELETE', EVENTS)
  expect(names(ALL_EVENTS)).toEqual(['b'])
})

test('PUT changes an Event that is there, and makes one that is not', () => {
  const trial = new Trial()
  const { metadata, ...rest } = create(trial, 'a')
  const put = (name: string): number =>
    trial.call('PUT', `${EVENTS}/${name}`, { body: { ...rest, metadata: { name }, reason: 'Killing' } })
      .status
  expect(put('a')).toBe(200)
  expect(put('b')).toBe(201)
  const kept = objectIn(trial.call('GET', `${EVENTS}/a`))
  expect(kept).toMatchObject({ reason: 'Killing', metadata: { uid: metadata.uid } })
})
