// What the scheduler asks of the apiserver about one Pod, as tasks. Models schedule_one.go's bindingCycle and
// handleSchedulingFailure's status update.
import { findCondition } from '../api/conditions.ts'
import type { Pod } from '../api/objects.ts'
import { PODS } from '../api/resources.ts'
import { eventRecorderTasks } from '../client/event-recorder.ts'
import { api, sleep } from '../client/index.ts'
import { leaderElectionTasks } from '../client/leader-election.ts'
import { micros } from '../kernel/micros.ts'
import type { Effect, Task } from '../kernel/task.ts'
import { perform } from '../kernel/task.ts'
import type { BindingRequest } from './framework/plugin.ts'
import type { Refusal } from './framework/reservation.ts'
import type { QueuedPod } from './queue/queued-pod.ts'

/** From one goroutine to the other. */
const HANDOVER_MICROS = micros(200)

export const BINDING_CYCLE = 'bindingCycle'
export const REPORT_FAILURE = 'reportFailure'

/** Asks the process for what its plugins say before a binding. */
export interface PreBindEffect extends Effect {
  readonly effect: 'pre-bind'
  readonly queued: QueuedPod
  readonly node: string
}

/** Null: the Pod is bound. */
function* bindingCycle(queued: QueuedPod, node: string): Task<Refusal | null> {
  // It runs beside the next scheduling cycle, so the decision comes first and the request after it.
  yield* sleep(HANDOVER_MICROS)
  const effect: PreBindEffect = { effect: 'pre-bind', queued, node }
  const { refusal, binder, request } = yield* perform<PreBound>(effect)
  if (refusal !== null) return refusal
  const bound = yield* api.bind(request.pod, request.node)
  if (bound.ok) return null
  const { message, reason } = bound.status
  return {
    point: 'Bind',
    plugin: binder,
    status: { code: 'Error', reasons: [message ?? reason ?? 'unknown error'] },
  }
}

/** What the plugins say: no, or what to send. */
export interface PreBound {
  readonly refusal: Refusal | null
  readonly binder: string
  readonly request: BindingRequest
}

/** Says in the Pod's status why it is not scheduled, unless the status says so already. */
function* reportFailure(pod: Pod, reason: string, message: string, now: string): Task<void> {
  const before = findCondition(pod.status.conditions, 'PodScheduled')
  if (before?.status === 'False' && before.reason === reason && before.message === message) return
  const lastTransitionTime = before?.status === 'False' ? (before.lastTransitionTime ?? now) : now
  const generation = pod.metadata.generation
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastProbeTime: null,
    lastTransitionTime,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  }
  const { namespace, name } = pod.metadata
  yield* api.patch(PODS, namespace, name, 'strategic', { status: { conditions: [condition] } }, 'status')
}

export const schedulerTasks = {
  ...leaderElectionTasks,
  ...eventRecorderTasks,
  [BINDING_CYCLE]: bindingCycle,
  [REPORT_FAILURE]: reportFailure,
} as const
