import { describe, expect, test } from 'vitest'
import { apiDeletion } from './api-deletion.ts'
import { apiNoLostUpdate } from './api-no-lost-update.ts'
import { apiWatch } from './api-watch.ts'
import { History, object } from './testing/history.ts'

const API = 'kube-apiserver-1'
const WEB = '/registry/pods/default/web'

const request = (history: History, from: string, id: number, fields: object): History =>
  history
    .send(from, API, {
      type: 'request',
      id,
      user: from,
      request: { method: 'GET', path: '/api/v1/pods', query: {}, headers: {}, ...fields },
    })
    .wait(1)

describe('watches of the API', () => {
  const open = (history: History, query: object = {}, path = '/api/v1/pods'): History =>
    request(history, 'scheduler', 1, { path, query: { watch: 'true', resourceVersion: '1', ...query } })
  const tell = (history: History, type: string, version: number, name = 'web'): History =>
    history.send(API, 'scheduler', {
      ...{
        type: 'watch',
        id: 1,
        event: { type, object: object(name, {}, { resourceVersion: String(version) }) },
      },
    })
  const pod = (name: string): string => `/registry/pods/default/${name}`

  test('everything in order, and bookmarks that are true', () => {
    const history = open(new History(apiWatch)).store(pod('a'), object('a')).store(pod('b'), object('b'))
    tell(tell(tell(history, 'ADDED', 2, 'a'), 'ADDED', 3, 'b'), 'BOOKMARK', 3)
    expect(history.found).toEqual([])
  })

  test('a watch that begins with what is there may tell that in any order', () => {
    const history = new History(apiWatch).store(pod('a'), object('a')).store(pod('b'), object('b'))
    open(history, { resourceVersion: '0' })
    tell(tell(history, 'ADDED', 3, 'b'), 'ADDED', 2, 'a')
    tell(history.store(pod('c'), object('c')), 'ADDED', 4, 'c')
    expect(history.found).toEqual([])
    expect(tell(history, 'MODIFIED', 3, 'b').found).toHaveLength(1)
  })

  test.each<readonly [string, (history: History) => History, RegExp]>([
    [
      'a version that goes back',
      (h) => tell(tell(h, 'ADDED', 3, 'b'), 'ADDED', 2, 'a'),
      /version 2 .* after version 3/,
    ],
    [
      'an event twice',
      (h) => tell(tell(h, 'ADDED', 2, 'a'), 'ADDED', 2, 'a'),
      /version 2 .* after version 2/,
    ],
    ['a version that was never stored', (h) => tell(h, 'ADDED', 7, 'a'), /nothing was stored/],
    ['an event left out', (h) => tell(h, 'ADDED', 3, 'b'), /not told of .*a at version 2/],
    [
      'a bookmark beyond what was told',
      (h) => tell(tell(h, 'ADDED', 2, 'a'), 'BOOKMARK', 3),
      /not told of .*b/,
    ],
  ])('%s is found', (_name, act, message) => {
    const history = open(new History(apiWatch)).store(pod('a'), object('a')).store(pod('b'), object('b'))
    expect(act(history).found.join('; ')).toMatch(message)
  })

  test('a watch that selects may leave out what it does not select', () => {
    const history = open(new History(apiWatch), { fieldSelector: 'spec.nodeName=node-1' })
    history.store(pod('a'), object('a')).store(pod('b'), object('b'))
    expect(tell(history, 'ADDED', 3, 'b').found).toEqual([])
  })
})

describe('updates', () => {
  const put = (history: History, version: number, revision: number, status = 200): History => {
    const body = (of: number): object => object('web', {}, { resourceVersion: String(of) })
    request(history, 'kubectl', 5, { method: 'PUT', path: '/api/v1/x', body: body(version) })
    return history.send(API, 'kubectl', {
      ...{ type: 'response', id: 5, response: { status, headers: {}, body: body(revision) } },
    })
  }
  const twice = (): History =>
    new History(apiNoLostUpdate).store(WEB, object('web')).store(WEB, object('web'))

  test('a write on the version it names, one that changes nothing, and one that is refused', () => {
    expect(put(twice(), 2, 3).found).toEqual([])
    expect(put(twice(), 3, 3).found).toEqual([])
    expect(put(twice(), 1, 3, 409).found).toEqual([])
  })

  test('an acknowledged write that replaced another version, or was never stored, is found', () => {
    expect(put(twice(), 1, 3).found[0]).toMatch(/based on version 1 and replaced version 2/)
    expect(put(twice(), 2, 9).found[0]).toMatch(/resourceVersion 9, which nothing was stored at/)
    const elsewhere = twice().store('/registry/pods/default/other', object('other'))
    expect(put(elsewhere, 3, 4).found[0]).toMatch(/without having been stored/)
  })

  test('a change that was not made on what was stored is found', () => {
    const history = new History(apiNoLostUpdate).store(WEB, object('web'))
    history.tell('etcd-1', 3, WEB, object('web'), object('web', { spec: {} }))
    expect(history.found).toHaveLength(1)
  })
})

