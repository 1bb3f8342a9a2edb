// Which messages come on a connection that ended with its process. A peer uses such a connection until it is told of its
// end, and what it sends on it reaches no successor, as a TCP segment of an unknown connection is answered by a reset.
import type { Delivery, ProcessId } from './delivery.ts'
import type { MachineRoom } from './machine-room.ts'
import type { KernelMessage } from './process.ts'
import type { Slot } from './slot.ts'

/** The peers in the order of their names, so that what happens to all of them happens in the same order always. */
export function peersOf(room: MachineRoom, slot: Slot): ProcessId[] {
  const slots = room.slots()
  const peers = room.connections.peersOf(slot.place).flatMap((place) => slots[place]?.id ?? [])
  return peers.sort()
}

export const forgetPeer = (room: MachineRoom, slot: Slot, peer: ProcessId): void =>
  room.connections.forget(slot.place, room.slotOf(peer).place)

/** The process has stopped: none of its peers knows yet. */
export function cutConnections(room: MachineRoom, slot: Slot): void {
  for (const peer of peersOf(room, slot)) slot.unaware.set(peer, -room.seq)
}

export const isTold = (slot: Slot, peer: ProcessId): boolean => (slot.unaware.get(peer) ?? 1) > 0

const resetOf = ({ message }: Delivery) => message as KernelMessage & { readonly type: 'reset' }

export function isOfDeadConnection(room: MachineRoom, slot: Slot, delivery: Delivery): boolean {
  const { seq, from, to } = delivery
  if (slot.unaware.size === 0 || from === to) return false
  // A reset is about what this process has sent, or it is about what its predecessor sent.
  if (delivery.type === 'reset') return resetOf(delivery).upTo < slot.startSeq
  const since = slot.unaware.get(from)
  if (since === undefined) return false
  // Not told: only a peer that was itself started since then has a new connection.
  return since > 0 ? seq < since : room.slotOf(from).startSeq <= -since
}

/**
 * A process learns that its connection to `peer` is gone: what it sends from now on comes on a new one, and of what it
 * has sent nothing up to `upTo` is answered.
 */
export function noteTold(
  room: MachineRoom,
  process: ProcessId,
  delivery: Delivery,
): { readonly peer: ProcessId; readonly upTo: number } {
  const { peer, upTo } = resetOf(delivery)
  const since = room.slotOf(peer).unaware.get(process)
  // It may have come to the end of a later connection, of which this reset does not tell.
  if (since === undefined || since > 0 || upTo < -since) return { peer, upTo }
  const { startSeq } = room.slotOf(process)
  // The dead connection was its predecessor's; what it has sent itself came on a new one.
  const isNew = startSeq > -since
  room.change(peer).unaware.set(process, isNew ? startSeq : room.seq + 1)
  return { peer, upTo: isNew ? upTo : Math.max(upTo, room.seq) }
}
