// The timers that belong to a Pod: retries, probes, deadlines. They come to nothing when the Pod is gone.
import type { Context } from '../../kernel/process.ts'
import type { ReportReconcileMessage, ReportRetryMessage } from './pod-reports.ts'
import { reconcileReport, startReport } from './pod-reports.ts'
import type { DeadlineMessage, RetryMessage } from './pod-workers.ts'
import { failPod, wantSync } from './pod-workers.ts'
import type { ProbeMessage } from './prober.ts'
import { runProbe } from './prober.ts'
import type { KubeletParts } from './runtime-link.ts'
import { containerReference } from './start-container.ts'
import type { KubeletState } from './state.ts'

export type PodTimerMessage =
  | RetryMessage
  | DeadlineMessage
  | ReportRetryMessage
  | ReportReconcileMessage
  | ProbeMessage

export function podTimer(
  state: KubeletState,
  message: PodTimerMessage,
  context: Context,
  { runner, recordEvent }: KubeletParts,
): void {
  const worker = state.workers.get(message.uid)
  if (worker === undefined) return
  switch (message.type) {
    case 'pod-retry':
      if (message.retry === worker.retry) wantSync(state, worker, context, runner)
      return
    case 'pod-deadline': {
      const reason = 'DeadlineExceeded'
      const text = 'Pod was active on the node longer than the specified deadline'
      recordEvent(state, { object: worker.pod, type: 'Normal', reason, message: text }, context)
      return failPod(state, worker, reason, text, context, runner)
    }
    case 'report-retry':
      return startReport(state, worker, context, runner)
    case 'report-reconcile':
      return reconcileReport(state, worker, context, runner)
    case 'probe': {
      const { sync, unhealthy } = runProbe(worker, message, context)
      if (unhealthy !== '') {
        const object = containerReference(worker.pod, message.container, false)
        recordEvent(state, { object, type: 'Warning', reason: 'Unhealthy', message: unhealthy }, context)
      }
      if (sync) wantSync(state, worker, context, runner)
    }
  }
}
