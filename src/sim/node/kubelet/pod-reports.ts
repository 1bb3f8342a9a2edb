// When a Pod's status is computed and sent: on change only, one report of a Pod at a time. Models the bookkeeping of the
// kubelet's status manager.
import { deepEqual } from '../../api/json.ts'
import type { PodPhase, PodStatus } from '../../api/objects.ts'
import { seconds } from '../../kernel/micros.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import type { Context, Message } from '../../kernel/process.ts'
import type { TaskRunner } from '../../kernel/task.ts'
import type { PodReport } from './effects.ts'
import { KUBELET_CONDITIONS } from './pod-conditions.ts'
import { generatePodStatus } from './pod-status.ts'
import { isReady, isStarted } from './prober.ts'
import type { KubeletState, PodWorker } from './state.ts'

/** The status manager's own period: what failed is tried again then, and what others changed is put right. */
const RETRY_AFTER = seconds(10)

export interface ReportRetryMessage extends Message {
  readonly type: 'report-retry'
  readonly uid: string
}

export interface ReportReconcileMessage extends Message {
  readonly type: 'report-reconcile'
  readonly uid: string
}

/** Computes the status anew, and sends it when it changed or (`force`) in any case. Returns the phase. */
export function updateStatus(
  state: KubeletState,
  worker: PodWorker,
  finished: boolean,
  force: boolean,
  context: Context,
  runner: TaskRunner<KubeletState>,
): PodPhase {
  const status = generatePodStatus(worker.pod, worker.runtime, {
    now: context.clock,
    hostIP: state.ip,
    startTime: worker.startTime,
    previous: worker.status,
    finished,
    problems: worker.problems,
    isReady: (container, running) => isReady(worker, container, running),
    isStarted: (container, running) => isStarted(worker, container, running),
  })
  if (worker.statusVersion === 0 || !deepEqual(status, worker.status)) {
    worker.status = deepFreeze(status)
    sendReport(state, worker, context, runner)
  } else if (force) sendReport(state, worker, context, runner)
  return (status.phase ?? 'Pending') as PodPhase
}

/** The reported status is out of date, or there is something to delete. */
export function sendReport(
  state: KubeletState,
  worker: PodWorker,
  context: Context,
  runner: TaskRunner<KubeletState>,
): void {
  worker.statusVersion++
  worker.statusCause = context.cause
  startReport(state, worker, context, runner)
}

export function startReport(
  state: KubeletState,
  worker: PodWorker,
  context: Context,
  runner: TaskRunner<KubeletState>,
): void {
  if (worker.reporting || worker.reportedVersion >= worker.statusVersion || worker.gone) return
  worker.reporting = true
  const { cause } = context
  context.cause = worker.statusCause
  runner.start(state, 'reportPodStatus', [worker.uid], context)
  context.cause = cause
}

export function nextReportOf(worker: PodWorker | undefined): PodReport | null {
  if (worker === undefined || worker.gone) return null
  const { pod, status, statusVersion: version } = worker
  const remove = worker.closed && pod.metadata.deletionTimestamp !== undefined
  return Object.freeze({ pod, status, version, mayRun: worker.work !== 'terminated', remove })
}

export function reportFinished(
  state: KubeletState,
  uid: string,
  version: number | null,
  context: Context,
  runner: TaskRunner<KubeletState>,
): void {
  const worker = state.workers.get(uid)
  if (worker === undefined) return
  worker.reporting = false
  if (version === null) {
    const retry: ReportRetryMessage = { type: 'report-retry', uid }
    context.timer(RETRY_AFTER, retry, { continues: true })
    return
  }
  worker.reportedVersion = Math.max(worker.reportedVersion, version)
  startReport(state, worker, context, runner)
}

/**
 * The Pod in the API says something else than was reported: the node controller takes Pods of a silent node for not
 * ready. It is reported again, unless it was only a report on its way. Models needsReconcile of the status manager.
 */
export function statusChanged(worker: PodWorker, context: Context): void {
  if (deepEqual(worker.status, worker.pod.status)) {
    // Told as it was reported: there is no need to keep it twice.
    worker.status = worker.pod.status
    return
  }
  if (worker.reconciling || isReported(worker)) return
  worker.reconciling = true
  const reconcile: ReportReconcileMessage = { type: 'report-reconcile', uid: worker.uid }
  context.timer(RETRY_AFTER, reconcile)
}

export function reconcileReport(
  state: KubeletState,
  worker: PodWorker,
  context: Context,
  runner: TaskRunner<KubeletState>,
): void {
  worker.reconciling = false
  if (!worker.gone && !isReported(worker)) sendReport(state, worker, context, runner)
}

const NO_CONDITIONS: NonNullable<PodStatus['conditions']> = Object.freeze([])

function isReported({ status, pod }: PodWorker): boolean {
  const { conditions } = pod.status
  for (const type of KUBELET_CONDITIONS)
    if (statusOf(status.conditions, type) !== statusOf(conditions, type)) return false
  return true
}

function statusOf(conditions: PodStatus['conditions'], type: string): string | undefined {
  for (const condition of conditions ?? NO_CONDITIONS) if (condition.type === type) return condition.status
  return undefined
}
