// The lists of a strategic merge patch: how their elements are told apart and put in order, and how upstream
// prints them in its errors.

import type { Json, JsonObject } from './json.ts'
import { has, isJsonArray, isJsonObject, setMember } from './json.ts'

export const DIRECTIVE = '$patch'

/** Upstream knows few of these errors again, and answers the others as failures of its own. */
export class PatchFormatError extends Error {
  readonly code: 400 | 422 | 500

  constructor(message: string, code: 400 | 422 | 500 = 500) {
    super(message)
    this.code = code
  }
}

export function noMergeKey(item: JsonObject, key: string): PatchFormatError {
  return new PatchFormatError(`map: ${goText(item)} does not contain declared merge key: ${key}`)
}

/** What the elements of both lists are; undefined where there is no element. */
export function elementKind(
  original: readonly Json[],
  patch: readonly Json[],
): 'object' | 'scalar' | undefined {
  let first: string | undefined
  for (const list of [original, patch]) {
    for (const element of list) {
      const type = isJsonObject(element) ? 'object' : typeof element
      if (isJsonArray(element)) throw new PatchFormatError('lists of lists are not supported', 422)
      first ??= type
      if (type !== first)
        throw new PatchFormatError(`list element types are not identical: ${goText([original, patch])}`)
    }
  }
  if (first === undefined) return undefined
  return first === 'object' ? 'object' : 'scalar'
}

/**
 * The elements that `order` names come in that order. Each other element stays before the named elements that
 * it stood before in the original list, as far as both orders allow that.
 */
export function interleave(
  list: readonly Json[],
  order: readonly Json[],
  original: readonly Json[],
  key: string | undefined,
): readonly Json[] {
  const places = new Ranks(order, key)
  const ranks = list.map((element) => places.of(element))
  const indices = list.map((_element, index) => index)
  const rankAt = (index: number): number => ranks[index] ?? -1
  const named = indices.filter((index) => rankAt(index) >= 0).sort((a, b) => rankAt(a) - rankAt(b))
  const others = indices.filter((index) => rankAt(index) < 0)
  const originals = new Ranks(original, key)
  const merged: Json[] = []
  let next = 0
  for (const index of named) {
    const element = list[index] ?? null
    const rank = originals.of(element)
    for (let other = others[next]; rank >= 0 && other !== undefined; other = others[next]) {
      const kept = list[other] ?? null
      const otherRank = originals.of(kept)
      if (otherRank < 0 || otherRank >= rank) break
      merged.push(kept)
      next++
    }
    merged.push(element)
  }
  for (const other of others.slice(next)) merged.push(list[other] ?? null)
  return merged
}

/** Where elements stand in a list, by their keys. What has no key is found out when it is looked at. */
class Ranks {
  private readonly list: readonly Json[]
  private readonly key: string | undefined
  private readonly keys: Json[] = []

  constructor(list: readonly Json[], key: string | undefined) {
    this.list = list
    this.key = key
  }

  of(element: Json): number {
    const { list, key, keys } = this
    for (let index = 0; index < list.length; index++) {
      if (index === keys.length) {
        const other = list[index] ?? null
        keys.push(key === undefined ? other : keyOf(other, key))
      }
      if (keys[index] === (key === undefined ? element : keyOf(element, key))) return index
    }
    return -1
  }
}

/** By the merge key, which both must have, or by value in a list of scalars. */
export function sameElement(a: Json, b: Json, key: string | undefined): boolean {
  if (key === undefined) return a === b
  return keyOf(a, key) === keyOf(b, key)
}

function keyOf(element: Json, key: string): Json {
  if (!isJsonObject(element)) throw new PatchFormatError('expected a map, but received a different type')
  if (!has(element, key)) throw noMergeKey(element, key)
  return element[key] ?? null
}

/** A value that enters the object whole loses each part with a directive; undefined where it is one itself. */
export function withoutDirectives(value: Json): Json | undefined {
  if (isJsonArray(value)) return value.flatMap((item) => withoutDirectives(item) ?? [])
  if (!isJsonObject(value)) return value
  if (has(value, DIRECTIVE)) return undefined
  const plain: Record<string, Json> = {}
  for (const key of Object.keys(value)) {
    const kept = withoutDirectives(value[key] ?? null)
    if (kept !== undefined) setMember(plain, key, kept)
  }
  return plain
}

/** As Go prints a value with `%v`. */
export function goText(value: Json): string {
  if (value === null) return '<nil>'
  if (isJsonArray(value)) return `[${value.map(goText).join(' ')}]`
  if (!isJsonObject(value)) return String(value)
  const members = Object.keys(value).sort()
  return `map[${members.map((key) => `${key}:${goText(value[key] ?? null)}`).join(' ')}]`
}
