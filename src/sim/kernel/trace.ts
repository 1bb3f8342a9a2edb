// The trace: all that views ever read. Every message is an event of it (a `Delivery`), and so is what processes record
// about themselves. `seq` is unique and grows; `cause` is the `seq` of the event that led to this one.

import type { Delivery, Message, ProcessId } from './delivery.ts'
import type { Micros } from './micros.ts'

/** What a process records with `context.trace`. The kernel adds `seq`, `at`, `process` and `cause`. */
export type LocalEvent =
  /** A phase of the request with trace `seq` `request` inside an apiserver. */
  | {
      readonly type: 'phase'
      readonly request: number
      readonly phase:
        | 'authentication'
        | 'authorization'
        | 'mutating-admission'
        | 'validation'
        | 'validating-admission'
        | 'storage'
        | 'response'
      readonly ok: boolean
      /** What the phase did, in the real system's terms: "defaulted 7 fields", "ServiceAccount added a volume". */
      readonly notes: readonly string[]
      /** The object as this phase left it, where it changed it. */
      readonly object?: unknown
    }
  /** A Raft role, term, vote or commit index changed on this member. */
  | {
      readonly type: 'raft-state'
      readonly role: 'follower' | 'pre-candidate' | 'candidate' | 'leader'
      readonly term: number
      readonly vote: string
      readonly leader: string
      readonly lastIndex: number
      readonly commit: number
      readonly applied: number
    }
  /** A Raft entry's life on one member. `proposal` is the `seq` of the client request it came from (0: none). */
  | {
      readonly type: 'raft-entry'
      readonly step: 'proposed' | 'persisted' | 'committed' | 'applied'
      readonly index: number
      readonly term: number
      readonly proposal: number
      /** For `committed`: the members known to hold the entry. */
      readonly acknowledged?: readonly string[]
    }
  /** A member's store came to this revision. Each member records it; the first to do so makes the change known. */
  | {
      readonly type: 'storage'
      readonly revision: number
      readonly key: string
      readonly op: 'put' | 'delete'
      readonly object: unknown
      readonly previous: unknown
    }
  /** A controller's pass over one object. `end` has what it saw and did (its task's transcript). */
  | {
      readonly type: 'reconcile'
      readonly step: 'start' | 'end'
      readonly controller: string
      readonly key: string
      /** One line: "0 of 1 replicas: creating 1". */
      readonly summary: string
      readonly outcome?: 'done' | 'requeued' | 'failed'
      readonly error?: string
    }
  /** A scheduling attempt, whole. See `scheduler/decision.ts` for the shape of `decision`. */
  | {
      readonly type: 'schedule'
      readonly pod: string
      readonly uid: string
      readonly attempt: number
      readonly node: string | null
      readonly message: string
      readonly decision: unknown
    }
  /** A step of the kubelet or the container runtime. */
  | {
      readonly type: 'runtime'
      readonly step:
        | 'pod-accepted'
        | 'volumes-mounted'
        | 'sandbox-created'
        | 'network-ready'
        | 'image-present'
        | 'pull-started'
        | 'pull-finished'
        | 'pull-failed'
        | 'container-created'
        | 'container-started'
        | 'container-exited'
        | 'container-killed'
        | 'sandbox-stopped'
        | 'network-removed'
        | 'pod-removed'
      readonly pod: string
      readonly uid: string
      readonly container?: string
      readonly image?: string
      readonly exitCode?: number
      readonly ip?: string
      /** The namespaces a container joins, by kind: {"net": "sandbox 3f2a…", …}. */
      readonly namespaces?: Readonly<Record<string, string>>
      readonly text: string
    }
  /** kube-proxy or CNI changed a node's rules, routes or addresses. */
  | {
      readonly type: 'network'
      readonly step: 'rules-synced' | 'route-added' | 'route-removed'
      readonly summary: string
      readonly rules?: unknown
    }
  /** A simulated packet of pod traffic. */
  | { readonly type: 'packet'; readonly step: string; readonly summary: string; readonly packet?: unknown }
  /** A Lease-elected component became, or ceased to be, the leader. */
  | { readonly type: 'leadership'; readonly lease: string; readonly leader: boolean; readonly holder: string }
  /** A command line tool printed. `exitCode` is there when it has ended. */
  | {
      readonly type: 'output'
      readonly command: number
      readonly stdout: string
      readonly stderr: string
      readonly exitCode?: number
    }
  /** Free text for the reader: a decision worth seeing that has no type of its own. */
  | { readonly type: 'note'; readonly text: string }

/** What the kernel records by itself. */
export type KernelEvent =
  /** A user action: the root of causal chains. */
  | { readonly type: 'command'; readonly command: Message; readonly to: ProcessId }
  | {
      readonly type: 'fault'
      readonly step: 'injected' | 'healed'
      readonly id: string
      readonly fault: string
      readonly target: string
      /** When it heals by itself; null: by hand, or it has healed. */
      readonly until: Micros | null
    }
  | {
      readonly type: 'process'
      readonly step: 'up' | 'down' | 'frozen' | 'thawed'
      readonly target: string
      readonly reason: string
    }
  | { readonly type: 'host'; readonly step: 'up' | 'down'; readonly target: string }
  /** The message with this `seq` never arrived. */
  | { readonly type: 'lost'; readonly message: number; readonly reason: LossReason }

export type LossReason = 'partition' | 'process-down' | 'host-down' | 'dropped' | 'restarted'

interface EventHeader {
  readonly seq: number
  readonly at: Micros
  readonly process: ProcessId
  readonly cause: number
}

export type RecordedEvent = EventHeader & (LocalEvent | KernelEvent)
/** A message or something recorded. Tell them apart with `isMessage`. */
export type TraceEvent = Delivery | RecordedEvent

export const isMessage = (event: TraceEvent): event is Delivery => 'deliveredAt' in event
