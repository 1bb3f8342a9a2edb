// Freezing and hashing of plain data. One rule serves both, and copies, too (`copies.ts`): what is frozen is immutable all
// the way down, so it is shared instead of copied, skipped instead of frozen again, and hashed once where it is big.
import { assert } from './assert.ts'
import { isCowMap } from './cow-map.ts'
import { IdMap } from './id-map.ts'
import { hashString } from './random.ts'

/**
 * Freezes plain data all the way down. Stops at what is frozen already. A `CowMap` cannot be frozen, nor can an `IdMap` or a
 * `Map`: whoever puts one into a message hands over a copy that nobody changes, and whoever takes it out copies it again.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object') deepFreeze(value[i])
    return Object.freeze(value)
  }
  if (isCowMap(value) || value instanceof IdMap || value instanceof Map) return value
  for (const key in value) {
    const member = value[key]
    if (typeof member === 'object') deepFreeze(member)
  }
  return Object.freeze(value)
}

/** What a value has to weigh, in strings, numbers and the like, for its hash to be worth keeping. */
const HEAVY = 24

/** How many hashes make a generation. What travels does so within seconds; what rests is hashed no more. */
const GENERATION = 100_000

/**
 * Folds plain data into a running 32-bit hash. Key order counts; `undefined` fields do not, and neither does whether a
 * value is frozen. Each object is hashed by itself and then folded in, so that the hash of a big frozen one, such as an
 * API object that travels in message after message, is computed once. Small ones cost less to hash than to look up.
 */
export class PlainHasher {
  /** cache: the hashes that were asked for lately, and in the generation before. One map of all would grow with the cluster. */
  private young = new WeakMap<object, number>()
  private old = new WeakMap<object, number>()
  private born = 0
  /** How many strings, numbers and the like have been hashed so far. */
  private weight = 0

  hash(value: unknown, hash: number): number {
    this.weight++
    switch (typeof value) {
      case 'string':
        return hashString(value, mix(hash, 1))
      case 'number':
        return hashNumber(value, hash)
      case 'boolean':
        return mix(hash, value ? 4 : 5)
      case 'object':
        return value === null ? mix(hash, 6) : mix(mix(hash, 8), this.hashObject(value))
      case 'undefined':
        return mix(hash, 7)
      default:
        assert(false, `a ${typeof value} is not plain data`)
    }
  }

  private hashObject(value: object): number {
    const known = this.known(value)
    if (known !== undefined) return known
    const before = this.weight
    const own = this.hashParts(value)
    if (this.weight - before >= HEAVY && Object.isFrozen(value)) this.keep(value, own)
    return own
  }

  private known(value: object): number | undefined {
    const young = this.young.get(value)
    if (young !== undefined) return young
    const old = this.old.get(value)
    if (old !== undefined) this.keep(value, old)
    return old
  }

  private keep(value: object, hash: number): void {
    if (++this.born > GENERATION) {
      this.old = this.young
      this.young = new WeakMap()
      this.born = 0
    }
    this.young.set(value, hash)
  }

  private hashParts(value: object): number {
    let hash = 2166136261
    if (Array.isArray(value)) {
      hash = mix(hash, 9)
      for (let i = 0; i < value.length; i++) hash = this.hash(value[i], hash)
      return mix(hash, 10)
    }
    hash = mix(hash, 11)
    if (isCowMap(value)) {
      value.forEachPair((key, item) => {
        hash = this.hash(item, hashString(key, hash))
      })
      return mix(hash, 12)
    }
    if (value instanceof Map || value instanceof IdMap) {
      for (const [key, item] of value) hash = this.hash(item, this.hash(key, hash))
      return mix(hash, 14)
    }
    for (const key in value) {
      const field = (value as Record<string, unknown>)[key]
      if (field === undefined) continue
      hash = hashString(key, hash)
      if (typeof field === 'string') {
        this.weight++
        hash = hashString(field, mix(hash, 1))
      } else hash = this.hash(field, hash)
    }
    return mix(hash, 12)
  }
}

/** One hash of one value; see `PlainHasher`. */
export const hashPlain = (value: unknown, hash: number): number => new PlainHasher().hash(value, hash)

function hashNumber(value: number, hash: number): number {
  if ((value | 0) === value) return mix(mix(hash, 2), value)
  return Number.isInteger(value) ? hashInteger(value, mix(hash, 13)) : hashString(String(value), mix(hash, 3))
}

/** Folds an integer of up to 53 bits. */
export function hashInteger(value: number, hash: number): number {
  return mix(mix(hash, value | 0), Math.floor(value / 4294967296) | 0)
}

function mix(hash: number, unit: number): number {
  hash = Math.imul(hash ^ unit, 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
