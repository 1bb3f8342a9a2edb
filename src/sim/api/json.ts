// JSON values and what generic code does with them: equality, freezing, and safe descent.

export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/** Objects of the API hold nothing but JSON, so this is a change of view and not a conversion. */
export function asJson(value: object): JsonObject {
  return value as JsonObject
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `Array.isArray` does not narrow a read-only array. */
export function isJsonArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}

/** Whether an object has an own member; `__proto__` and its like are ordinary keys of an API object. */
export function has(object: object, key: string): boolean {
  return Object.hasOwn(object, key)
}

/** What a record has under a name from outside: `constructor` is a fine name for a container, and no record holds it. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

/** What may still be given members. */
export type Open<T> = { -readonly [Member in keyof T]: T[Member] }

/**
 * A copy, made member by member. V8 gives what `{ ...base }` makes of an object that is not frozen a hidden class of its
 * own as soon as it gains a member: code that meets many such objects never finds two alike and stays slow. Copies made
 * here are alike where their members are.
 */
export function copied<T extends object>(base: T): Open<T> {
  const copy: Record<string, unknown> = {}
  for (const member in base) setMember(copy, member, base[member])
  return copy as Open<T>
}

/** `{ ...base, ...more }`, made like `copied`. */
export function extended<T extends object, M extends object>(base: T, more: M): Open<T> & M {
  const copy = copied(base)
  return Object.assign(copy, more)
}

/**
 * Deep equality of plain data. Shared sub-trees compare by reference first, so comparing an object with
 * its own update costs about the size of the change. A member that is undefined equals one that is absent.
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!deepEqual(a[i], b[i])) return false
    return true
  }
  return equalMembers(a, b)
}

function equalMembers(a: object, b: object): boolean {
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  for (const key in left) {
    if (!has(left, key)) continue
    if (!deepEqual(left[key], has(right, key) ? right[key] : undefined)) return false
  }
  for (const key in right) {
    if (has(right, key) && right[key] !== undefined && !has(left, key)) return false
  }
  return true
}

/**
 * Equality as Kubernetes means it when it asks whether an update changes anything: an empty list or map
 * equals an absent one.
 */
export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!semanticEqual(a[i], b[i])) return false
    return true
  }
  const left = a as Readonly<Record<string, unknown>>
  const right = b as Readonly<Record<string, unknown>>
  for (const key in left) if (has(left, key) && !semanticEqual(left[key], right[key])) return false
  for (const key in right) if (has(right, key) && !has(left, key) && !isEmpty(right[key])) return false
  return true
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value !== 'object') return false
  for (const key in value) if (has(value, key)) return false
  return true
}

/** Freezes a value and all that it holds. What is frozen already is taken to be frozen to its leaves. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const member of Object.values(value)) deepFreeze(member)
  return value
}

/**
 * The same without one member. Engines keep an object that lost a member by `delete` as a table of its own kind, and
 * every access to it is slow from then on; what is built anew is like all others.
 */
export function withoutMember(object: JsonObject, key: string): Record<string, Json> {
  const rest: Record<string, Json> = {}
  for (const name of Object.keys(object)) if (name !== key) setMember(rest, name, object[name] ?? null)
  return rest
}

/** Sets a member even when its name is `__proto__`, which plain assignment would take for the prototype. */
export function setMember<V>(target: Record<string, V>, key: string, value: V): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  } else {
    target[key] = value
  }
}
