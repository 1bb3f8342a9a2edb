import { describe, expect, test } from 'vitest'
import type { ResponseMessage } from '../api/messages.ts'
import type { Pod } from '../api/objects.ts'
import type { Delivery } from '../kernel/process.ts'
import { isMessage } from '../kernel/trace.ts'
import type { Watching } from './trial.ts'
import { makePod, objectIn, Trial } from './trial.ts'
import { watcherCount } from './watcher-index.ts'

const PODS = '/api/v1/namespaces/default/pods'
const ALL_PODS = '/api/v1/pods'
const MERGE = { 'content-type': 'application/merge-patch+json' }

const told = (watch: Watching): string[] =>
  watch.events().map(({ type, object }) => `${type} ${(object as Pod).metadata?.name ?? ''}`.trim())

const create = (trial: Trial, name: string, labels: Record<string, string> = {}): Pod =>
  objectIn<Pod>(trial.call('POST', PODS, { body: makePod(name, {}, labels) }))

const bind = (trial: Trial, name: string, node: string): void => {
  trial.call('POST', `${PODS}/${name}/binding`, { body: { target: { kind: 'Node', name: node } } })
  trial.advance(0.1)
}

const relabel = (trial: Trial, name: string, app: string): void => {
  trial.call('PATCH', `${PODS}/${name}`, { headers: MERGE, body: { metadata: { labels: { app } } } })
  trial.advance(0.1)
}

test('a watch goes on from the revision that it names, without gaps or repeats', () => {
  const trial = new Trial()
  const first = create(trial, 'a')
  create(trial, 'b')
  relabel(trial, 'a', 'x')
  const watch = trial.watch(PODS, { resourceVersion: first.metadata.resourceVersion })
  create(trial, 'c')
  trial.advance(0.1)
  expect(told(watch)).toEqual(['ADDED b', 'MODIFIED a', 'ADDED c'])
})

test('a watch without a revision begins with what is there', () => {
  const trial = new Trial()
  create(trial, 'a')
  const watch = trial.watch(PODS)
  create(trial, 'b')
  trial.advance(0.1)
  expect(told(watch)).toEqual(['ADDED a', 'ADDED b'])
})

test('an object that enters or leaves the selection is added or deleted for the watcher', () => {
  const trial = new Trial()
  const pod = create(trial, 'a', { app: 'x' })
  const resourceVersion = pod.metadata.resourceVersion
  const x = trial.watch(PODS, { resourceVersion, labelSelector: 'app=x' })
  const y = trial.watch(PODS, { resourceVersion, labelSelector: 'app in (y)' })
  relabel(trial, 'a', 'y')
  relabel(trial, 'a', 'x')
  expect(told(x)).toEqual(['DELETED a', 'ADDED a'])
  expect(told(y)).toEqual(['ADDED a', 'DELETED a'])
  const [left] = x.events()
  expect((left!.object as Pod).metadata.labels).toEqual({ app: 'x' })
  expect(Number((left!.object as Pod).metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion))
})

test('a kubelet is told only of the Pods of its node', () => {
  const trial = new Trial()
  const nodes = ['node-1', 'node-2'].map((node) =>
    trial.watch(ALL_PODS, { fieldSelector: `spec.nodeName=${node}`, resourceVersion: '0' }, 'kubelet'),
  )
  const unbound = trial.watch(ALL_PODS, { fieldSelector: 'spec.nodeName=', resourceVersion: '0' })
  const named = trial.watch(PODS, { fieldSelector: 'metadata.name=b', resourceVersion: '0' })
  create(trial, 'a')
  create(trial, 'b')
  bind(trial, 'a', 'node-1')
  bind(trial, 'b', 'node-2')
  expect(nodes.map(told)).toEqual([['ADDED a'], ['ADDED b']])
  expect(told(unbound)).toEqual(['ADDED a', 'ADDED b', 'DELETED a', 'DELETED b'])
  expect(told(named)).toEqual(['ADDED b', 'MODIFIED b'])
})

test('namespaces are kept apart', () => {
  const trial = new Trial()
  const here = trial.watch('/api/v1/namespaces/default/configmaps', { resourceVersion: '0' })
  const there = trial.watch('/api/v1/namespaces/kube-system/configmaps', { resourceVersion: '0' })
  trial.call('POST', '/api/v1/namespaces/kube-system/configmaps', { body: { metadata: { name: 'c' } } })
  trial.advance(0.1)
  expect([told(here), told(there)]).toEqual([[], ['ADDED c']])
})

