// What a process may do while it handles a delivery. One object serves all deliveries; it is only valid during `handle`.
import type { Micros } from './micros.ts'
import type { Context, Delivery, HostName, Message, ProcessId } from './process.ts'
import type { ImpairmentValue, Slot } from './slot.ts'
import { impairmentOf } from './slot.ts'
import type { LocalEvent } from './trace.ts'

/** The kernel's side of a context. */
export interface ContextServices {
  send(from: Slot, to: ProcessId, message: Message, cause: number): number
  timer(from: Slot, after: Micros, message: Message, cause: number): number
  random(slot: Slot): number
  record(self: ProcessId, event: LocalEvent, cause: number): number
  reads(type: LocalEvent['type']): boolean
  skip(count: number): number
  exit(self: ProcessId, reason: string, restartAfter: Micros, cause: number): void
}

export class DeliveryContext implements Context {
  cause = 0
  now = 0 as Micros
  private slot: Slot | undefined
  private readonly services: ContextServices

  constructor(services: ContextServices) {
    this.services = services
  }

  begin(slot: Slot, delivery: Delivery): void {
    this.slot = slot
    this.now = delivery.deliveredAt
    // What the kernel posts and what timers deliver are no events of the trace: they pass on the cause they carry.
    const silent = delivery.from === delivery.to || delivery.from === 'kernel'
    this.cause = silent ? delivery.cause : delivery.seq
  }

  get clock(): Micros {
    const skew = this.impairment('clock-skew')
    return typeof skew === 'number' ? (Math.max(0, this.now + skew) as Micros) : this.now
  }

  get self(): ProcessId {
    return this.current().id
  }

  get host(): HostName {
    return this.current().host
  }

  send(to: ProcessId, message: Message): number {
    return this.services.send(this.current(), to, message, this.cause)
  }

  timer(after: Micros, message: Message, options?: { readonly continues: boolean }): number {
    return this.services.timer(this.current(), after, message, options?.continues === true ? this.cause : 0)
  }

  random(): number {
    return this.services.random(this.current())
  }

  trace(event: LocalEvent): number {
    return this.services.record(this.self, event, this.cause)
  }

  reads(type: LocalEvent['type']): boolean {
    return this.services.reads(type)
  }

  traceUnread(count: number): number {
    return this.services.skip(count)
  }

  impairment(name: string): ImpairmentValue | undefined {
    return impairmentOf(this.current(), name)
  }

  exit(reason: string, restartAfter: Micros): void {
    this.services.exit(this.self, reason, restartAfter, this.cause)
  }

  private current(): Slot {
    if (this.slot === undefined) throw new Error('a context is only valid while its delivery is handled')
    return this.slot
  }
}
