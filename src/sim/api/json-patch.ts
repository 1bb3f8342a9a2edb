// JSON Patch (RFC 6902) as evanphx/json-patch does it, which the apiserver uses, with its error texts. It departs
// from the RFC: a negative index counts from the end, `test` and `copy` take absent for null, and `replace` adds
// a member that is absent.
import type { Json, JsonObject } from './json.ts'
import { deepEqual, has, isJsonArray, isJsonObject, setMember } from './json.ts'
import type { Pointer } from './json-pointer.ts'
import { getAt, parsePointer } from './json-pointer.ts'

/** The status code is what the apiserver answers to the error. */
export type PatchResult =
  | { readonly value: Json }
  | { readonly error: string; readonly code: 400 | 413 | 422 | 500 }

export const MAX_JSON_PATCH_OPERATIONS = 10_000

/** No object of the API is nested so deep; each step down costs a copy of the way to it. */
const MAX_PARTS = 256

/** Why an operation does not apply. Its cause comes last, as Go wraps errors. */
class PatchApplyError extends Error {
  readonly code: 422 | 413

  constructor(message: string, code: 422 | 413 = 422) {
    super(message)
    this.code = code
  }
}

/** What the copies of a patch may add up to, in bytes: each can double the object. */
const MAX_COPY_BYTES = 3 * 1024 * 1024

/** A patch at work. */
interface Work {
  /** What its copies have added. */
  copied: number
  /** What it has made, and so may change in place: else each of many operations would copy a large map. */
  made: WeakSet<object>
}

const MISSING = 'missing value'

/** Applies all operations or none. */
export function applyJsonPatch(document: Json, patch: Json): PatchResult {
  if (!isJsonArray(patch)) return undecodable(patch, 'jsonpatch.Patch')
  const operations: JsonObject[] = []
  for (const operation of patch) {
    if (!isJsonObject(operation)) return undecodable(operation, 'jsonpatch.Operation')
    operations.push(operation)
  }
  const work: Work = { copied: 0, made: new WeakSet() }
  try {
    return { value: operations.reduce((value, each) => applyOperation(value, each, work), document) }
  } catch (error) {
    if (error instanceof PatchApplyError) return { error: error.message, code: error.code }
    throw error
  }
}

function undecodable(value: Json, type: string): PatchResult {
  const found = isJsonArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  return { error: `json: cannot unmarshal ${found} into Go value of type ${type}`, code: 400 }
}

function applyOperation(document: Json, operation: JsonObject, work: Work): Json {
  const { op } = operation
  switch (op) {
    case 'add': {
      const path = text(operation, 'path', `add operation failed to decode path: ${MISSING}`)
      const noParent = `add operation does not apply: doc is missing path: "${path}": ${MISSING}`
      return add(document, path, operation.value ?? null, noParent, `error in add for path: '${path}'`, work)
    }
    case 'remove': {
      const path = text(operation, 'path', `remove operation failed to decode path: ${MISSING}`)
      const noParent = `remove operation does not apply: doc is missing path: "${path}": ${MISSING}`
      return remove(document, path, noParent, `error in remove for path: '${path}'`, work)
    }
    case 'replace':
      return replace(document, operation, work)
    case 'test':
      return test(document, operation)
    case 'move':
      return move(document, operation, work)
    case 'copy':
      return copy(document, operation, work)
    default:
      return refuse(`Unexpected kind: ${typeof op === 'string' ? op : 'unknown'}`)
  }
}

function text(operation: JsonObject, field: 'path' | 'from', error: string): string {
  const value = has(operation, field) ? operation[field] : undefined
  return typeof value === 'string' ? value : refuse(error)
}

function pathOf(operation: JsonObject, kind: string): string {
  return text(
    operation,
    'path',
    `${kind} operation failed to decode path: operation missing path field: ${MISSING}`,
  )
}

