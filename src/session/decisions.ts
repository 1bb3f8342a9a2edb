// Scheduling decisions as the inspector shows them: nodes × plugins, made from the columns that the scheduler records.

import type { RecordedEvent } from '../sim/kernel/trace.ts'
import type { Decision } from '../sim/scheduler/decision.ts'
import type { DecisionView, NodeDecisionView } from '../worker/protocol.ts'
import { keptFrom } from './kept-events.ts'
import type { Session } from './session.ts'

type ScheduleEvent = RecordedEvent & { readonly type: 'schedule' }

export function decisionView(event: ScheduleEvent): DecisionView {
  const decision = event.decision as Decision
  return {
    seq: event.seq,
    at: event.at,
    pod: event.pod,
    attempt: event.attempt,
    chosen: event.node,
    message: event.message,
    nodes: decision.nodes.map((_name, index) => nodeDecision(decision, index)),
    omitted: decision.moreNodes,
  }
}

function nodeDecision(decision: Decision, index: number): NodeDecisionView {
  const rejectedBy = decision.rejectedBy[index] ?? -2
  const ran = rejectedBy === -1 ? decision.filters : decision.filters.slice(0, rejectedBy + 1)
  return {
    node: decision.nodes[index] ?? '',
    filters: ran.map((plugin, at) => ({
      plugin,
      ok: at !== rejectedBy,
      reason: at === rejectedBy ? (decision.reasons[index] ?? []).join(', ') : '',
    })),
    feasible: rejectedBy === -1,
    scores: decision.scores.flatMap(({ plugin, weight, raw, normalized }) => {
      const value = raw[index]
      return value == null ? [] : [{ plugin, weight, raw: value, normalized: normalized[index] ?? 0 }]
    }),
    total: decision.totals[index] ?? null,
  }
}

/** The attempts to schedule a Pod up to the cursor that are still kept, oldest first. `pod` is `namespace/name`. */
export function decisionsOf(session: Session, pod: string): DecisionView[] {
  const { recording } = session.branch
  const decisions: DecisionView[] = []
  for (let index = keptFrom(recording, session.length); index < session.length; index++) {
    const event = recording.event(index)
    if (event?.type === 'schedule' && 'decision' in event && event.pod === pod)
      decisions.push(decisionView(event))
  }
  return decisions
}
