// A process is the kernel's only concept: a state of plain data and a function that handles one delivery at a time.
// Everything in the cluster is one: etcd members, the apiserver, kubelets, kubectl.
import type { Delivery, HostName, Message, ProcessId } from './delivery.ts'
import type { Micros } from './micros.ts'
import type { ImpairmentValue } from './slot.ts'
import type { LocalEvent } from './trace.ts'

export {
  type Delivery,
  type HostName,
  hostName,
  type Message,
  type ProcessId,
  processId,
} from './delivery.ts'

export interface Context {
  readonly now: Micros
  /** What this machine's clock shows: what the process writes as a timestamp. It is `now` unless the clock is wrong. */
  readonly clock: Micros
  readonly self: ProcessId
  readonly host: HostName
  /**
   * What the sends and traces that follow are attributed to. It starts as the delivery being handled; work that was
   * queued before sets it to the `seq` that queued it, so that "why?" finds the real reason.
   */
  cause: number
  /** Sends over the link between the two processes; it arrives later, or never. Returns the message's `seq`. */
  send(to: ProcessId, message: Message): number
  /**
   * Delivers `message` to this process after `after` microseconds, unless the process dies before. A timer starts a new
   * causal chain, unless it `continues` the present one (an image pull, an fsync: work that takes time).
   */
  timer(after: Micros, message: Message, options?: { readonly continues: boolean }): number
  /** The next number of this process's own stream, in [0, 1). */
  random(): number
  /** What is wrong with the process's surroundings under this name; undefined: nothing. A process knows no faults. */
  impairment(name: string): ImpairmentValue | undefined
  /** Records what the process did. Returns the event's `seq`, which may become the `cause` of what follows. */
  trace(event: LocalEvent): number
  /** Whether anybody reads events of this type. What is costly to describe need not be described when nobody does. */
  reads(type: LocalEvent['type']): boolean
  /** Stands for `count` events that nobody reads: they have their `seq` all the same. Returns the last one's. */
  traceUnread(count: number): number
  /** Ends this process once the delivery is handled; its supervisor starts it again, from its disk alone. */
  exit(reason: string, restartAfter: Micros): void
}

/** What a process finds when it starts. `disk` is what its predecessor had written; `boot` is true after a power cycle. */
export interface StartConditions {
  readonly disk: unknown
  readonly boot: boolean
  /** Whether this process had a predecessor. Where `disk` is undefined all the same, its disk was lost. */
  readonly again: boolean
  readonly now: Micros
}

/**
 * `S` is plain data: objects, arrays, primitives, `CowMap`s, `Map`s of primitive keys, and frozen values that are shared
 * instead of copied. If it has a field `disk`, that field outlives a crash; everything else is lost.
 */
export interface ProcessDefinition<S = unknown, C = unknown, M extends Message = Message> {
  readonly kind: string
  /**
   * Types of messages that only repeat what earlier ones carried: copies for replicas, news for watchers. The digest takes
   * them by who sent them to whom, when and why; what they carry is in it already.
   */
  readonly echoes?: readonly string[]
  /** Kinds of servers that this one pings on its connections, to find out when they hang (HTTP/2 health checks). */
  readonly pings?: readonly string[]
  init(id: ProcessId, config: C, start: StartConditions): S
  /** Handles `start` (sent by the kernel once after `init`), timers and messages. */
  handle(state: S, delivery: Delivery<M>, context: Context): void
}

/** What the kernel itself sends to processes. */
export type KernelMessage =
  /** First delivery after `init`. */
  | { readonly type: 'start' }
  /**
   * The connection to `peer` is gone: it crashed, restarted, or was not heard of for too long. Whatever was sent to it
   * with a `seq` up to `upTo` will not be answered.
   */
  | { readonly type: 'reset'; readonly peer: ProcessId; readonly upTo: number }
