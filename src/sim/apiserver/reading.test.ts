import { expect, test } from 'vitest'
import type { KubeList, Pod } from '../api/objects.ts'
import { makePod, objectIn, Trial } from './trial.ts'

const PODS = '/api/v1/namespaces/default/pods'

const namesIn = (body: unknown): string[] => (body as KubeList).items.map((item) => item.metadata.name)
const continueOf = (body: unknown): string => (body as KubeList).metadata.continue ?? ''

function withPods(...names: readonly string[]): Trial {
  const trial = new Trial()
  for (const name of names)
    trial.call('POST', PODS, { body: makePod(name, {}, { even: String(name.charCodeAt(0) % 2 === 0) }) })
  return trial
}

test.each([
  [{}, ['a', 'b', 'c', 'd']],
  [{ resourceVersion: '0' }, ['a', 'b', 'c', 'd']],
  [{ labelSelector: 'even=true' }, ['b', 'd']],
  [{ labelSelector: 'even!=true' }, ['a', 'c']],
  [{ fieldSelector: 'metadata.name=c' }, ['c']],
  [{ fieldSelector: 'status.phase=Running' }, []],
  [{ fieldSelector: 'spec.nodeName=' }, ['a', 'b', 'c', 'd']],
  [{ resourceVersion: '0', limit: '1' }, ['a', 'b', 'c', 'd']],
])('a list with %j has %j', (query, names) => {
  const trial = withPods('a', 'b', 'c', 'd')
  trial.advance(0.1)
  expect(namesIn(trial.call('GET', PODS, { query }).body)).toEqual(names)
})

test('pages show one revision, whatever is written between them', () => {
  const trial = withPods('a', 'b', 'c', 'd', 'e')
  const first = trial.call('GET', PODS, { query: { limit: '2' } }).body
  expect(namesIn(first)).toEqual(['a', 'b'])
  expect((first as KubeList).metadata.remainingItemCount).toBe(3)
  trial.call('DELETE', `${PODS}/d`)
  trial.call('POST', PODS, { body: makePod('bb') })
  const second = trial.call('GET', PODS, { query: { limit: '2', continue: continueOf(first) } }).body
  expect(namesIn(second)).toEqual(['c', 'd'])
  const third = trial.call('GET', PODS, { query: { limit: '2', continue: continueOf(second) } }).body
  expect(namesIn(third)).toEqual(['e'])
  expect(continueOf(third)).toBe('')
  const versions = [first, second, third].map((body) => (body as KubeList).metadata.resourceVersion)
  expect(new Set(versions).size).toBe(1)
})

test('pages of a selection are full', () => {
  const trial = withPods('a', 'b', 'c', 'd', 'e', 'f')
  const query = { labelSelector: 'even=true', limit: '2' }
  const first = trial.call('GET', PODS, { query }).body
  expect(namesIn(first)).toEqual(['b', 'd'])
  expect((first as KubeList).metadata.remainingItemCount).toBeUndefined()
  const second = trial.call('GET', PODS, { query: { ...query, continue: continueOf(first) } }).body
  expect([namesIn(second), continueOf(second)]).toEqual([['f'], ''])
})

test('a token whose revision was compacted is expired, and a damaged one is refused', () => {
  const trial = withPods('a', 'b', 'c')
  const first = trial.call('GET', PODS, { query: { limit: '1' } }).body
  trial.order('etcd-1', { type: 'compact-now', revision: 1_000 })
  const late = trial.call('GET', PODS, { query: { limit: '1', continue: continueOf(first) } })
  expect(late.body).toMatchObject({
    code: 410,
    reason: 'Expired',
    message: expect.stringMatching(/^The provided continue parameter is too old/),
  })
  expect(trial.call('GET', PODS, { query: { continue: '%%' } }).body).toMatchObject({
    code: 400,
    message: expect.stringMatching(/^continue key is not valid/),
  })
})

