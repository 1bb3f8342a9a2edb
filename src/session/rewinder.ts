// Makes the events of a dropped segment again: the simulation has no choice but to repeat itself, given the checkpoint
// before it and what the user did since.
import { assert } from '../sim/kernel/assert.ts'
import type { CowMap } from '../sim/kernel/cow-map.ts'
import { Kernel } from '../sim/kernel/kernel.ts'
import type { Micros } from '../sim/kernel/micros.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Body } from './body.ts'
import { emptyBody, pairUp, put } from './body.ts'
import type { Branch } from './branch.ts'
import { thinCheckpoints } from './checkpoints.ts'
import { perform } from './commands.ts'
import { foldTogether } from './fold-timeline.ts'
import type { Recording } from './recording.ts'
import type { Segment } from './segment.ts'
import { startOf } from './segment.ts'

type Past = Pick<Branch, 'recording' | 'world' | 'commands' | 'timelines'>

/** Whoever went back often goes back a little more, and acts there: so many segments before it get checkpoints, too. */
const AROUND = 2

/**
 * Fills the bodies of the target and of the segments on the way to it, and gives the target and those just before it checkpoints
 * of their own. Returns the segment from whose checkpoint it went on.
 */
export function remake(past: Past, target: Segment): Segment {
  const { recording, world, timelines } = past
  const { segments } = recording
  const last = segments.indexOf(target)
  const first = segments.findLastIndex(({ checkpoint }, place) => place <= last && checkpoint !== null)
  const start = segments[first]
  assert(start !== undefined, 'the first checkpoint is always kept')
  const { checkpoint, open: openThen } = startOf(start)
  const open = openThen.clone()
  let take: (event: TraceEvent, digest: number) => void = () => {}
  const kernel = Kernel.restore(
    { ...world.options, onEvent: (event, digest) => take(event, digest) },
    checkpoint,
  )
  for (let place = first; place <= last; place++) {
    const segment = segments[place]
    const next = segments[place + 1]
    assert(segment !== undefined && next !== undefined, 'a dropped segment has an end')
    if (place > first) {
      foldTogether(timelines, segments[place - 1]?.before.length ?? 0, segment.before.length)
      for (const timeline of timelines) timeline.keep(segment.before.length)
    }
    if (place > first && place >= last - AROUND) {
      segment.checkpoint = kernel.checkpoint()
      segment.open = open.clone()
    }
    take = segment.body === null ? refill(recording, segment, open) : (event) => pair(open, null, event)
    run(kernel, past, next.before.delivered)
  }
  assert(target.body !== null, 'the events are there again')
  const giveUp = (from: number, to: number): void => {
    for (const timeline of timelines) timeline.thin(from, to)
  }
  thinCheckpoints(segments, world.scale.checkpoints + AROUND, giveUp, target.before.delivered)
  return start
}

/**
 * Takes the events of a dropped segment, in their order, until all of them are there.
 * @param open the requests that are open when it begins; brought up to where it ends
 */
export function refill(
  recording: Recording,
  segment: Segment,
  open: CowMap<number>,
): (event: TraceEvent, digest: number) => void {
  const body = emptyBody()
  let { noise } = segment.before
  return (event, digest) => {
    if (segment.standingOf(event.seq).level === 'noise') noise++
    put(body, event, digest, noise)
    pair(open, body, event)
    if (body.events.length === segment.length) recording.restore(segment, body)
  }
}

const pair = (open: CowMap<number>, body: Body | null, event: TraceEvent): void => {
  if (isMessage(event)) pairUp(open, body, event)
}

/** Everything up to a delivery, and what the user did before it. */
function run(kernel: Kernel, { commands }: Past, delivered: number): void {
  for (const stamped of commands) {
    if (stamped.delivered < kernel.delivered || stamped.delivered >= delivered) continue
    while (kernel.delivered < stamped.delivered) kernel.step()
    kernel.runUntil(stamped.at as Micros)
    perform(kernel, stamped.command)
  }
  while (kernel.delivered < delivered) kernel.step()
}
