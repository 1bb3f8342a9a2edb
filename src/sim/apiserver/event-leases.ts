// Events live for an hour, by a lease in etcd. Leases are shared by the events of a short time, as in
// apiserver/pkg/storage/etcd3/lease_manager.go.
import type { Micros } from '../kernel/micros.ts'
import type { Context } from '../kernel/process.ts'
import type { Task } from '../kernel/task.ts'
import { callEtcdStore, step } from './effects.ts'
import type { EventLease, ServerState } from './state.ts'

const EVENT_TTL_SECONDS = 3600
/** A lease takes on new keys for this long, and lives that much longer. */
const LEASE_REUSE_SECONDS = 60
const LEASE_REUSE_MICROS = LEASE_REUSE_SECONDS * 1_000_000
const LARGEST_LEASE = 1000

function isReusable(lease: EventLease | null, now: Micros): lease is EventLease {
  return lease !== null && now < lease.reusableUntil && lease.keys < LARGEST_LEASE
}

/** A lease that still takes on events; 0: none. */
export function sharedEventLease(state: ServerState, context: Context): number {
  const { eventLease } = state
  if (!isReusable(eventLease, context.now)) return 0
  state.eventLease = { ...eventLease, keys: eventLease.keys + 1 }
  return eventLease.lease
}

/** The lease that an event gets which changes: it lives for an hour from then on. */
export function* eventLease(): Task<number> {
  const shared = yield* step(sharedEventLease)
  return shared !== 0 ? shared : yield* newEventLease()
}

/** A lease of its own for an event, which those that follow share. Without one (0) it is kept, which does no harm. */
export function* newEventLease(): Task<number> {
  const answer = yield* callEtcdStore({
    op: 'lease-grant',
    ttlSeconds: EVENT_TTL_SECONDS + LEASE_REUSE_SECONDS,
  })
  if (!answer.ok || answer.result.op !== 'lease-grant') return 0
  const { lease } = answer.result
  yield* step((state, context) => {
    const reusableUntil = (context.now + LEASE_REUSE_MICROS) as Micros
    state.eventLease = { lease, reusableUntil, keys: 1 }
  })
  return lease
}
