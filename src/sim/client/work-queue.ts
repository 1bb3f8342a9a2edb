// A queue of keys to work on, for any number of workers: a key that waits is not added twice, and a key that is being
// worked on waits until that is over. Models client-go/util/workqueue with its per-item exponential rate limiter;
// leaves out the overall bucket of the rate limiter.
import { micros } from '../kernel/micros.ts'
import type { Context } from '../kernel/process.ts'

export interface WorkQueue {
  /** Names the queue in its timers, where a process has several. */
  readonly name: string
  /** Keys that wait, from `head` on. */
  waiting: string[]
  head: number
  /** For each key that is waiting or must be worked on again, the `seq` that added it. */
  readonly dirty: Map<string, number>
  readonly processing: Map<string, true>
  readonly failures: Map<string, number>
  /** For each key that is added later, when. */
  readonly delayed: Map<string, number>
  /** Keys that wait a little before they are worked on again. */
  readonly parked: Map<string, true>
}

export interface QueueMessage {
  readonly type: 'queue-add'
  readonly queue: string
  readonly key: string
  readonly at: number
}

export interface QueueAgainMessage {
  readonly type: 'queue-again'
  readonly queue: string
  readonly key: string
}

export interface QueueItem {
  readonly key: string
  /** The `seq` of what queued it first. */
  readonly cause: number
}

const BASE_DELAY_MICROS = 5_000
const MAX_DELAY_MICROS = 1_000_000_000
const COMPACT_AT = 1024

export function workQueue(name: string): WorkQueue {
  return {
    name,
    waiting: [],
    head: 0,
    dirty: new Map(),
    processing: new Map(),
    failures: new Map(),
    delayed: new Map(),
    parked: new Map(),
  }
}

export function addKey(queue: WorkQueue, key: string, cause: number): void {
  if (queue.dirty.has(key)) return
  queue.dirty.set(key, cause)
  if (!queue.processing.has(key)) queue.waiting.push(key)
}

/** Takes the next key and marks it as being worked on, until `doneKey`. */
export function takeKey(queue: WorkQueue): QueueItem | null {
  if (queue.head === queue.waiting.length) return null
  const key = queue.waiting[queue.head]
  if (key === undefined) return null
  queue.head++
  if (queue.head === queue.waiting.length) {
    queue.waiting = []
    queue.head = 0
  } else if (queue.head >= COMPACT_AT && queue.head * 2 >= queue.waiting.length) {
    queue.waiting = queue.waiting.slice(queue.head)
    queue.head = 0
  }
  const cause = queue.dirty.get(key) ?? 0
  queue.dirty.delete(key)
  queue.processing.set(key, true)
  return { key, cause }
}

export function doneKey(queue: WorkQueue, key: string): void {
  queue.processing.delete(key)
  if (queue.dirty.has(key)) queue.waiting.push(key)
}

/**
 * The same, but a key that must be worked on again waits a little. What the work wrote comes back by a watch that is about
 * as fast as the answer, and real workers lose that race rarely: without the wait they would always meet a conflict.
 */
export function doneKeyAfter(queue: WorkQueue, key: string, delayMicros: number, context: Context): void {
  queue.processing.delete(key)
  const cause = queue.dirty.get(key)
  if (cause === undefined) return
  queue.parked.set(key, true)
  context.cause = cause
  const message: QueueAgainMessage = { type: 'queue-again', queue: queue.name, key }
  context.timer(micros(delayMicros), message, { continues: true })
}

/** To be called with the timers of `doneKeyAfter`. */
export function addKeyAgain(queue: WorkQueue, key: string): void {
  if (queue.parked.delete(key)) queue.waiting.push(key)
}

export function queueLength(queue: WorkQueue): number {
  return queue.waiting.length - queue.head
}

/**
 * Adds the key after a delay, unless it is to be added sooner anyway. The work that follows continues the present chain
 * of causes, unless it is only a look at the clock, in case nothing else happens.
 */
export function addKeyAfter(
  queue: WorkQueue,
  key: string,
  delayMicros: number,
  context: Context,
  continues = true,
): void {
  if (delayMicros <= 0) {
    addKey(queue, key, context.cause)
    return
  }
  const delay = micros(delayMicros)
  const at = context.now + delay
  const before = queue.delayed.get(key)
  if (before !== undefined && before <= at) return
  queue.delayed.set(key, at)
  const message: QueueMessage = { type: 'queue-add', queue: queue.name, key, at }
  context.timer(delay, message, { continues })
}

/** To be called with the queue's timers. */
export function addDelayedKey(queue: WorkQueue, message: QueueMessage, context: Context): void {
  if (queue.delayed.get(message.key) !== message.at) return
  queue.delayed.delete(message.key)
  addKey(queue, message.key, context.cause)
}

/** Adds the key again after a failure: after 5 ms, then twice as long each time. */
export function addKeyRateLimited(queue: WorkQueue, key: string, context: Context): void {
  const failures = queue.failures.get(key) ?? 0
  queue.failures.set(key, failures + 1)
  let delay = BASE_DELAY_MICROS
  for (let i = 0; i < failures && delay < MAX_DELAY_MICROS; i++) delay *= 2
  addKeyAfter(queue, key, Math.min(delay, MAX_DELAY_MICROS), context)
}

/** The key was worked on without an error: its next failure starts from the shortest delay. */
export function forgetKey(queue: WorkQueue, key: string): void {
  queue.failures.delete(key)
}

export function requeues(queue: WorkQueue, key: string): number {
  return queue.failures.get(key) ?? 0
}
