// The one queue of the simulation: a binary heap ordered by (deliveredAt, seq). Entries are immutable, so copying the
// array copies the queue.
import type { Delivery } from './delivery.ts'

export type EventQueue = Delivery[]

const before = (a: Delivery, b: Delivery): boolean =>
  a.deliveredAt < b.deliveredAt || (a.deliveredAt === b.deliveredAt && a.seq < b.seq)

export function enqueue(queue: EventQueue, delivery: Delivery): void {
  let hole = queue.length
  queue.push(delivery)
  while (hole > 0) {
    const parent = (hole - 1) >> 1
    const above = queue[parent]
    if (above === undefined || before(above, delivery)) break
    queue[hole] = above
    hole = parent
  }
  queue[hole] = delivery
}

export function dequeue(queue: EventQueue): Delivery | undefined {
  const first = queue[0]
  const last = queue.pop()
  if (first === undefined || last === undefined || queue.length === 0) return first
  siftDown(queue, last)
  return first
}

function siftDown(queue: EventQueue, sinking: Delivery): void {
  let hole = 0
  for (;;) {
    let child = 2 * hole + 1
    let smaller = queue[child]
    if (smaller === undefined) break
    const right = queue[child + 1]
    if (right !== undefined && before(right, smaller)) {
      smaller = right
      child++
    }
    if (before(sinking, smaller)) break
    queue[hole] = smaller
    hole = child
  }
  queue[hole] = sinking
}

/** Takes out every entry that `drop` names, keeping the order of the rest. Returns what was taken. */
export function removeFromQueue(queue: EventQueue, drop: (delivery: Delivery) => boolean): Delivery[] {
  const removed: Delivery[] = []
  const kept: Delivery[] = []
  for (const delivery of queue) (drop(delivery) ? removed : kept).push(delivery)
  if (removed.length === 0) return removed
  queue.length = 0
  for (const delivery of kept) enqueue(queue, delivery)
  return removed
}