test('a revision that is no longer kept is answered with 410 in the stream', () => {
  const trial = new Trial()
  const first = create(trial, 'a')
  for (let i = 0; i < 120; i++) relabel(trial, 'a', `v${i}`)
  trial.advance(80)
  relabel(trial, 'a', 'last')
  const watch = trial.watch(PODS, { resourceVersion: first.metadata.resourceVersion })
  expect(watch.events()).toMatchObject([
    {
      type: 'ERROR',
      object: {
        code: 410,
        reason: 'Expired',
        message: expect.stringMatching(
          new RegExp(`^too old resource version: ${first.metadata.resourceVersion} \\(\\d+\\)$`),
        ),
      },
    },
  ])
  expect(watch.ended()).toBe(true)
})

test('bookmarks come every minute and just before the end, to those who want them', () => {
  const trial = new Trial()
  const version = create(trial, 'a').metadata.resourceVersion
  const options = { resourceVersion: version, timeoutSeconds: '100' }
  const marked = trial.watch(PODS, { ...options, allowWatchBookmarks: 'true' })
  const plain = trial.watch(PODS, options)
  trial.advance(59)
  expect(marked.events()).toEqual([])
  trial.advance(2)
  expect(marked.events()).toMatchObject([
    { type: 'BOOKMARK', object: { kind: 'Pod', metadata: { resourceVersion: version } } },
  ])
  trial.advance(37.5)
  expect(told(marked)).toEqual(['BOOKMARK', 'BOOKMARK'])
  expect(marked.ended()).toBe(false)
  trial.advance(2)
  expect([marked.ended(), plain.ended()]).toEqual([true, true])
  expect(plain.events()).toEqual([])
  create(trial, 'b')
  trial.advance(0.1)
  expect(told(marked)).toEqual(['BOOKMARK', 'BOOKMARK'])
})

test('a watch without a time-out ends after 30 to 60 minutes', () => {
  const trial = new Trial()
  const watch = trial.watch(PODS, { resourceVersion: '0' })
  trial.advance(1799)
  expect(watch.ended()).toBe(false)
  trial.advance(1802)
  expect(watch.ended()).toBe(true)
})

test('a cancelled watch, and those of a client that died, are forgotten', () => {
  const trial = new Trial()
  const mine = trial.watch(PODS, { resourceVersion: '0' })
  trial.watch(PODS, { resourceVersion: '0' }, 'kubelet')
  expect(trial.server.watchPlaces.size).toBe(2)
  trial.cancel(mine)
  expect(trial.server.watchPlaces.size).toBe(1)
  trial.crash('kubelet')
  trial.advance(0.1)
  expect(trial.server.watchPlaces.size).toBe(0)
  expect(watcherCount(trial.server.caches.pods!.watchers)).toBe(0)
  create(trial, 'a')
  trial.advance(0.1)
  expect(told(mine)).toEqual([])
})

test('a list can be had as a watch, with a bookmark at its end', () => {
  const trial = new Trial()
  create(trial, 'a')
  const options = {
    sendInitialEvents: 'true',
    allowWatchBookmarks: 'true',
    resourceVersionMatch: 'NotOlderThan',
  }
  const watch = trial.watch(PODS, options)
  trial.advance(0.2)
  create(trial, 'b')
  trial.advance(0.1)
  expect(told(watch)).toEqual(['ADDED a', 'BOOKMARK', 'ADDED b'])
  expect(watch.events()[1]!.object).toMatchObject({
    metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
  })
  const { resourceVersionMatch: _left, ...incomplete } = options
  expect(trial.call('GET', PODS, { query: { watch: 'true', ...incomplete } }).status).toBe(422)
})

