// What has happened, written down as it happens: the numbers of events, the running digest, and who listens.
import type { Micros } from './micros.ts'
import { hashInteger, PlainHasher } from './plain-data.ts'
import type { Delivery, ProcessId } from './process.ts'
import { processId } from './process.ts'
import type { KernelEvent, LocalEvent, RecordedEvent, TraceEvent } from './trace.ts'

/** The sender of levers, and of what the kernel itself has to say. */
export const KERNEL: ProcessId = processId('kernel')

/** What the digest takes in place of a message that repeats others. */
const ECHO: object = Object.freeze([])

export interface ChronicleOptions {
  /** The types of messages that repeat others. */
  readonly echoes: ReadonlySet<string>
  /** Called with each event as it is recorded, and the digest of everything up to it. */
  readonly onEvent: (event: TraceEvent, digest: number) => void
  /** What processes record about themselves that `onEvent` is to be spared. It changes nothing else. */
  readonly unread: ReadonlySet<LocalEvent['type']>
  /** False: the digest stays as it is, which saves about a tenth of the time. */
  readonly digests: boolean
}

export class Chronicle {
  /** The last number given to an event of the trace. */
  seq = 0
  /**
   * A running hash of everything sent, and of what the user and faults did. Equal digests mean equal histories. Messages
   * that repeat others (`ProcessDefinition.echoes`) count without what they carry, and what processes record about
   * themselves by its `seq` alone, so that a digest does not depend on whether anybody reads that.
   */
  digest = 0
  private readonly options: ChronicleOptions
  private readonly hasher = new PlainHasher()

  constructor(options: ChronicleOptions) {
    this.options = options
  }

  reads(type: LocalEvent['type']): boolean {
    return !this.options.unread.has(type)
  }

  /** Counts events that nobody reads. Returns the last one's `seq`. */
  skip(count: number): number {
    this.seq += count
    return this.seq
  }

  /** Something that the kernel has to say. Returns its `seq`. */
  record(event: KernelEvent, at: Micros, cause: number): number {
    const recorded: RecordedEvent = { seq: ++this.seq, at, process: KERNEL, cause, ...event }
    this.fold(event, recorded.seq, at, -1, -1, cause)
    this.options.onEvent(recorded, this.digest)
    return recorded.seq
  }

  /** Something that a process has to say about itself. Returns its `seq`. */
  recordLocal(process: ProcessId, event: LocalEvent, at: Micros, cause: number): number {
    const seq = ++this.seq
    if (!this.options.unread.has(event.type)) {
      const recorded =
        event.type === 'storage'
          ? stored(seq, at, process, cause, event)
          : { seq, at, process, cause, ...event }
      this.options.onEvent(recorded, this.digest)
    }
    return seq
  }

  /** A message that has its number already. @param from, to the places of the slots of sender and receiver */
  recordMessage(delivery: Delivery, from: number, to: number): void {
    if (this.options.digests) {
      const { message, type, seq, deliveredAt, cause } = delivery
      const content = this.options.echoes.has(type) ? ECHO : message
      this.fold(content, seq, deliveredAt, from, to, cause)
    }
    this.options.onEvent(delivery, this.digest)
  }

  private fold(content: object, seq: number, at: Micros, from: number, to: number, cause: number): void {
    if (!this.options.digests) return
    const ends = from * 65_537 + to
    const header = hashInteger(ends, hashInteger(cause, hashInteger(at, hashInteger(seq, this.digest))))
    this.digest = this.hasher.hash(content, header)
  }
}

/** The event that is recorded most, by each member of etcd for each write: a spread takes several times as long. */
function stored(
  seq: number,
  at: Micros,
  process: ProcessId,
  cause: number,
  { type, revision, key, op, object, previous }: LocalEvent & { readonly type: 'storage' },
): RecordedEvent {
  return { seq, at, process, cause, type, revision, key, op, object, previous }
}
