// A kubelet's state: the node it speaks for, and a worker for each Pod that was bound to it.
import type { Labels, Lease, Node, Pod, PodStatus, Taint } from '../../api/objects.ts'
import type { ClientState, EventRecorderState, InformerSpec } from '../../client/index.ts'
import type { IdMap } from '../../kernel/id-map.ts'
import type { Micros } from '../../kernel/micros.ts'
import type { ProcessId } from '../../kernel/process.ts'
import type { TaskTable, Token } from '../../kernel/task.ts'
import type { Behaviour } from '../../workloads/index.ts'
import type { CriCall, CriEvent, CriEventMessage, PodSandboxConfig, RuntimeImage } from '../runtime/cri.ts'
import type { BackOff } from './back-off.ts'
import type { NodeCapacity } from './node-status.ts'
import type { ResourceAmounts } from './pod-requests.ts'
import type { PodRuntime } from './pod-runtime.ts'
import type { Problem } from './pod-status.ts'

export interface KubeletConfig {
  /** The node's name. */
  readonly node: string
  /** The node's address; one that follows from its name where it is not given. */
  readonly ip?: string
  readonly apiserver: ProcessId
  readonly runtime: ProcessId
  readonly capacity: NodeCapacity
  readonly labels?: Labels
  readonly taints?: readonly Taint[]
}

export type ProbeKindOrAnnotation = 'startup' | 'liveness' | 'readiness' | 'annotation'

/** One probe of one container. A restarted container gets a new one. */
export interface ProbeState {
  readonly kind: ProbeKindOrAnnotation
  readonly containerId: string
  readonly behaviour: Behaviour
  /** Null until the first threshold is reached. */
  result: boolean | null
  /** How often in a row the probe answered as it did last; negative for failures. */
  streak: number
  /** Whether its timer is running. */
  ticking: boolean
}

/**
 * What becomes of a Pod: it is kept as its spec says, everything of it is being stopped, or nothing of it runs any more.
 */
export type PodWork = 'sync' | 'terminating' | 'terminated'

export interface PodWorker {
  readonly uid: string
  pod: Pod
  readonly requests: ResourceAmounts
  readonly startTime: string
  work: PodWork
  /** The task at work; 0: none. */
  task: number
  /** The `seq` of what asks for another sync; null: nothing does. */
  wanted: number | null
  /** A sync changed the runtime: the next one waits until the cache has caught up. */
  stale: boolean
  runtime: PodRuntime
  /** Events of the runtime that the next relist will notice, and the `seq` of the last of them. */
  incoming: readonly CriEvent[]
  incomingCause: number
  /** Why containers wait, by name. */
  problems: Readonly<Record<string, Problem>>
  /** Null: there never was one. */
  probes: Record<string, ProbeState> | null
  /** Overrides the Pod's own grace period. */
  graceSeconds: number | null
  /** The Pod is no longer in the API. */
  gone: boolean
  status: PodStatus
  statusVersion: number
  reportedVersion: number
  reporting: boolean
  /** The API says something else than was reported; it is looked at again soon. */
  reconciling: boolean
  /** The `seq` that the last change of the status followed from. */
  statusCause: number
  /** Numbers the retries, so that an outdated one is ignored. */
  retry: number
  /** Its end is known in full: nothing is left to do but to report it. */
  closed: boolean
}

/** What most Pods have, so that they share it. */
export const NO_EVENTS: readonly CriEvent[] = Object.freeze([])
export const NO_PROBLEMS: Readonly<Record<string, Problem>> = Object.freeze({})

export interface CriPending {
  readonly token: Token
  readonly seq: number
  readonly method: CriCall['method']
}

export interface QueuedPull {
  readonly token: Token
  readonly uid: string
  readonly image: string
  readonly sandboxConfig: PodSandboxConfig
  readonly queuedAt: Micros
  readonly cause: number
}

/** What a node may run short of. */
export type Shortage = 'memory' | 'disk'

/** When the shortage was last seen; and whether the node said so. */
export interface PressureState {
  seenAt: number | null
  told: boolean
}

export interface NodeLoad {
  pods: number
  readonly requests: Record<keyof ResourceAmounts, number>
}

export interface KubeletState {
  readonly config: KubeletConfig
  readonly ip: string
  /** What Pods may ask for in sum. */
  readonly allocatable: ResourceAmounts
  readonly informers: readonly InformerSpec[]
  readonly client: ClientState
  readonly recorder: EventRecorderState
  readonly tasks: TaskTable
  readonly criCalls: IdMap<CriPending>
  nextCriCall: number
  readonly startedAt: Micros
  /** By the uids of their Pods. */
  readonly workers: Map<string, PodWorker>
  /** How many of them have Pods that are not terminated, and what those ask for in sum. */
  readonly load: NodeLoad
  /** Workers whose Pods changed in the runtime since the last relist. */
  readonly dirty: Map<string, true>
  /** When the next relist is due; 0: none is. */
  relistAt: number
  /** Sandboxes of Pods that are gone, by Pod, for the garbage collector. */
  readonly leftovers: Map<string, readonly string[]>
  /** What the runtime was found to have for Pods that have no worker yet. */
  readonly found: Map<string, PodRuntime>
  collectAt: number
  /** Pulls are made one at a time. */
  readonly pulls: QueuedPull[]
  pulling: QueuedPull | null
  pullStartedAt: Micros
  readonly restartBackOff: BackOff
  readonly imageBackOff: BackOff
  readonly pressure: Record<Shortage, PressureState>
  /** The informers have their first list, and the runtime told what runs: Pods may be worked on. */
  apiSynced: boolean
  runtimeListed: boolean
  working: boolean
  /** What the runtime tells while it is being listed: some of it is in the lists already. It is applied to them in order. */
  whileListing: readonly CriEventMessage[]
  /** When the runtime was lost; null while it answers. */
  runtimeLostAt: Micros | null
  networkReady: boolean
  networkMessage: string
  /** The range that the runtime was told. */
  podCIDR: string
  images: readonly RuntimeImage[]
  imagesChanged: boolean
  /** The Node as last seen. */
  apiNode: Node | null
  registered: boolean
  lease: Lease | null
  leasing: boolean
  statusReporting: boolean
  /** What the last comparison of the Node's status was made from: while it is the same, so is the outcome. */
  compared: {
    readonly node: Node
    readonly images: readonly RuntimeImage[]
    readonly notReady: string
    readonly pressed: string
  } | null
  /** When the Node's status was last written. */
  nodeReportedAt: number
  wasReady: boolean | null
  readonly booted: boolean
  readonly disk: { bootID: string }
}
