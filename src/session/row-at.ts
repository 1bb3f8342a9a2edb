// One line for an event of a recording.
import { describe } from '../projections/describe.ts'
import type { Row } from '../projections/rows.ts'
import type { Recording } from './recording.ts'

/** @param milestones the names of events that are milestones, by `seq` */
export function rowAt(
  recording: Recording,
  index: number,
  milestones: ReadonlyMap<number, string>,
): Row | undefined {
  const event = recording.event(index)
  if (event === undefined) return undefined
  return describe(event, recording.standing(index), milestones.get(event.seq) ?? null, recording.requestOf)
}
