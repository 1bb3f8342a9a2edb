// Elects one of several equal processes by a Lease object: who holds it leads, and must renew it. Models
// client-go/tools/leaderelection with its LeaseLock; leaves out coordinated election and release on cancel.
import type { Draft, Lease } from '../api/objects.ts'
import { LEASES } from '../api/resources.ts'
import { formatMicroTime } from '../api/time.ts'
import { micros } from '../kernel/micros.ts'
import type { Context, Delivery } from '../kernel/process.ts'
import type { Task, TaskState } from '../kernel/task.ts'
import type { ApiResult } from './requests.ts'
import { api, failedWith } from './requests.ts'

export interface LeaderElectionState {
  readonly namespace: string
  readonly name: string
  readonly identity: string
  leading: boolean
  /** Whether an attempt is under way. */
  attempting: boolean
  /** The Lease as last seen, and when it was last seen to change: clocks of other hosts are not trusted. */
  observed: Lease | null
  observedAt: number
  /** A leader that has not renewed by then stops leading. */
  renewBy: number
}

export interface LeaderElectionHost<S> {
  state(state: S): LeaderElectionState
  /** Starts one of `leaderElectionTasks` on the host's TaskRunner. */
  startTask(state: S, name: string, args: readonly unknown[], context: Context): void
  onStartedLeading(state: S, context: Context): void
  onStoppedLeading(state: S, context: Context): void
}

type ElectionMessage = { readonly type: 'election-attempt' } | { readonly type: 'election-deadline' }

const LEASE_SECONDS = 15
const RENEW_DEADLINE_MICROS = 10_000_000
const RETRY_MICROS = 2_000_000
const JITTER = 1.2
/** A component that loses its Lease exits; the kubelet starts its static Pod again. */
export const RESTART_MICROS = micros(1_000_000)
const REQUEST_TIMEOUT_MICROS = RENEW_DEADLINE_MICROS / 2
const ATTEMPT = 'leader-election/attempt'

export function leaderElectionState(namespace: string, name: string, identity: string): LeaderElectionState {
  const head = { namespace, name, identity }
  return { ...head, leading: false, attempting: false, observed: null, observedAt: 0, renewBy: 0 }
}

/** What an attempt found: whether it got or kept the Lease, and the Lease as it is now. */
interface Attempt {
  readonly held: boolean
  readonly lease: Lease | null
}

export class LeaderElection<S> {
  private readonly host: LeaderElectionHost<S>

  constructor(host: LeaderElectionHost<S>) {
    this.host = host
  }

  start(state: S, context: Context): void {
    this.attempt(state, context)
  }

  /** True when the delivery was the election's timer. */
  handle(state: S, delivery: Delivery, context: Context): boolean {
    const { type } = delivery.message as ElectionMessage
    if (type === 'election-attempt') this.attempt(state, context)
    else if (type === 'election-deadline') this.checkDeadline(state, context)
    else return false
    return true
  }

  /** True when the task was an attempt. To be called from the TaskHost's `finished`. */
  finished(state: S, task: TaskState, result: unknown, context: Context): boolean {
    if (task.name !== ATTEMPT) return false
    const { held, lease } = result as Attempt
    const election = this.host.state(state)
    election.attempting = false
    if (lease !== null && lease.metadata.resourceVersion !== election.observed?.metadata.resourceVersion) {
      election.observed = lease
      election.observedAt = context.now
    }
    if (held) this.keep(state, election, context)
    else this.checkDeadline(state, context)
    // Followers spread their attempts, so that they do not meet at the same instant when the Lease runs out.
    const wait = election.leading ? RETRY_MICROS : RETRY_MICROS * (1 + JITTER * context.random())
    context.timer(micros(wait), { type: 'election-attempt' })
    return true
  }

