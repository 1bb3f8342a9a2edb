// Where steps end: the moments, read from the trace, at which a message of the story arrives, a write is stored, or a
// chapter starts. The same moments forward and backward.
import { isMessage } from '../sim/kernel/trace.ts'
import type { StepSize } from '../worker/protocol.ts'
import type { Branch } from './branch.ts'
import type { Scenario } from './scenario.ts'

export interface Place {
  readonly branch: Branch
  readonly scenario: Scenario
  readonly cursor: number
}

/**
 * A pause of this length between messages of the story counts as quiet. A shorter one may be a kubelet that is about to
 * look at its containers, which nothing in flight tells of.
 */
export const QUIET_MICROS = 2_000_000

type Bounded = Exclude<StepSize, 'until-quiet'>

/** The first boundary after the cursor and up to `head`, as far as it is certain. */
export const boundaryAfter = (place: Place, size: Bounded, head: number): number | undefined =>
  boundarySearch(place, size)(head)

/**
 * The same question, to be asked again and again while the head moves on and the cursor does not: each event is looked at
 * once.
 */
export const boundarySearch = (place: Place, size: Bounded): ((head: number) => number | undefined) =>
  size === 'chapter' ? () => chapterAfter(place) : searchForward(place, size)

/** The last boundary before the cursor. */
export function boundaryBefore(place: Place, size: StepSize): number | undefined {
  if (size === 'chapter') return chapterBefore(place)
  return scanBack(place, size === 'until-quiet' ? 'quiet' : size)
}

/** When event `index` makes a boundary of this size; undefined when it makes none. */
function boundaryOf(branch: Branch, index: number, size: 'message' | 'write'): number | undefined {
  const event = branch.recording.event(index)
  if (event === undefined || branch.recording.standing(index).level !== 'story') return undefined
  if (size === 'write') return event.type === 'storage' ? event.at : undefined
  return isMessage(event) && !branch.recording.isLost(event.seq) ? event.deliveredAt : undefined
}

function searchForward(
  { branch, cursor }: Place,
  size: 'message' | 'write',
): (head: number) => number | undefined {
  const { recording } = branch
  const start = branch.lengthAt(cursor - branch.recording.longestFlight - 1)
  let index = start
  let best: { readonly at: number; readonly index: number } | undefined
  const find = (head: number): number | undefined => {
    for (
      ;
      index < recording.length && (best === undefined || (recording.event(index)?.at ?? 0) < best.at);
      index++
    ) {
      const at = boundaryOf(branch, index, size)
      if (at !== undefined && at > cursor && (best === undefined || at < best.at)) best = { at, index }
    }
    // A message sent later could still arrive earlier, unless everything up to then has been simulated.
    if (best === undefined || best.at > head) return undefined
    if (boundaryOf(branch, best.index, size) !== undefined) return best.at
    // It was lost after all.
    index = start
    best = undefined
    return find(head)
  }
  return find
}

function scanBack({ branch, cursor }: Place, size: 'message' | 'write' | 'quiet'): number | undefined {
  const { recording } = branch
  let best: number | undefined
  let later: number | undefined
  for (let index = branch.lengthAt(cursor) - 1; index >= 0; index--) {
    const sent = recording.event(index)?.at ?? 0
    if (best !== undefined && sent < best - branch.recording.longestFlight) break
    const at = boundaryOf(branch, index, size === 'quiet' ? 'message' : size)
    if (at === undefined || at >= cursor) continue
    if (size === 'quiet' && (later === undefined || later - at < QUIET_MICROS)) {
      later = Math.min(later ?? at, at)
      continue
    }
    if (best === undefined || at > best) best = at
  }
  return best
}

function chapterStarts({ branch, scenario }: Place): number[] {
  const { reached } = branch.milestones.at(branch.recording.length)
  const starts = scenario.chapters.map((chapter) => {
    const begun = branch.commands.find(
      ({ command }) => command.do === 'chapter' && command.chapter === chapter.id,
    )
    const first = chapter.milestones[0]?.id
    return begun?.at ?? reached.find(({ id }) => id === first)?.at
  })
  return starts.filter((at) => at !== undefined)
}

const chapterAfter = (place: Place): number | undefined =>
  chapterStarts(place).find((at) => at > place.cursor)

const chapterBefore = (place: Place): number | undefined =>
  chapterStarts(place)
    .filter((at) => at < place.cursor)
    .pop()
