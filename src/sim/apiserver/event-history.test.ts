import { expect, test } from 'vitest'
import type { KubeObject } from '../api/objects.ts'
import { clonePlain } from '../kernel/copies.ts'
import { micros } from '../kernel/micros.ts'
import type { CachedEvent, EventHistory } from './event-history.ts'
import { append, eventHistory, forgetOldest, oldest, visitAfter } from './event-history.ts'

function eventAt(revision: number): CachedEvent {
  const object = { metadata: {} } as KubeObject
  return Object.freeze({
    revision,
    at: micros(0),
    type: 'ADDED',
    key: `k${revision}`,
    object,
    previous: null,
  })
}

function revisionsAfter(history: EventHistory, revision: number): number[] {
  const seen: number[] = []
  visitAfter(history, revision, (event) => seen.push(event.revision))
  return seen
}

/** Revisions as etcd gives them: some are of other kinds, and one transaction may make several events. */
const REVISIONS = Array.from({ length: 700 }, (_, index) => 10 + 3 * Math.floor(index / 2))

test.each([0, 1, 127, 128, 129, 300, 699, 700])(
  'after forgetting %i events, the rest is found by revision',
  (forgotten) => {
    const history = eventHistory()
    for (const revision of REVISIONS) append(history, eventAt(revision))
    for (let i = 0; i < forgotten; i++) forgetOldest(history)
    const left = REVISIONS.slice(forgotten)
    expect(history.size).toBe(left.length)
    expect(oldest(history)?.revision).toBe(left[0])
    for (const after of [0, 9, 10, 11, 200, 201, 202, 500, 1057, 1058, 2000])
      expect(revisionsAfter(history, after)).toEqual(left.filter((revision) => revision > after))
  },
)

test('events come and go without end, and as many stay as are wanted', () => {
  const history = eventHistory()
  for (const revision of REVISIONS) {
    append(history, eventAt(revision))
    if (history.size > 5) forgetOldest(history)
  }
  expect(revisionsAfter(history, 0)).toEqual(REVISIONS.slice(-5))
  expect(history.full.length).toBeLessThanOrEqual(1)
  for (let i = 0; i < 9; i++) forgetOldest(history)
  expect([history.size, oldest(history)]).toEqual([0, undefined])
  append(history, eventAt(5000))
  expect(revisionsAfter(history, 0)).toEqual([5000])
})

test('a copy goes its own way', () => {
  const history = eventHistory()
  for (const revision of REVISIONS) append(history, eventAt(revision))
  const copy = clonePlain(history)
  for (let i = 0; i < 200; i++) forgetOldest(history)
  append(history, eventAt(9000))
  expect(revisionsAfter(copy, 0)).toEqual(REVISIONS)
  expect(copy.full[4]).toBe(history.full[3])
})
