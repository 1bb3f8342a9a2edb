// Strategic merge patch: a merge patch that knows which lists are keyed, from the schema and its tags.
// Models apimachinery/pkg/util/strategicpatch with its directives: $patch (replace, delete), $retainKeys,
// $deleteFromPrimitiveList and $setElementOrder. Leaves out merging two patches.

import type { Json, JsonObject } from './json.ts'
import { copied, has, isJsonArray, isJsonObject, setMember, withoutMember } from './json.ts'
import type { PatchResult } from './json-patch.ts'
import type { PatchStrategy } from './patch-strategies.ts'
import { patchStrategyOf } from './patch-strategies.ts'
import type { FieldType } from './schema.ts'
import { structFields } from './schema.ts'
import {
  DIRECTIVE,
  elementKind,
  goText,
  interleave,
  noMergeKey,
  PatchFormatError,
  sameElement,
  withoutDirectives,
} from './strategic-lists.ts'

const RETAIN_KEYS = '$retainKeys'
const DELETE_FROM = '$deleteFromPrimitiveList/'
const SET_ORDER = '$setElementOrder/'

/** `typeName` is the Go name of the kind; sub-trees that the patch does not name are shared. */
export function applyStrategicMergePatch(typeName: string, target: JsonObject, patch: Json): PatchResult {
  if (!isJsonObject(patch)) return { error: 'invalid JSON document', code: 400 }
  try {
    return { value: mergeStruct(target, patch, typeName) }
  } catch (error) {
    if (error instanceof PatchFormatError) return { error: error.message, code: error.code }
    throw error
  }
}

/** The original itself where the patch says nothing new. */
function mergeStruct(original: JsonObject, patch: JsonObject, typeName: string | undefined): JsonObject {
  if (has(patch, DIRECTIVE)) return applyMapDirective(patch)
  const keys = Object.keys(patch)
  const isPlain = !keys.some(isDirectiveKey)
  const draft = new Draft(isPlain ? original : retainKeys(original, patch))
  const ordered = isPlain ? [] : mergeOrderedLists(draft, patch, typeName)
  for (const key of keys) {
    if (!isPlain && (key === RETAIN_KEYS || key.startsWith(SET_ORDER) || ordered.includes(key))) continue
    const value = patch[key] ?? null
    const isDeletion = !isPlain && key.startsWith(DELETE_FROM)
    const name = isDeletion ? key.slice(DELETE_FROM.length) : key
    const kept = isDeletion ? deleteFromScalars(draft, name, value) : mergeField(draft, name, value, typeName)
    if (!kept) draft.remove(name)
  }
  return draft.value
}

const isDirectiveKey = (key: string): boolean => key.charCodeAt(0) === DOLLAR

const DOLLAR = 36

/** An object on its way to another one: it is copied with its first change. */
class Draft {
  value: JsonObject
  private copy: Record<string, Json> | undefined

  constructor(base: JsonObject) {
    this.value = base
  }

  get(name: string): Json | undefined {
    return has(this.value, name) ? this.value[name] : undefined
  }

  set(name: string, member: Json): void {
    if (this.get(name) === member) return
    this.copy ??= copied(this.value) as Record<string, Json>
    setMember(this.copy, name, member)
    this.value = this.copy
  }

  remove(name: string): void {
    if (!has(this.value, name)) return
    this.copy = withoutMember(this.value, name)
    this.value = this.copy
  }
}

