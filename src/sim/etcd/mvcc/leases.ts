// Leases as all members know them: how long each lasts and which keys hang on it. When one has expired is the leader's
// to say (lessor.ts), and reaches the members as a revocation.
import type { CowMap } from '../../kernel/cow-map.ts'
import { cowMap } from '../../kernel/cow-map.ts'

export interface Leases {
  /** Seconds to live as granted, by the lease's number in `leaseKey` form. */
  readonly granted: CowMap<number>
  /** The newest attachment to each lease. */
  readonly attached: CowMap<Attachment>
}

/** A key that was put with a lease, and what was before it. All copies share such a list. */
interface Attachment {
  readonly key: string
  readonly earlier: Attachment | null
}

export const newLeases = (): Leases => ({ granted: cowMap<number>(), attached: cowMap<Attachment>() })

export const cloneLeases = ({ granted, attached }: Leases): Leases => ({
  granted: granted.clone(),
  attached: attached.clone(),
})

/** A lease's number as etcd prints it, padded, so that leases sort by number. */
export function leaseKey(lease: number): string {
  const place = lease % KEYS_KNOWN
  const known = keys[place]
  if (known?.lease === lease) return known.key
  const key = lease.toString(16).padStart(16, '0')
  keys[place] = { lease, key }
  return key
}

const KEYS_KNOWN = 256
// cache: the keys of the leases that were named last, at most KEYS_KNOWN, by the lowest bits of the number.
const keys: { readonly lease: number; readonly key: string }[] = []

export const leaseNumber = (key: string): number => Number.parseInt(key, 16)

export const hasLease = ({ granted }: Leases, lease: number): boolean => granted.has(leaseKey(lease))

/** A key that gets another lease, or goes, stays on the list: the key itself says which lease it has. */
export function attach({ attached }: Leases, lease: number, key: string, revision: number): void {
  const id = leaseKey(lease)
  attached.set(id, attachment(key, attached.get(id) ?? null, revision))
}

const LATEST = 1024
// cache: the latest attachments that members made, at most LATEST, by the lowest bits of the revision.
const latest: Attachment[] = []

/** Lets go of the attachments of another cluster. */
export const forgetAttachments = (): void => {
  latest.length = 0
}

/** All members come to the same list: the first to do so makes it for all. */
function attachment(key: string, earlier: Attachment | null, revision: number): Attachment {
  const place = revision % LATEST
  const made = latest[place]
  if (made !== undefined && made.key === key && made.earlier === earlier) return made
  const attached: Attachment = Object.freeze({ key, earlier })
  latest[place] = attached
  return attached
}

/** All keys that were ever put with the lease, each once, in order. */
export function onceAttached({ attached }: Leases, lease: number): string[] {
  const keys = new Set<string>()
  for (let at = attached.get(leaseKey(lease)) ?? null; at !== null; at = at.earlier) keys.add(at.key)
  return [...keys].sort()
}

export function removeLease({ granted, attached }: Leases, lease: number): void {
  granted.delete(leaseKey(lease))
  attached.delete(leaseKey(lease))
}
