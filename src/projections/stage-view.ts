// What the stage shows, as data: the recorded cluster (API objects) and the real one (processes and containers), apart.
// The fold that fills it is `stage.ts`. Everything is keyed by id, so that hosts can send differences.

export interface HostView {
  readonly name: string
  readonly role: string
  readonly up: boolean
}

export interface ProcessView {
  readonly id: string
  /** "etcd", "kube-apiserver", "kubelet", … */
  readonly kind: string
  readonly host: string
  readonly up: boolean
  readonly frozen: boolean
  /** For components that elect a leader by Lease: whether this one leads; null where that does not apply. */
  readonly leader: boolean | null
  /** The newest line that the component said about its work: a reconcile summary, a scheduling result. */
  readonly says: string | null
  /** The `seq` of that line. */
  readonly saysSeq: number
}

export interface MemberView {
  readonly id: string
  readonly up: boolean
  readonly role: 'follower' | 'pre-candidate' | 'candidate' | 'leader'
  readonly term: number
  readonly vote: string
  readonly leader: string
  readonly lastIndex: number
  readonly commit: number
  readonly applied: number
}

export interface NodeView {
  readonly name: string
  /** The Ready condition, as recorded. */
  readonly ready: 'True' | 'False' | 'Unknown'
  readonly unschedulable: boolean
  /** `key:effect` or `key=value:effect`. */
  readonly taints: readonly string[]
  readonly podCIDR: string | null
  /** Requested by pods bound to it, and allocatable; milli-CPU and bytes. */
  readonly cpu: { readonly requested: number; readonly allocatable: number }
  readonly memory: { readonly requested: number; readonly allocatable: number }
  readonly podCapacity: number
}

export interface ContainerView {
  readonly name: string
  readonly image: string
  /** What is really there on the node. */
  readonly state: 'absent' | 'pulling' | 'created' | 'running' | 'exited'
  readonly exitCode: number | null
  readonly restarts: number
}

export interface PodView {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  /** The API object exists in etcd. False: only remains on a node. */
  readonly recorded: boolean
  readonly node: string | null
  /** status.phase as recorded; with `reason` where kubectl would show one ("ContainerCreating", "CrashLoopBackOff"). */
  readonly phase: string
  readonly reason: string | null
  readonly ready: boolean
  readonly deleting: boolean
  /** The address that the API object states. */
  readonly ip: string | null
  /** `kind/name` of its controller. */
  readonly owner: string | null
  /** What its containers request; milli-CPU and bytes. */
  readonly requests: { readonly cpu: number; readonly memory: number }
  /** What is really there: no sandbox, a pause container, a pause container with a network. */
  readonly sandbox: 'absent' | 'created' | 'networked'
  readonly sandboxIp: string | null
  readonly containers: readonly ContainerView[]
  /** The `seq` of the last write to the object. */
  readonly seq: number
}

/** A workload or service in one line. */
export interface WorkloadView {
  /** `kind/namespace/name`. */
  readonly key: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly desired: number
  readonly current: number
  readonly ready: number
  readonly owner: string | null
  readonly deleting: boolean
  readonly seq: number
}

/** One client's open watch: a standing line. */
export interface WatchView {
  /** `client/id`. */
  readonly key: string
  readonly client: string
  readonly server: string
  readonly resource: string
  /** The `seq` of its request. */
  readonly since: number
}

/** A request that is not answered yet: a solid line. */
export interface OpenRequestView {
  readonly seq: number
  readonly client: string
  readonly server: string
  readonly method: string
  readonly path: string
}

/** A write on its way through Raft: a ring that fills as members acknowledge, solid at the majority. */
export interface ProposalView {
  readonly index: number
  readonly term: number
  readonly leader: string
  readonly acknowledged: readonly string[]
  readonly committed: boolean
  /** The `seq` of the client's request. */
  readonly proposal: number
}

export interface FaultView {
  readonly id: string
  readonly fault: string
  readonly target: string
  readonly since: number
  /** When it heals by itself; null: by hand. */
  readonly until: number | null
}

export interface StageView {
  readonly hosts: Readonly<Record<string, HostView>>
  readonly processes: Readonly<Record<string, ProcessView>>
  readonly members: Readonly<Record<string, MemberView>>
  readonly nodes: Readonly<Record<string, NodeView>>
  readonly pods: Readonly<Record<string, PodView>>
  /** The uids of the Pods that were bound to a node, in the order in which they came; by the node's name. */
  readonly berths: Readonly<Record<string, readonly string[]>>
  readonly workloads: Readonly<Record<string, WorkloadView>>
  readonly watches: Readonly<Record<string, WatchView>>
  readonly requests: Readonly<Record<string, OpenRequestView>>
  readonly proposals: Readonly<Record<string, ProposalView>>
  readonly faults: Readonly<Record<string, FaultView>>
  /** Single values: `revision` (etcd's newest), `hidden` (events of noise so far). */
  readonly counters: Readonly<Record<string, number>>
}
