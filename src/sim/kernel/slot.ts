// A process's place in the kernel: its state and what the kernel keeps about it. Slots are shared with checkpoints and
// copied before they change.
import type { CowMap } from './cow-map.ts'
import { cowMap } from './cow-map.ts'
import type { Delivery, HostName, ProcessId } from './delivery.ts'
import { clonePlain, deepFreeze } from './plain-data.ts'
import { hashString } from './random.ts'

export interface Slot {
  readonly id: ProcessId
  readonly kind: string
  readonly host: HostName
  readonly config: unknown
  state: unknown
  /** The process's random stream. */
  stream: number
  up: boolean
  frozen: boolean
  /** Deliveries with a lower `seq` were meant for a predecessor. */
  startSeq: number
  /** What survives while the process is down. */
  disk: unknown
  /**
   * Every process that this one holds a connection to, with the arrival time of the last message sent on it: what is
   * sent on one connection arrives in order.
   */
  readonly peers: Record<ProcessId, number>
  /**
   * Peers of a predecessor. A positive number: the first `seq` that the peer sent after it was told of the end. A
   * negative one: it is not told yet, and the predecessor stopped at this `seq`.
   */
  unaware: CowMap<number>
  /** What arrived while frozen. */
  held: readonly Delivery[]
  /** Whether a checkpoint may be looking at this slot. */
  shared: boolean
}

export function createSlot(id: ProcessId, kind: string, host: HostName, config: unknown, seed: number): Slot {
  return {
    id,
    kind,
    host,
    config: deepFreeze(config),
    state: undefined,
    stream: hashString(`${seed}/${id}`) | 0,
    up: false,
    frozen: false,
    startSeq: 0,
    disk: undefined,
    peers: {},
    unaware: cowMap<number>(),
    held: [],
    shared: false,
  }
}

/**
 * Leaves a copy to the checkpoints and returns a slot that may be changed. The runner keeps the original state, because
 * the generators of its suspended tasks are found by the identity of their records.
 */
export function takeOver(slot: Slot): Slot {
  const mine: Slot = { ...slot, peers: { ...slot.peers }, shared: false }
  slot.state = clonePlain(mine.state)
  slot.disk = clonePlain(mine.disk)
  slot.unaware = mine.unaware.clone()
  return mine
}

/** The peers in the order of their names, so that what happens to all of them happens in the same order always. */
export const peersOf = (slot: Slot): ProcessId[] => (Object.keys(slot.peers) as ProcessId[]).sort()

export function forgetPeers(slot: Slot): void {
  for (const peer of peersOf(slot)) delete slot.peers[peer]
}
