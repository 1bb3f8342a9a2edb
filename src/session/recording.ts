// The trace of one branch, indexed: what a session records while the simulation runs, and what every view reads. It is a
// row of segments; the events of a segment that was dropped are made again when somebody asks for them.

import { describe } from '../projections/describe.ts'
import type { Standing } from '../projections/levels.ts'
import { echoOf, ROOT, standingOf } from '../projections/levels.ts'
import type { TraceLookup } from '../projections/lookup.ts'
import type { Row } from '../projections/rows.ts'
import type { ApiMessage } from '../sim/api/messages.ts'
import type { Checkpoint } from '../sim/kernel/checkpoint.ts'
import type { CowMap } from '../sim/kernel/cow-map.ts'
import { cowMap } from '../sim/kernel/cow-map.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Before, Body } from './segment.ts'
import { emptyBody, Segment } from './segment.ts'
import { Shelf } from './shelf.ts'
import type { TeachingMark } from './teaching-time.ts'
import { TEACHING_START } from './teaching-time.ts'

const BEGINNING: Before = {
  length: 0,
  noise: 0,
  now: 0,
  seq: 0,
  delivered: 0,
  digest: 0,
  open: cowMap<number>(),
  newest: { revision: 0, process: '' },
  lastFollowed: 0,
  longestFlight: 0,
  teaching: TEACHING_START,
}

/** Segments from that of a request on that are made again to find its answer. */
const ANSWER_WITHIN = 3

