// Strategic merge patch: a merge patch that knows which lists are keyed, from the schema and its tags.
// Models apimachinery/pkg/util/strategicpatch with its directives: $patch (replace, delete, merge),
// $retainKeys, $deleteFromPrimitiveList and $setElementOrder. Leaves out merging two patches.

import type { Json, JsonObject } from './json.ts'
import { deepEqual, has, isJsonArray, isJsonObject, setMember } from './json.ts'
import type { PatchResult } from './json-patch.ts'
import type { PatchStrategy } from './patch-strategies.ts'
import { patchStrategyOf } from './patch-strategies.ts'
import type { FieldType } from './schema.ts'
import { structFields } from './schema.ts'

const DIRECTIVE = '$patch'
const RETAIN_KEYS = '$retainKeys'
const DELETE_FROM = '$deleteFromPrimitiveList/'
const SET_ORDER = '$setElementOrder/'

class PatchFormatError extends Error {}

/** `typeName` is the Go name of the kind; sub-trees that the patch does not name are shared. */
export function applyStrategicMergePatch(typeName: string, target: JsonObject, patch: Json): PatchResult {
  if (!isJsonObject(patch)) return { error: 'invalid JSON document' }
  try {
    return { value: mergeStruct(target, patch, typeName) }
  } catch (error) {
    if (error instanceof PatchFormatError) return { error: error.message }
    throw error
  }
}

function mergeStruct(original: JsonObject, patch: JsonObject, typeName: string | undefined): JsonObject {
  if (has(patch, DIRECTIVE)) return applyMapDirective(patch)
  const merged: Record<string, Json> = retainKeys(original, patch)
  for (const key of Object.keys(patch)) {
    if (key === RETAIN_KEYS) continue
    const value = patch[key] ?? null
    if (key.startsWith(DELETE_FROM)) {
      deleteFromScalars(merged, key.slice(DELETE_FROM.length), value)
    } else if (!key.startsWith(SET_ORDER)) {
      mergeField(merged, key, value, typeName, elementOrder(patch, key))
    }
  }
  orderUntouchedLists(merged, patch, typeName)
  return merged
}

function applyMapDirective(patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE]
  if (directive === 'replace') {
    const { [DIRECTIVE]: _directive, ...rest } = patch
    return rest
  }
  if (directive === 'delete') return {}
  throw new PatchFormatError(`unknown patch type: ${String(directive)} in map: ${JSON.stringify(patch)}`)
}

function retainKeys(original: JsonObject, patch: JsonObject): Record<string, Json> {
  if (!has(patch, RETAIN_KEYS)) return { ...original }
  const keys = patch[RETAIN_KEYS] ?? null
  if (!isJsonArray(keys)) throw new PatchFormatError('invalid patch format of retainKeys')
  for (const key of Object.keys(patch)) {
    if (key.startsWith('$') || patch[key] === null || keys.includes(key)) continue
    throw new PatchFormatError('invalid patch format of retainKeys')
  }
  const kept: Record<string, Json> = {}
  for (const key of Object.keys(original)) if (keys.includes(key)) setMember(kept, key, original[key] ?? null)
  return kept
}

function elementOrder(patch: JsonObject, key: string): readonly Json[] | undefined {
  const order = has(patch, SET_ORDER + key) ? (patch[SET_ORDER + key] ?? null) : undefined
  if (order === undefined) return undefined
  if (!isJsonArray(order)) throw new PatchFormatError('invalid patch format of setElementOrder list')
  return order
}

function mergeField(
  merged: Record<string, Json>,
  key: string,
  value: Json,
  typeName: string | undefined,
  order: readonly Json[] | undefined,
): void {
  if (value === null) {
    delete merged[key]
    return
  }
  const before = has(merged, key) ? merged[key] : undefined
  if (isJsonObject(before) && isJsonObject(value)) {
    setMember(merged, key, mergeStruct(before, value, memberType(typeName, key)))
    return
  }
  const strategy = patchStrategyOf(typeName, key)
  if (isJsonArray(value) && (isJsonArray(before) || order !== undefined) && strategy.merge !== undefined) {
    const list = isJsonArray(before) ? before : []
    setMember(merged, key, mergeList(list, value, strategy.merge, itemType(typeName, key), order))
    return
  }
  const plain = withoutDirectives(value)
  if (plain === undefined) delete merged[key]
  else setMember(merged, key, plain)
}

/** `$setElementOrder` may stand without its list: then nothing but the order changes. */
function orderUntouchedLists(
  merged: Record<string, Json>,
  patch: JsonObject,
  typeName: string | undefined,
): void {
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(SET_ORDER)) continue
    const key = directive.slice(SET_ORDER.length)
    const list = has(merged, key) ? (merged[key] ?? null) : null
    const order = elementOrder(patch, key)
    if (has(patch, key) || !isJsonArray(list) || order === undefined) continue
    setMember(merged, key, orderList(list, order, list, patchStrategyOf(typeName, key).merge?.key))
  }
}

function deleteFromScalars(merged: Record<string, Json>, key: string, value: Json): void {
  if (!isJsonArray(value)) throw new PatchFormatError('invalid patch format of primitive list')
  const before = has(merged, key) ? (merged[key] ?? null) : null
  if (isJsonArray(before))
    setMember(
      merged,
      key,
      before.filter((item) => !value.includes(item)),
    )
}

