// Who is taken next, who waits how long, and which events wake whom.
import { expect, test } from 'vitest'
import type { ClusterEvent } from '../framework/cluster-event.ts'
import { createFramework } from '../framework/registry.ts'
import { defaultPlugins } from '../plugins/index.ts'
import type { PodBuilder } from '../testing/builders.ts'
import { makeNode, makePod } from '../testing/builders.ts'
import type { QueuedPod } from './queued-pod.ts'
import { backoffUntil } from './queued-pod.ts'
import type { SchedulingQueue } from './scheduling-queue.ts'
import {
  addFailed,
  addPod,
  addUnschedulable,
  deletePod,
  flush,
  moveOnEvent,
  nextFlush,
  popPod,
  schedulingQueue,
  updatePod,
} from './scheduling-queue.ts'

const framework = createFramework(defaultPlugins)
const SECOND = 1_000_000

function queueOf(...pods: PodBuilder[]): SchedulingQueue {
  const queue = schedulingQueue()
  for (const [i, { pod }] of pods.entries()) addPod(queue, framework, pod, i, 100 + i)
  return queue
}

const names = (queue: SchedulingQueue): string[] => {
  const taken: string[] = []
  for (let queued = popPod(queue); queued !== null; queued = popPod(queue))
    taken.push(queued.info.pod.metadata.name)
  return taken
}

function pop(queue: SchedulingQueue): QueuedPod {
  const queued = popPod(queue)
  if (queued === null) throw new Error('the queue is empty')
  return queued
}

/** A Pod that these plugins rejected at this time, for the n-th time. */
function rejected(pod: PodBuilder, by: string[], now: number, times = 1): SchedulingQueue {
  const queue = queueOf(pod)
  for (let i = 1; i <= times; i++) {
    addUnschedulable(queue, framework, pop(queue), by, now)
    if (i < times) flush(queue, framework, now + 301 * SECOND + i)
  }
  return queue
}

test('the highest priority first, then the longest wait', () => {
  expect(names(queueOf(makePod('a'), makePod('b').priority(10), makePod('c')))).toEqual(['b', 'a', 'c'])
})

test('a deleted Pod is not taken', () => {
  const queue = queueOf(makePod('a'), makePod('b'))
  deletePod(queue, 'uid-a')
  expect(names(queue)).toEqual(['b'])
})

test('an entry counts its attempts and keeps its cause', () => {
  expect(pop(queueOf(makePod('a')))).toMatchObject({ attempts: 1, cause: 100, trigger: 'PodAdd' })
})

test.each([
  [0, 0],
  [1, 1],
  [2, 2],
  [3, 4],
  [4, 8],
  [5, 10],
  [50, 10],
])('after %i failures the back-off is %i s', (failures, seconds) => {
  expect(backoffUntil(3 * SECOND, failures)).toBe((3 + seconds) * SECOND)
})

test('a back-off ends at a whole second', () => {
  expect(backoffUntil(3_400_000, 1)).toBe(4 * SECOND)
})

const bigNode = makeNode('n')
const nodeAdd: ClusterEvent = { resource: 'node', action: 'add', node: bigNode.node }
const podGone: ClusterEvent = {
  resource: 'assigned-pod',
  action: 'delete',
  pod: makePod('x').onNode('n').pod,
}
const podCame: ClusterEvent = { resource: 'assigned-pod', action: 'add', pod: makePod('x').onNode('n').pod }
const uncordoned: ClusterEvent = {
  resource: 'node',
  action: 'update',
  node: bigNode.node,
  previous: bigNode.cordoned().node,
  changes: ['taints'],
}
const untainted: ClusterEvent = {
  ...uncordoned,
  previous: bigNode.taints({ key: 'a', effect: 'NoSchedule' }).node,
}
const grown: ClusterEvent = {
  ...uncordoned,
  previous: bigNode.allocatable({ cpu: '1' }).node,
  changes: ['allocatable'],
}