export class Recording implements TraceLookup {
  readonly segments: Segment[]
  /** Makes the events of a dropped segment again. */
  remake: (segment: Segment) => void = () => {}
  private readonly shelf: Shelf
  private current: Segment
  /** The segment that was asked about last. */
  private asked: Segment
  private open: CowMap<number>
  private newest: Before['newest']
  private lastDigest: number
  private noise: number
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
    this.current = new Segment(before, from?.segment.checkpoint ?? null)
    this.segments = [...shared, this.current]
    this.asked = this.current
    this.open = before.open.clone()
    this.newest = before.newest
    this.lastDigest = before.digest
    this.noise = before.noise
    this.lastFollowed = before.lastFollowed
    this.longestFlight = before.longestFlight
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
      this.open = pairUp(this.open, current.body, event)
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
        open: this.open.clone(),
        newest: this.newest,
        lastFollowed: this.lastFollowed,
        longestFlight: this.longestFlight,
        teaching,
      },
      checkpoint,
    )
    this.segments.push(this.current)
    // What came before the first checkpoint can be made by nobody.
    if (current.checkpoint !== null) this.shelf.keep(current)
  }

  /** Takes the events of a dropped segment, in their order, until all of them are there. */
  refill(segment: Segment): (event: TraceEvent, digest: number) => void {
    const body = emptyBody()
    let open = segment.before.open.clone()
    let { noise } = segment.before
    return (event, digest) => {
      if (segment.standingOf(event.seq).level === 'noise') noise++
      put(body, event, digest, noise)
      if (isMessage(event)) open = pairUp(open, body, event)
      if (body.events.length < segment.length) return
      segment.body = body
      this.shelf.keep(segment)
    }
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
    const index = this.indexOf(seq)
    return index < 0 ? undefined : this.event(index)
  }

  indexOf(seq: number): number {
    const segment = this.segmentOf(seq)
    if (segment === undefined || segment.standingOf(seq) === ROOT) return -1
    const { events } = this.bodyOf(segment)
    const place = lowest(events.length, (at) => (events[at]?.seq ?? 0) >= seq)
    return events[place]?.seq === seq ? segment.before.length + place : -1
  }

  standing(index: number): Standing {
    const event = this.event(index)
    return event === undefined ? ROOT : this.standingBySeq(event.seq)
  }

  standingBySeq(seq: number): Standing {
    return this.segmentOf(seq)?.standingOf(seq) ?? ROOT
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

  /** From which event on all up to `length` are there, without making any again. */
  keptFrom(length: number): number {
    let from = Math.min(length, this.length)
    for (let place = this.segments.indexOf(this.segmentAt(from)); place >= 0; place--) {
      const segment = this.segments[place]
      if (segment === undefined || segment.body === null) break
      from = Math.min(from, segment.before.length)
    }
    return from
  }

  /** How many events of each type are dropped at present. */
  dropped(): Readonly<Record<string, number>> {
    const types: Record<string, number> = {}
    for (const segment of this.segments) {
      if (segment.body !== null) continue
      for (const [type, count] of Object.entries(segment.types ?? {}))
        types[type] = (types[type] ?? 0) + count
    }
    return types
  }

  /** The request that a response or a watch event is for. */
  readonly requestOf = (event: Delivery): Delivery | undefined => {
    const segment = this.segmentOf(event.seq)
    const seq = segment === undefined ? undefined : this.bodyOf(segment).requests.get(event.seq)
    const request = seq === undefined ? undefined : this.find(seq)
    return request !== undefined && isMessage(request) ? request : undefined
  }

  /** The answer to a request, if it has been sent. */
  answerOf(seq: number): Delivery | undefined {
    const segment = this.segmentOf(seq)
    const first = segment === undefined ? -1 : this.segments.indexOf(segment)
    for (let place = first; place >= 0 && place < this.segments.length; place++) {
      const one = this.segments[place]
      // What is far off and dropped is not made again for it.
      if (one === undefined || (one.body === null && place >= first + ANSWER_WITHIN)) continue
      const paired = this.bodyOf(one).answers.get(seq)
      const answer = paired === undefined ? undefined : this.find(paired)
      if (answer !== undefined && isMessage(answer)) return answer
    }
    return undefined
  }

  row(index: number, milestones: ReadonlyMap<number, string>): Row | undefined {
    const event = this.event(index)
    if (event === undefined) return undefined
    return describe(event, this.standing(index), milestones.get(event.seq) ?? null, this.requestOf)
  }

  /** The segment that holds event `index`, or would be the next to. */
  segmentAt(index: number): Segment {
    const { asked, segments } = this
    if (index >= asked.before.length && index < asked.end) return asked
    const place = lowest(segments.length, (at) => (segments[at]?.end ?? 0) > index)
    return segments[place] ?? this.current
  }

  private segmentOf(seq: number): Segment | undefined {
    const { current, segments } = this
    if (seq > current.before.seq) return current
    const place = lowest(segments.length, (at) => (segments[at]?.before.seq ?? 0) >= seq)
    return segments[place - 1]
  }

  private bodyOf(segment: Segment): Body {
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

function put(body: Body, event: TraceEvent, digest: number, noise: number): void {
  body.events.push(event)
  body.digests.push(digest)
  body.noise.push(noise)
}

const ASKS: ReadonlySet<string> = new Set(['etcd-watch-create', 'cri', 'cni'])

/** Whether more than one message may answer it. */
const isStanding = ({ message, type }: Delivery): boolean =>
  type === 'etcd-watch-create' ||
  (type === 'request' && 'watch' in (message as ApiMessage & { type: 'request' }).request.query)

/** Joins questions and answers. Returns the questions that may still be answered. */
function pairUp(open: CowMap<number>, body: Body | null, event: Delivery): CowMap<number> {
  const { type, id } = event.message as ApiMessage | { type: string; id?: number }
  if (id === undefined) return open
  if (type.endsWith('request') || ASKS.has(type)) {
    open.set(`${event.from}>${event.to}/${id}`, isStanding(event) ? -event.seq : event.seq)
    return open
  }
  const key = `${event.to}>${event.from}/${id}`
  const asked = open.get(key)
  if (asked === undefined) return open
  if (asked > 0 || type === 'watch-end') open.delete(key)
  const request = Math.abs(asked)
  body?.requests.set(event.seq, request)
  if (type !== 'watch' && type !== 'etcd-watch') body?.answers.set(request, event.seq)
  return open
}
