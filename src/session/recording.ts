// The trace of one branch, indexed: what a session records while the simulation runs, and what every view reads. It is a
// row of segments; the events of a segment that was dropped are made again when somebody asks for them.

import type { Standing } from '../projections/levels.ts'
import { echoOf, ROOT, standingOf } from '../projections/levels.ts'
import type { CauseLookup, TraceLookup } from '../projections/lookup.ts'
import type { Checkpoint } from '../sim/kernel/checkpoint.ts'
import type { CowMap } from '../sim/kernel/cow-map.ts'
import { cowMap } from '../sim/kernel/cow-map.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Body } from './body.ts'
import { emptyBody, isStanding, pairUp, put, takesLong } from './body.ts'
import type { Before } from './segment.ts'
import { Segment, startOf } from './segment.ts'
import { Shelf } from './shelf.ts'
import type { TeachingMark } from './teaching-time.ts'
import { TEACHING_START } from './teaching-time.ts'

const MOST_FOUND_AGAIN = 1_000

const BEGINNING: Before = {
  length: 0,
  noise: 0,
  now: 0,
  seq: 0,
  delivered: 0,
  digest: 0,
  newest: { revision: 0, process: '' },
  lastFollowed: 0,
  longestFlight: 0,
  teaching: TEACHING_START,
}

export class Recording implements CauseLookup {
  readonly segments: Segment[]
  /** Makes the events of a dropped segment again. */
  remake: (segment: Segment) => void = () => {}
  private readonly shelf: Shelf
  private current: Segment
  /** The segment that was asked about last. */
  private asked: Segment
  private readonly open: CowMap<number>
  private newest: Before['newest']
  private lastDigest: number
  private noise: number
  /**
   * Requests by `seq` that are asked for long after: those of watches, for all that comes along them, and those whose
   * answer may take so long that they are dropped by then.
   */
  private readonly oldRequests = new Map<number, Delivery>()
  /** Events by `seq` that had been dropped when they were looked for: what has the same cause looks for the same one. */
  private readonly foundAgain = new Map<number, TraceEvent>()
  /** A lost message's `seq` to that of the event that told of it. */
  private readonly lost = new Map<number, number>()
  lastFollowed: number
  /** The longest time that a message was in flight: how far back a look for flights has to go. */
  longestFlight: number

  constructor(
    shelf: Shelf = new Shelf(Number.MAX_SAFE_INTEGER),
    from?: { readonly of: Recording; readonly segment: Segment },
  ) {
    this.shelf = shelf
    const before = from?.segment.before ?? BEGINNING
    const shared = from === undefined ? [] : from.of.segments.slice(0, from.of.segments.indexOf(from.segment))
    const { checkpoint, open } =
      from === undefined ? { checkpoint: null, open: cowMap<number>() } : startOf(from.segment)
    this.open = open.clone()
    this.current = new Segment(before, checkpoint, open)
    this.segments = [...shared, this.current]
    this.asked = this.current
    this.newest = before.newest
    this.lastDigest = before.digest
    this.noise = before.noise
    this.lastFollowed = before.lastFollowed
    this.longestFlight = before.longestFlight
    for (const [seq, request] of from?.of.oldRequests ?? [])
      if (seq <= before.seq) this.oldRequests.set(seq, request)
    for (const [message, told] of from?.of.lost ?? []) if (told <= before.seq) this.lost.set(message, told)
  }

  get length(): number {
    return this.current.end
  }

  /** The kernel's deliveries when the present segment began. */
  get cutAt(): number {
    return this.current.before.delivered
  }

  // ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** `digest` is the kernel's, of everything up to this event. */
  append(event: TraceEvent, digest: number): void {
    const own = standingOf(event, this.standingBySeq(this.parentOf(event)))
    const standing = this.isEcho(event) ? echoOf(own) : own
    const { current } = this
    current.count(event, standing)
    if (standing.level === 'noise') this.noise++
    this.lastDigest = digest
    if (standing.followed && standing.level === 'story') {
      const at = isMessage(event) ? event.deliveredAt : event.at
      this.lastFollowed = Math.max(this.lastFollowed, at)
    }
    if (current.body !== null) put(current.body, event, digest, this.noise)
    if (isMessage(event)) {
      this.longestFlight = Math.max(this.longestFlight, event.deliveredAt - event.sentAt)
      if (isStanding(event) || takesLong(event)) this.oldRequests.set(event.seq, event)
      pairUp(this.open, current.body, event)
    } else if (event.type === 'lost') this.lost.set(event.message, event.seq)
  }

  /** The kernel was saved: what follows is another segment. */
  cut(checkpoint: Checkpoint, teaching: TeachingMark): void {
    const { current } = this
    current.seal()
    this.current = new Segment(
      {
        length: this.length,
        noise: this.noise,
        now: checkpoint.now,
        seq: checkpoint.seq,
        delivered: checkpoint.delivered,
        digest: this.lastDigest,
        newest: this.newest,
        lastFollowed: this.lastFollowed,
        longestFlight: this.longestFlight,
        teaching,
      },
      checkpoint,
      this.open.clone(),
    )
    this.segments.push(this.current)
    // What came before the first checkpoint can be made by nobody.
    if (current.checkpoint !== null) this.shelf.keep(current)
  }

  /** The events of a dropped segment are there again. */
  restore(segment: Segment, body: Body): void {
    segment.body = body
    segment.isRemade = true
    this.shelf.keep(segment)
  }

  // ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────

  event(index: number): TraceEvent | undefined {
    if (index < 0 || index >= this.length) return undefined
    const segment = this.segmentAt(index)
    return this.bodyOf(segment).events[index - segment.before.length]
  }

