import { expect, test } from 'vitest'
import { processId } from '../sim/kernel/delivery.ts'
import type { Micros } from '../sim/kernel/micros.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import type { EventSource } from './fold-timeline.ts'
import { checkEntries, Judge } from './judge.ts'

/** A Pod that is bound to one node after the other, which must not happen. */
const boundTo = (...nodes: readonly string[]): TraceEvent[] =>
  nodes.map((nodeName, index) => ({
    seq: 10 * (index + 1),
    at: (1_000 * (index + 1)) as Micros,
    process: processId('etcd-1'),
    cause: 0,
    type: 'storage',
    revision: index + 2,
    key: '/registry/pods/default/web',
    op: 'put',
    object: { metadata: { name: 'web', namespace: 'default', uid: 'u' }, spec: { nodeName } },
    previous: null,
  }))

const over = (events: readonly TraceEvent[]): EventSource => ({ event: (index) => events[index] })

const brokenNames = (judge: Judge, length: number): readonly string[] =>
  judge.at(length).broken.map(({ name, times, seq }) => `${name} ×${times} from ${seq}`)

test('a light turns red with the event that violates it, and green again when one goes back before that', () => {
  const judge = new Judge(over(boundTo('node-1', 'node-1', 'node-2', 'node-3')))
  const lost = 'api-no-lost-update'
  const names = (length: number): readonly string[] =>
    brokenNames(judge, length).filter((name) => !name.startsWith(lost))
  expect(names(2)).toEqual([])
  expect(names(4)).toEqual(['pod-bound-once ×2 from 30'])
  expect(names(3)).toEqual(['pod-bound-once ×1 from 30'])
  expect(names(2)).toEqual([])
  expect(judge.at(2).total).toBe(checkEntries.length)
})

test('what has not been looked at yet is judged when it comes, as the history grows', () => {
  const events = boundTo('node-1', 'node-2')
  const growing = events.slice(0, 1)
  const judge = new Judge(over(growing))
  expect(brokenNames(judge, 5)).toEqual([])
  growing.push(...events.slice(1))
  expect(brokenNames(judge, 2)).toContain('pod-bound-once ×1 from 20')
})
