import { expect, test } from 'vitest'
import { micros } from '../kernel/micros.ts'
import type { Context, Message } from '../kernel/process.ts'
import { hostName, processId } from '../kernel/process.ts'
import type { QueueAgainMessage, QueueMessage, WorkQueue } from './work-queue.ts'
import {
  addDelayedKey,
  addKey,
  addKeyAfter,
  addKeyAgain,
  addKeyRateLimited,
  doneKey,
  doneKeyAfter,
  forgetKey,
  queueLength,
  requeues,
  takeKey,
  workQueue,
} from './work-queue.ts'

class Timers implements Context {
  now = micros(0)
  cause = 1
  readonly self = processId('p')
  readonly host = hostName('h')
  pending: { at: number; message: Message; cause: number }[] = []
  send = () => 0
  trace = () => 0
  reads = () => true
  traceUnread = () => 0
  exit = (): void => undefined
  clock = micros(0)
  impairment = () => undefined
  random = () => 0
  timer(after: number, message: Message): number {
    this.pending.push({ at: this.now + after, message, cause: this.cause })
    return 0
  }

  fire(queue: WorkQueue): readonly number[] {
    const due = this.pending.sort((a, b) => a.at - b.at)
    this.pending = []
    for (const { at, message, cause } of due) {
      this.now = micros(at)
      this.cause = cause
      if (message.type === 'queue-add') addDelayedKey(queue, message as QueueMessage, this)
      else addKeyAgain(queue, (message as QueueAgainMessage).key)
    }
    return due.map(({ at }) => at)
  }
}

const drain = (queue: WorkQueue): readonly (string | number)[] => {
  const taken: (string | number)[] = []
  for (let item = takeKey(queue); item !== null; item = takeKey(queue)) taken.push(item.key, item.cause)
  return taken
}

test('a key waits once, with its first cause', () => {
  const queue = workQueue('q')
  addKey(queue, 'a', 5)
  addKey(queue, 'b', 6)
  addKey(queue, 'a', 7)
  expect(queueLength(queue)).toBe(2)
  expect(drain(queue)).toEqual(['a', 5, 'b', 6])
})

test('a key that is being worked on waits until that is over', () => {
  const queue = workQueue('q')
  addKey(queue, 'a', 1)
  takeKey(queue)
  addKey(queue, 'a', 2)
  expect(takeKey(queue)).toBeNull()
  doneKey(queue, 'a')
  expect(drain(queue)).toEqual(['a', 2])
})

test('with a turnaround the key comes back later and still only once', () => {
  const queue = workQueue('q')
  const timers = new Timers()
  addKey(queue, 'a', 1)
  takeKey(queue)
  addKey(queue, 'a', 2)
  doneKeyAfter(queue, 'a', 2_000, timers)
  addKey(queue, 'a', 3)
  expect(takeKey(queue)).toBeNull()
  expect(timers.fire(queue)).toEqual([2_000])
  expect(drain(queue)).toEqual(['a', 2])
})

test('of several delays the shortest counts', () => {
  const queue = workQueue('q')
  const timers = new Timers()
  addKeyAfter(queue, 'a', 5_000, timers)
  addKeyAfter(queue, 'a', 9_000, timers)
  addKeyAfter(queue, 'a', 2_000, timers)
  expect(timers.fire(queue)).toEqual([2_000, 5_000])
  expect(drain(queue)).toEqual(['a', 1])
})

test('failures wait 5 ms, then twice as long each time, and success starts over', () => {
  const queue = workQueue('q')
  const timers = new Timers()
  const waits: number[] = []
  for (let i = 0; i < 20; i++) {
    const before = timers.now
    addKeyRateLimited(queue, 'a', timers)
    waits.push((timers.fire(queue)[0] ?? 0) - before)
    takeKey(queue)
    doneKey(queue, 'a')
  }
  expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000])
  expect(waits.at(-1)).toBe(1_000_000_000)
  expect(requeues(queue, 'a')).toBe(20)
  forgetKey(queue, 'a')
  addKeyRateLimited(queue, 'a', timers)
  expect(timers.pending[0]!.at - timers.now).toBe(5_000)
})

test('a long queue keeps its order while it is compacted', () => {
  const queue = workQueue('q')
  for (let i = 0; i < 5_000; i++) addKey(queue, `k${i}`, i)
  for (let i = 0; i < 5_000; i++) expect(takeKey(queue)?.key).toBe(`k${i}`)
  expect(queueLength(queue)).toBe(0)
})
