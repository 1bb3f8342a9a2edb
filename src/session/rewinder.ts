// Makes the events of a dropped segment again: the simulation has no choice but to repeat itself, given the checkpoint
// before it and what the user did since.
import { assert } from '../sim/kernel/assert.ts'
import { Kernel } from '../sim/kernel/kernel.ts'
import type { Micros } from '../sim/kernel/micros.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import { emptyBody, pairUp, put } from './body.ts'
import type { Branch } from './branch.ts'
import { perform } from './commands.ts'
import type { Recording } from './recording.ts'
import type { Segment } from './segment.ts'
import { checkpointOf } from './segment.ts'

type Past = Pick<Branch, 'recording' | 'world' | 'commands' | 'timelines'>

/** Fills the segment's body, and those on the way to it, and gives it a checkpoint of its own. */
export function remake(past: Past, target: Segment): void {
  const { recording, world, timelines } = past
  const { segments } = recording
  const last = segments.indexOf(target)
  const first = segments.findLastIndex(({ checkpoint }, place) => place <= last && checkpoint !== null)
  const start = segments[first]
  assert(start !== undefined, 'the first checkpoint is always kept')
  let fill: ((event: TraceEvent, digest: number) => void) | null = null
  const kernel = Kernel.restore(
    { ...world.options, onEvent: (event, digest) => fill?.(event, digest) },
    checkpointOf(start),
  )
  for (let place = first; place <= last; place++) {
    const segment = segments[place]
    const next = segments[place + 1]
    assert(segment !== undefined && next !== undefined, 'a dropped segment has an end')
    if (place > first) for (const timeline of timelines) timeline.keep(segment.before.length)
    if (place === last) segment.checkpoint ??= kernel.checkpoint()
    fill = segment.body === null ? refill(recording, segment) : null
    run(kernel, past, next.before.delivered)
  }
  assert(target.body !== null, 'the events are there again')
}

/** Takes the events of a dropped segment, in their order, until all of them are there. */
export function refill(recording: Recording, segment: Segment): (event: TraceEvent, digest: number) => void {
  const body = emptyBody()
  let open = segment.before.open.clone()
  let { noise } = segment.before
  return (event, digest) => {
    if (segment.standingOf(event.seq).level === 'noise') noise++
    put(body, event, digest, noise)
    if (isMessage(event)) open = pairUp(open, body, event)
    if (body.events.length === segment.length) recording.restore(segment, body)
  }
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
