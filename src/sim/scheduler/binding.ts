// What follows a decision: assume, Reserve, Permit, then beside the next attempt PreBind and Bind; and, when one of them
// fails, the way back. Models the second half of schedule_one.go's schedulingCycle, bindingCycle and
// handleBindingCycleError. Left out: a Permit that waits, and PostBind.
import type { Pod } from '../api/objects.ts'
import { objectKey } from '../api/objects.ts'
import { formatTime } from '../api/time.ts'
import type { Context } from '../kernel/process.ts'
import { assumePod, forgetPod } from './cache/cache.ts'
import { fitErrorText } from './framework/fit-error.ts'
import type { Refusal } from './framework/reservation.ts'
import { runPermit, runReserve, unreserve } from './framework/reservation.ts'
import { isRejected } from './framework/status.ts'
import type { SchedulerHost } from './host.ts'
import type { QueuedPod } from './queue/queued-pod.ts'
import { addFailed, addUnschedulable, moveOnEvent } from './queue/scheduling-queue.ts'
import type { SchedulerState } from './state.ts'
import { BINDING_CYCLE, REPORT_FAILURE } from './tasks.ts'
import { isAssigned } from './watching.ts'

/** The rest of the scheduling cycle of a Pod that has a node. */
export function bind(
  state: SchedulerState,
  queued: QueuedPod,
  node: string,
  host: SchedulerHost,
  context: Context,
): void {
  assumePod(state.cache, queued.info, node)
  const { framework } = host
  const refusal = runReserve(framework, queued.info, node) ?? runPermit(framework, queued.info, node)
  if (refusal !== null) bindingFailed(state, queued, node, refusal, host, context)
  else host.startTask(state, BINDING_CYCLE, [queued, node], context)
}

export const assignedText = (pod: Pod, node: string): string =>
  ['Successfully assigned', objectKey(pod), 'to', node].join(' ')

export function bound(
  state: SchedulerState,
  queued: QueuedPod,
  node: string,
  host: SchedulerHost,
  context: Context,
): void {
  const { pod } = queued.info
  host.event(state, pod, 'Normal', 'Scheduled', assignedText(pod, node), context)
}

/**
 * A plugin or the apiserver refused, or did not answer. The place is free again. Where a plugin says that the Pod cannot
 * be scheduled, it waits for an event that the plugin waits for; else it is tried again after a back-off.
 */
export function bindingFailed(
  state: SchedulerState,
  queued: QueuedPod,
  node: string,
  refusal: Refusal,
  host: SchedulerHost,
  context: Context,
): void {
  const { framework } = host
  const { pod } = queued.info
  unreserve(framework, queued.info, node)
  if (forgetPod(state.cache, pod.metadata.uid)) {
    const event = { resource: 'assigned-pod', action: 'delete', pod } as const
    moveOnEvent(state.queue, framework, event, context.now, context.cause)
  }
  const latest = host.latestPod(state, objectKey(pod))
  if (latest === undefined || latest.metadata.uid !== pod.metadata.uid || isAssigned(latest)) return
  const again: QueuedPod = Object.freeze({
    ...queued,
    info: Object.freeze({ ...queued.info, pod: latest }),
    cause: context.cause,
  })
  if (isRejected(refusal.status)) {
    const statuses = new Map([[node, refusal.status]])
    const message = fitErrorText({ allNodes: 1, statuses, absent: null, preFilterMessage: '' })
    addUnschedulable(state.queue, framework, again, [refusal.plugin], context.now)
    reportFailure(state, latest, 'Unschedulable', message, host, context)
    return
  }
  addFailed(state.queue, framework, again, context.now)
  const message = `running ${refusal.point} plugin "${refusal.plugin}": ${refusal.status.reasons.join(', ')}`
  reportFailure(state, latest, 'SchedulerError', message, host, context)
}

/** Upstream cuts the note of an Event at 1 KiB. */
const MAX_EVENT_TEXT = 1024

export function reportFailure(
  state: SchedulerState,
  pod: Pod,
  reason: string,
  message: string,
  host: SchedulerHost,
  context: Context,
): void {
  const text = message.length <= MAX_EVENT_TEXT ? message : `${message.slice(0, MAX_EVENT_TEXT - 4)} ...`
  host.event(state, pod, 'Warning', 'FailedScheduling', text, context)
  host.startTask(state, REPORT_FAILURE, [pod, reason, message, formatTime(context.clock)], context)
}
