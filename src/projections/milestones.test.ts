import { expect, test } from 'vitest'
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import type { MilestonePattern } from './milestones.ts'
import { milestoneFold, noMilestones } from './milestones.ts'
import { objectFacts } from './object-facts.ts'

/** A trace of few words: each event is `seq<cause` and its facts. */
function trace(events: readonly [seq: number, cause: number, facts: object][]): TraceEvent[] {
  return events.map(
    ([seq, cause, facts]) => ({ seq, cause, at: seq * 10, process: 'p', ...facts }) as RecordedEvent,
  )
}

const host = (step: 'up' | 'down', target: string): object => ({ type: 'host', step, target })
const write = (key: string, object: object = {}): object => ({
  type: 'storage',
  op: 'put',
  key,
  revision: 1,
  object,
  previous: null,
})

function reached(patterns: readonly MilestonePattern[], events: readonly TraceEvent[]): string[] {
  const find = (seq: number): TraceEvent | undefined => events.find((event) => event.seq === seq)
  const lookup = { find, causeOf: (seq: number): number => find(seq)?.cause ?? 0 }
  const fold = milestoneFold(patterns, lookup, () => undefined)
  return events.reduce(fold, noMilestones).reached.map(({ id, seq }) => `${id}@${seq}`)
}

test('the first event that fits reaches a milestone, once', () => {
  const events = trace([
    [1, 0, host('up', 'a')],
    [2, 0, host('down', 'a')],
    [3, 0, host('down', 'b')],
  ])
  expect(reached([{ id: 'down', on: { type: 'host', step: 'down' } }], events)).toEqual(['down@2'])
})

test('several patterns are each fitted, in any order, and the last counts', () => {
  const events = trace([
    [1, 0, host('up', 'b')],
    [2, 0, host('up', 'b')],
    [3, 0, host('up', 'a')],
  ])
  const on = ['a', 'b'].map((target) => ({ type: 'host', target }))
  expect(reached([{ id: 'both', on }], events)).toEqual(['both@3'])
})

test('`from` asks for a cause, by way of an event, of its own cause, or of the request that asked for a write', () => {
  const events = trace([
    [1, 0, { type: 'etcd-request' }],
    [2, 1, { type: 'raft', from: 'a', to: 'b', deliveredAt: 20, message: {} }],
    [3, 2, write('/registry/pods/default/web')],
    [4, 0, host('up', 'stranger')],
    [5, 3, host('up', 'from the event')],
    [6, 2, host('up', 'from its cause')],
    [7, 1, host('up', 'from the request')],
  ])
  const patterns = (target: string): MilestonePattern[] => [
    { id: 'write', on: { type: 'storage', resource: 'pods' } },
    { id: 'then', from: 'write', on: { type: 'host', target } },
  ]
  expect(reached(patterns('stranger'), events)).toEqual(['write@3'])
  expect(reached(patterns('from the event'), events)).toEqual(['write@3', 'then@5'])
  expect(reached(patterns('from its cause'), events)).toEqual(['write@3', 'then@6'])
  expect(reached(patterns('from the request'), events)).toEqual(['write@3', 'then@7'])
})

test('what reached a milestone may be dropped when another one asks for it', () => {
  const events = trace([
    [1, 0, host('down', 'a')],
    [2, 1, { type: 'etcd-request' }],
    [3, 2, host('up', 'a')],
    [4, 0, host('up', 'a')],
  ])
  const patterns = [
    { id: 'gone', on: { type: 'host', step: 'down' } },
    { id: 'back', from: 'gone', on: { type: 'host', step: 'up', target: '$gone.target' } },
  ]
  const lookup = {
    find: () => expect.fail('looked for a dropped event'),
    causeOf: (seq: number) => events.find((event) => event.seq === seq)?.cause ?? 0,
  }
  const fold = milestoneFold(patterns, lookup, () => undefined)
  expect(events.reduce(fold, noMilestones).reached.map(({ seq }) => seq)).toEqual([1, 3])
})

test('`after` asks only for what came before, and not for the same event', () => {
  const events = trace([
    [1, 0, host('down', 'a')],
    [2, 0, host('down', 'b')],
  ])
  const patterns = [
    { id: 'one', on: { type: 'host', step: 'down' } },
    { id: 'two', after: 'one', on: { type: 'host', step: 'down' } },
  ]
  expect(reached(patterns, events)).toEqual(['one@1', 'two@2'])
})

test('`$id.fact` is what the event of another milestone said, and fits nothing before that is reached', () => {
  const events = trace([
    [1, 0, host('up', 'a')],
    [2, 0, host('down', 'a')],
    [3, 0, host('up', 'b')],
    [4, 0, host('up', 'a')],
  ])
  const patterns = [
    { id: 'back', on: { type: 'host', step: 'up', target: '$gone.target' } },
    { id: 'gone', on: { type: 'host', step: 'down' } },
  ]
  expect(reached(patterns, events)).toEqual(['gone@2', 'back@4'])
})

test('a pattern may leave the type open, or give it as a pattern', () => {
  const events = trace([
    [1, 0, host('up', 'a')],
    [2, 0, host('down', 'b')],
  ])
  expect(reached([{ id: 'any', on: { target: 'b' } }], events)).toEqual(['any@2'])
  expect(reached([{ id: 'some', on: { type: '/^ho/', target: 'b' } }], events)).toEqual(['some@2'])
})

test('names that every object knows are names like others', () => {
  const events = trace([
    [1, 0, host('up', 'a')],
    [2, 0, host('up', 'b')],
  ])
  const up = { type: 'host', step: 'up' }
  const patterns: MilestonePattern[] = [
    { id: 'then', from: 'constructor', on: { ...up, target: '$constructor.target' } },
    { id: 'never', on: { ...up, constructor: '/./' } },
    { id: 'neither', on: { ...up, target: '$constructor.constructor' } },
    { id: 'constructor', on: ['a', 'b'].map((target) => ({ type: 'host', target })) },
  ]
  expect(reached(patterns, events)).toEqual(['constructor@2'])
})

const ready = (status: string) => ({ type: 'Ready', status })
test.each([
  [
    'pods',
    { metadata: {}, spec: { nodeName: 'n' }, status: { phase: 'Running', conditions: [ready('True')] } },
    { phase: 'Running', ready: 'True', node: 'n', deleting: 'false' },
  ],
  [
    'pods',
    { metadata: { deletionTimestamp: 'now' }, spec: {}, status: {} },
    { phase: '', ready: '', node: '', deleting: 'true' },
  ],
  [
    'nodes',
    { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] }, status: { conditions: [ready('Unknown')] } },
    { ready: 'Unknown', taints: 'a:NoSchedule' },
  ],
  [
    'deployments',
    { spec: { replicas: 3 }, status: { replicas: 4, updatedReplicas: 1, readyReplicas: 3 } },
    { wanted: '3', replicas: '4', updatedReplicas: '1', readyReplicas: '3', availableReplicas: '0' },
  ],
  ['configmaps', { data: {} }, {}],
])('what a stored object of %s says', (resource, stored, facts) => {
  expect(objectFacts(resource, stored)).toEqual(facts)
})