test.each<[string, string[], ClusterEvent, PodBuilder, boolean]>([
  ['a node', ['NodeResourcesFit'], nodeAdd, makePod('p').request('cpu', '2'), true],
  ['a node that is too small', ['NodeResourcesFit'], nodeAdd, makePod('p').request('cpu', '20'), false],
  ['a Pod that leaves', ['NodeResourcesFit'], podGone, makePod('p'), true],
  ['a Pod that comes', ['NodeResourcesFit'], podCame, makePod('p'), false],
  ['more capacity', ['NodeResourcesFit'], grown, makePod('p').request('cpu', '2'), true],
  ['a lifted cordon, for one without room', ['NodeResourcesFit'], uncordoned, makePod('p'), false],
  ['a lifted cordon', ['NodeUnschedulable'], uncordoned, makePod('p'), true],
  ['a taint that goes', ['TaintToleration'], untainted, makePod('p'), true],
  ['a Pod that leaves, for one kept away by taints', ['TaintToleration'], podGone, makePod('p'), false],
  ['one of two reasons gone', ['NodeAffinity', 'TaintToleration'], untainted, makePod('p'), true],
  ['a node without the label', ['NodeAffinity'], nodeAdd, makePod('p').nodeSelector({ a: 'b' }), false],
])('an event wakes whom it may help: %s', (_name, rejectors, event, pod, wakes) => {
  const queue = rejected(pod, rejectors, 0)
  expect(moveOnEvent(queue, framework, event, 5 * SECOND, 777)).toBe(wakes ? 1 : 0)
  if (wakes) expect(pop(queue)).toMatchObject({ attempts: 2, cause: 777 })
  else expect(popPod(queue)).toBeNull()
})

test('an event during the back-off puts the Pod behind the active ones, and an idle scheduler takes it at once', () => {
  const queue = rejected(makePod('a').priority(9), ['NodeResourcesFit'], 0)
  addPod(queue, framework, makePod('b').pod, 1, 1)
  moveOnEvent(queue, framework, nodeAdd, 2, 2)
  expect(names(queue)).toEqual(['b', 'a'])
})

test('after an error the back-off is served in full', () => {
  const queue = queueOf(makePod('a'))
  addFailed(queue, framework, pop(queue), 0)
  expect(popPod(queue)).toBeNull()
  expect(nextFlush(queue, 0)).toBe(SECOND)
  flush(queue, framework, SECOND - 1)
  expect(popPod(queue)).toBeNull()
  flush(queue, framework, SECOND)
  expect(names(queue)).toEqual(['a'])
})

test('without any event an unschedulable Pod is tried again after five minutes', () => {
  const queue = rejected(makePod('a'), ['NodeAffinity'], 0)
  flush(queue, framework, 300 * SECOND)
  expect(popPod(queue)).toBeNull()
  flush(queue, framework, 300 * SECOND + 1)
  expect(pop(queue)).toMatchObject({ trigger: 'UnschedulableTimeout', attempts: 2 })
})

test('a gated Pod waits for its gates and for nothing else', () => {
  const gated = makePod('a').spec({ schedulingGates: [{ name: 'quota' }] })
  const queue = queueOf(gated)
  expect(popPod(queue)).toBeNull()
  expect(moveOnEvent(queue, framework, nodeAdd, 1, 1)).toBe(0)
  const event = { resource: 'pod', action: 'update', pod: makePod('a').pod, previous: gated.pod } as const
  updatePod(queue, framework, event, 2, 5)
  expect(pop(queue)).toMatchObject({ cause: 5, trigger: 'PodUpdate' })
})

test('a change of the Pod that cannot help does not wake it', () => {
  const pod = makePod('a').nodeSelector({ a: 'b' })
  const queue = rejected(pod, ['NodeAffinity'], 0)
  const event = { resource: 'pod', action: 'update', pod: { ...pod.pod }, previous: pod.pod } as const
  updatePod(queue, framework, event, 2, 5)
  expect(popPod(queue)).toBeNull()
})