  private attempt(state: S, context: Context): void {
    const election = this.host.state(state)
    if (election.attempting) return
    election.attempting = true
    const { namespace, name, identity, observed, observedAt } = election
    const view: View = {
      namespace,
      name,
      identity,
      observed,
      observedAt,
      now: context.now,
      clock: context.clock,
    }
    this.host.startTask(state, ATTEMPT, [view], context)
  }

  private keep(state: S, election: LeaderElectionState, context: Context): void {
    election.renewBy = context.now + RETRY_MICROS + RENEW_DEADLINE_MICROS
    context.timer(micros(RETRY_MICROS + RENEW_DEADLINE_MICROS), { type: 'election-deadline' })
    if (election.leading) return
    election.leading = true
    const { name, identity } = election
    context.cause = context.trace({ type: 'leadership', lease: name, leader: true, holder: identity })
    this.host.onStartedLeading(state, context)
  }

  private checkDeadline(state: S, context: Context): void {
    const election = this.host.state(state)
    if (!election.leading || context.now < election.renewBy) return
    election.leading = false
    const holder = election.observed?.spec.holderIdentity ?? ''
    context.cause = context.trace({ type: 'leadership', lease: election.name, leader: false, holder })
    this.host.onStoppedLeading(state, context)
  }
}

interface View {
  readonly namespace: string
  readonly name: string
  readonly identity: string
  readonly observed: Lease | null
  readonly observedAt: number
  readonly now: number
  /** The time as this machine's clock has it: only what others read says it. */
  readonly clock: number
}

/** To be spread into the host's task functions. */
export const leaderElectionTasks = { [ATTEMPT]: attemptToLead } as const

const OPTIONS = { timeoutMicros: REQUEST_TIMEOUT_MICROS } as const

function* attemptToLead(view: View): Task<Attempt> {
  const { observed } = view
  // A leader whose Lease is valid renews it as it knows it; one request is enough as long as nobody interferes.
  if (observed !== null && holderOf(observed) === view.identity && !expired(observed, view, observed)) {
    const renewed = yield* api.update(LEASES, renewal(observed, view), OPTIONS)
    if (renewed.ok) return { held: true, lease: renewed.object }
  }
  const found = yield* api.get(LEASES, view.namespace, view.name, OPTIONS)
  if (!found.ok) {
    if (!failedWith(found, 'NotFound')) return { held: false, lease: null }
    return outcome(yield* api.create(LEASES, firstLease(view), OPTIONS), null)
  }
  const lease = found.object
  const holder = holderOf(lease)
  if (holder !== '' && holder !== view.identity && !expired(lease, view, observed))
    return { held: false, lease }
  return outcome(yield* api.update(LEASES, renewal(lease, view), OPTIONS), lease)
}

function outcome(result: ApiResult<Lease>, before: Lease | null): Attempt {
  return result.ok ? { held: true, lease: result.object } : { held: false, lease: before }
}

const holderOf = (lease: Lease): string => lease.spec.holderIdentity ?? ''

/** A Lease that was just seen to change is valid for its whole length from now on. */
function expired(lease: Lease, view: View, observed: Lease | null): boolean {
  const unchanged = lease.metadata.resourceVersion === observed?.metadata.resourceVersion
  const length = (lease.spec.leaseDurationSeconds ?? LEASE_SECONDS) * 1_000_000
  return unchanged && view.observedAt + length < view.now
}

function firstLease(view: View): Draft<Lease> {
  const time = formatMicroTime(view.clock)
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: view.namespace, name: view.name },
    spec: {
      holderIdentity: view.identity,
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: time,
      renewTime: time,
      leaseTransitions: 0,
    },
  }
}

function renewal(lease: Lease, view: View): Lease {
  const time = formatMicroTime(view.clock)
  const mine = holderOf(lease) === view.identity
  const transitions = lease.spec.leaseTransitions ?? 0
  return {
    ...lease,
    spec: {
      holderIdentity: view.identity,
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: mine ? (lease.spec.acquireTime ?? time) : time,
      renewTime: time,
      leaseTransitions: mine ? transitions : transitions + 1,
    },
  }
}
