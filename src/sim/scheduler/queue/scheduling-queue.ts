// The Pods that wait: active, backing off, and unschedulable until an event may help. Models
// pkg/scheduler/backend/queue with SchedulerQueueingHints and SchedulerPopFromBackoffQ. Left out: events during an
// attempt, because here an attempt decides at one moment; nominated Pods.
import type { Pod } from '../../api/objects.ts'
import { assert } from '../../kernel/assert.ts'
import type { CowMap } from '../../kernel/cow-map.ts'
import { cowMap, orderedCowMap } from '../../kernel/cow-map.ts'
import type { ClusterEvent } from '../framework/cluster-event.ts'
import { podInfo } from '../framework/pod-info.ts'
import type { Framework } from '../framework/registry.ts'
import type { Place, QueuedPod } from './queued-pod.ts'
import { backoffUntil } from './queued-pod.ts'

export interface SchedulingQueue {
  /** Every waiting Pod by uid, but not the one that is being scheduled. */
  readonly pods: CowMap<QueuedPod>
  /** The uids in the order in which they are taken. */
  readonly active: CowMap<string>
  readonly backoff: CowMap<string>
  readonly errorBackoff: CowMap<string>
  /** By uid: what waits for an event. */
  readonly unschedulable: CowMap<string>
}

/** How long a Pod waits for an event that helps before it is tried anyway. */
const MAX_IN_UNSCHEDULABLE_MICROS = 300_000_000

/** How often it is looked whether one has waited that long. */
const LEFTOVER_PERIOD_MICROS = 30_000_000

export function schedulingQueue(): SchedulingQueue {
  return {
    pods: cowMap(),
    active: orderedCowMap(),
    backoff: orderedCowMap(),
    errorBackoff: orderedCowMap(),
    unschedulable: orderedCowMap(),
  }
}

function orderOf(queue: SchedulingQueue, place: Place): CowMap<string> {
  switch (place) {
    case 'active':
      return queue.active
    case 'backoff':
      return queue.backoff
    case 'error-backoff':
      return queue.errorBackoff
    case 'unschedulable':
    case 'gated':
      return queue.unschedulable
  }
}

type Unplaced = Omit<QueuedPod, 'place' | 'orderKey'>

function place(queue: SchedulingQueue, framework: Framework, queued: Unplaced, where: Place): void {
  const { pod } = queued.info
  const { uid } = pod.metadata
  const gate = where === 'unschedulable' ? undefined : gateOf(framework, pod)
  const at = gate === undefined ? where : 'gated'
  const sortKey = framework.queueSort.queueSortKey({ pod, timestamp: queued.timestamp })
  const backingOff = at === 'backoff' || at === 'error-backoff'
  const prefix = backingOff ? `${String(queued.backoffUntil).padStart(16, '0')}/` : ''
  const orderKey = at === 'unschedulable' || at === 'gated' ? uid : `${prefix}${sortKey}/${uid}`
  const rejectors = gate === undefined ? queued.rejectors : [gate]
  const { info, timestamp, attempts, unschedulableCount, errorCount, trigger, cause } = queued
  const entry: QueuedPod = Object.freeze({
    info,
    place: at,
    timestamp,
    attempts,
    unschedulableCount,
    errorCount,
    rejectors: Object.freeze(rejectors),
    backoffUntil: queued.backoffUntil,
    trigger,
    cause,
    orderKey,
  })
  queue.pods.set(uid, entry)
  orderOf(queue, at).set(orderKey, uid)
}

/** The PreEnqueue plugin that keeps the Pod out. */
function gateOf(framework: Framework, pod: Pod): string | undefined {
  return framework.preEnqueue.find((plugin) => plugin.preEnqueue(pod) !== null)?.name
}

function take(queue: SchedulingQueue, queued: QueuedPod): void {
  queue.pods.delete(queued.info.pod.metadata.uid)
  orderOf(queue, queued.place).delete(queued.orderKey)
}

/** A Pod that the scheduler has not seen before. */
export function addPod(
  queue: SchedulingQueue,
  framework: Framework,
  pod: Pod,
  now: number,
  cause: number,
): void {
  const before = queue.pods.get(pod.metadata.uid)
  if (before !== undefined) take(queue, before)
  const fresh: Unplaced = {
    info: podInfo(pod),
    timestamp: now,
    attempts: 0,
    unschedulableCount: 0,
    errorCount: 0,
    rejectors: [],
    backoffUntil: now,
    trigger: 'PodAdd',
    cause,
  }
  place(queue, framework, fresh, 'active')
}

/** The waiting Pod changed. Where its change may help (by the hints of who rejected it), it is tried again. */
export function updatePod(
  queue: SchedulingQueue,
  framework: Framework,
  event: Extract<ClusterEvent, { resource: 'pod' }>,
  now: number,
  cause: number,
): void {
  const queued = queue.pods.get(event.pod.metadata.uid)
  if (queued === undefined) return
  const same = event.pod.spec === event.previous.spec
  const updated = { ...queued, info: same ? { ...queued.info, pod: event.pod } : podInfo(event.pod) }
  take(queue, queued)
  const waits = queued.place === 'unschedulable' || queued.place === 'gated'
  if (!waits || !mayHelp(framework, queued, event)) {
    place(queue, framework, updated, queued.place === 'gated' ? 'active' : queued.place)
    return
  }
  requeue(queue, framework, { ...updated, trigger: 'PodUpdate', cause }, now)
}

