// JSON Pointer (RFC 6901): a path through JSON, and what it leads to.
import type { Json } from './json.ts'
import { has, isJsonArray, isJsonObject } from './json.ts'

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