function mergeList(
  original: readonly Json[],
  patch: readonly Json[],
  strategy: NonNullable<PatchStrategy['merge']>,
  typeName: string | undefined,
  order: readonly Json[] | undefined,
): readonly Json[] {
  const { key } = strategy
  if (key === undefined) {
    const union = [...new Set([...original, ...patch])]
    return orderList(union, order ?? patch, original, undefined)
  }
  let base: readonly Json[] = original
  const changes: JsonObject[] = []
  for (const item of patch) {
    if (!isJsonObject(item)) throw new PatchFormatError('expected a map, but received a different type')
    const directive = item[DIRECTIVE]
    if (directive === undefined || directive === 'merge') changes.push(withoutMarker(item))
    else if (directive === 'delete') base = base.filter((candidate) => !sameKey(candidate, item, key))
    else if (directive === 'replace') return withoutReplaceMarkers(patch)
    else
      throw new PatchFormatError(`unknown patch type: ${String(directive)} in map: ${JSON.stringify(item)}`)
  }
  const merged = mergeByKey(base, changes, key, typeName)
  return orderList(merged, order ?? changes, original, key)
}

function mergeByKey(
  base: readonly Json[],
  changes: readonly JsonObject[],
  key: string,
  typeName: string | undefined,
): Json[] {
  const merged = [...base]
  for (const change of changes) {
    if (!has(change, key)) {
      throw new PatchFormatError(`map: ${JSON.stringify(change)} does not contain declared merge key: ${key}`)
    }
    const index = merged.findIndex((candidate) => sameKey(candidate, change, key))
    const before = merged[index]
    if (index >= 0 && isJsonObject(before)) merged[index] = mergeStruct(before, change, typeName)
    else merged.push(withoutDirectives(change) ?? {})
  }
  return merged
}

/**
 * The items that `order` names come in that order; the others keep their place relative to the neighbours
 * they had in the original list.
 */
function orderList(
  list: readonly Json[],
  order: readonly Json[],
  original: readonly Json[],
  key: string | undefined,
): readonly Json[] {
  const rankIn = (ranks: readonly Json[], item: Json): number =>
    ranks.findIndex((other) => (key === undefined ? deepEqual(other, item) : sameKey(other, item, key)))
  const named = list.filter((item) => rankIn(order, item) >= 0)
  named.sort((a, b) => rankIn(order, a) - rankIn(order, b))
  const others = list.filter((item) => rankIn(order, item) < 0)
  const merged: Json[] = []
  let [n, o] = [0, 0]
  while (n < named.length || o < others.length) {
    const left = named[n]
    const right = others[o]
    const leftRank = left === undefined ? -1 : rankIn(original, left)
    const rightRank = right === undefined ? -1 : rankIn(original, right)
    // An item that is new to the list goes where the named order puts it, before the others.
    const takeLeft = right === undefined || (left !== undefined && (leftRank < rightRank || rightRank < 0))
    if (takeLeft && left !== undefined) {
      merged.push(left)
      n++
    } else if (right !== undefined) {
      merged.push(right)
      o++
    }
  }
  return merged
}

function sameKey(a: Json, b: Json, key: string): boolean {
  return isJsonObject(a) && isJsonObject(b) && has(a, key) && has(b, key) && deepEqual(a[key], b[key])
}

function withoutMarker(item: JsonObject): JsonObject {
  if (!has(item, DIRECTIVE)) return item
  const { [DIRECTIVE]: _directive, ...rest } = item
  return rest
}

function withoutReplaceMarkers(patch: readonly Json[]): readonly Json[] {
  return patch.filter((item) => !(isJsonObject(item) && item[DIRECTIVE] === 'replace'))
}

/** A value that enters the object whole loses its directives; undefined where it was a deletion itself. */
function withoutDirectives(value: Json): Json | undefined {
  if (isJsonArray(value)) {
    return value.flatMap((item) => withoutDirectives(item) ?? [])
  }
  if (!isJsonObject(value)) return value
  if (value[DIRECTIVE] === 'delete') return undefined
  const plain: Record<string, Json> = {}
  for (const key of Object.keys(value)) {
    const member = value[key] ?? null
    if (member === null || key === DIRECTIVE || key === RETAIN_KEYS) continue
    if (key.startsWith(DELETE_FROM) || key.startsWith(SET_ORDER)) continue
    const kept = withoutDirectives(member)
    if (kept !== undefined) setMember(plain, key, kept)
  }
  return plain
}

function memberType(typeName: string | undefined, field: string): string | undefined {
  return structName(fieldType(typeName, field))
}

function itemType(typeName: string | undefined, field: string): string | undefined {
  const type = fieldType(typeName, field)
  return type?.form === 'list' ? structName(type.item) : undefined
}

function fieldType(typeName: string | undefined, field: string): FieldType | undefined {
  return typeName === undefined ? undefined : structFields(typeName)?.get(field)
}

function structName(type: FieldType | undefined): string | undefined {
  return type?.form === 'struct' ? type.name : undefined
}
