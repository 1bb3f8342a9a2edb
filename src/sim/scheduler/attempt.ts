// One attempt to schedule one Pod: take it from the queue, decide, assume, and start its binding; or put it back with
// the reason. Models schedule_one.go's ScheduleOne. An attempt takes a little time and decides at the end of it.
import type { Pod } from '../api/objects.ts'
import { objectKey } from '../api/objects.ts'
import { micros } from '../kernel/micros.ts'
import type { Context } from '../kernel/process.ts'
import { assignedText, bind, reportFailure } from './binding.ts'
import { isAssumed, snapshotOf } from './cache/cache.ts'
import { scheduleCycle } from './framework/cycle.ts'
import { podInfo } from './framework/pod-info.ts'
import type { SchedulerHost } from './host.ts'
import type { QueuedPod } from './queue/queued-pod.ts'
import { addUnschedulable, flush, nextFlush, popPod } from './queue/scheduling-queue.ts'
import type { SchedulerState } from './state.ts'
import { isAssigned } from './watching.ts'

export interface AttemptMessage {
  readonly type: 'schedule-one'
  readonly uid: string
}

/** Filtering and scoring take the real scheduler about this long in a small cluster. */
const CYCLE_MICROS = 1_000
const CYCLE_SPREAD_MICROS = 1_000

/** Begins the next attempt, where one can begin. To be called after everything that may have filled the queue. */
export function scheduleNext(state: SchedulerState, context: Context): void {
  setFlushTimer(state, context)
  if (!state.election.leading || !state.client.synced || state.current !== null) return
  const queued = popPod(state.queue)
  if (queued === null) return
  state.current = queued
  context.cause = queued.cause
  const message: AttemptMessage = { type: 'schedule-one', uid: queued.info.pod.metadata.uid }
  const duration = CYCLE_MICROS + Math.floor(CYCLE_SPREAD_MICROS * context.random())
  context.timer(micros(duration), message, { continues: true })
}

function setFlushTimer(state: SchedulerState, context: Context): void {
  const at = nextFlush(state.queue, context.now)
  if (at === null || (state.flushAt !== 0 && state.flushAt <= at)) return
  state.flushAt = Math.max(at, context.now)
  context.timer(micros(state.flushAt - context.now), { type: 'queue-flush' })
}

export function flushQueue(state: SchedulerState, { framework }: SchedulerHost, context: Context): void {
  if (state.flushAt === 0 || context.now < state.flushAt) return
  state.flushAt = 0
  flush(state.queue, framework, context.now)
}

/** The end of an attempt's time: the decision. */
export function decide(state: SchedulerState, uid: string, host: SchedulerHost, context: Context): void {
  const { framework } = host
  const popped = state.current
  if (popped === null || popped.info.pod.metadata.uid !== uid) return
  state.current = null
  const pod = host.latestPod(state, objectKey(popped.info.pod))
  if (pod === undefined || pod.metadata.uid !== uid || isAssigned(pod) || isAssumed(state.cache, uid)) return
  if (pod.metadata.deletionTimestamp !== undefined) {
    const message = `skip schedule deleting pod: ${objectKey(pod)}`
    host.event(state, pod, 'Warning', 'FailedScheduling', message, context)
    return
  }
  const queued = withPod(popped, pod)
  const isRead = context.reads('schedule')
  const { decision, nextStart, rejectors } = scheduleCycle(framework, {
    pod: queued.info,
    snapshot: snapshotOf(state.cache),
    names: state.cache.names,
    start: state.nextStart,
    percentageOfNodesToScore: state.percentageOfNodesToScore,
    random: () => context.random(),
    attempt: queued.attempts,
    trigger: queued.trigger,
    queuedMicros: context.now - queued.timestamp,
    tables: isRead,
  })
  state.nextStart = nextStart
  const { chosen } = decision
  if (!isRead) context.cause = context.traceUnread(1)
  else
    context.cause = context.trace({
      type: 'schedule',
      pod: objectKey(pod),
      uid,
      attempt: queued.attempts,
      node: chosen,
      message: chosen === null ? decision.message : assignedText(pod, chosen),
      decision,
    })
  if (chosen === null) {
    addUnschedulable(state.queue, framework, queued, rejectors, context.now)
    reportFailure(state, pod, 'Unschedulable', decision.message, host, context)
  } else bind(state, queued, chosen, host, context)
}

/** The same with the Pod as it is now. */
function withPod(queued: QueuedPod, pod: Pod): QueuedPod {
  if (pod === queued.info.pod) return queued
  const info = pod.spec === queued.info.pod.spec ? { ...queued.info, pod } : podInfo(pod)
  return Object.freeze({ ...queued, info: Object.freeze(info) })
}
