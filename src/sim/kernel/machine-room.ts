// What the kernel knows of machines: which hosts have power, how a message gets from one process to another, and the
// levers that faults are composed of. `src/sim/net` implements `Network`; the kernel only asks it.

import type { Connections } from './connections.ts'
import type { Delivery, HostName, Message, ProcessId } from './delivery.ts'
import type { Micros } from './micros.ts'
import type { ProcessDefinition } from './process.ts'
import type { ImpairmentValue, Slot } from './slot.ts'
import type { KernelEvent } from './trace.ts'

export interface Host {
  readonly name: HostName
  /** What the host is for: "control-plane", "etcd", "node", "client". */
  readonly role: string
  readonly up: boolean
  /** The `seq` at which its power was last switched on or off. */
  readonly since: number
}

/** One end of a connection. */
export type Endpoint = Pick<Slot, 'id' | 'host' | 'stream'>

export type Route =
  | {
      readonly arrives: true
      readonly deliveredAt: Micros
      /** It may overtake what was sent before it. */
      readonly unordered?: true
      /** It arrives a second time, then. */
      readonly againAt?: Micros
    }
  /** Lost for good; or, where the transport would send it again, `stranded` until the link heals. */
  | {
      readonly arrives: false
      readonly stranded: boolean
      readonly reason: 'partition' | 'dropped'
      /** The lever that lost it has done what it was pulled for. */
      readonly spent?: string
    }

/** The state is plain data and is checkpointed with everything else. */
export interface Network<N = unknown> {
  init(): N
  /** Decides when (and whether) a message sent now arrives, with draws from the sender's stream. */
  route(state: N, from: Endpoint, to: Endpoint, message: Message, now: Micros): Route
  /** Whether anything sent from one host to the other is being lost on the way, now; `by` asks about one block alone. */
  blocked(state: N, from: HostName, to: HostName, by?: string): boolean
  pull(state: N, lever: LinkLever): void
}

/** One way between two groups of hosts, by name; `*` is every host. */
export interface Selection {
  readonly from: readonly string[]
  readonly to: readonly string[]
}

/** Levers on links. What a connection cannot do (lose, repeat, reorder) befalls only messages that have none. */
export type LinkLever =
  /** Messages are lost. */
  | (Selection & { readonly lever: 'block'; readonly id: string })
  /** Messages take this much longer. */
  | (Selection & { readonly lever: 'delay'; readonly id: string; readonly extraMicros: number })
  /** This share of messages is lost; on a connection each loss costs the time to send again. */
  | (Selection & { readonly lever: 'lose'; readonly id: string; readonly percent: number })
  /** This share of messages arrives twice. */
  | (Selection & { readonly lever: 'duplicate'; readonly id: string; readonly percent: number })
  /** Messages take up to this much longer, each its own time, and overtake each other. */
  | (Selection & { readonly lever: 'reorder'; readonly id: string; readonly spreadMicros: number })
  /** The next event of a watch to this process, about this resource (any: ''), is lost. */
  | { readonly lever: 'swallow'; readonly id: string; readonly to: ProcessId; readonly kind: string }
  /** Ends the lever with this id. */
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
  /** Something of the process's surroundings is wrong until `mend` with the same id; see `Context.impairment`. */
  | {
      readonly lever: 'impair'
      readonly id: string
      readonly process: ProcessId
      readonly name: string
      readonly value: ImpairmentValue
    }
  | { readonly lever: 'mend'; readonly id: string; readonly process: ProcessId }
  /** Something happens to what the process looks after: it gets this message from nobody, if it runs. */
  | { readonly lever: 'signal'; readonly process: ProcessId; readonly message: Message }
  /** Every connection between the groups is reset, and what is on its way there is lost. */
  | (Selection & { readonly lever: 'cut' })
  /** The message with this `seq`, still in flight, is lost. */
  | { readonly lever: 'drop'; readonly message: number }
  /**
   * Connections that a block, or a host or server that went down or was frozen at `since`, has kept dead until now are
   * given up, as HTTP/2 health checks do. The kernel schedules it.
   */
  | {
      readonly lever: 'give-up-dead-connections'
      readonly because:
        | { readonly block: string }
        | { readonly host: HostName; readonly since: number }
        | { readonly frozen: ProcessId; readonly since: number }
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
  readonly now: Micros
  readonly seq: number
  readonly network: Network
  readonly networkState: unknown
  readonly connections: Connections
  /** The slot, to look at. */
  slotOf(process: ProcessId): Slot
  /** The slot, ready to be changed. */
  change(process: ProcessId): Slot
  slots(): readonly Slot[]
  definition(kind: string): ProcessDefinition
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
  signal(process: ProcessId, message: Message, cause: number): void
  /** Queues again what had waited in a frozen or busy process. */
  redeliver(delivery: Delivery): void
  /** Sends again what was stranded on links that carry again. */
  retransmit(): void
  /** Drops what is stranded between such hosts. */
  forgetStranded(isDead: (from: HostName, to: HostName) => boolean): void
  dropInFlight(message: number, cause: number): void
  /** Loses what is on its way between such hosts. */
  loseOnTheWay(isDead: (from: HostName, to: HostName) => boolean, cause: number): void
}