function applyMapDirective(patch: JsonObject): JsonObject {
  const directive = patch[DIRECTIVE] ?? null
  if (directive === 'replace') {
    const { [DIRECTIVE]: _directive, ...rest } = patch
    return rest
  }
  if (directive === 'delete') return {}
  throw new PatchFormatError(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`)
}

function retainKeys(original: JsonObject, patch: JsonObject): JsonObject {
  if (!has(patch, RETAIN_KEYS)) return original
  const keys = patch[RETAIN_KEYS] ?? null
  if (!isJsonArray(keys)) throw new PatchFormatError('invalid patch format of retainKeys', 400)
  for (const key of Object.keys(patch)) {
    if (key === RETAIN_KEYS || key.startsWith(DELETE_FROM) || key.startsWith(SET_ORDER)) continue
    if (patch[key] === null || keys.includes(key)) continue
    throw new PatchFormatError('invalid patch format of retainKeys', 400)
  }
  const kept: Record<string, Json> = {}
  for (const key of Object.keys(original)) if (keys.includes(key)) setMember(kept, key, original[key] ?? null)
  return kept
}

/** Merges the lists whose order the patch fixes, and names them, so that they are not merged again. */
function mergeOrderedLists(draft: Draft, patch: JsonObject, typeName: string | undefined): readonly string[] {
  const done: string[] = []
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(SET_ORDER)) continue
    const key = directive.slice(SET_ORDER.length)
    const order = asList(patch[directive] ?? null)
    const present = draft.get(key)
    const before = present === undefined ? undefined : asList(present)
    const change = has(patch, key) ? asList(patch[key] ?? null) : undefined
    const strategy = strategyOf(typeName, key)
    const mergeKey = strategy.merge?.key
    checkOrder(change ?? [], order, mergeKey)
    if (before === undefined && change === undefined) continue
    const list = orderedContents(before, change, strategy, itemType(typeName, key))
    if (elementKind(before ?? [], change ?? []) === undefined)
      throw new PatchFormatError('no elements in any of the given slices')
    draft.set(key, interleave(list, order, serverOrder(before ?? [], change ?? [], mergeKey), mergeKey))
    done.push(key)
  }
  return done
}

/**
 * The order that the other elements keep. Upstream edits the list in place, so the places of what it deletes
 * are taken by what it adds, as far as they reach, and the additions count as elements from before.
 */
function serverOrder(
  before: readonly Json[],
  change: readonly Json[],
  key: string | undefined,
): readonly Json[] {
  if (key === undefined || before.length === 0) return before
  const { base, changes } = applyListDirectives(before, change, key)
  const added = changes.filter((item) => !base.some((other) => sameElement(other, item, key)))
  return [...base, ...added].slice(0, before.length)
}

function orderedContents(
  before: readonly Json[] | undefined,
  change: readonly Json[] | undefined,
  strategy: PatchStrategy,
  typeName: string | undefined,
): readonly Json[] {
  if (change === undefined) return before ?? []
  if (before !== undefined) return mergeList(before, change, strategy, typeName)
  // The patch's own list may have room to grow; a copy has none.
  if (isWhole(change)) return [...change]
  return change.flatMap((item) => withoutDirectives(item) ?? [])
}

/** What the patch changes must be in the fixed order too, and in the same one; deletions need not be. */
function checkOrder(change: readonly Json[], order: readonly Json[], key: string | undefined): void {
  if (change.length === 0 || order.length === 0) return
  const kept = change.filter((item) => key === undefined || !isDeletion(item))
  let next = 0
  for (const item of order) {
    while (next < kept.length && isDirective(kept[next] ?? null)) next++
    const candidate = kept[next]
    if (candidate === undefined) return
    if (sameElement(candidate, item, key)) next++
  }
  if (next >= kept.length) return
  throw new PatchFormatError(
    `The order in patch list:\n${goText(change)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`,
  )
}

function isDirective(item: Json): boolean {
  return isJsonObject(item) && has(item, DIRECTIVE)
}

function isDeletion(item: Json): boolean {
  return isJsonObject(item) && item[DIRECTIVE] === 'delete'
}

function asList(value: Json): readonly Json[] {
  if (isJsonArray(value)) return value
  const type = isJsonObject(value) ? 'map[string]interface {}' : typeof value
  throw new PatchFormatError(`expected a []interface {}, but received a ${type}`)
}

/** False where the field has to go. */
function mergeField(draft: Draft, key: string, value: Json, typeName: string | undefined): boolean {
  if (value === null) return false
  const before = draft.get(key)
  if (isJsonObject(before) && isJsonObject(value)) {
    draft.set(key, mergeStruct(before, value, memberType(typeName, key)))
  } else if (isJsonArray(before) && isJsonArray(value)) {
    draft.set(key, mergeList(before, value, strategyOf(typeName, key), itemType(typeName, key)))
  } else {
    const plain = isWhole(value) ? value : withoutDirectives(withoutNulls(value))
    if (plain === undefined) return false
    draft.set(key, plain)
  }
  return true
}

/** Whether what a patch adds enters the object as it is: it holds no null, no directive and no list of lists. */
function isWhole(value: Json): boolean {
  if (isJsonArray(value)) return value.every((item) => item !== null && !isJsonArray(item) && isWhole(item))
  if (!isJsonObject(value)) return true
  for (const key in value) {
    const member = value[key] ?? null
    if (member === null || isDirectiveKey(key) || !isWhole(member)) return false
  }
  return true
}

/** A null in what a patch adds says that there is nothing to remove either. */
function withoutNulls(value: Json): Json {
  if (isJsonArray(value)) return value.map(withoutNulls)
  if (!isJsonObject(value)) return value
  const plain: Record<string, Json> = {}
  for (const key of Object.keys(value)) {
    const member = value[key] ?? null
    if (member !== null) setMember(plain, key, withoutNulls(member))
  }
  return plain
}

/** False where the field has to go. */
function deleteFromScalars(draft: Draft, key: string, value: Json): boolean {
  if (value === null) return false
  const before = draft.get(key) ?? null
  if (!isJsonArray(before) || !isJsonArray(value)) return true
  draft.set(
    key,
    before.filter((item) => !value.includes(item)),
  )
  return true
}

function mergeList(
  original: readonly Json[],
  patch: readonly Json[],
  strategy: PatchStrategy,
  typeName: string | undefined,
): readonly Json[] {
  if (strategy.merge === undefined) return patch
  const { key } = strategy.merge
  const kind = elementKind(original, patch)
  if (kind === undefined) return original
  if (kind === 'scalar') return interleave([...new Set([...original, ...patch])], patch, original, undefined)
  if (key === undefined) throw new PatchFormatError('cannot merge lists without merge key for struct')

  const { base, changes } = applyListDirectives(original, patch, key)
  return interleave(mergeByKey(base, changes, key, typeName), changes, base, key)
}

/** Deletions and a replacement act first; what is left of the patch merges into what is left of the list. */
function applyListDirectives(
  original: readonly Json[],
  patch: readonly Json[],
  key: string,
): { readonly base: readonly Json[]; readonly changes: readonly JsonObject[] } {
  let base: readonly Json[] = original
  let replaces = false
  const changes: JsonObject[] = []
  for (const item of patch) {
    if (!isJsonObject(item)) continue
    const directive = has(item, DIRECTIVE) ? (item[DIRECTIVE] ?? null) : undefined
    if (directive === undefined) changes.push(item)
    else if (directive === 'delete') {
      if (!has(item, key)) throw noMergeKey(item, key)
      base = base.filter((candidate) => !isJsonObject(candidate) || candidate[key] !== item[key])
    } else if (directive === 'replace') replaces = true
    else if (directive === 'merge')
      throw new PatchFormatError('merging lists cannot yet be specified in the patch')
    else throw new PatchFormatError(`unknown patch type: ${goText(directive)} in map: ${goText(item)}`)
  }
  return replaces ? { base: changes, changes: [] } : { base, changes }
}

function mergeByKey(
  base: readonly Json[],
  changes: readonly JsonObject[],
  key: string,
  typeName: string | undefined,
): Json[] {
  const merged = [...base]
  for (const change of changes) {
    if (!has(change, key)) throw noMergeKey(change, key)
    const index = merged.findIndex(
      (candidate) => isJsonObject(candidate) && has(candidate, key) && candidate[key] === change[key],
    )
    const before = merged[index]
    if (isJsonObject(before)) merged[index] = mergeStruct(before, change, typeName)
    else merged.push(change)
  }
  // A list that has grown keeps room for more; a copy has none.
  return merged.length > base.length ? [...merged] : merged
}

function strategyOf(typeName: string | undefined, field: string): PatchStrategy {
  if (typeName !== undefined && structFields(typeName)?.has(field) === false)
    throw new PatchFormatError(
      `unable to find api field in struct ${typeName} for the json field ${JSON.stringify(field)}`,
    )
  return patchStrategyOf(typeName, field)
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
