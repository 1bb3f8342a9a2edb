// Leases as all members know them: how long each lasts and which keys hang on it. When one has expired is the leader's
// to say (lessor.ts), and reaches the members as a revocation.
import type { CowMap } from '../../kernel/cow-map.ts'
import { cowMap } from '../../kernel/cow-map.ts'

export interface Leases {
  /** Seconds to live as granted, by the lease's number in `leaseKey` form. */
  readonly granted: CowMap<number>
  /** `leaseKey/key` for each key attached. */
  readonly attached: CowMap<true>
}

export const newLeases = (): Leases => ({ granted: cowMap<number>(), attached: cowMap<true>() })

export const cloneLeases = ({ granted, attached }: Leases): Leases => ({
  granted: granted.clone(),
  attached: attached.clone(),
})

/** A lease's number as etcd prints it, padded, so that leases sort by number. */
export const leaseKey = (lease: number): string => lease.toString(16).padStart(16, '0')

export const leaseNumber = (key: string): number => Number.parseInt(key, 16)

export const hasLease = ({ granted }: Leases, lease: number): boolean => granted.has(leaseKey(lease))

export function attach({ attached }: Leases, lease: number, key: string): void {
  attached.set(`${leaseKey(lease)}/${key}`, true)
}

export function detach({ attached }: Leases, lease: number, key: string): void {
  attached.delete(`${leaseKey(lease)}/${key}`)
}

/** The keys that hang on a lease, in order. */
export function attachedKeys({ attached }: Leases, lease: number): string[] {
  const prefix = `${leaseKey(lease)}/`
  const keys: string[] = []
  // '0' is the character after '/'.
  attached.forRange(prefix, `${leaseKey(lease)}0`, false, (path) => {
    keys.push(path.slice(prefix.length))
  })
  return keys
}
