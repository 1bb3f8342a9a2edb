import { expect, test } from 'vitest'
import type { RequestMessage } from '../api/messages.ts'
import type { Pod } from '../api/objects.ts'
import { Kernel } from '../kernel/kernel.ts'
import { processId } from '../kernel/process.ts'
import { isMessage } from '../kernel/trace.ts'
import type { FakeEtcdState } from './fake-etcd.ts'
import { SERVED_KINDS } from './served-kinds.ts'
import { makePod, objectIn, Trial } from './trial.ts'

const PODS = '/api/v1/namespaces/default/pods'
const MERGE = { 'content-type': 'application/merge-patch+json' }

test("etcd's errors reach the client in its own words", () => {
  const trial = new Trial()
  for (const method of ['GET', 'POST'] as const) {
    trial.order('etcd-1', { type: 'fail', errors: ['etcdserver: request timed out'] })
    const path = method === 'GET' ? `${PODS}/web` : PODS
    expect(trial.call(method, path, { body: makePod('web') })).toMatchObject({
      status: 500,
      body: { kind: 'Status', status: 'Failure', message: 'etcdserver: request timed out', code: 500 },
    })
  }
})

test.each([
  'etcdserver: leader changed',
  'etcdserver: request timed out, possibly due to previous leader failure',
])('a read or write that a change of leader hit is tried again: %s', (error) => {
  const trial = new Trial()
  trial.order('etcd-1', { type: 'fail', errors: [error, error] })
  expect(trial.call('POST', PODS, { body: makePod('web') }).status).toBe(201)
  trial.order('etcd-1', { type: 'fail', errors: [error] })
  expect(trial.call('GET', `${PODS}/web`).status).toBe(200)
})

test('a request that etcd never answers times out after 60 s', () => {
  const trial = new Trial()
  trial.order('etcd-1', { type: 'mute', mute: true })
  const start = trial.kernel.now
  const response = trial.call('POST', PODS, { body: makePod('web') })
  expect(response).toMatchObject({ status: 504, body: { reason: 'Timeout', code: 504 } })
  expect((trial.kernel.now - start) / 1_000_000).toBeCloseTo(60, 1)
  expect(trial.server.inFlight).toEqual({ read: 0, change: 0 })
})

test('a create whose answer was lost with its member is recognised as done', () => {
  const trial = new Trial({ members: 1 })
  trial.order('etcd-1', { type: 'swallow', answers: 1 })
  const id = trial.send('POST', PODS, { body: makePod('web') })
  trial.advance(0.01)
  trial.crash('etcd-1', 0.05)
  trial.advance(5)
  const response = trial.response(id)!
  expect(response.status).toBe(201)
  const stored = trial.call('GET', `${PODS}/web`)
  expect(stored.body).toEqual(response.body)
})

test('a create that is tried again is recognised though the object has changed since', () => {
  const trial = new Trial({ members: 1 })
  trial.order('etcd-1', { type: 'swallow', answers: 1 })
  const id = trial.send('POST', PODS, { body: { ...makePod(''), metadata: { generateName: 'web-' } } })
  trial.advance(0.01)
  const { disk } = trial.kernel.stateOf(processId('etcd-1')) as FakeEtcdState
  const pods = (): Pod[] => {
    const found: Pod[] = []
    disk.keys.forRange('/registry/pods/', '/registry/pods0', false, (_key, kv) => found.push(kv.value as Pod))
    return found
  }
  const [pod] = pods()
  const key = `/registry/pods/default/${pod!.metadata.name}`
  const kv = disk.keys.get(key)!
  disk.revision++
  disk.keys.set(key, { ...kv, modRevision: disk.revision, value: { ...pod!, status: { phase: 'Running' } } })
  trial.crash('etcd-1', 0.05)
  trial.advance(5)
  expect(objectIn<Pod>(trial.response(id)!).metadata.name).toBe(pod!.metadata.name)
  expect(pods()).toHaveLength(1)
})

test('a create that is tried again after its object was deleted makes another object', () => {
  const trial = new Trial({ members: 1 })
  trial.order('etcd-1', { type: 'swallow', answers: 1 })
  const id = trial.send('POST', PODS, { body: makePod('web') })
  trial.advance(0.01)
  const { disk } = trial.kernel.stateOf(processId('etcd-1')) as FakeEtcdState
  const key = '/registry/pods/default/web'
  const { uid } = (disk.keys.get(key)!.value as Pod).metadata
  disk.revision++
  disk.keys.delete(key)
  trial.crash('etcd-1', 0.05)
  trial.advance(5)
  expect(trial.response(id)!.status).toBe(201)
  const stored = objectIn<Pod>(trial.call('GET', `${PODS}/web`))
  expect(stored).toEqual(objectIn<Pod>(trial.response(id)!))
  expect(stored.metadata.uid).not.toBe(uid)
})

