// JSON Patch (RFC 6902). Error texts follow evanphx/json-patch, which the apiserver uses, and so do its
// two departures from the RFC: a negative index counts from the end, and `test` takes absent for null.
import type { Json } from './json.ts'
import { deepEqual, has, isJsonArray, isJsonObject } from './json.ts'
import type { Pointer } from './json-pointer.ts'
import { editAt, formatPointer, getAt, parseIndex, parsePointer, withMember } from './json-pointer.ts'

export type PatchResult = { readonly value: Json } | { readonly error: string }

export const MAX_JSON_PATCH_OPERATIONS = 10_000

/** Applies all operations or none. */
export function applyJsonPatch(document: Json, patch: Json): PatchResult {
  if (!isJsonArray(patch)) return { error: 'json: cannot unmarshal patch: it must be an array of operations' }
  let value = document
  for (const operation of patch) {
    const result = applyOperation(value, operation)
    if ('error' in result) return result
    value = result.value
  }
  return { value }
}

function applyOperation(document: Json, operation: Json): PatchResult {
  if (!isJsonObject(operation)) return { error: 'json: cannot unmarshal operation: it must be an object' }
  const { op, path } = operation
  const pointer = typeof path === 'string' ? parsePointer(path) : undefined
  if (pointer === undefined) return { error: `operation missing path field: ${JSON.stringify(path ?? null)}` }
  const value = has(operation, 'value') ? (operation.value ?? null) : null
  switch (op) {
    case 'add':
      return prefixed('add operation does not apply', add(document, pointer, value))
    case 'remove':
      return prefixed('remove operation does not apply', remove(document, pointer))
    case 'replace':
      return prefixed('replace operation does not apply', replace(document, pointer, value))
    case 'test':
      if (deepEqual(getAt(document, pointer) ?? null, value)) return { value: document }
      return { error: `testing value ${formatPointer(pointer)} failed: test failed` }
    case 'move':
    case 'copy':
      return relocate(document, op, operation.from, pointer)
    default:
      return { error: `Unexpected kind: ${typeof op === 'string' ? op : 'unknown'}` }
  }
}

function relocate(document: Json, op: 'move' | 'copy', from: Json | undefined, to: Pointer): PatchResult {
  const source = typeof from === 'string' ? parsePointer(from) : undefined
  const value = source === undefined ? undefined : getAt(document, source)
  if (source === undefined || value === undefined) {
    return {
      error: `${op} operation does not apply: doc is missing from path: ${String(from)}: missing value`,
    }
  }
  if (op === 'copy') return prefixed('copy operation does not apply', add(document, to, value))
  const removed = remove(document, source)
  return prefixed(
    'move operation does not apply',
    'error' in removed ? removed : add(removed.value, to, value),
  )
}

function add(document: Json, pointer: Pointer, value: Json): PatchResult {
  if (pointer.length === 0) return { value }
  return editAt(document, pointer, (parent, part) => {
    if (isJsonObject(parent)) return { value: withMember(parent, part, value) }
    if (!isJsonArray(parent)) return missing(pointer)
    const index = part === '-' ? parent.length : resolveIndex(part, parent.length + 1)
    if (index === undefined) return badIndex(part)
    return { value: [...parent.slice(0, index), value, ...parent.slice(index)] }
  })
}

function remove(document: Json, pointer: Pointer): PatchResult {
  return editAt(document, pointer, (parent, part) => {
    if (isJsonArray(parent)) {
      const index = resolveIndex(part, parent.length)
      return index === undefined ? badIndex(part) : { value: parent.filter((_, at) => at !== index) }
    }
    if (!isJsonObject(parent) || !has(parent, part)) {
      return { error: `Unable to remove nonexistent key: ${part}: missing value` }
    }
    const { [part]: _removed, ...rest } = parent
    return { value: rest }
  })
}

function replace(document: Json, pointer: Pointer, value: Json): PatchResult {
  if (pointer.length === 0) return { value }
  return editAt(document, pointer, (parent, part) => {
    if (isJsonArray(parent)) {
      const index = resolveIndex(part, parent.length)
      return index === undefined ? badIndex(part) : { value: withMember(parent, String(index), value) }
    }
    if (!isJsonObject(parent) || !has(parent, part)) {
      return { error: `doc is missing key: ${formatPointer(pointer)}: missing value` }
    }
    return { value: withMember(parent, part, value) }
  })
}

function resolveIndex(part: string, length: number): number | undefined {
  const negative = part.startsWith('-')
  const digits = parseIndex(negative ? part.slice(1) : part)
  if (digits === undefined) return undefined
  const index = negative ? length - digits : digits
  return index >= 0 && index < length ? index : undefined
}

function badIndex(part: string): { readonly error: string } {
  return { error: `Unable to access invalid index: ${part}: invalid index referenced` }
}

function missing(pointer: Pointer): { readonly error: string } {
  return { error: `doc is missing path: ${JSON.stringify(formatPointer(pointer))}: missing value` }
}

function prefixed(prefix: string, result: PatchResult): PatchResult {
  return 'error' in result ? { error: `${prefix}: ${result.error}` } : result
}
