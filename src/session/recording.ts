// The trace of one branch, indexed: what a session records while the simulation runs, and what every view reads.

import { describe } from '../projections/describe.ts'
import type { Standing } from '../projections/levels.ts'
import { echoOf, ROOT, standingOf } from '../projections/levels.ts'
import type { TraceLookup } from '../projections/lookup.ts'
import type { Row } from '../projections/rows.ts'
import type { ApiMessage } from '../sim/api/messages.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'

export class Recording implements TraceLookup {
  readonly events: TraceEvent[] = []
  private readonly standings: Standing[] = []
  private readonly indexBySeq = new Map<number, number>()
  /** `client/id` of a request to its `seq`. A restarted client uses its ids again: the newest counts. */
  private readonly requestSeqs = new Map<string, number>()
  /** The answer's or request's `seq`, both ways. */
  private readonly exchanges = new Map<number, number>()
  private readonly lostSeqs = new Set<number>()
  /** The newest change of etcd's store, and the member that told of it first. */
  private newest: { readonly revision: number; readonly process: string } = { revision: 0, process: '' }
  private readonly digests: number[] = []
  /** How many of the first n events are noise. */
  private readonly noiseBefore: number[] = [0]

  /** `digest` is the kernel's, of everything up to this event. */
  append(event: TraceEvent, digest: number): void {
    this.digests.push(digest)
    const parent = this.standingBySeq(this.parentOf(event))
    this.indexBySeq.set(event.seq, this.events.length)
    this.events.push(event)
    const standing = this.isEcho(event) ? echoOf(standingOf(event, parent)) : standingOf(event, parent)
    this.standings.push(standing)
    this.noiseBefore.push(this.noiseIn(this.noiseBefore.length - 1) + (standing.level === 'noise' ? 1 : 0))
    this.link(event)
  }

  private link(event: TraceEvent): void {
    if (isMessage(event)) this.pairUp(event)
    else if (event.type === 'lost') this.lostSeqs.add(event.message)
  }

  /** A recording of the first `length` events, to go on differently. */
  truncated(length: number): Recording {
    const copy = new Recording()
    for (let index = 0; index < length; index++) {
      const event = this.events[index]
      if (event === undefined) break
      copy.events.push(event)
      copy.isEcho(event)
      copy.digests.push(this.digests[index] ?? 0)
      copy.standings.push(this.standing(index))
      copy.noiseBefore.push(this.noiseIn(index + 1))
      copy.indexBySeq.set(event.seq, index)
      copy.link(event)
    }
    return copy
  }

  find(seq: number): TraceEvent | undefined {
    const index = this.indexBySeq.get(seq)
    return index === undefined ? undefined : this.events[index]
  }

  indexOf(seq: number): number {
    return this.indexBySeq.get(seq) ?? -1
  }

  standing(index: number): Standing {
    return this.standings[index] ?? ROOT
  }

  standingBySeq(seq: number): Standing {
    const index = this.indexBySeq.get(seq)
    return index === undefined ? ROOT : (this.standings[index] ?? ROOT)
  }

  /** How many of the first `length` events are noise. */
  noiseIn(length: number): number {
    return this.noiseBefore[length] ?? 0
  }

  /** The digest of the first `length` events, as 8 hexadecimal digits. Equal digests mean equal histories. */
  digestAt(length: number): string {
    return ((this.digests[length - 1] ?? 0) >>> 0).toString(16).padStart(8, '0')
  }

  isLost(seq: number): boolean {
    return this.lostSeqs.has(seq)
  }

  /** How many events had been recorded at `at`, that moment included. */
  lengthAt(at: number): number {
    let low = 0
    let high = this.events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.events[middle]?.at ?? 0) <= at) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The request that a response or a watch event is for. */
  readonly requestOf = (event: Delivery): Delivery | undefined => {
    const paired = this.exchanges.get(event.seq)
    // A request itself is paired with its answer, which comes later.
    const request = paired === undefined || paired > event.seq ? undefined : this.find(paired)
    return request !== undefined && isMessage(request) ? request : undefined
  }

  /** The answer to a request, if it has been sent. */
  answerOf(seq: number): Delivery | undefined {
    const paired = this.exchanges.get(seq) ?? 0
    const answer = paired > seq ? this.find(paired) : undefined
    return answer !== undefined && isMessage(answer) ? answer : undefined
  }

  row(index: number, milestones: ReadonlyMap<number, string>): Row | undefined {
    const event = this.events[index]
    if (event === undefined) return undefined
    return describe(event, this.standing(index), milestones.get(event.seq) ?? null, this.requestOf)
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
    return this.requestSeqs.get(`${event.to}>${event.from}/${id}`) ?? event.cause
  }

  private pairUp(event: Delivery): void {
    const { type, id } = event.message as ApiMessage | { type: string; id?: number }
    if (id === undefined) return
    if (type.endsWith('request') || type === 'etcd-watch-create' || type === 'cri' || type === 'cni') {
      this.requestSeqs.set(`${event.from}>${event.to}/${id}`, event.seq)
      return
    }
    const request = this.requestSeqs.get(`${event.to}>${event.from}/${id}`)
    if (request === undefined) return
    this.exchanges.set(event.seq, request)
    if (type !== 'watch' && type !== 'etcd-watch') this.exchanges.set(request, event.seq)
  }
}