test('a list without a revision sees every write that was answered before it', () => {
  const trial = withPods()
  // The write is answered before its event reaches the cache; another kind's write moves the revision on.
  trial.call('POST', PODS, { body: makePod('a') })
  trial.call('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'c' } } })
  const list = trial.call('GET', PODS).body as KubeList
  expect(namesIn(list)).toEqual(['a'])
  const map = trial.call('GET', '/api/v1/namespaces/default/configmaps/c')
  expect(Number(list.metadata.resourceVersion)).toBeGreaterThanOrEqual(
    Number(objectIn<Pod>(map).metadata.resourceVersion),
  )
})

test.each(['', '/a'])('a revision from the future is waited for, for 3 s (%j)', (name) => {
  const trial = withPods('a')
  const id = trial.send('GET', PODS + name, { query: { resourceVersion: '100000' } })
  trial.advance(2.9)
  expect(trial.response(id)).toBeUndefined()
  trial.advance(0.3)
  expect(trial.response(id)).toMatchObject({
    status: 504,
    headers: { 'retry-after': '1' },
    body: {
      reason: 'Timeout',
      message: expect.stringMatching(/^Timeout: Too large resource version: 100000, current: \d+$/),
    },
  })
})

test('one object is read from etcd, or with a revision from the cache', () => {
  const trial = withPods('a')
  trial.advance(0.1)
  const fresh = trial.call('GET', `${PODS}/a`)
  expect(trial.call('GET', `${PODS}/a`, { query: { resourceVersion: '0' } }).body).toEqual(fresh.body)
  expect(trial.call('GET', `${PODS}/ghost`).body).toMatchObject({
    code: 404,
    reason: 'NotFound',
    message: 'pods "ghost" not found',
    details: { name: 'ghost', kind: 'pods' },
  })
})

const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }

test('kubectl gets tables', () => {
  const trial = withPods('a')
  trial.advance(65)
  const table = trial.call('GET', PODS, { headers: TABLE }).body as {
    columnDefinitions: { name: string }[]
    rows: { cells: unknown[] }[]
  }
  expect(table).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' })
  expect(table.columnDefinitions.slice(0, 5).map(({ name }) => name)).toEqual([
    'Name',
    'Ready',
    'Status',
    'Restarts',
    'Age',
  ])
  expect(table.rows[0]!.cells.slice(0, 5)).toEqual(['a', '0/1', 'Pending', '0', '65s'])
  expect(table.rows).toMatchObject([{ object: { kind: 'PartialObjectMetadata' } }])
  expect(trial.call('GET', `${PODS}/a`, { headers: TABLE }).body).toMatchObject({
    rows: [{ object: { metadata: { name: 'a' } } }],
  })
})

test('metadata alone can be asked for', () => {
  const trial = withPods('a')
  const headers = { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' }
  const body = trial.call('GET', PODS, { headers }).body as KubeList
  expect(body).toMatchObject({
    kind: 'PartialObjectMetadataList',
    items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' } }],
  })
  expect(body.items[0]).not.toHaveProperty('spec')
})

test('discovery names every kind with its subresources', () => {
  const trial = new Trial()
  expect(trial.call('GET', '/api').body).toMatchObject({ versions: ['v1'] })
  const groups = (trial.call('GET', '/apis').body as { groups: { name: string }[] }).groups.map(
    ({ name }) => name,
  )
  expect(groups).toEqual(['apps', 'coordination.k8s.io', 'discovery.k8s.io'])
  expect(trial.call('GET', '/apis/apps').body).toMatchObject({
    kind: 'APIGroup',
    preferredVersion: { version: 'v1' },
  })
  const core = (trial.call('GET', '/api/v1').body as { resources: { name: string; shortNames?: string[] }[] })
    .resources
  expect(core.find(({ name }) => name === 'pods')?.shortNames).toEqual(['po'])
  expect(core.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['pods/status', 'pods/binding', 'namespaces/finalize']),
  )
  expect(trial.call('GET', '/version').body).toMatchObject({ major: '1', minor: '35', gitVersion: 'v1.35.0' })
  expect(trial.call('GET', '/apis/nothing.example/v1').status).toBe(404)
  for (const path of ['/healthz', '/livez', '/readyz/']) expect(trial.call('GET', path).body).toBe('ok')
})
