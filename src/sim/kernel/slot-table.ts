// Every process's slot, by the process's name. A slot that a checkpoint may be looking at is copied before it changes.
import { assert } from './assert.ts'
import type { HostName, ProcessId } from './process.ts'
import type { Slot, SlotOwner } from './slot.ts'
import { takeOver } from './slot.ts'

export class SlotTable {
  /** What it owns, it may change. With each checkpoint it becomes another, which costs nothing however many slots there are. */
  owner: SlotOwner = Object.freeze({})
  private readonly list: Slot[] = []
  private readonly index = new Map<ProcessId, number>()

  all(): readonly Slot[] {
    return this.list
  }

  has(id: ProcessId): boolean {
    return this.index.has(id)
  }

  get size(): number {
    return this.list.length
  }

  add(slot: Slot): void {
    assert(slot.place === this.list.length, 'slots stand in the order of their places')
    this.list.push(slot)
    this.index.set(slot.id, slot.place)
  }

  /** The slots as they are now, for a checkpoint: from here on they are copied before they change. */
  share(): readonly Slot[] {
    this.owner = Object.freeze({})
    return this.list.slice()
  }

  /** The place of a process's slot. Throws when there is no such process. */
  placeOf(id: ProcessId): number {
    return this.index.get(id) ?? missing(id)
  }

  hostOf(id: ProcessId): HostName {
    return this.at(this.placeOf(id)).host
  }

  /** The slot, to look at. */
  at(place: number): Slot {
    return this.list[place] ?? missing(place)
  }

  /** The slot, ready to be changed. */
  changeAt(place: number): Slot {
    const slot = this.at(place)
    if (slot.owner === this.owner) return slot
    const mine = takeOver(slot, this.owner)
    this.list[place] = mine
    return mine
  }
}

/** Its text is made when it is needed: these are asked several times a delivery. */
function missing(slot: ProcessId | number): never {
  assert(false, `no process ${slot}`)
}