  /** Every event, the dropped ones made again. For short recordings. */
  all(): readonly TraceEvent[] {
    return this.segments.flatMap((segment) => this.bodyOf(segment).events)
  }

  find(seq: number): TraceEvent | undefined {
    const known = this.foundAgain.get(seq)
    if (known !== undefined) return known
    const index = this.indexOf(seq)
    const event = index < 0 ? undefined : this.event(index)
    if (event !== undefined && this.segmentAt(index).isRemade) this.noteFoundAgain(event)
    return event
  }

  private noteFoundAgain(event: TraceEvent): void {
    const { foundAgain } = this
    for (const oldest of foundAgain.keys()) {
      if (foundAgain.size < MOST_FOUND_AGAIN) break
      foundAgain.delete(oldest)
    }
    foundAgain.set(event.seq, event)
  }

  /** Whether an event has this `seq`; timers have none. */
  has(seq: number): boolean {
    return this.standingBySeq(seq) !== ROOT
  }

  indexOf(seq: number): number {
    const segment = this.segmentOf(seq)
    if (segment === undefined || !this.has(seq)) return -1
    const { events } = this.bodyOf(segment)
    const place = lowest(events.length, (at) => (events[at]?.seq ?? 0) >= seq)
    return events[place]?.seq === seq ? segment.before.length + place : -1
  }

  standing(index: number): Standing {
    if (index < 0 || index >= this.length) return ROOT
    const segment = this.segmentAt(index)
    const event = this.bodyOf(segment).events[index - segment.before.length]
    return event === undefined ? ROOT : segment.standingOf(event.seq)
  }

  standingBySeq(seq: number): Standing {
    return this.segmentOf(seq)?.standingOf(seq) ?? ROOT
  }

  /** Makes nothing again. */
  causeOf(seq: number): number {
    return this.segmentOf(seq)?.causeOf(seq) ?? 0
  }

  /** How many of the first `length` events are noise. */
  noiseIn(length: number): number {
    if (length <= 0) return 0
    if (length >= this.length) return this.noise
    const segment = this.segmentAt(length)
    const within = length - segment.before.length
    return within === 0 ? segment.before.noise : (this.bodyOf(segment).noise[within - 1] ?? 0)
  }

  /** The digest of the first `length` events, as 8 hexadecimal digits. Equal digests mean equal histories. */
  digestAt(length: number): string {
    return (this.digestNumber(length) >>> 0).toString(16).padStart(8, '0')
  }

  private digestNumber(length: number): number {
    if (length <= 0) return 0
    if (length >= this.length) return this.lastDigest
    const segment = this.segmentAt(length)
    const within = length - segment.before.length
    return within === 0 ? segment.before.digest : (this.bodyOf(segment).digests[within - 1] ?? 0)
  }

  isLost(seq: number): boolean {
    return this.lost.has(seq)
  }

  /** How many events had been recorded at `at`, that moment included. */
  lengthAt(at: number): number {
    if (at >= this.current.lastAt) return this.length
    const { segments } = this
    const segment = segments[lowest(segments.length, (place) => (segments[place]?.lastAt ?? at) > at)]
    if (segment === undefined) return this.length
    if (at < segment.before.now) return segment.before.length
    const { events } = this.bodyOf(segment)
    return segment.before.length + lowest(events.length, (place) => (events[place]?.at ?? 0) > at)
  }

  /** The request that a response or a watch event is for. */
  readonly requestOf = (event: Delivery, lookup: TraceLookup = this): Delivery | undefined => {
    const segment = this.segmentOf(event.seq)
    const seq = segment === undefined ? undefined : this.bodyOf(segment).requests.get(event.seq)
    const request = seq === undefined ? undefined : (this.oldRequests.get(seq) ?? lookup.find(seq))
    return request !== undefined && isMessage(request) ? request : undefined
  }

  /** The segment that holds event `index`, or would be the next to. */
  segmentAt(index: number): Segment {
    const { asked, segments } = this
    if (index >= asked.before.length && index < asked.end) return asked
    const place = lowest(segments.length, (at) => (segments[at]?.end ?? 0) > index)
    return segments[place] ?? this.current
  }

  segmentOf(seq: number): Segment | undefined {
    const { asked, current, segments } = this
    if (seq > current.before.seq) return current
    if (seq > asked.before.seq && seq <= asked.lastSeq) return asked
    const place = lowest(segments.length, (at) => (segments[at]?.before.seq ?? 0) >= seq)
    return segments[place - 1]
  }

  bodyOf(segment: Segment): Body {
    if (segment !== this.asked) {
      this.asked = segment
      this.shelf.look(segment)
    }
    if (segment.body === null) this.remake(segment)
    return segment.body ?? emptyBody()
  }

  /** Whether another member has told of this change of the store before. */
  private isEcho(event: TraceEvent): boolean {
    if (event.type !== 'storage' || !('revision' in event)) return false
    const { revision, process } = event
    const echo =
      revision < this.newest.revision ||
      (revision === this.newest.revision && process !== this.newest.process)
    if (!echo) this.newest = { revision, process }
    return echo
  }

  /** An answer matters as much as its question, whatever heartbeat brought it about (a read that a quorum confirms). */
  private parentOf(event: TraceEvent): number {
    if (!isMessage(event) || (event.type !== 'response' && event.type !== 'etcd-response')) return event.cause
    const { id } = event.message as { type: string; id?: number }
    const asked = this.open.get(`${event.to}>${event.from}/${id}`)
    return asked === undefined ? event.cause : Math.abs(asked)
  }
}

/** The lowest number below `count` that fits, where all above it fit too; `count` when none does. */
function lowest(count: number, fits: (number: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (fits(middle)) high = middle
    else low = middle + 1
  }
  return low
}
