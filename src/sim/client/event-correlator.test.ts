import { expect, test } from 'vitest'
import type { EventObject } from './event-correlator.ts'
import { correlate, correlatorState } from './event-correlator.ts'

/** About a container of the Pod, as the kubelet reports it. */
const about = (container: string, message: string): EventObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `web.${container}.${message}`, namespace: 'default' },
  involvedObject: {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'default',
    name: 'web',
    uid: 'u1',
    fieldPath: `spec.containers{${container}}`,
  },
  reason: 'Unhealthy',
  message,
  source: { component: 'kubelet', host: 'node-1' },
  firstTimestamp: '2026-01-01T00:00:00Z',
  type: 'Warning',
})

test('the same words about two containers are two Events, each with its own count', () => {
  const state = correlatorState()
  const verdicts = ['a', 'b', 'a', 'b', 'b'].map((container) =>
    correlate(state, about(container, 'failed'), 0),
  )
  expect(
    verdicts.map((verdict) =>
      verdict.action === 'drop'
        ? 'drop'
        : `${verdict.action} ${verdict.event.metadata.name} ${verdict.event.count}`,
    ),
  ).toEqual([
    'create web.a.failed 1',
    'create web.b.failed 1',
    'count web.a.failed 2',
    'count web.b.failed 2',
    'count web.b.failed 3',
  ])
})

test('ten differing messages are combined, whichever containers they are about', () => {
  const state = correlatorState()
  const messages = Array.from({ length: 12 }, (_, index) => {
    const verdict = correlate(state, about(index % 2 === 0 ? 'a' : 'b', `failed ${index}`), 0)
    return verdict.action === 'drop' ? 'drop' : `${verdict.action}: ${verdict.event.message}`
  })
  expect(messages.slice(8)).toEqual([
    'create: failed 8',
    'create: (combined from similar events): failed 9',
    'count: (combined from similar events): failed 10',
    'count: (combined from similar events): failed 11',
  ])
})

test('a Pod has 25 Events in a row, however many containers it has, and then one each five minutes', () => {
  const state = correlatorState()
  const actions = (count: number, now: number): string[] =>
    Array.from(
      { length: count },
      (_, index) => correlate(state, about(['a', 'b', 'c'][index % 3] ?? '', 'failed'), now).action,
    )
  expect(actions(40, 0).filter((action) => action !== 'drop')).toHaveLength(25)
  expect(actions(3, 299_000_000).filter((action) => action !== 'drop')).toHaveLength(0)
  expect(actions(3, 300_000_000).filter((action) => action !== 'drop')).toHaveLength(1)
})
