// A process's place in the kernel: its state and what the kernel keeps about it. Slots are shared with checkpoints and
// copied before they change.
import { clonePlain, snapshot } from './copies.ts'
import type { CowMap } from './cow-map.ts'
import { cowMap } from './cow-map.ts'
import type { Delivery, HostName, ProcessId } from './delivery.ts'
import { deepFreeze } from './plain-data.ts'
import { advanceStream, hashString, streamValue } from './random.ts'

/** Something that is wrong with what a process stands on: its disk, its clock, its registry. */
export interface Impairment {
  /** Whose doing it is; what ends one leaves another alone. */
  readonly id: string
  readonly name: string
  readonly value: ImpairmentValue
}

export type ImpairmentValue = number | string

/** A kernel, from one of its checkpoints to the next. Told apart by identity alone. */
export type SlotOwner = Readonly<Record<string, never>>

export interface Slot {
  readonly id: ProcessId
  readonly kind: string
  readonly host: HostName
  /** Where it stands in the kernel's list of slots. */
  readonly place: number
  readonly config: unknown
  state: unknown
  /** The process's random stream. */
  stream: number
  up: boolean
  frozen: boolean
  /** The `seq` at which it was last frozen. */
  frozenSince: number
  /** Deliveries with a lower `seq` were meant for a predecessor. */
  startSeq: number
  /** What survives while the process is down. */
  disk: unknown
  /**
   * Peers of a predecessor. A positive number: the first `seq` that the peer sent after it was told of the end. A
   * negative one: it is not told yet, and the predecessor stopped at this `seq`.
   */
  unaware: CowMap<number>
  /** What arrived while frozen, or busy. */
  held: readonly Delivery[]
  /** Newest last. They are of the surroundings, so they outlive the process. */
  impairments: readonly Impairment[]
  /** While a slow process works on its last delivery: when it is done. 0: it is not busy. */
  busyUntil: number
  /** Whose it is to change, for as long as that kernel has made no checkpoint since. */
  owner: SlotOwner
  /** Whether it was left to checkpoints: what it holds is theirs, and shared among them. */
  left: boolean
  /** What was left to checkpoints last: the next that is left shares with it what has not changed. */
  lastLeft: Slot | null
}

const NOTHING_HELD: readonly Delivery[] = Object.freeze([])
const NOT_IMPAIRED: readonly Impairment[] = Object.freeze([])

/** The newest impairment of this name counts. */
export function impairmentOf({ impairments }: Slot, name: string): ImpairmentValue | undefined {
  for (let i = impairments.length - 1; i >= 0; i--) {
    const impairment = impairments[i]
    if (impairment?.name === name) return impairment.value
  }
  return undefined
}

export function createSlot(
  { id, kind, host, place, owner }: Pick<Slot, 'id' | 'kind' | 'host' | 'place' | 'owner'>,
  config: unknown,
  seed: number,
): Slot {
  return {
    id,
    kind,
    host,
    place,
    config: deepFreeze(config),
    state: undefined,
    stream: hashString(`${seed}/${id}`) | 0,
    up: false,
    frozen: false,
    frozenSince: 0,
    startSeq: 0,
    disk: undefined,
    unaware: cowMap<number>(),
    held: NOTHING_HELD,
    impairments: NOT_IMPAIRED,
    busyUntil: 0,
    owner,
    left: false,
    lastLeft: null,
  }
}

/**
 * Leaves a copy to the checkpoints and returns a slot that may be changed. The runner keeps the original state, because
 * the generators of its suspended tasks are found by the identity of their records. Where the copy was left before, by
 * another kernel, it gets a state of its own.
 */
export function takeOver(slot: Slot, owner: SlotOwner): Slot {
  const mine: Slot = { ...slot, owner, left: false, lastLeft: slot }
  if (slot.left) {
    mine.state = clonePlain(slot.state)
    mine.disk = clonePlain(slot.disk)
    mine.unaware = slot.unaware.clone()
    return mine
  }
  const { lastLeft } = slot
  slot.state = snapshot(mine.state, lastLeft?.state)
  slot.disk = snapshot(mine.disk, lastLeft?.disk)
  slot.unaware = mine.unaware.snapshot()
  slot.left = true
  slot.lastLeft = null
  return mine
}

/** The next number of the process's random stream. */
export function draw(slot: Pick<Slot, 'stream'>): number {
  slot.stream = advanceStream(slot.stream)
  return streamValue(slot.stream)
}
