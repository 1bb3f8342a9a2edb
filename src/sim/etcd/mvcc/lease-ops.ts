// Granting and revoking leases, as applied by every member. Models the replicated half of etcd's lessor.
import type { Result } from './errors.ts'
import { failure, success } from './errors.ts'
import { hasLease, leaseKey, onceAttached, removeLease } from './leases.ts'
import type { Store } from './store.ts'
import { beginWrite, deleteRange, endWrite } from './store.ts'

const maxLeaseTTLSeconds = 9_000_000_000

/** `lease` is the leader's choice, since all members must agree on it. */
export function grantLease(store: Store, lease: number, ttlSeconds: number): Result<null> {
  if (ttlSeconds > maxLeaseTTLSeconds) return failure('leaseTTLTooLarge')
  if (hasLease(store.leases, lease)) return failure('leaseExists')
  store.leases.granted.set(leaseKey(lease), ttlSeconds)
  return success(null)
}

/** The keys that hang on a lease, in order. */
export const attachedKeys = ({ live, leases }: Store, lease: number): string[] =>
  onceAttached(leases, lease).filter((key) => live.get(key)?.lease === lease)

/** Deletes the lease's keys, all in one revision, and the lease. */
export function revokeLease(store: Store, lease: number): Result<null> {
  if (!hasLease(store.leases, lease)) return failure('leaseNotFound')
  const write = beginWrite(store)
  for (const key of attachedKeys(store, lease)) deleteRange(write, { key })
  endWrite(write)
  removeLease(store.leases, lease)
  return success(null)
}

export function leaseTTLSeconds(store: Store, lease: number): Result<number> {
  const ttl = store.leases.granted.get(leaseKey(lease))
  return ttl === undefined ? failure('leaseNotFound') : success(ttl)
}
