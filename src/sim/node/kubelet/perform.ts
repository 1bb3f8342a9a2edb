// How the kubelet carries out the effects of its tasks.
import { own } from '../../api/json.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context } from '../../kernel/process.ts'
import type { Outcome, TaskRunner, TaskState, Token } from '../../kernel/task.ts'
import { backOffDelay, backOffDelaySinceStep, stepBackOff } from './back-off.ts'
import { CHANGING_METHODS, callRuntime, callRuntimeAfter } from './cri-client.ts'
import type { BackOffVerdict, KubeletEffect, PodView } from './effects.ts'
import { garbageOf } from './garbage.ts'
import { queuePull } from './image-puller.ts'
import { leaseViewOf, nodeReportOf } from './node-reports.ts'
import { nextReportOf, updateStatus } from './pod-reports.ts'
import type { Problem } from './pod-status.ts'
import { gracePeriodOf } from './pod-workers.ts'
import { probeFindings } from './prober.ts'
import { applyIncoming } from './relist.ts'
import type { KubeletState, PodWorker } from './state.ts'
import { NO_PROBLEMS } from './state.ts'

type Runner = TaskRunner<KubeletState>

const NOTHING: Outcome = Object.freeze({ value: undefined })
const CANCELED: Outcome = deepFreeze({
  value: { ok: false, error: { code: 'Canceled', message: 'context canceled' } },
})
const PULL_CANCELED: Outcome = deepFreeze({
  value: { result: CANCELED.value, pullMicros: 0, totalMicros: 0 },
})

export function performEffect(
  state: KubeletState,
  effect: KubeletEffect,
  token: Token,
  context: Context,
  task: TaskState,
  runner: Runner,
): Outcome {
  switch (effect.effect) {
    case 'cri': {
      const worker = state.workers.get(effect.uid)
      if (worker !== undefined && overtaken(worker, task)) return CANCELED
      if (worker !== undefined && CHANGING_METHODS.includes(effect.call.method)) worker.stale = true
      const { afterMicros = 0 } = effect
      if (afterMicros === 0) callRuntime(state, effect.call, token, context)
      else callRuntimeAfter(afterMicros, effect.call, token, context)
      return 'pending'
    }
    case 'pull': {
      const worker = state.workers.get(effect.uid)
      if (worker === undefined || overtaken(worker, task)) return PULL_CANCELED
      const { uid, image, config: sandboxConfig } = effect
      const { now: queuedAt, cause } = context
      queuePull(state, { token, uid, image, sandboxConfig, queuedAt, cause }, context)
      return 'pending'
    }
    case 'view': {
      const worker = workerOf(state, effect.uid)
      if (effect.refresh) applyIncoming(worker, context)
      return { value: viewOf(state, worker) }
    }
    case 'report':
      return {
        value: updateStatus(state, workerOf(state, effect.uid), effect.finished, false, context, runner),
      }
    case 'next-report':
      return { value: nextReportOf(state.workers.get(effect.uid)) }
    case 'problem': {
      noteProblem(workerOf(state, effect.uid), effect.container, effect.problem)
      return NOTHING
    }
    case 'trace':
      context.cause = context.trace(effect.event)
      return NOTHING
    default:
      return performForNode(state, effect, context)
  }
}

type NodeEffect = Extract<
  KubeletEffect,
  { effect: 'restart-back-off' | 'image-back-off' | 'image-failed' | 'node' | 'lease' | 'garbage' }
>

function performForNode(state: KubeletState, effect: NodeEffect, context: Context): Outcome {
  const { now } = context
  switch (effect.effect) {
    case 'restart-back-off': {
      const key = `${effect.uid}_${effect.container}`
      const delay = backOffDelay(state.restartBackOff, key, effect.since, now)
      if (delay === 0) stepBackOff(state.restartBackOff, key, effect.since, now)
      const verdict: BackOffVerdict = { delay, remaining: Math.max(0, effect.since + delay - now) }
      return { value: Object.freeze(verdict) }
    }
    case 'image-back-off': {
      const delay = backOffDelaySinceStep(state.imageBackOff, effect.key, now)
      const since = state.imageBackOff[effect.key]?.steppedAt ?? now
      const verdict: BackOffVerdict = { delay, remaining: Math.max(0, since + delay - now) }
      return { value: Object.freeze(verdict) }
    }
    case 'image-failed':
      stepBackOff(state.imageBackOff, effect.key, now, now)
      return NOTHING
    case 'node':
      return { value: deepFreeze(nodeReportOf(state, effect.fresh, context)) }
    case 'lease':
      return { value: leaseViewOf(state, context) }
    case 'garbage':
      return { value: deepFreeze(garbageOf(state)) }
  }
}

/** A sync whose Pod is to be terminated is of no more use. */
const overtaken = (worker: PodWorker, task: TaskState): boolean =>
  task.name === 'syncPod' && worker.work !== 'sync'

function workerOf(state: KubeletState, uid: string): PodWorker {
  const worker = state.workers.get(uid)
  if (worker === undefined) throw new Error(`no worker for the Pod ${uid}`)
  return worker
}

/** The problems are replaced and not changed: nearly all Pods have none, and share that. */
function noteProblem(worker: PodWorker, container: string, problem: Problem | null): void {
  if (problem === null && own(worker.problems, container) === undefined) return
  const others = Object.entries(worker.problems).filter(([name]) => name !== container)
  const entries = problem === null ? others : [...others, [container, problem] as const]
  worker.problems = entries.length === 0 ? NO_PROBLEMS : deepFreeze(Object.fromEntries(entries))
}

function viewOf(state: KubeletState, worker: PodWorker): PodView {
  return Object.freeze({
    pod: worker.pod,
    runtime: worker.runtime,
    probes: deepFreeze(probeFindings(worker)),
    networkReady: state.networkReady,
    networkMessage: state.networkMessage,
    graceSeconds: gracePeriodOf(worker),
  })
}
