// Copies of plain data: what is frozen is shared, everything else is copied. Those for checkpoints share with the one before
// what has not changed since, too, so that many checkpoints of a large cluster, in which most things rest most of the
// time, cost little more than one.
import type { CowMap } from './cow-map.ts'
import { isCowMap } from './cow-map.ts'
import { IdMap } from './id-map.ts'

/** A member like any other, whatever it is called. */
const PLAIN = { enumerable: true, configurable: true, writable: true } as const

/** A copy that shares nothing mutable with the original. */
export function clonePlain<T>(value: T): T {
  return copyOf(value, undefined, true)
}

/**
 * A copy that is nobody's to change: what is as it was in the copy made before is that copy's.
 * @param before the last such copy of the same value; undefined: there is none
 */
export function snapshot<T>(value: T, before: unknown): T {
  return copyOf(value, before, false)
}

const NOTHING: readonly never[] = []

/** @param isOwn whether somebody is going to change the copy */
function copyOf<T>(value: T, before: unknown, isOwn: boolean): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  const last = typeof before === 'object' && before !== null && !Object.isFrozen(before) ? before : undefined
  if (Array.isArray(value)) return listCopy(value, Array.isArray(last) ? last : NOTHING, isOwn) as T
  if (isCowMap(value)) return cowMapCopy(value, last, isOwn) as T
  if (value instanceof IdMap) return keyedCopy(value, last instanceof IdMap ? last : undefined, isOwn) as T
  if (value instanceof Map) return mapCopy(value, last, isOwn) as T
  return recordCopy(value as Record<string, unknown>, last, isOwn) as T
}

/** Places that hold nothing stay so. */
function listCopy(list: readonly unknown[], last: readonly unknown[], isOwn: boolean): readonly unknown[] {
  const copy = list.slice()
  let isSame = last !== NOTHING && last.length === list.length
  for (let place = 0; place < list.length; place++) {
    const item = list[place]
    const member = copyOf(item, last[place], isOwn)
    if (typeof item === 'object') copy[place] = member
    isSame = isSame && member === last[place] && (item !== undefined || place in list === place in last)
  }
  return isSame ? last : copy
}

/** The order of the members counts. */
function recordCopy(value: Record<string, unknown>, before: object | undefined, isOwn: boolean): object {
  const isRecord = before !== undefined && Object.getPrototypeOf(before) === Object.prototype
  const last = (isRecord ? before : {}) as Record<string, unknown>
  const names = Object.keys(last)
  const copy: Record<string, unknown> = {}
  let place = 0
  let isSame = isRecord
  for (const key in value) {
    const known = names[place++] === key
    const old = known ? last[key] : undefined
    const member = copyOf(value[key], old, isOwn)
    setMember(copy, key, member)
    isSame = isSame && known && member === old
  }
  return isSame && place === names.length ? last : copy
}

function setMember(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(record, key, { value, ...PLAIN })
  else record[key] = value
}

/** Keys are primitives. */
function mapCopy(
  map: ReadonlyMap<unknown, unknown>,
  last: object | undefined,
  isOwn: boolean,
): ReadonlyMap<unknown, unknown> {
  const before: ReadonlyMap<unknown, unknown> | undefined = last instanceof Map ? last : undefined
  const names = before?.keys()
  const copy = new Map(map)
  let isSame = before?.size === map.size
  for (const [key, value] of map) {
    const old = before?.get(key)
    const member = copyOf(value, old, isOwn)
    if (typeof value === 'object') copy.set(key, member)
    isSame = isSame && member === old && names?.next().value === key
  }
  return isSame && before !== undefined ? before : copy
}

/** What an `IdMap` and a `CowMap` have in common. */
interface Keyed<K> {
  readonly size: number
  get(key: K): unknown
  has(key: K): boolean
  mapValues(map: (value: unknown, key: K) => unknown): Keyed<K>
}

function keyedCopy<K>(map: Keyed<K>, before: Keyed<K> | undefined, isOwn: boolean): Keyed<K> {
  let isSame = before?.size === map.size
  const copy = map.mapValues((value, key) => {
    const old = before?.get(key)
    const member = copyOf(value, old, isOwn)
    isSame = isSame && member === old && before?.has(key) === true
    return member
  })
  return isSame && before !== undefined ? before : copy
}

/** `CowMap`s hold either primitives and frozen values, or (rarely) mutable records; any value tells. */
function cowMapCopy(map: CowMap<unknown>, last: object | undefined, isOwn: boolean): Keyed<string> {
  const any = map.anyValue()
  if (typeof any === 'object' && any !== null && !Object.isFrozen(any))
    return keyedCopy(map, last !== undefined && isCowMap(last) ? last : undefined, isOwn)
  return isOwn ? map.clone() : map.snapshot()
}
