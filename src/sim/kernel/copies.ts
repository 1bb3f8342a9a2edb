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
  // What the copy before has, too, is frozen.
  if (typeof value !== 'object' || value === null || value === before || Object.isFrozen(value)) return value
  const last = typeof before === 'object' && before !== null && !Object.isFrozen(before) ? before : undefined
  if (Array.isArray(value)) return listCopy(value, Array.isArray(last) ? last : NOTHING, isOwn) as T
  if (isCowMap(value)) return cowMapCopy(value, last, isOwn) as T
  if (value instanceof IdMap) return keyedCopy(value, last instanceof IdMap ? last : undefined, isOwn) as T
  if (value instanceof Map) return mapCopy(value, last instanceof Map ? last : undefined, isOwn) as T
  return recordCopy(value as Record<string, unknown>, last, isOwn) as T
}

/** Places that hold nothing stay so. */
function listCopy(list: readonly unknown[], last: readonly unknown[], isOwn: boolean): readonly unknown[] {
  let copy = last !== NOTHING && last.length === list.length ? undefined : list.slice()
  for (let place = 0; place < list.length; place++) {
    const item = list[place]
    const old = last[place]
    const member = copyOf(item, old, isOwn)
    if (copy === undefined) {
      if (member === old && (item !== undefined || place in list === place in last)) continue
      // Everything before is the last copy's.
      copy = list.slice()
      for (let at = 0; at < place; at++) if (typeof list[at] === 'object') copy[at] = last[at]
    }
    if (typeof item === 'object') copy[place] = member
  }
  return copy ?? last
}

/** Most of what is looked at is as it was, and nothing is made for that. The order of the members counts. */
function recordCopy(value: Record<string, unknown>, before: object | undefined, isOwn: boolean): object {
  const names = Object.keys(value)
  const last = before !== undefined && Object.getPrototypeOf(before) === Object.prototype ? before : undefined
  if (last === undefined || !isSame(names, Object.keys(last)))
    return newRecord(names, value, last ?? {}, isOwn)
  let copy: Record<string, unknown> | undefined
  for (const key of names) {
    const old = (last as Record<string, unknown>)[key]
    const member = copyOf(value[key], old, isOwn)
    if (member === old) continue
    copy ??= { ...last }
    setMember(copy, key, member)
  }
  return copy ?? last
}

/** Follows names alone: a task's generator is not copied. */
function newRecord(
  names: readonly string[],
  value: Readonly<Record<string, unknown>>,
  last: object,
  isOwn: boolean,
): object {
  const copy: Record<string, unknown> = {}
  for (const key of names) {
    const old = Object.hasOwn(last, key) ? (last as Record<string, unknown>)[key] : undefined
    setMember(copy, key, copyOf(value[key], old, isOwn))
  }
  return copy
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  let place = names.length
  if (others.length !== place) return false
  while (place > 0 && names[place - 1] === others[place - 1]) place--
  return place === 0
}

function setMember(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(record, key, { value, ...PLAIN })
  else record[key] = value
}

/** Keys are primitives. */
function mapCopy(
  map: ReadonlyMap<unknown, unknown>,
  last: ReadonlyMap<unknown, unknown> | undefined,
  isOwn: boolean,
): ReadonlyMap<unknown, unknown> {
  const names = last?.keys()
  let copy = last?.size === map.size ? undefined : new Map(map)
  for (const [key, value] of map) {
    const old = last?.get(key)
    const member = copyOf(value, old, isOwn)
    if (copy === undefined) {
      if (member === old && names?.next().value === key) continue
      copy = new Map(map)
      for (const [known, one] of map) {
        if (known === key) break
        if (typeof one === 'object') copy.set(known, last?.get(known))
      }
    }
    if (typeof value === 'object') copy.set(key, member)
  }
  return copy ?? last ?? new Map()
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
  if (isSame && map.size === 0 && before !== undefined) return before
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
