// Messages on their way, and the names of processes and hosts.
import type { Micros } from './micros.ts'

export type ProcessId = string & { readonly __brand: 'ProcessId' }
export type HostName = string & { readonly __brand: 'HostName' }
export const processId = (id: string): ProcessId => id as ProcessId
export const hostName = (name: string): HostName => name as HostName

/** Messages are immutable data; `type` says what they are. The kernel freezes them when they are sent. */
export interface Message {
  readonly type: string
}

/**
 * One message on its way, or one timer (`from === to`). It is at once the queue's entry and the trace's record of the
 * message: `type` repeats `message.type`, `process` repeats `from`, `at` repeats `sentAt`.
 */
export interface Delivery<M extends Message = Message> {
  readonly seq: number
  readonly at: Micros
  readonly process: ProcessId
  /** The `seq` of what led to this; 0 for a timer that starts something by itself and for what the user does. */
  readonly cause: number
  readonly type: M['type']
  readonly from: ProcessId
  readonly to: ProcessId
  readonly sentAt: Micros
  readonly deliveredAt: Micros
  readonly message: M
}

/**
 * A delivery as the kernel makes it. It has a constructor for the sake of V8, which learns for each object literal how long
 * its objects live: some thousands of requests that wait at once, as when a large cluster starts, and from then on each
 * delivery would be made among the old objects, where it and all that it holds outlive every minor collection.
 */
export class Sent implements Delivery {
  readonly seq: number
  readonly at: Micros
  readonly process: ProcessId
  readonly cause: number
  readonly type: string
  readonly from: ProcessId
  readonly to: ProcessId
  readonly sentAt: Micros
  readonly deliveredAt: Micros
  readonly message: Message

  constructor(
    seq: number,
    cause: number,
    from: ProcessId,
    to: ProcessId,
    now: Micros,
    deliveredAt: Micros,
    message: Message,
  ) {
    this.seq = seq
    this.at = now
    this.process = from
    this.cause = cause
    this.type = message.type
    this.from = from
    this.to = to
    this.sentAt = now
    this.deliveredAt = deliveredAt
    this.message = message
  }
}
