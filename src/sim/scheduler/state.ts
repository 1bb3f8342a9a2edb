// The scheduler's state, its client of the apiserver, and what it watches.
import { NODES, PODS } from '../api/resources.ts'
import type { EventRecorderState } from '../client/event-recorder.ts'
import type { ClientState, InformerSpec } from '../client/index.ts'
import type { LeaderElectionState } from '../client/leader-election.ts'
import type { ProcessId } from '../kernel/process.ts'
import type { TaskTable } from '../kernel/task.ts'
import type { Cache } from './cache/cache.ts'
import { createFramework } from './framework/registry.ts'
import { defaultPlugins } from './plugins/index.ts'
import type { QueuedPod } from './queue/queued-pod.ts'
import type { SchedulingQueue } from './queue/scheduling-queue.ts'

export interface SchedulerConfig {
  readonly apiserver: ProcessId
  /** Requests a second to the apiserver; the real default is 50, with bursts of 100. */
  readonly qps?: number
  readonly burst?: number
  /** Null or absent: adaptive. */
  readonly percentageOfNodesToScore?: number | null
}

export interface SchedulerState {
  readonly client: ClientState
  readonly tasks: TaskTable
  readonly recorder: EventRecorderState
  readonly percentageOfNodesToScore: number | null
  election: LeaderElectionState
  queue: SchedulingQueue
  cache: Cache
  /** The Pod of the present scheduling cycle. */
  current: QueuedPod | null
  /** Where the next search for nodes starts. */
  nextStart: number
  /** When the queue's timer fires; 0: it is not set. */
  flushAt: number
}

export const SCHEDULER_NAME = 'default-scheduler'

export const framework = createFramework(defaultPlugins)

/** Finished Pods hold nothing, so the scheduler does not even ask for them. */
export const informers: readonly InformerSpec[] = [
  { ref: PODS, fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' },
  { ref: NODES },
]
