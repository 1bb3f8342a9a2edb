// What the kernel knows of machines: which hosts have power, how a message gets from one process to another, and the
// levers that faults are composed of. `src/sim/net` implements `Network`; the kernel only asks it.

import type { Delivery, HostName, ProcessId } from './delivery.ts'
import type { Micros } from './micros.ts'
import type { Slot } from './slot.ts'
import type { KernelEvent } from './trace.ts'

export interface Host {
  readonly name: HostName
  /** What the host is for: "control-plane", "etcd", "node", "client". */
  readonly role: string
  readonly up: boolean
  /** The `seq` at which its power was last switched on or off. */
  readonly since: number
}

export interface Endpoint {
  readonly process: ProcessId
  readonly host: HostName
}

export type Route =
  | { readonly arrives: true; readonly deliveredAt: Micros }
  /** Lost for good; or, where the transport would send it again, `stranded` until the link heals. */
  | { readonly arrives: false; readonly stranded: boolean }

/** The state is plain data and is checkpointed with everything else. */
export interface Network<N = unknown> {
  init(): N
  /** Decides when (and whether) a message sent now arrives. `random` draws from the sender's stream. */
  route(state: N, from: Endpoint, to: Endpoint, type: string, now: Micros, random: () => number): Route
  /** Whether anything sent from one host to the other is being lost on the way, now; `by` asks about one block alone. */
  blocked(state: N, from: HostName, to: HostName, by?: string): boolean
  pull(state: N, lever: LinkLever): void
}

/** Levers on links, by host name; `*` is every host. */
export type LinkLever =
  /** Messages from one group of hosts to the other are lost, one way. */
  | {
      readonly lever: 'block'
      readonly id: string
      readonly from: readonly string[]
      readonly to: readonly string[]
    }
  /** Messages take this much longer. */
  | {
      readonly lever: 'delay'
      readonly id: string
      readonly from: readonly string[]
      readonly to: readonly string[]
      readonly extraMicros: number
    }
  /** Ends the `block` or `delay` with this id. */
  | { readonly lever: 'unlink'; readonly id: string }

/** Everything that faults can do. Each is data, so that a fault is data too. */
export type Lever =
  | LinkLever
  /** The process dies. With `restartAfterMicros` its supervisor starts it again. */
  | {
      readonly lever: 'crash'
      readonly process: ProcessId
      readonly reason: string
      readonly restartAfterMicros?: number
    }
  | { readonly lever: 'start'; readonly process: ProcessId }
  /** The process stops handling anything; what arrives waits until `thaw`. */
  | { readonly lever: 'freeze'; readonly process: ProcessId }
  | { readonly lever: 'thaw'; readonly process: ProcessId }
  /** Every process of the host dies at once and nobody is told. */
  | { readonly lever: 'power-off'; readonly host: HostName }
  /** The host boots: its processes start again, from their disks. */
  | { readonly lever: 'power-on'; readonly host: HostName }
  /** Empties the disk of a process that is down. */
  | { readonly lever: 'lose-disk'; readonly process: ProcessId }
  /** The message with this `seq`, still in flight, is lost. */
  | { readonly lever: 'drop'; readonly message: number }
  /**
   * Connections that a block, or a host that went down at `since`, has kept dead until now are given up, as HTTP/2 health
   * checks do. The kernel schedules it.
   */
  | {
      readonly lever: 'give-up-dead-connections'
      readonly because: { readonly block: string } | { readonly host: HostName; readonly since: number }
    }

export interface ActiveFault {
  readonly id: string
  readonly fault: string
  readonly target: string
  /** When it heals by itself; null: by hand. */
  readonly until: Micros | null
  readonly heal: readonly Lever[]
}

/** What the levers need of the kernel. */
export interface MachineRoom {
  readonly seq: number
  readonly network: Network
  readonly networkState: unknown
  /** The slot, to look at. */
  slotOf(process: ProcessId): Slot
  /** The slot, ready to be changed. */
  change(process: ProcessId): Slot
  slots(): readonly Slot[]
  hostNamed(host: HostName): Host
  setHostUp(host: HostName, up: boolean): void
  /** Gives a slot that is down a fresh state from its disk. */
  initialize(slot: Slot, boot: boolean, cause: number): void
  record(event: KernelEvent, cause: number): number
  /** Pulls levers later, for what takes time: a supervisor's restart, the detection of a dead peer. */
  schedule(levers: readonly Lever[], afterMicros: number, cause: number): void
  /** Whether an active fault, once healed, would pull this lever: until then what it would mend stays broken. */
  isHeld(heal: Lever): boolean
  /** Tells a process that its connection to `peer` is gone, over the link between them or (`locally`) at once. */
  reset(
    process: ProcessId,
    peer: ProcessId,
    cause: number,
    options: { readonly upTo: number; readonly locally: boolean },
  ): void
  /** Queues again what had waited in a frozen process. */
  redeliver(delivery: Delivery): void
  /** Sends again what was stranded on links that carry again. */
  retransmit(): void
  /** Drops what is stranded between such hosts. */
  forgetStranded(isDead: (from: HostName, to: HostName) => boolean): void
  dropInFlight(message: number, cause: number): void
}