export function deletePod(queue: SchedulingQueue, uid: string): void {
  const queued = queue.pods.get(uid)
  if (queued !== undefined) take(queue, queued)
}

/**
 * Takes the next Pod. When none is active, one that backs off is taken before its time, unless an error put it there:
 * the back-off is for fairness, and nobody else wants the scheduler.
 */
export function popPod(queue: SchedulingQueue): QueuedPod | null {
  if (queue.active.size + queue.backoff.size === 0) return null
  const key = queue.active.minKey()
  const order = key === undefined ? queue.backoff : queue.active
  const first = key ?? queue.backoff.minKey()
  if (first === undefined) return null
  const queued = queue.pods.get(order.get(first) ?? '')
  assert(queued !== undefined, 'an ordered Pod is in the queue')
  take(queue, queued)
  const { info, place: from, timestamp, attempts, unschedulableCount, errorCount } = queued
  const { rejectors, backoffUntil: until, trigger, cause, orderKey } = queued
  return Object.freeze({
    info,
    place: from,
    timestamp,
    attempts: attempts + 1,
    unschedulableCount,
    errorCount,
    rejectors,
    backoffUntil: until,
    trigger,
    cause,
    orderKey,
  })
}

/** No node was found: it waits for an event that may help. */
export function addUnschedulable(
  queue: SchedulingQueue,
  framework: Framework,
  queued: QueuedPod,
  rejectors: readonly string[],
  now: number,
): void {
  const unschedulableCount = queued.unschedulableCount + 1
  const until = backoffUntil(now, unschedulableCount)
  const next = {
    ...queued,
    rejectors,
    unschedulableCount,
    errorCount: 0,
    timestamp: now,
    backoffUntil: until,
  }
  place(queue, framework, next, 'unschedulable')
}

/** The attempt failed for a reason that no event will change, such as a refused binding: it is tried after a while. */
export function addFailed(
  queue: SchedulingQueue,
  framework: Framework,
  queued: QueuedPod,
  now: number,
): void {
  const errorCount = queued.errorCount + 1
  const until = backoffUntil(now, errorCount)
  const next = { ...queued, rejectors: [], errorCount, timestamp: now, backoffUntil: until }
  place(queue, framework, { ...next, trigger: 'ScheduleAttemptFailure' }, 'error-backoff')
}

/** Moves every Pod that the event may help. Returns how many moved. */
export function moveOnEvent(
  queue: SchedulingQueue,
  framework: Framework,
  event: ClusterEvent,
  now: number,
  cause: number,
): number {
  let moved = 0
  for (const uid of queue.unschedulable.valuesArray()) {
    const queued = queue.pods.get(uid)
    if (queued === undefined || queued.place === 'gated' || !mayHelp(framework, queued, event)) continue
    take(queue, queued)
    requeue(queue, framework, { ...queued, trigger: triggerOf(event), cause }, now)
    moved++
  }
  return moved
}

function requeue(queue: SchedulingQueue, framework: Framework, queued: Unplaced, now: number): void {
  if (queued.backoffUntil > now) place(queue, framework, queued, 'backoff')
  else place(queue, framework, { ...queued, timestamp: now }, 'active')
}

/** A plugin without hints always wants another try. */
function mayHelp(framework: Framework, queued: QueuedPod, event: ClusterEvent): boolean {
  if (queued.rejectors.length === 0) return true
  return queued.rejectors.some((name) => {
    const plugin = framework.plugins[name]
    return (plugin?.queueingHint?.(queued.info.pod, event) ?? 'queue') === 'queue'
  })
}

function triggerOf(event: ClusterEvent): string {
  const resource = { node: 'Node', 'assigned-pod': 'AssignedPod', pod: 'Pod' }[event.resource]
  return `${resource}${{ add: 'Add', update: 'Update', delete: 'Delete' }[event.action]}`
}

/** Moves what has backed off long enough to the active queue, and what has waited too long for an event too. */
export function flush(queue: SchedulingQueue, framework: Framework, now: number): void {
  for (const order of [queue.backoff, queue.errorBackoff]) {
    for (const uid of order.valuesArray()) {
      const queued = queue.pods.get(uid)
      if (queued === undefined || queued.backoffUntil > now) break
      take(queue, queued)
      const trigger = queued.place === 'backoff' ? queued.trigger : 'BackoffComplete'
      place(queue, framework, { ...queued, trigger, timestamp: now }, 'active')
    }
  }
  for (const uid of queue.unschedulable.valuesArray()) {
    const queued = queue.pods.get(uid)
    if (queued === undefined || queued.place === 'gated') continue
    if (now - queued.timestamp <= MAX_IN_UNSCHEDULABLE_MICROS) continue
    take(queue, queued)
    requeue(queue, framework, { ...queued, trigger: 'UnschedulableTimeout' }, now)
  }
}

/** When `flush` may have something to do next; null where nothing waits. */
export function nextFlush(queue: SchedulingQueue, now: number): number | null {
  if (queue.unschedulable.size + queue.backoff.size + queue.errorBackoff.size === 0) return null
  let next = queue.unschedulable.size === 0 ? null : now + LEFTOVER_PERIOD_MICROS
  for (const order of [queue.backoff, queue.errorBackoff]) {
    if (order.size === 0) continue
    const first = queue.pods.get(order.get(order.minKey() ?? '') ?? '')
    if (first !== undefined) next = Math.min(next ?? first.backoffUntil, first.backoffUntil)
  }
  return next
}