test('an update and a deletion whose answers were lost are recognised too', () => {
  const trial = new Trial()
  trial.call('POST', PODS, { body: makePod('web') })
  const interrupted = (send: () => number): number | undefined => {
    trial.order('etcd-1', { type: 'swallow', answers: 1 })
    const id = send()
    trial.advance(0.01)
    trial.crash('etcd-1', 0.05)
    trial.advance(20)
    return trial.response(id)?.status
  }
  const body = { metadata: { labels: { a: 'b' } } }
  expect(interrupted(() => trial.send('PATCH', `${PODS}/web`, { headers: MERGE, body }))).toBe(200)
  expect(objectIn<Pod>(trial.call('GET', `${PODS}/web`)).metadata.labels).toEqual({ a: 'b' })
  expect(interrupted(() => trial.send('DELETE', `${PODS}/web`))).toBe(200)
  expect(trial.call('GET', `${PODS}/web`).status).toBe(404)
})

test('with no member left, requests fail at once', () => {
  const trial = new Trial({ members: 2 })
  trial.crash('etcd-1')
  trial.crash('etcd-2')
  trial.advance(0.1)
  const response = trial.call('POST', PODS, { body: makePod('web') })
  expect(response.status).toBe(500)
  expect(response.body).toMatchObject({ message: expect.stringContaining('connection refused') })
})

test('calls and watches move to the next member, and nothing is missed or told twice', () => {
  const trial = new Trial({ members: 1 })
  const watch = trial.watch(PODS, { resourceVersion: '0' })
  for (const name of ['a', 'b', 'c']) {
    trial.call('POST', PODS, { body: makePod(name) })
    trial.crash('etcd-1', 0.2)
    trial.advance(20)
  }
  trial.call('POST', PODS, { body: makePod('d') })
  trial.advance(1)
  expect(watch.events().map(({ type, object }) => `${type} ${(object as Pod).metadata.name}`)).toEqual([
    'ADDED a',
    'ADDED b',
    'ADDED c',
    'ADDED d',
  ])
})

test('a member that has gone silent is left after 8 s, with its watches', () => {
  const trial = new Trial({ members: 2 })
  trial.order('etcd-1', { type: 'mute', mute: true })
  const id = trial.send('POST', PODS, { body: makePod('web') })
  trial.advance(7.9)
  expect(trial.response(id)).toBeUndefined()
  trial.advance(0.3)
  const second = trial.kernel.stateOf(processId('etcd-2')) as FakeEtcdState
  expect(second.watches.length).toBe(SERVED_KINDS.filter(({ cached }) => cached).length)
  expect(second.disk.keys.size).toBeGreaterThan(0)
})

test('when its place was compacted away the cache lists again and ends its watches', () => {
  const trial = new Trial()
  const watch = trial.watch(PODS, { resourceVersion: '0' })
  trial.call('POST', PODS, { body: makePod('a') })
  trial.advance(0.1)
  trial.order('etcd-1', { type: 'compact-now', revision: 1_000 })
  trial.crash('etcd-1', 0.1)
  trial.advance(10)
  expect(watch.ended()).toBe(true)
  expect(trial.call('GET', PODS, { query: { resourceVersion: '0' } }).body).toMatchObject({
    items: [{ metadata: { name: 'a' } }],
  })
})

test('an apiserver that crashes comes back with everything, and with new revisions only', () => {
  const trial = new Trial()
  const pod = objectIn<Pod>(trial.call('POST', PODS, { body: makePod('a') }))
  trial.crash('kube-apiserver-1', 1)
  trial.advance(3)
  expect(trial.call('GET', `${PODS}/a`).body).toEqual(pod)
  const next = objectIn<Pod>(trial.call('POST', PODS, { body: makePod('b') }))
  expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(pod.metadata.resourceVersion))
})

test('requests that come before the caches are filled wait', () => {
  const trial = new Trial({ boot: false })
  trial.order('etcd-1', { type: 'fail', errors: Array.from({ length: 40 }, () => 'etcdserver: no leader') })
  const id = trial.send('GET', '/api/v1/namespaces')
  expect(trial.call('GET', '/readyz').status).toBe(500)
  trial.advance(0.1)
  expect(trial.response(id)).toBeUndefined()
  trial.advance(10)
  expect(trial.response(id)?.status).toBe(200)
  const { items } = trial.call('GET', '/api/v1/namespaces').body as {
    items: { metadata: { name: string } }[]
  }
  expect(items.map(({ metadata }) => metadata.name).sort()).toEqual([
    'default',
    'kube-node-lease',
    'kube-public',
    'kube-system',
  ])
})

