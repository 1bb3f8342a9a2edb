// A scenario as the session plays it: what `scenario-file.ts` makes of a file. Only types and what is small are here.
import { parseDuration } from '../sim/api/duration.ts'
import type { Micros } from '../sim/kernel/micros.ts'
import { micros } from '../sim/kernel/micros.ts'
import type { Scenario } from './scenario-file.ts'

export type { Scenario }
export type Chapter = Scenario['chapters'][number]
export type Operation = Chapter['do'][number]
export type Expectation = Chapter['expect'][number]
export type Milestone = Chapter['milestones'][number]

/** A duration that the schema has checked. */
export function durationMicros(duration: string): Micros {
  const parsed = parseDuration(duration)
  return micros(typeof parsed === 'number' ? parsed : 0)
}
