// A stretch of a recording, from one checkpoint to the next. What it needs to be made again stays for good; its body, the
// events themselves, may be dropped and filled again.
import type { Standing } from '../projections/levels.ts'
import { ROOT, standingCode, standingOfCode } from '../projections/levels.ts'
import { assert } from '../sim/kernel/assert.ts'
import type { Checkpoint } from '../sim/kernel/checkpoint.ts'
import type { CowMap } from '../sim/kernel/cow-map.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import type { Body } from './body.ts'
import { emptyBody } from './body.ts'
import type { TeachingMark } from './teaching-time.ts'

/** What was so when a segment began. */
export interface Before {
  /** Events recorded, and how many of them were noise. */
  readonly length: number
  readonly noise: number
  /** The kernel's: when it was, the last `seq` given, deliveries handled, the digest. */
  readonly now: number
  readonly seq: number
  readonly delivered: number
  readonly digest: number
  /** The newest change of etcd's store, and the member that told of it first. */
  readonly newest: { readonly revision: number; readonly process: string }
  /** When the last of what the story follows arrived, or happened. */
  readonly lastFollowed: number
  /** The longest time that a message was in flight. */
  readonly longestFlight: number
  readonly teaching: TeachingMark
}

/** What is as far back as this, or further, is kept by itself. */
const FAR = 0xffff

export class Segment {
  readonly before: Before
  /** Null where it was given up: the nearest before it leads here, too. */
  checkpoint: Checkpoint | null
  /**
   * Requests that may still be answered when it begins, `client>server/id` to `seq`; that of a watch is negative, and stays.
   * Given up together with the checkpoint, since thousands of clients have many.
   */
  open: CowMap<number> | null
  length = 0
  lastSeq: number
  lastAt: number
  /** Null while it is dropped. */
  body: Body | null = emptyBody()
  /** Its events are equal to those that were first, and no longer the same ones. */
  isRemade = false
  /** When it was looked at, counted in looks. */
  looked = 0
  /** How many events of each type it holds; counted when it is dropped first. */
  types: Readonly<Record<string, number>> | null = null
  /** What each event is to the story, by its `seq` from the beginning of the segment; 0 where there is none. */
  private standings = new Uint8Array(256)
  /** How far back the cause of each is, in the same places; 0 where there is none. */
  private distances = new Uint16Array(256)
  /** The causes that are `FAR` back, by `seq`. */
  private readonly farCauses = new Map<number, number>()

  constructor(before: Before, checkpoint: Checkpoint | null, open: CowMap<number>) {
    this.before = before
    this.checkpoint = checkpoint
    this.open = open
    this.lastSeq = before.seq
    this.lastAt = before.now
  }

  get end(): number {
    return this.before.length + this.length
  }

  /** Takes note of an event; its body is the caller's to fill. */
  count(event: TraceEvent, standing: Standing): void {
    this.length++
    this.lastSeq = event.seq
    this.lastAt = event.at
    const at = event.seq - this.before.seq
    if (at >= this.standings.length) {
      const length = Math.max(at + 1, this.standings.length * 2)
      const { standings, distances } = this
      this.standings = new Uint8Array(length)
      this.standings.set(standings)
      this.distances = new Uint16Array(length)
      this.distances.set(distances)
    }
    this.standings[at] = standingCode(standing)
    if (event.cause === 0) return
    const distance = event.seq - event.cause
    this.distances[at] = Math.min(distance, FAR)
    if (distance >= FAR) this.farCauses.set(event.seq, event.cause)
  }

  /** No event will be added. */
  seal(): void {
    const end = this.lastSeq - this.before.seq + 1
    this.standings = this.standings.slice(0, end)
    this.distances = this.distances.slice(0, end)
  }

  standingOf(seq: number): Standing {
    const code = this.standings[seq - this.before.seq] ?? 0
    return code === 0 ? ROOT : standingOfCode(code)
  }

  /** The `seq` of an event's cause; 0 when it has none. */
  causeOf(seq: number): number {
    const distance = this.distances[seq - this.before.seq] ?? 0
    if (distance === 0) return 0
    return distance < FAR ? seq - distance : (this.farCauses.get(seq) ?? 0)
  }

  countTypes(): void {
    if (this.types !== null || this.body === null) return
    const types: Record<string, number> = {}
    for (const { type } of this.body.events) types[type] = (types[type] ?? 0) + 1
    this.types = types
  }
}

/** What a segment that has its checkpoint can be made again from. Nobody changes it. */
export function startOf({ checkpoint, open }: Segment): {
  readonly checkpoint: Checkpoint
  readonly open: CowMap<number>
} {
  assert(checkpoint !== null && open !== null, 'the segment has its checkpoint')
  return { checkpoint, open }
}