function fromOf(operation: JsonObject, kind: string): string {
  return text(
    operation,
    'from',
    `${kind} operation failed to decode from: operation, missing from field: ${MISSING}`,
  )
}

function replace(document: Json, operation: JsonObject, work: Work): Json {
  const path = pathOf(operation, 'replace')
  const value = operation.value ?? null
  if (path === '') return isJsonArray(value) || isJsonObject(value) ? value : document
  const { parent, key, pointer } = locate(
    document,
    path,
    `replace operation does not apply: doc is missing path: ${path}: ${MISSING}`,
  )
  if (isJsonObject(parent)) return put(document, pointer, value, work)
  const index = indexOf(parent, key)
  if (typeof index === 'string')
    return refuse(`replace operation does not apply: doc is missing key: ${path}: ${MISSING}`)
  return put(document, [...pointer.slice(0, -1), String(index)], value, work)
}

function test(document: Json, operation: JsonObject): Json {
  const path = pathOf(operation, 'test')
  const wanted = operation.value ?? null
  const failed = `testing value ${path} failed: test failed`
  if (path === '') return deepEqual(document, wanted) ? document : refuse(failed)
  const place = locate(document, path, `test operation does not apply: is missing path: ${path}: ${MISSING}`)
  const actual = read(place, `error in test for path: '${path}'`)
  return deepEqual(actual, wanted) ? document : refuse(failed)
}

function move(document: Json, operation: JsonObject, work: Work): Json {
  const from = fromOf(operation, 'move')
  const noSource = `move operation does not apply: doc is missing from path: ${from}: ${MISSING}`
  const source = locate(document, from, noSource)
  const context = `error in move for path: '${source.key}'`
  const value = read(source, context)
  const without = remove(document, from, noSource, context, work)
  const path = pathOf(operation, 'move')
  const noParent = `move operation does not apply: doc is missing destination path: ${path}: ${MISSING}`
  return add(without, path, value, noParent, `error in move for path: '${path}'`, work)
}

function copy(document: Json, operation: JsonObject, work: Work): Json {
  const from = fromOf(operation, 'copy')
  const noSource = `copy operation does not apply: doc is missing from path: ${from}: ${MISSING}`
  const value = read(locate(document, from, noSource), `error in copy for from: '${from}'`)
  const path = text(operation, 'path', `copy operation failed to decode path: ${MISSING}`)
  const noParent = `copy operation does not apply: doc is missing destination path: ${path}: ${MISSING}`
  work.copied += sizeOf(value, MAX_COPY_BYTES + 1 - work.copied)
  // The value stands in two places now: neither may be changed in place.
  work.made = new WeakSet()
  if (work.copied > MAX_COPY_BYTES) {
    const size = `the accumulated size increase of copy operations is ${work.copied}`
    throw new PatchApplyError(
      `Unable to complete the copy, ${size}, exceeding the limit ${MAX_COPY_BYTES}`,
      413,
    )
  }
  return add(document, path, value, noParent, 'error while adding value during copy', work)
}

/** About the bytes of its text, or as many as are asked for where it has more: copies of copies have no bounds. */
function sizeOf(value: Json, enough: number): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 4
  let size = 2
  for (const [key, member] of Object.entries(value)) {
    if (size >= enough) break
    size += key.length + 3 + sizeOf(member, enough - size)
  }
  return Math.min(size, enough)
}

function add(document: Json, path: string, value: Json, noParent: string, context: string, work: Work): Json {
  const { parent, key, pointer } = locate(document, path, noParent)
  if (isJsonObject(parent)) return put(document, pointer, value, work)
  const index = key === '-' ? parent.length : indexOf([...parent, null], key)
  if (typeof index === 'string') {
    const bad = index.startsWith('strconv') ? `value was not a proper array index: '${key}': ${index}` : index
    return refuse(`${context}: ${bad}`)
  }
  return edit(document, pointer, work, (list) => {
    if (Array.isArray(list)) list.splice(index, 0, value)
  })
}

