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
  // An element without a key is an error as soon as it is compared, so that then nothing is left out.
  const isKeyed = key === undefined || original.every((element) => isJsonObject(element) && has(element, key))
  if (isKeyed && isInOrder(list, order, key)) return list
  const ranks = list.map((element) => rankIn(order, element, key))
  const rankAt = (index: number): number => ranks[index] ?? -1
  const indices = list.map((_element, index) => index)
  const named = indices.filter((index) => rankAt(index) >= 0).sort((a, b) => rankAt(a) - rankAt(b))
  const others = indices.filter((index) => rankAt(index) < 0)
  const merged: Json[] = []
  let next = 0
  for (const index of named) {
    const element = list[index] ?? null
    // Where no other element is left, it does not matter where this one stood.
    const rank = isKeyed && next >= others.length ? -1 : rankIn(original, element, key)
    for (let other = others[next]; rank >= 0 && other !== undefined; other = others[next]) {
      const kept = list[other] ?? null
      const otherRank = rankIn(original, kept, key)
      if (otherRank < 0 || otherRank >= rank) break
      merged.push(kept)
      next++
    }
    merged.push(element)
  }
  for (const other of others.slice(next)) merged.push(list[other] ?? null)
  // A list that has grown keeps room for more; a copy has none.
  return [...merged]
}

/** Whether the order names all elements of a list, and in the order in which they stand. */
function isInOrder(list: readonly Json[], order: readonly Json[], key: string | undefined): boolean {
  let place = 0
  for (const element of list) {
    while (place < order.length && !sameElement(order[place] ?? null, element, key)) place++
    // Of what the order names twice, the first place counts.
    if (place === order.length || rankIn(order, element, key) !== place) return false
    place++
  }
  return true
}

function rankIn(ranks: readonly Json[], element: Json, key: string | undefined): number {
  for (let rank = 0; rank < ranks.length; rank++)
    if (sameElement(ranks[rank] ?? null, element, key)) return rank
  return -1
}

/** By the merge key, which both must have, or by value in a list of scalars. */
export function sameElement(a: Json, b: Json, key: string | undefined): boolean {
  if (key === undefined) return a === b
  return keyOf(a, key) === keyOf(b, key)
}

function keyOf(element: Json, key: string): Json {
  if (!isJsonObject(element)) throw new PatchFormatError('expected a map, but received a different type')
  // Merge keys are names such as `type` and `ip`, which no object has but as members of its own.
  const value = element[key]
  if (value === undefined) throw noMergeKey(element, key)
  return value
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
