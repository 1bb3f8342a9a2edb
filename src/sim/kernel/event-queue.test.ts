import { expect, test } from 'vitest'
import type { Delivery } from './delivery.ts'
import { processId } from './delivery.ts'
import { EventQueue, UNKNOWN_PLACE } from './event-queue.ts'
import { micros } from './micros.ts'
import { advanceStream, streamValue } from './random.ts'

const a = processId('a')

const due = (at: number, seq: number): Delivery => ({
  seq,
  at: micros(0),
  process: a,
  cause: 0,
  type: 'tick',
  from: a,
  to: a,
  sentAt: micros(0),
  deliveredAt: micros(at),
  message: { type: 'tick' },
})

const inOrder = (x: Delivery, y: Delivery): number => x.deliveredAt - y.deliveredAt || x.seq - y.seq

function drained(queue: EventQueue): number[] {
  const seqs: number[] = []
  for (let next = queue.take(); next !== undefined; next = queue.take()) seqs.push(next.seq)
  return seqs
}

test.each([1, 2, 3])('takes the earliest, and of equal times the one that came first (seed %i)', (seed) => {
  let stream = seed
  const below = (count: number): number => {
    stream = advanceStream(stream)
    return Math.floor(streamValue(stream) * count)
  }
  const queue = new EventQueue()
  const oracle: Delivery[] = []
  for (let seq = 1; seq <= 5_000; seq++) {
    // Few times, so that many are equal, and a `seq` that need not be the highest, as of what waited in a process.
    const delivery = due(below(300), below(4) === 0 ? seq + 10_000 : seq)
    queue.add(delivery)
    oracle.push(delivery)
    if (below(3) > 0) continue
    oracle.sort(inOrder)
    expect(queue.nextAt()).toBe(oracle[0]?.deliveredAt)
    expect(queue.take()).toBe(oracle.shift())
  }
  const copy = new EventQueue(queue.all())
  const rest = oracle.sort(inOrder).map(({ seq }) => seq)
  expect(queue.all().map(({ seq }) => seq)).toHaveLength(rest.length)
  expect(drained(queue)).toEqual(rest)
  expect(drained(copy)).toEqual(rest)
})

test('what is removed is told, and the rest keeps its order', () => {
  const queue = new EventQueue()
  for (let seq = 1; seq <= 100; seq++) queue.add(due(seq % 7, seq))
  const removed = queue.remove(({ seq }) => seq % 2 === 0)
  expect(removed.map(({ seq }) => seq).sort((x, y) => x - y)).toEqual(
    Array.from({ length: 50 }, (_, i) => 2 * i + 2),
  )
  expect(queue.length).toBe(50)
  const odd = Array.from({ length: 50 }, (_, i) => due((2 * i + 1) % 7, 2 * i + 1))
  expect(drained(queue)).toEqual(odd.sort(inOrder).map(({ seq }) => seq))
  expect([queue.length, queue.nextAt(), queue.take()]).toEqual([0, undefined, undefined])
})

test('knows the place of the receiver of what was taken, where it was told', () => {
  const queue = new EventQueue()
  for (let seq = 1; seq <= 3_000; seq++)
    queue.add(due((seq * 7_919) % 1_000, seq), seq % 5 === 0 ? undefined : seq)
  for (let next = queue.take(); next !== undefined; next = queue.take())
    expect(queue.takenPlace).toBe(next.seq % 5 === 0 ? UNKNOWN_PLACE : next.seq)
  const other = new EventQueue([due(1, 1)])
  other.take()
  expect(other.takenPlace).toBe(UNKNOWN_PLACE)
})
