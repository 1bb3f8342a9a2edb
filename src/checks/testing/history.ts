// Histories made by hand, for the checks' own tests.
import type { Message } from '../../sim/kernel/delivery.ts'
import { processId } from '../../sim/kernel/delivery.ts'
import type { Micros } from '../../sim/kernel/micros.ts'
import type { KernelEvent, LocalEvent, TraceEvent } from '../../sim/kernel/trace.ts'
import type { Check, Processes } from '../check.ts'
import { Suite } from '../suite.ts'

export class History {
  private readonly suite: Suite
  private seq = 0
  private time = 0
  private revision = 1
  private readonly objects = new Map<string, unknown>()

  constructor(...checks: readonly Check[]) {
    this.suite = new Suite(checks)
  }

  /** What was found wrong so far. */
  get found(): readonly string[] {
    return this.suite.violations.map(({ message }) => message)
  }

  wait(seconds: number): this {
    this.time += seconds * 1_000_000
    return this
  }

  event(process: string, event: LocalEvent | KernelEvent, cause = 0): this {
    return this.take({
      seq: ++this.seq,
      at: this.time as Micros,
      process: processId(process),
      cause,
      ...event,
    })
  }

  send<M extends Message>(from: string, to: string, message: M, cause = 0): this {
    const at = this.time as Micros
    return this.take({
      seq: ++this.seq,
      at,
      process: processId(from),
      cause,
      type: message.type,
      from: processId(from),
      to: processId(to),
      sentAt: at,
      deliveredAt: (at + 500) as Micros,
      message,
    })
  }

  /** The `seq` of the last event. */
  get lastSeq(): number {
    return this.seq
  }

  get lastRevision(): number {
    return this.revision
  }

  /** Stores an object under its key (null: deletes it), as `etcd-1` tells it. */
  store(key: string, object: object | null, cause = 0): this {
    const previous = this.objects.get(key) ?? null
    this.objects.set(key, object)
    this.revision++
    return this.tell('etcd-1', this.revision, key, object, previous, cause)
  }

  tell(
    member: string,
    revision: number,
    key: string,
    object: unknown,
    previous: unknown = null,
    cause = 0,
  ): this {
    const op = object === null ? 'delete' : 'put'
    return this.event(member, { type: 'storage', revision, key, op, object, previous }, cause)
  }

  settle(states: Readonly<Record<string, { readonly kind: string; readonly state: unknown }>> = {}): this {
    const processes: Processes = {
      now: this.time,
      slots: () => Object.entries(states).map(([id, { kind }]) => ({ id: processId(id), kind, up: true })),
      stateOf: (id) => states[id]?.state,
    }
    this.suite.settled(processes)
    return this
  }

  private take(event: TraceEvent): this {
    this.time++
    this.suite.see(event)
    return this
  }
}

/** An object with the least that a stored object has. */
export const object = (name: string, fields: object = {}, metadata: object = {}): object => ({
  metadata: { name, namespace: 'default', uid: `uid-of-${name}`, ...metadata },
  ...fields,
})
