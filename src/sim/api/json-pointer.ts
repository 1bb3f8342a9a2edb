// JSON Pointer (RFC 6901) over immutable JSON: reading, and setting with every untouched sub-tree shared.
import type { Json } from './json.ts'
import { has, isJsonArray, isJsonObject, setMember } from './json.ts'

export type Pointer = readonly string[]

/** `/spec/containers/0` as its parts; undefined where the text is no pointer. */
export function parsePointer(text: string): Pointer | undefined {
  if (text === '') return []
  if (!text.startsWith('/')) return undefined
  return text.slice(1).split('/').map(unescapePart)
}

function unescapePart(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

function formatPointer(pointer: Pointer): string {
  return pointer.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The value at the pointer, or undefined where there is none. */
export function getAt(root: Json, pointer: Pointer): Json | undefined {
  let value: Json | undefined = root
  for (const part of pointer) {
    value = value === undefined ? undefined : memberOf(value, part)
  }
  return value
}

function memberOf(value: Json, part: string): Json | undefined {
  if (isJsonArray(value)) {
    const index = parseIndex(part)
    return index === undefined ? undefined : value[index]
  }
  return isJsonObject(value) && has(value, part) ? value[part] : undefined
}

/** An array index has no sign and no leading zero. */
function parseIndex(part: string): number | undefined {
  return /^(0|[1-9][0-9]{0,8})$/.test(part) ? Number(part) : undefined
}

/** What becomes of the parent of the pointer's target: the edited parent, or an error. */
export type Edit = (parent: Json, lastPart: string) => { readonly value: Json } | { readonly error: string }

/** Rebuilds the spine down to the target's parent and edits that; all else is shared. */
export function editAt(
  root: Json,
  pointer: Pointer,
  edit: Edit,
): { readonly value: Json } | { readonly error: string } {
  const [part, ...rest] = pointer
  if (part === undefined) return { error: 'the whole document is not a member' }
  if (rest.length === 0) return edit(root, part)
  const child = memberOf(root, part)
  if (child === undefined)
    return { error: `doc is missing path: ${JSON.stringify(formatPointer(pointer))}: missing value` }
  const edited = editAt(child, rest, edit)
  return 'error' in edited ? edited : { value: withMember(root, part, edited.value) }
}

/** A copy of an object or array with one member set. */
export function withMember(container: Json, part: string, value: Json): Json {
  if (isJsonArray(container)) {
    const copy = [...container]
    copy[parseIndex(part) ?? copy.length] = value
    return copy
  }
  const copy: Record<string, Json> = isJsonObject(container) ? { ...container } : {}
  setMember(copy, part, value)
  return copy
}
