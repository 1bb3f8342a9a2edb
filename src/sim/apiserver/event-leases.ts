// Events live for an hour, by a lease in etcd. Leases are shared by the events of a short time, as in
// apiserver/pkg/storage/etcd3/lease_manager.go.
import type { Micros } from '../kernel/micros.ts'
import type { Task } from '../kernel/task.ts'
import { callEtcdStore, rememberEventLease, sharedEventLease } from './effects.ts'
import type { ResourceCall } from './request.ts'

const EVENT_TTL_SECONDS = 3600
/** A lease takes on new keys for this long, and lives that much longer. */
const LEASE_REUSE_SECONDS = 60
export const EVENT_LEASE_REUSE_MICROS = LEASE_REUSE_SECONDS * 1_000_000
const LARGEST_LEASE = 1000

export interface EventLease {
  readonly lease: number
  readonly reusableUntil: Micros
  readonly keys: number
}

export function isReusable(lease: EventLease | null, now: Micros): lease is EventLease {
  return lease !== null && now < lease.reusableUntil && lease.keys < LARGEST_LEASE
}

/** The lease to which a new object is attached; 0: none. Without a lease an event is kept, which does no harm. */
export function* leaseFor(call: ResourceCall): Task<number> {
  if (call.definition.kind !== 'Event') return 0
  const shared = yield* sharedEventLease()
  if (shared !== 0) return shared
  const answer = yield* callEtcdStore({
    op: 'lease-grant',
    ttlSeconds: EVENT_TTL_SECONDS + LEASE_REUSE_SECONDS,
  })
  if (!answer.ok || answer.result.op !== 'lease-grant') return 0
  yield* rememberEventLease(answer.result.lease)
  return answer.result.lease
}
