// The kube-scheduler as a process: informers, leader election, and one attempt at a time while bindings go on beside.
// Models cmd/kube-scheduler and pkg/scheduler/scheduler.go with the default profile. Left out: several profiles,
// extenders, preemption. A scheduler that loses its Lease starts over, where the real one exits and is restarted.

import { randomSuffix } from '../api/names.ts'
import type { Node, Pod } from '../api/objects.ts'
import { asObjectKey } from '../api/objects.ts'
import { NODES, PODS } from '../api/resources.ts'
import { EventRecorder, eventRecorderState, eventRecorderTasks } from '../client/event-recorder.ts'
import type { Identity, InformerChange } from '../client/index.ts'
import { Client } from '../client/index.ts'
import {
  LeaderElection,
  leaderElectionState,
  leaderElectionTasks,
  RESTART_MICROS,
} from '../client/leader-election.ts'
import { assert } from '../kernel/assert.ts'
import { deepFreeze } from '../kernel/plain-data.ts'
import type { Context, Delivery, Message, ProcessDefinition } from '../kernel/process.ts'
import type { TaskState } from '../kernel/task.ts'
import { TaskRunner, taskTable } from '../kernel/task.ts'
import type { AttemptMessage } from './attempt.ts'
import { decide, flushQueue, scheduleNext } from './attempt.ts'
import { bindingFailed, bound } from './binding.ts'
import { createCache } from './cache/cache.ts'
import type { Refusal } from './framework/reservation.ts'
import { runPreBind } from './framework/reservation.ts'
import type { SchedulerHost } from './host.ts'
import type { QueuedPod } from './queue/queued-pod.ts'
import { schedulingQueue } from './queue/scheduling-queue.ts'
import type { SchedulerConfig, SchedulerState } from './state.ts'
import { framework, informers, SCHEDULER_NAME } from './state.ts'
import type { PreBindEffect, PreBound } from './tasks.ts'
import { BINDING_CYCLE, schedulerTasks } from './tasks.ts'
import type { Change } from './watching.ts'
import { nodeChanged, podChanged } from './watching.ts'

const USER = 'system:kube-scheduler'
const USER_AGENT = 'kube-scheduler/v1.35.0'
const QPS = 50
const BURST = 100
const LEADER_ELECTION: Identity = { user: USER, userAgent: `${USER_AGENT}/leader-election` }
const EVENTS: Identity = { user: USER, userAgent: `${USER_AGENT}/events` }
const LEASE_NAMESPACE = 'kube-system'
const LEASE_NAME = 'kube-scheduler'

const client: Client<SchedulerState> = new Client<SchedulerState>({
  state: (state) => state.client,
  informers,
  onChange(state, change, context) {
    if (change.ref.resource === PODS.resource) podChanged(state, typed<Pod>(change), context.now)
    else if (change.ref.resource === NODES.resource) nodeChanged(state, typed<Node>(change), context.now)
  },
  onSynced() {},
  onResolved: (state, token, value, context) => runner.resolve(state, token, value, context),
})

/** The informer of a resource gives objects of that resource. */
const typed = <T>(change: InformerChange): Change<T> => change as InformerChange & Change<T>

const startTask = (state: SchedulerState, name: string, args: readonly unknown[], context: Context): void => {
  runner.start(state, name, args, context)
}

const recorder = new EventRecorder<SchedulerState>({ state: (state) => state.recorder, startTask })

const election = new LeaderElection<SchedulerState>({
  state: (state) => state.election,
  startTask,
  onStartedLeading() {},
  // As the real one: what it knew may be out of date, so it begins anew.
  onStoppedLeading: (_state, context) => context.exit('leaderelection lost', RESTART_MICROS),
})

const host: SchedulerHost = {
  framework,
  latestPod: (state, key) => client.get(state, PODS, asObjectKey(key)),
  startTask,
  event(state, object, type, reason, message, context) {
    recorder.record(state, { object, type, reason, message }, context)
  },
}

const runner: TaskRunner<SchedulerState> = new TaskRunner<SchedulerState>({
  functions: schedulerTasks,
  table: (state) => state.tasks,
  perform(state, effect, token, context, task) {
    if (effect.effect === 'pre-bind') return { value: preBind(effect as PreBindEffect) }
    const outcome = client.perform(state, effect, token, context, identityOf(task))
    assert(outcome !== null, `the scheduler cannot perform ${effect.effect}`)
    return outcome
  },
  finished(state, task, result, context) {
    if (election.finished(state, task, result, context) || recorder.finished(state, task, context)) return
    if (task.name === BINDING_CYCLE) bindingFinished(state, task, result as Refusal | null, context)
  },
})

/** Leader election and Events have clients of their own, so that many bindings hold up neither. */
function identityOf(task: TaskState): Identity | undefined {
  if (Object.hasOwn(leaderElectionTasks, task.name)) return LEADER_ELECTION
  return Object.hasOwn(eventRecorderTasks, task.name) ? EVENTS : undefined
}

function preBind({ queued, node }: PreBindEffect): PreBound {
  const request = framework.bind.bind(queued.info, node)
  return deepFreeze({
    refusal: runPreBind(framework, queued.info, node),
    binder: framework.bind.name,
    request,
  })
}

function bindingFinished(
  state: SchedulerState,
  task: TaskState,
  refusal: Refusal | null,
  context: Context,
): void {
  const [queued, node] = task.args as readonly [QueuedPod, string]
  if (refusal === null) bound(state, queued, node, host, context)
  else bindingFailed(state, queued, node, refusal, host, context)
}

function init(config: SchedulerConfig): SchedulerState {
  const { apiserver, qps = QPS, burst = BURST, percentageOfNodesToScore = null } = config
  return {
    client: client.init({
      server: apiserver,
      user: USER,
      userAgent: `${USER_AGENT}/scheduler`,
      qps,
      burst,
    }),
    tasks: taskTable(),
    recorder: eventRecorderState(SCHEDULER_NAME, ''),
    percentageOfNodesToScore,
    election: leaderElectionState(LEASE_NAMESPACE, LEASE_NAME, ''),
    queue: schedulingQueue(),
    cache: createCache(),
    current: null,
    nextStart: 0,
    flushAt: 0,
  }
}

function start(state: SchedulerState, context: Context): void {
  const suffix = randomSuffix(10, (below) => Math.floor(context.random() * below))
  state.election = leaderElectionState(LEASE_NAMESPACE, LEASE_NAME, `${context.host}_${suffix}`)
  client.start(state, context)
  election.start(state, context)
}

function handle(state: SchedulerState, delivery: Delivery, context: Context): void {
  const { message } = delivery
  if (message.type === 'start') start(state, context)
  else if (message.type === 'schedule-one') decide(state, (message as AttemptMessage).uid, host, context)
  else if (message.type === 'queue-flush') flushQueue(state, host, context)
  else if (!client.handle(state, delivery, context)) election.handle(state, delivery, context)
  scheduleNext(state, context)
}

export const scheduler: ProcessDefinition<SchedulerState, SchedulerConfig, Message> = {
  kind: 'kube-scheduler',
  pings: ['kube-apiserver'],
  init: (_id, config) => init(config),
  handle,
}