test('an event is caused by the write, all the way from the command', () => {
  const trial = new Trial()
  const watch = trial.watch(PODS, { resourceVersion: '0' })
  const before = trial.trace.length
  create(trial, 'a')
  trial.advance(0.1)
  expect(told(watch)).toEqual(['ADDED a'])
  const bySeq = new Map(trial.trace.map((event) => [event.seq, event]))
  const typesUp = (seq: number): string[] => {
    const event = bySeq.get(seq)
    return event === undefined ? [] : [event.type, ...typesUp(event.cause)]
  }
  const event = trial.trace.slice(before).find((one) => isMessage(one) && one.type === 'watch')
  expect(typesUp(event!.seq)).toEqual(['watch', 'etcd-watch', 'etcd-request', 'request', 'command'])
  const response = trial.trace.slice(before).find((one) => isMessage(one) && one.type === 'response')
  expect(typesUp(response!.seq)).toEqual(['response', 'etcd-response', 'etcd-request', 'request', 'command'])
})

test.each([
  [{ labelSelector: 'a in b' }, 400],
  [{ fieldSelector: 'spec.colour=red' }, 400],
  [{ resourceVersion: 'abc' }, 400],
])('a watch with %j is refused', (query, code) => {
  const trial = new Trial()
  expect(trial.call('GET', PODS, { query: { watch: 'true', ...query } }).status).toBe(code)
})

test('a watch from a revision that is still to come is told only of what follows it', () => {
  const trial = new Trial()
  const version = Number(create(trial, 'a').metadata.resourceVersion)
  const watch = trial.watch(PODS, { resourceVersion: String(version + 1) })
  create(trial, 'b')
  create(trial, 'c')
  trial.advance(0.1)
  expect(told(watch)).toEqual(['ADDED c'])
})

test('an event that etcd sends twice is told once', () => {
  const trial = new Trial()
  const watch = trial.watch(PODS, { resourceVersion: '0' })
  create(trial, 'a')
  trial.order('etcd-1', { type: 'repeat' })
  trial.advance(0.1)
  expect(told(watch)).toEqual(['ADDED a'])
})

test('a list that waited for the cache is caused by its request, not by the write that it waited for', () => {
  const trial = new Trial()
  const version = Number(create(trial, 'a').metadata.resourceVersion)
  const id = trial.send('GET', PODS, { query: { resourceVersion: String(version + 1) } })
  trial.advance(0.5)
  create(trial, 'b')
  trial.advance(0.1)
  expect(trial.response(id)?.status).toBe(200)
  const answer = trial.trace.find(
    (event) => isMessage(event) && event.type === 'response' && idOf(event) === id,
  )
  const cause = trial.trace.find((event) => event.seq === answer?.cause)
  expect(cause !== undefined && isMessage(cause) ? [cause.type, idOf(cause)] : []).toEqual(['request', id])
})

const idOf = (event: Delivery): number => (event.message as ResponseMessage).id

describe('a watch in table rows', () => {
  const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
  const rowsOf = (watch: Watching): unknown[] =>
    watch.events().map(({ type, object }) => {
      const { columnDefinitions, rows } = object as {
        columnDefinitions: unknown[] | null
        rows: { cells: unknown[] }[]
      }
      return [type, columnDefinitions?.length ?? 0, rows[0]?.cells.slice(0, 3)]
    })

  test('sends each change as one row, and the columns with the first only', () => {
    const trial = new Trial()
    const watch = trial.watch(PODS, { resourceVersion: '1' }, 'kubectl', table)
    create(trial, 'a')
    relabel(trial, 'a', 'x')
    trial.call('DELETE', `${PODS}/a`, { body: { gracePeriodSeconds: 0 } })
    trial.advance(0.1)
    expect(rowsOf(watch)).toEqual([
      ['ADDED', 9, ['a', '0/1', 'Pending']],
      ['MODIFIED', 0, ['a', '0/1', 'Pending']],
      ['MODIFIED', 0, ['a', '0/1', 'Terminating']],
      ['DELETED', 0, ['a', '0/1', 'Terminating']],
    ])
  })

  test.each([
    ['None', null],
    ['Metadata', { kind: 'PartialObjectMetadata' }],
    ['Object', { kind: 'Pod', spec: {} }],
  ])('includeObject=%s decides what comes with a row', (includeObject, expected) => {
    const trial = new Trial()
    create(trial, 'a')
    create(trial, 'b')
    const watch = trial.watch(PODS, { includeObject }, 'kubectl', table)
    trial.advance(0.1)
    const objects = watch
      .events()
      .map(({ object }) => (object as { rows: { object: unknown }[] }).rows[0]?.object)
    expect(objects).toHaveLength(2)
    if (expected === null) expect(objects).toEqual([null, null])
    else expect(objects[0]).toMatchObject(expected)
  })
})
