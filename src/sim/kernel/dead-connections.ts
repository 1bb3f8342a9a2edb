// Which messages come on a connection that ended with its process. A peer uses such a connection until it is told of its
// end, and what it sends on it reaches no successor, as a TCP segment of an unknown connection is answered by a reset.
import type { Delivery, ProcessId } from './delivery.ts'
import type { MachineRoom } from './machine-room.ts'
import type { KernelMessage } from './process.ts'
import type { Slot } from './slot.ts'
import { peersOf } from './slot.ts'

/** The process has stopped: none of its peers knows yet. */
export function cutConnections(slot: Slot, seq: number): void {
  for (const peer of peersOf(slot)) slot.unaware.set(peer, -seq)
}

export const isTold = (slot: Slot, peer: ProcessId): boolean => (slot.unaware.get(peer) ?? 1) > 0

export function isOfDeadConnection(room: MachineRoom, slot: Slot, { seq, from, to }: Delivery): boolean {
  if (slot.unaware.size === 0 || from === to) return false
  const since = slot.unaware.get(from)
  if (since === undefined) return false
  // Not told: only a peer that was itself started since then has a new connection.
  return since > 0 ? seq < since : room.slotOf(from).startSeq <= -since
}

/** A process learns that a connection is gone: what it sends from now on comes on a new one. Returns the peer. */
export function noteTold(room: MachineRoom, process: ProcessId, { message }: Delivery): ProcessId {
  const { peer } = message as KernelMessage & { readonly type: 'reset' }
  if (!isTold(room.slotOf(peer), process)) room.change(peer).unaware.set(process, room.seq + 1)
  return peer
}
