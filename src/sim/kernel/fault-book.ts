// The faults that last: what each one is, and what ends it.
import type { ActiveFault, Lever } from './machine-room.ts'
import { sameLever } from './machines.ts'
import type { Micros } from './micros.ts'

export class FaultBook {
  active: readonly ActiveFault[]
  /** The number of the next fault. */
  next: number

  constructor(active: readonly ActiveFault[], next: number) {
    this.active = active
    this.next = next
  }

  /** Enters a fault under a new id. Returns it, and its levers with ids that are this fault's own. */
  enter(
    { fault, target, heal }: Pick<ActiveFault, 'fault' | 'target' | 'heal'>,
    levers: readonly Lever[],
    until: Micros | null,
  ): { readonly id: string; readonly levers: readonly Lever[] } {
    const id = `fault-${this.next++}`
    const own = (lever: Lever): Lever => ('id' in lever ? { ...lever, id: `${id}/${lever.id}` } : lever)
    this.active = [...this.active, { id, fault, target, until, heal: heal.map(own) }]
    return { id, levers: levers.map(own) }
  }

  /** Strikes a fault out. Undefined: there is none with this id (any more). */
  strikeOut(id: string): ActiveFault | undefined {
    const fault = this.active.find((active) => active.id === id)
    if (fault !== undefined) this.active = this.active.filter((active) => active !== fault)
    return fault
  }

  /** Whether a fault, once healed, would pull this lever. */
  holds(heal: Lever): boolean {
    return this.active.some((fault) => fault.heal.some((other) => sameLever(other, heal)))
  }

  /** The fault that pulled the lever with this id. */
  ownerOf(lever: string): ActiveFault | undefined {
    return this.active.find(({ id }) => lever.startsWith(`${id}/`))
  }
}