function remove(document: Json, path: string, noParent: string, context: string, work: Work): Json {
  const { parent, key, pointer } = locate(document, path, noParent)
  if (isJsonObject(parent)) {
    if (!has(parent, key)) return refuse(`${context}: Unable to remove nonexistent key: ${key}: ${MISSING}`)
    return edit(document, pointer, work, (object) => {
      if (!Array.isArray(object)) delete object[key]
    })
  }
  const index = indexOf(parent, key)
  if (typeof index === 'string') return refuse(`${context}: ${index}`)
  return edit(document, pointer, work, (list) => {
    if (Array.isArray(list)) list.splice(index, 1)
  })
}

interface Place {
  readonly parent: JsonObject | readonly Json[]
  readonly key: string
  readonly pointer: Pointer
}

/** What a path leads to, where the way there exists; arrays on the way are indexed as their elements are. */
function locate(document: Json, path: string, noParent: string): Place {
  // What stands before the first slash is not looked at.
  const slash = path.indexOf('/')
  const given = slash < 0 ? undefined : parsePointer(path.slice(slash))
  const key = given?.[given.length - 1]
  if (given === undefined || key === undefined) return refuse(noParent)
  if (given.length > MAX_PARTS) return refuse('exceeded max depth')
  const pointer: string[] = []
  let parent: Json = document
  for (const part of given.slice(0, -1)) {
    const index = isJsonArray(parent) ? indexOf(parent, part) : part
    pointer.push(String(index))
    parent = getAt(parent, [String(index)]) ?? null
  }
  if (!isJsonArray(parent) && !isJsonObject(parent)) return refuse(noParent)
  return { parent, key, pointer: [...pointer, key] }
}

/** A member that is absent reads as null; an element must be there. */
function read({ parent, key }: Place, context: string): Json {
  if (isJsonObject(parent)) return has(parent, key) ? (parent[key] ?? null) : null
  const index = indexOf(parent, key)
  return typeof index === 'string' ? refuse(`${context}: ${index}`) : (parent[index] ?? null)
}

/** The index that a part of a path names, or the error of one that names none. */
function indexOf(list: readonly Json[], part: string): number | string {
  if (!/^[+-]?[0-9]+$/.test(part)) return `strconv.Atoi: parsing ${JSON.stringify(part)}: invalid syntax`
  const given = Number(part)
  const index = given < 0 ? given + list.length : given
  return index >= 0 && index < list.length
    ? index
    : `Unable to access invalid index: ${given}: invalid index referenced`
}

function put(document: Json, pointer: Pointer, value: Json, work: Work): Json {
  return edit(document, pointer, work, (parent, key) => setPart(parent, key, value))
}

type Container = Record<string, Json> | Json[]

/** Changes the parent of what the pointer names, which is there; what the document was before stays as it was. */
function edit(
  document: Json,
  pointer: Pointer,
  work: Work,
  change: (parent: Container, key: string) => void,
): Json {
  const root = ownCopy(document, work)
  let parent = root
  for (const part of pointer.slice(0, -1)) {
    const child = ownCopy(getAt(parent, [part]) ?? null, work)
    setPart(parent, part, child)
    parent = child
  }
  change(parent, pointer[pointer.length - 1] ?? '')
  return root
}

/** The container itself where this patch made it, and else a copy. */
function ownCopy(value: Json, { made }: Work): Container {
  if (typeof value === 'object' && value !== null && made.has(value)) return value as Container
  const copied: Container = isJsonArray(value) ? [...value] : isJsonObject(value) ? { ...value } : {}
  made.add(copied)
  return copied
}

function setPart(container: Container, part: string, value: Json): void {
  if (Array.isArray(container)) container[Number(part)] = value
  else setMember(container, part, value)
}

function refuse(message: string): never {
  throw new PatchApplyError(message)
}
