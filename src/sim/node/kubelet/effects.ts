// What the kubelet's tasks may do to the world, beside the client's requests: call the runtime, read what the kubelet
// knows of a Pod, report its status, wait in the queue of pulls.
import type { Lease, Node, Pod, PodPhase } from '../../api/objects.ts'
import type { Task } from '../../kernel/task.ts'
import { all, perform } from '../../kernel/task.ts'
import type { LocalEvent } from '../../kernel/trace.ts'
import type { CriCall, CriMethod, CriMethods, CriResult, PodSandboxConfig } from '../runtime/cri.ts'
import type { ProbeFindings } from './pod-actions.ts'
import type { PodRuntime } from './pod-runtime.ts'
import type { Problem } from './pod-status.ts'

/** What a sync sees of its Pod. */
export interface PodView {
  readonly pod: Pod
  readonly runtime: PodRuntime
  readonly probes: ProbeFindings
  readonly networkReady: boolean
  readonly networkMessage: string
  readonly graceSeconds: number
}

export interface PullOutcome {
  readonly result: CriResult<'PullImage'>
  /** Microseconds of the pull itself, and with the time in the queue. */
  readonly pullMicros: number
  readonly totalMicros: number
}

/** What a report of a Pod's status has to say. */
export interface PodReport {
  readonly pod: Pod
  readonly status: Pod['status']
  readonly version: number
  /** Containers of it may still run, so that its end cannot be reported yet. */
  readonly mayRun: boolean
  /** It has ended and is to be deleted: the last word is the kubelet's. */
  readonly remove: boolean
}

export type KubeletEffect =
  | {
      readonly effect: 'cri'
      readonly call: CriCall
      readonly uid: string
      /** The call is made only after this time. */
      readonly afterMicros?: number
    }
  | {
      readonly effect: 'pull'
      readonly uid: string
      readonly image: string
      readonly config: PodSandboxConfig
    }
  | { readonly effect: 'view'; readonly uid: string; readonly refresh: boolean }
  | { readonly effect: 'report'; readonly uid: string; readonly finished: boolean }
  | { readonly effect: 'next-report'; readonly uid: string }
  | {
      readonly effect: 'problem'
      readonly uid: string
      readonly container: string
      readonly problem: Problem | null
    }
  | {
      readonly effect: 'restart-back-off'
      readonly uid: string
      readonly container: string
      readonly since: number
    }
  | { readonly effect: 'image-back-off'; readonly key: string }
  | { readonly effect: 'image-failed'; readonly key: string }
  | { readonly effect: 'node'; readonly fresh: Node | null }
  | { readonly effect: 'lease' }
  | { readonly effect: 'garbage' }
  | { readonly effect: 'trace'; readonly event: LocalEvent }

/** Needs the informers, which the kubelet's own part holds. */
export interface PodNamedEffect {
  readonly effect: 'pod-named'
  readonly key: string
}

const ask = <R>(effect: KubeletEffect | PodNamedEffect): Task<R> => perform<R>(effect)

type CallOf<M extends CriMethod> = { readonly method: M } & CriMethods[M]['call']

/** `uid` is the Pod it is for; empty for what concerns the node. */
export const cri = <M extends CriMethod>(uid: string, call: CallOf<M> & CriCall): Task<CriResult<M>> =>
  ask({ effect: 'cri', call, uid })

export interface DelayedCall {
  readonly call: CriCall
  readonly afterMicros: number
}

/** Several calls at once, each after its own delay. */
export const criAll = (uid: string, calls: readonly DelayedCall[]): Task<CriResult[]> =>
  all<CriResult>(calls.map((delayed): KubeletEffect => ({ effect: 'cri', uid, ...delayed })))

export const pullQueued = (uid: string, image: string, config: PodSandboxConfig): Task<PullOutcome> =>
  ask({ effect: 'pull', uid, image, config })
export const podView = (uid: string): Task<PodView> => ask({ effect: 'view', uid, refresh: false })
/** The view with everything that the runtime has told so far, not only what the last relist noticed. */
export const freshPodView = (uid: string): Task<PodView> => ask({ effect: 'view', uid, refresh: true })
/** Brings the reported status up to date; returns the phase. `finished`: nothing will be started again. */
export const reportStatus = (uid: string, finished = false): Task<PodPhase> =>
  ask({ effect: 'report', uid, finished })
/** The Pod as the kubelet works on it, by `namespace/name`; null: it is not one of this node's. */
export const podNamed = (key: string): Task<(Pick<Pod, 'status'> & { readonly pod: Pod }) | null> =>
  ask({ effect: 'pod-named', key })
export const nextReport = (uid: string): Task<PodReport | null> => ask({ effect: 'next-report', uid })
export const setProblem = (uid: string, container: string, problem: Problem | null): Task<void> =>
  ask({ effect: 'problem', uid, container, problem })
/** Microseconds that a restart still has to wait; 0: it may go ahead, and the next one will wait longer. */
export const restartBackOff = (uid: string, container: string, since: number): Task<BackOffVerdict> =>
  ask({ effect: 'restart-back-off', uid, container, since })
export const imageBackOff = (key: string): Task<BackOffVerdict> => ask({ effect: 'image-back-off', key })
export const imageFailed = (key: string): Task<void> => ask({ effect: 'image-failed', key })
export const record = (event: LocalEvent): Task<void> => ask({ effect: 'trace', event })

export interface BackOffVerdict {
  /** The whole delay, and what is left of it. 0: no need to wait. */
  readonly delay: number
  readonly remaining: number
}

/** The Node as it should be, and whether that is news. */
export interface NodeReport {
  readonly current: Node | null
  readonly draft: ReturnType<typeof import('./node-status.ts').newNode>
  readonly now: number
}
export const nodeReport = (fresh: Node | null): Task<NodeReport> => ask({ effect: 'node', fresh })

export interface LeaseView {
  readonly lease: Lease | null
  readonly node: Node | null
  readonly now: number
}
export const leaseView = (): Task<LeaseView> => ask({ effect: 'lease' })

export interface Garbage {
  readonly sandboxes: readonly string[]
  readonly containers: readonly string[]
}
export const garbage = (): Task<Garbage> => ask({ effect: 'garbage' })
