// What the scheduler asks of the apiserver about one Pod, as tasks. Models schedule_one.go's bindingCycle and
// handleSchedulingFailure's status update.
import { findCondition } from '../api/conditions.ts'
import type { Pod } from '../api/objects.ts'
import { PODS } from '../api/resources.ts'
import { eventRecorderTasks } from '../client/event-recorder.ts'
import type { ApiResult } from '../client/index.ts'
import { api } from '../client/index.ts'
import { leaderElectionTasks } from '../client/leader-election.ts'
import type { Task } from '../kernel/task.ts'
import type { QueuedPod } from './queue/queued-pod.ts'

export const BINDING_CYCLE = 'bindingCycle'
export const REPORT_FAILURE = 'reportFailure'

function* bindingCycle(queued: QueuedPod, node: string): Task<ApiResult<unknown>> {
  return yield* api.bind(queued.info.pod, node)
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
