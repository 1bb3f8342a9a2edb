// A write is decided by what is stored, whatever the watch cache still believes.
import { expect, test } from 'vitest'
import type { Pod } from '../api/objects.ts'
import { makePod, objectIn, Trial } from './trial.ts'

const PODS = '/api/v1/namespaces/default/pods'
const MERGE = { 'content-type': 'application/merge-patch+json' }

test('what a stale cache would refuse is decided by what is stored', () => {
  const trial = new Trial()
  trial.call('POST', PODS, { body: makePod('web') })
  trial.advance(0.1)
  trial.order('etcd-1', { type: 'withhold', withheld: true })
  const body = { metadata: { labels: { a: 'b' } } }
  const patched = objectIn<Pod>(trial.call('PATCH', `${PODS}/web`, { headers: MERGE, body }))
  const relabelled = { ...patched, metadata: { ...patched.metadata, labels: { a: 'c' } } }
  expect(trial.call('PUT', `${PODS}/web`, { body: relabelled }).status).toBe(200)
  expect(
    trial.call('PATCH', `${PODS}/web`, { headers: MERGE, body: { metadata: { labels: { a: null } } } })
      .status,
  ).toBe(200)
  expect(objectIn<Pod>(trial.call('GET', `${PODS}/web`)).metadata.labels).toEqual({})
})
