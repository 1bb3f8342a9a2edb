// The patch that `kubectl apply` sends: what the manifest says now against what is there, and what it said last time
// and says no more. Models strategicpatch.CreateThreeWayMergePatch; a type without a schema gets a plain merge patch.
import type { Json, JsonObject } from '../sim/api/json.ts'
import { deepEqual, isJsonArray, isJsonObject, setMember } from '../sim/api/json.ts'
import { patchStrategyOf } from '../sim/api/patch-strategies.ts'
import type { FieldType } from '../sim/api/schema.ts'
import { structFields } from '../sim/api/schema.ts'

/** An empty object: there is nothing to do. `typeName` is the Go name of the kind. */
export function threeWayPatch(
  typeName: string,
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
): JsonObject {
  const type = structFields(typeName) === undefined ? undefined : typeName
  return diff(type, original, modified, current)
}

function diff(
  type: string | undefined,
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
): JsonObject {
  const patch: Record<string, Json> = {}
  for (const key of Object.keys(modified)) {
    const wanted = modified[key]
    if (wanted === undefined) continue
    const there = Object.hasOwn(current, key) ? current[key] : undefined
    const before = Object.hasOwn(original, key) ? original[key] : undefined
    diffField(patch, type, key, before, wanted, there)
  }
  for (const key of Object.keys(original)) {
    if (!Object.hasOwn(modified, key) && Object.hasOwn(current, key)) setMember(patch, key, null)
  }
  return patch
}

function diffField(
  patch: Record<string, Json>,
  type: string | undefined,
  key: string,
  before: Json | undefined,
  wanted: Json,
  there: Json | undefined,
): void {
  if (there === undefined) {
    if (wanted !== null) setMember(patch, key, wanted)
    return
  }
  if (isJsonObject(wanted) && isJsonObject(there)) {
    const inner = diff(memberType(type, key), asObject(before), wanted, there)
    if (Object.keys(inner).length === 0) return
    const retains = patchStrategyOf(type, key).retainKeys
    setMember(patch, key, retains ? { ...inner, $retainKeys: Object.keys(wanted).sort() } : inner)
    return
  }
  const mergeKey = type === undefined ? undefined : patchStrategyOf(type, key).merge?.key
  if (
    mergeKey !== undefined &&
    isJsonArray(wanted) &&
    isJsonArray(there) &&
    keyed(wanted, mergeKey) &&
    keyed(there, mergeKey)
  ) {
    const earlier = before !== undefined && isJsonArray(before) ? before.filter(isJsonObject) : []
    const list = diffList(itemType(type, key), mergeKey, earlier, wanted, there)
    if (list.length === 0) return
    patch[`$setElementOrder/${key}`] = wanted.map((item) => ({ [mergeKey]: item[mergeKey] ?? null }))
    setMember(patch, key, list)
    return
  }
  // A null that was applied before (`creationTimestamp: null`) asks for nothing new.
  if (wanted === null && before === null) return
  if (!deepEqual(wanted, there)) setMember(patch, key, wanted)
}

const keyed = (list: readonly Json[], mergeKey: string): list is readonly JsonObject[] =>
  list.every((item) => isJsonObject(item) && Object.hasOwn(item, mergeKey))

function diffList(
  type: string | undefined,
  mergeKey: string,
  original: readonly JsonObject[],
  modified: readonly JsonObject[],
  current: readonly JsonObject[],
): readonly Json[] {
  const list: Json[] = []
  const find = (items: readonly JsonObject[], item: JsonObject): JsonObject | undefined =>
    items.find((candidate) => deepEqual(candidate[mergeKey], item[mergeKey]))
  for (const item of modified) {
    const there = find(current, item)
    if (there === undefined) list.push(item)
    else {
      const inner = diff(type, find(original, item) ?? {}, item, there)
      if (Object.keys(inner).length > 0) list.push({ ...inner, [mergeKey]: item[mergeKey] ?? null })
    }
  }
  for (const item of original) {
    if (find(modified, item) === undefined && find(current, item) !== undefined)
      list.push({ $patch: 'delete', [mergeKey]: item[mergeKey] ?? null })
  }
  return list
}

const asObject = (value: Json | undefined): JsonObject =>
  value !== undefined && isJsonObject(value) ? value : {}

function memberType(type: string | undefined, key: string): string | undefined {
  return structName(type === undefined ? undefined : structFields(type)?.get(key))
}

function itemType(type: string | undefined, key: string): string | undefined {
  const field = type === undefined ? undefined : structFields(type)?.get(key)
  return field?.form === 'list' ? structName(field.item) : undefined
}

function structName(field: FieldType | undefined): string | undefined {
  return field?.form === 'struct' ? field.name : undefined
}
