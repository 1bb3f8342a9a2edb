// Addresses of a node's Pods. Models the host-local plugin of containernetworking/plugins: one range, the next free
// address after the one reserved last, in turn. Leaves out several ranges, IPv6 and reserved addresses.
import { assert } from '../../kernel/assert.ts'

export interface HostLocal {
  podCIDR: string
  /** The number of the address reserved last, in the range. */
  lastReserved: number
  /** Sandbox ids by the number of their address in the range. */
  readonly reserved: Map<number, string>
  /** The same the other way round. */
  readonly offsets: Map<string, number>
}

export const hostLocal = (): HostLocal => ({
  podCIDR: '',
  lastReserved: 0,
  reserved: new Map(),
  offsets: new Map(),
})

/** Reserves an address; the same sandbox gets the same one again. Null when the range is used up. */
export function reserve(state: HostLocal, sandboxId: string): string | null {
  const size = rangeSize(state.podCIDR)
  const known = state.offsets.get(sandboxId)
  if (known !== undefined) return addressAt(state.podCIDR, known)
  // The network's own address, the gateway (.1) and the broadcast address are nobody's.
  const first = 2
  const last = size - 2
  for (let tried = 0; tried <= last - first; tried++) {
    const next = state.lastReserved < first || state.lastReserved >= last ? first : state.lastReserved + 1
    state.lastReserved = next
    if (state.reserved.has(next)) continue
    state.reserved.set(next, sandboxId)
    state.offsets.set(sandboxId, next)
    return addressAt(state.podCIDR, next)
  }
  return null
}

/** Gives an address back. Nothing happens where there is none: DEL may be repeated. */
export function release(state: HostLocal, sandboxId: string): string | null {
  const offset = state.offsets.get(sandboxId)
  if (offset === undefined) return null
  state.reserved.delete(offset)
  state.offsets.delete(sandboxId)
  return addressAt(state.podCIDR, offset)
}

/** How many addresses a range has. */
function rangeSize(podCIDR: string): number {
  const bits = Number(podCIDR.slice(podCIDR.indexOf('/') + 1))
  assert(bits >= 8 && bits <= 30, 'a Pod range has between 8 and 30 bits')
  return 2 ** (32 - bits)
}

/** The address with this number in the range. */
export function addressAt(podCIDR: string, offset: number): string {
  const value = networkNumber(podCIDR) + offset
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join('.')
}

const DIGIT_0 = 48
const DOT = 46
const SLASH = 47

/** The number of a range's first address, read digit by digit: it is asked for with each Pod. */
function networkNumber(podCIDR: string): number {
  let value = 0
  let part = 0
  for (let i = 0; i < podCIDR.length; i++) {
    const unit = podCIDR.charCodeAt(i)
    if (unit === DOT || unit === SLASH) {
      value = value * 256 + part
      if (unit === SLASH) break
      part = 0
    } else part = part * 10 + unit - DIGIT_0
  }
  return value
}
