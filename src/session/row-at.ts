// One line for an event of a recording.
import { describe } from '../projections/describe.ts'
import type { TraceLookup } from '../projections/lookup.ts'
import type { Row } from '../projections/rows.ts'
import type { Recording } from './recording.ts'

/**
 * @param milestones the names of events that are milestones, by `seq`
 * @param lookup finds the request that an answer is for
 */
export function rowAt(
  recording: Recording,
  index: number,
  milestones: ReadonlyMap<number, string>,
  lookup: TraceLookup = recording,
): Row | undefined {
  const event = recording.event(index)
  if (event === undefined) return undefined
  const milestone = milestones.get(event.seq) ?? null
  return describe(event, recording.standing(index), milestone, (answer) =>
    recording.requestOf(answer, lookup),
  )
}