test('etcd is compacted every five minutes to the revision of five minutes before', () => {
  const trial = new Trial()
  const etcd = (): FakeEtcdState => trial.kernel.stateOf(processId('etcd-1')) as FakeEtcdState
  trial.advance(301)
  const then = etcd().disk.revision
  trial.call('POST', PODS, { body: makePod('a') })
  trial.advance(300)
  expect(etcd().disk.compacted).toBeGreaterThan(1)
  expect(etcd().disk.compacted).toBeLessThanOrEqual(then)
})

test('events are stored with a lease of about an hour, which they share', () => {
  const trial = new Trial()
  const events = '/api/v1/namespaces/default/events'
  const body = (name: string): object => ({
    metadata: { name },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
    reason: 'Created',
    message: 'x',
    type: 'Normal',
  })
  for (const name of ['a', 'b']) expect(trial.call('POST', events, { body: body(name) }).status).toBe(201)
  // One that changes lives as long from then on.
  trial.call('PATCH', `${events}/b`, { headers: MERGE, body: { count: 2 } })
  const { disk } = trial.kernel.stateOf(processId('etcd-1')) as FakeEtcdState
  expect(disk.keys.get('/registry/events/default/a')?.lease).toBe(7)
  expect(disk.keys.get('/registry/events/default/b')?.lease).toBe(7)
  const grants = trial.trace.filter(
    (event) => JSON.stringify(event).includes('"op":"lease-grant"') && event.type === 'etcd-request',
  )
  expect(grants).toHaveLength(1)
})

test('restored at any moment, in the middle of requests, the rest is the same', () => {
  const play = (trial: Trial): void => {
    trial.send('POST', PODS, { body: makePod('a') })
    trial.send('PATCH', `${PODS}/a`, { headers: MERGE, body: { metadata: { labels: { a: 'b' } } } })
    trial.send('GET', PODS)
    trial.send('GET', PODS, { query: { watch: 'true' } })
    trial.send('POST', PODS, { body: { ...makePod(''), metadata: { generateName: 'web-' } } })
    trial.send('DELETE', `${PODS}/a`)
  }
  const reference = new Trial()
  play(reference)
  const until = reference.kernel.now + 60_000
  reference.kernel.runUntil(until as never)
  const trial = new Trial()
  play(trial)
  let restores = 0
  while ((trial.kernel.nextAt() ?? until) < until) {
    trial.kernel.step()
    const twin = Kernel.restore(trial.options, trial.kernel.checkpoint())
    twin.runUntil(until as never)
    expect(twin.digest).toBe(reference.kernel.digest)
    restores++
  }
  expect(restores).toBeGreaterThan(40)
})

test('whatever happens to etcd, every answer is caused by its own request', () => {
  const trial = new Trial({ members: 1 })
  const from = trial.trace.length
  for (let i = 0; i < 5; i++) {
    trial.send('POST', PODS, { body: makePod(`web-${i}`) })
    trial.send('GET', PODS)
    trial.send('GET', `${PODS}/web-0`)
    trial.send('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: `c-${i}` } } })
    trial.advance(0.001)
    if (i === 2) trial.crash('etcd-1', 0.3)
  }
  trial.advance(100)
  const bySeq = new Map(trial.trace.map((event) => [event.seq, event]))
  const requestOf = (seq: number): number | undefined => {
    const event = bySeq.get(seq)
    if (event === undefined) return undefined
    if (isMessage(event) && event.type === 'request') return (event.message as RequestMessage).id
    return requestOf(event.cause)
  }
  const answers = trial.trace.slice(from).filter((event) => isMessage(event) && event.type === 'response')
  expect(answers).toHaveLength(20)
  for (const event of answers) {
    if (isMessage(event)) expect(requestOf(event.cause)).toBe((event.message as RequestMessage).id)
  }
})

test('however much was on its way to a member that is gone, that is one failure of it', () => {
  const trial = new Trial({ members: 2 })
  const ids = Array.from({ length: 6 }, (_, index) =>
    trial.send('POST', PODS, { body: makePod(`web-${index}`) }),
  )
  trial.advance(0.0005)
  trial.crash('etcd-1', 60)
  trial.advance(0.5)
  expect(trial.server.etcd.outages['etcd-1']?.backoff).toBe(1_000_000)
  for (const id of ids) expect(trial.response(id)?.status).toBe(201)
})
