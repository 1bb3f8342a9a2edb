// What is asked of a recording only by those who look back: which of it is kept, and what answered a request.
import type { TraceLookup } from '../projections/lookup.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { RecordingView } from '../worker/protocol.ts'
import type { Branch } from './branch.ts'
import type { Recording } from './recording.ts'
import type { Segment } from './segment.ts'

/** From which event on all up to `length` are there, without making any again. */
export function keptFrom(recording: Recording, length: number): number {
  const { segments } = recording
  let from = Math.min(length, recording.length)
  for (let place = segments.indexOf(recording.segmentAt(from)); place >= 0; place--) {
    const segment = segments[place]
    if (segment === undefined || segment.body === null) break
    from = Math.min(from, segment.before.length)
  }
  return from
}

/** Up to which length all from `length` on are there. */
export function keptUntil(recording: Recording, length: number): number {
  const { segments } = recording
  let until = Math.min(length, recording.length)
  for (let place = segments.indexOf(recording.segmentAt(until)); place < segments.length; place++) {
    const segment = segments[place]
    if (segment === undefined || segment.body === null) break
    until = segment.end
  }
  return until
}

export interface NearLookup extends TraceLookup {
  /** Whether the events of a segment are there, or may be made again. */
  reaches(segment: Segment): boolean
}

/** For one question of somebody who looks back. What takes long to make again is not found. */
export function lookNear({ recording, world: { scale } }: Branch): NearLookup {
  let left = scale.again
  const reaches = (segment: Segment): boolean => {
    if (segment.body !== null) return true
    const cost = deliveriesAgain(recording, segment)
    if (cost > left) return false
    left -= cost
    return true
  }
  return {
    reaches,
    find(seq) {
      const segment = recording.segmentOf(seq)
      return segment !== undefined && reaches(segment) ? recording.find(seq) : undefined
    },
  }
}

/** How many deliveries have to be handled again for the events of a segment that is dropped. */
function deliveriesAgain({ segments }: Recording, segment: Segment): number {
  const place = segments.indexOf(segment)
  const start = segments.findLast(({ checkpoint }, at) => at <= place && checkpoint !== null)
  return (segments[place + 1]?.before.delivered ?? 0) - (start?.before.delivered ?? 0)
}

/** How many events of each type are dropped at present. */
export function droppedTypes({ segments }: Recording): Readonly<Record<string, number>> {
  const types: Record<string, number> = {}
  for (const segment of segments) {
    if (segment.body !== null) continue
    for (const [type, count] of Object.entries(segment.types ?? {})) types[type] = (types[type] ?? 0) + count
  }
  return types
}

/** What the page says of it. */
export const recordingView = ({ recording, world: { scale } }: Branch): RecordingView => ({
  dropped: droppedTypes(recording),
  most: scale.events,
  checked: scale.checked,
})

/** Segments from that of a request on that may be made again to find its answer. */
const ANSWER_WITHIN = 3

/** The answer to a request, if it has been sent. */
export function answerOf(recording: Recording, seq: number, near: NearLookup): Delivery | undefined {
  const { segments } = recording
  const segment = recording.segmentOf(seq)
  const first = segment === undefined ? segments.length : segments.indexOf(segment)
  for (let place = first; place < segments.length; place++) {
    const one = segments[place]
    // What is far off and dropped is not made again for it.
    if (one === undefined || (one.body === null && place >= first + ANSWER_WITHIN) || !near.reaches(one))
      continue
    const paired = recording.bodyOf(one).answers.get(seq)
    const answer = paired === undefined ? undefined : recording.find(paired)
    if (answer !== undefined && isMessage(answer)) return answer
  }
  return undefined
}
