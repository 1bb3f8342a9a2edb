// Messages that were sent and not handled: on a link, or received by a process that is frozen or busy.
import { KERNEL } from './chronicle.ts'
import type { EventQueue } from './event-queue.ts'
import type { Delivery } from './process.ts'
import type { SlotTable } from './slot-table.ts'

type Test = (delivery: Delivery) => boolean

/** Neither a timer nor what the kernel posts is ever on a link. */
const isMessage: Test = ({ from, to }) => from !== to && from !== KERNEL

/** Takes away the messages that are meant, wherever they are, and returns them by their `seq`. */
export function takeInFlight(queue: EventQueue, slots: SlotTable, isMeant: Test): Delivery[] {
  const isTaken: Test = (delivery) => isMessage(delivery) && isMeant(delivery)
  const taken = queue.remove(isTaken)
  for (const { id, held } of slots.all().filter((slot) => slot.held.some(isTaken))) {
    taken.push(...held.filter(isTaken))
    slots.changeAt(slots.placeOf(id)).held = held.filter((delivery) => !isTaken(delivery))
  }
  return taken.sort((a, b) => a.seq - b.seq)
}

export const isInFlight = (queue: EventQueue, slots: SlotTable, message: number): boolean => {
  const isMeant: Test = (delivery) => delivery.seq === message && isMessage(delivery)
  return queue.all().some(isMeant) || slots.all().some(({ held }) => held.some(isMeant))
}
