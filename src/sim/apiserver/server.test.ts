import { expect, test } from 'vitest'
import type { Pod } from '../api/objects.ts'
import { makePod, objectIn, Trial } from './trial.ts'

const PODS = '/api/v1/namespaces/default/pods'

test('a Pod is created, read, listed and watched', () => {
  const trial = new Trial()
  const watch = trial.watch(PODS, { resourceVersion: '0' })
  const created = trial.call('POST', PODS, { body: makePod('web') })
  expect(created.status).toBe(201)
  const pod = objectIn<Pod>(created)
  expect(pod.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number(pod.metadata.resourceVersion)).toBeGreaterThan(1)
  expect(pod.spec.serviceAccountName).toBe('default')
  expect(trial.call('GET', `${PODS}/web`).body).toEqual(pod)
  const list = trial.call('GET', PODS)
  expect(list.body).toMatchObject({
    kind: 'PodList',
    apiVersion: 'v1',
    items: [{ metadata: { name: 'web' } }],
  })
  expect(watch.events()).toEqual([{ type: 'ADDED', object: pod }])
})
