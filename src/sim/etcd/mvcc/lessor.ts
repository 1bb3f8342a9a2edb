// The leader's clock for leases: which have expired and are to be revoked. It is not replicated; a new leader gives every
// lease its full time again, as etcd does without checkpoints. Models the primary half of etcd's lessor.
import type { CowMap } from '../../kernel/cow-map.ts'
import { cowMap } from '../../kernel/cow-map.ts'
import type { Micros } from '../../kernel/micros.ts'
import { micros, seconds } from '../../kernel/micros.ts'
import type { Leases } from './leases.ts'
import { leaseKey, leaseNumber } from './leases.ts'

export interface Lessor {
  readonly deadlines: CowMap<Micros>
  /** When to ask again for a revocation that was asked for and has not happened yet. */
  readonly retries: CowMap<Micros>
  /** Nothing is to be done before this, so that a check costs nothing most of the time. */
  earliest: Micros
}

/** etcd looks each 500 ms, and revokes at most half of 1000 leases a second each time. */
const revokesPerCheck = 500
const retryMicros = seconds(3)

/** Leases shorter than 1.5 election time-outs would expire while a leader is being elected. */
const minLeaseTTLSeconds = 2

const never = micros(Number.MAX_SAFE_INTEGER)

/** To be called on becoming leader. `extend` (an election time-out) lets clients find the new leader first. */
export function newLessor(leases: Leases, now: Micros, extend: Micros): Lessor {
  const lessor: Lessor = { deadlines: cowMap<Micros>(), retries: cowMap<Micros>(), earliest: never }
  leases.granted.forEachPair((key, ttlSeconds) => setDeadline(lessor, key, now + extend, ttlSeconds))
  return lessor
}

function setDeadline(lessor: Lessor, key: string, from: number, ttlSeconds: number): void {
  const deadline = micros(from + seconds(Math.max(ttlSeconds, minLeaseTTLSeconds)))
  lessor.deadlines.set(key, deadline)
  if (deadline < lessor.earliest) lessor.earliest = deadline
}

/** To be called when a grant was applied. */
export function startLease(lessor: Lessor, lease: number, ttlSeconds: number, now: Micros): void {
  setDeadline(lessor, leaseKey(lease), now, ttlSeconds)
}

/** A keepalive. False when it comes too late: the lease is not there, or is as good as revoked. */
export function renewLease(lessor: Lessor, lease: number, ttlSeconds: number, now: Micros): boolean {
  const deadline = lessor.deadlines.get(leaseKey(lease))
  if (deadline === undefined || deadline <= now) return false
  setDeadline(lessor, leaseKey(lease), now, ttlSeconds)
  return true
}

/** To be called when a revocation was applied. */
export function forgetLease(lessor: Lessor, lease: number): void {
  lessor.deadlines.delete(leaseKey(lease))
  lessor.retries.delete(leaseKey(lease))
}

/** The leases to propose for revocation now, in order of their numbers. Each is named again after 3 s, until forgotten. */
export function expiredLeases(lessor: Lessor, now: Micros): number[] {
  if (now < lessor.earliest) return []
  const due: string[] = []
  let earliest = never
  lessor.deadlines.forEachPair((key, deadline) => {
    const next = lessor.retries.get(key) ?? deadline
    if (next <= now && due.length < revokesPerCheck) due.push(key)
    else if (next < earliest) earliest = next
  })
  const retry = micros(now + retryMicros)
  for (const key of due) lessor.retries.set(key, retry)
  lessor.earliest = due.length > 0 && retry < earliest ? retry : earliest
  return due.map(leaseNumber)
}