describe('deletion', () => {
  const marked = (metadata: object): object =>
    object(
      'web',
      { spec: { nodeName: 'node-1' } },
      { deletionTimestamp: '2025-01-01T00:00:30Z', ...metadata },
    )
  const deleting = (metadata: object = {}): History => new History(apiDeletion).store(WEB, marked(metadata))

  test('a Pod on a node goes at once only if it has ended, wants it so, or somebody asks for it', () => {
    const stored = (spec: object = {}, status: object = {}): History =>
      new History(apiDeletion).store(WEB, object('web', { spec: { nodeName: 'node-1', ...spec }, status }))
    const ask = (path: string): History =>
      request(stored(), 'kubectl', 5, { method: 'DELETE', path, body: { gracePeriodSeconds: 0 } })
    expect(stored().store(WEB, null).found).toEqual([
      `${WEB} has to go without having been given time to stop`,
    ])
    const marked = (seconds: number): object =>
      object(
        'web',
        { spec: { nodeName: 'node-1' } },
        { deletionTimestamp: '', deletionGracePeriodSeconds: seconds },
      )
    expect(stored().store(WEB, marked(0)).found).toHaveLength(1)
    expect(stored().store(WEB, marked(30)).store(WEB, marked(0)).found).toHaveLength(1)
    expect(stored().store(WEB, marked(30)).found).toEqual([])
    for (const history of [
      stored({ nodeName: '' }),
      stored({ terminationGracePeriodSeconds: 0 }),
      stored({}, { phase: 'Failed' }),
      ask('/api/v1/namespaces/default/pods/web'),
      ask('/api/v1/namespaces/default/pods'),
    ])
      expect(history.store(WEB, null).found).toEqual([])
  })

  test('a deletion may be brought forward, lose its finalizers and end', () => {
    const history = deleting({ finalizers: ['a', 'b'] })
    history.store(WEB, marked({ finalizers: ['a'], deletionTimestamp: '2025-01-01T00:00:01Z' }))
    history.store(WEB, marked({ deletionTimestamp: '2025-01-01T00:00:01Z' })).store(WEB, null)
    expect(history.found).toEqual([])
  })

  test.each<readonly [string, (history: History) => History, RegExp]>([
    ['removal in spite of a finalizer', (h) => h.store(WEB, null), /in spite of its finalizer a/],
    ['a deletion taken back', (h) => h.store(WEB, object('web')), /is not any more/],
    ['one put off', (h) => h.store(WEB, marked({ deletionTimestamp: '2025-01-01T00:01:00Z' })), /put off/],
    ['a new finalizer', (h) => h.store(WEB, marked({ finalizers: ['a', 'c'] })), /gets the finalizer c/],
  ])('%s is found', (_name, act, message) => {
    expect(act(deleting({ finalizers: ['a'] })).found[0]).toMatch(message)
  })

  test('a kubelet that lets a Pod go while it runs is found', () => {
    const runtime = (history: History, step: 'container-started' | 'container-exited'): History =>
      history.event('node-1/containerd', {
        ...{ type: 'runtime', step, pod: 'default/web', uid: 'uid-of-web', container: 'app', text: '' },
      })
    const release = (history: History, seconds: number): History =>
      request(history, 'node-1/kubelet', 3, {
        ...{
          method: 'DELETE',
          path: '/api/v1/namespaces/default/pods/web',
          body: { gracePeriodSeconds: seconds },
        },
      })
    const started = (): History => runtime(deleting(), 'container-started')
    expect(release(runtime(started(), 'container-exited'), 0).found).toEqual([])
    expect(release(started(), 30).found).toEqual([])
    expect(release(started(), 0).found).toEqual([
      'node-1/kubelet lets default/web go while its container app runs',
    ])
  })
})
