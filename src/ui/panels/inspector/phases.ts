// The phases of a request in their order, with those that were never reached: a refusal is seen by what did not happen.

import type { PhaseView } from '../../../worker/protocol.ts'

export const phaseOrder = [
  'authentication',
  'authorization',
  'mutating-admission',
  'validation',
  'validating-admission',
  'storage',
  'response',
] as const

export type PhaseName = (typeof phaseOrder)[number]

export interface PhaseLine {
  readonly phase: string
  readonly state: 'passed' | 'refused' | 'not-reached'
  readonly notes: readonly string[]
}

/** A read has no admission: a phase is only missed when one before it refused. */
export function phaseLines(phases: readonly PhaseView[]): readonly PhaseLine[] {
  const reached = phases.map(
    ({ phase, ok, notes }): PhaseLine => ({ phase, state: ok ? 'passed' : 'refused', notes }),
  )
  const refused = phases.findLast(({ ok }) => !ok)
  if (refused === undefined) return reached
  const after = phaseOrder.map(String).indexOf(refused.phase)
  const missed = phaseOrder
    .slice(after + 1)
    .filter((phase) => after >= 0 && !phases.some((known) => known.phase === phase))
  const lines = missed.map((phase): PhaseLine => ({ phase, state: 'not-reached', notes: [] }))
  // The answer that says "refused" goes back last, after the phases that it stands for.
  const isAnswer = ({ phase }: PhaseLine): boolean => phase === 'response'
  return [
    ...reached.filter((line) => !isAnswer(line)),
    ...lines.filter((line) => !isAnswer(line)),
    ...[...reached, ...lines].filter(isAnswer),
  ]
}
