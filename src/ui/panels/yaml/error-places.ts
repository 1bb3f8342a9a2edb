// Where in a manifest an error of kubectl or the apiserver lies: by its line and column, or by the field that it names.

import type { Document } from 'yaml'
import { LineCounter, parseAllDocuments } from 'yaml'

export interface Place {
  /** Both count from 1. */
  readonly line: number
  readonly column: number | null
}

export interface PlacedError {
  readonly message: string
  readonly place: Place | null
}

/** The message's lines, each with its place where it has one. A line that names an object speaks for those below it. */
export function placeErrors(stderr: string, text: string): readonly PlacedError[] {
  let kind: string | undefined
  const errors: PlacedError[] = []
  for (const line of stderr.split('\n')) {
    const message = line.trim()
    if (message === '') continue
    kind = /^(?:error: )?The (\w+) "/.exec(message)?.[1] ?? kind
    errors.push({ message, place: namedPlace(message) ?? fieldPlace(message, text, kind) })
  }
  return errors
}

function namedPlace(message: string): Place | null {
  const match = /\bline (\d+)(?:,? column (\d+))?/.exec(message)
  if (match === null) return null
  return { line: Number(match[1]), column: match[2] === undefined ? null : Number(match[2]) }
}

const field = String.raw`[a-z]\w*(?:\.[\w-]+|\[(?:\d+|[\w./-]+)\])+`
/** "spec.replicas: Invalid value: …", "metadata.name: Required value", "unknown field "spec.replica"". */
const namedFields = [
  new RegExp(`(${field}): (?:Required|Invalid|Unsupported|Forbidden|Duplicate|Too|Not found|Internal)`, 'i'),
  new RegExp(`(?:unknown|duplicate) field "(${field})"`),
]

function fieldPlace(message: string, text: string, kind: string | undefined): Place | null {
  const path = namedFields.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined)
  if (path === undefined) return null
  const segments = [...path.matchAll(/[^.[\]]+/g)].map(([segment]) => segment)
  const lines = new LineCounter()
  const documents = readable(text, lines)
  const document = documents.find((each) => kind !== undefined && each.get('kind') === kind) ?? documents[0]
  const offset = document === undefined ? undefined : offsetOf(document, segments)
  if (offset === undefined) return null
  return { line: lines.linePos(offset).line, column: null }
}

/** More than this takes too long in the page's own thread; the message is shown without its place. */
const MAX_CHARACTERS = 128 * 1024

function readable(text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  if (text.length > MAX_CHARACTERS) return []
  try {
    const documents = parseAllDocuments(text, { lineCounter, uniqueKeys: false })
    return Array.isArray(documents) ? documents : []
  } catch {
    // What is nested too deep for the parser has been refused by kubectl, with a place.
    return []
  }
}

/** The field itself; where it is missing, the nearest thing around it that is there. */
function offsetOf(document: Document.Parsed, segments: readonly string[]): number | undefined {
  for (let length = segments.length; length > 0; length--) {
    const path = segments
      .slice(0, length)
      .map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment))
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
    const offset = keyOffset(parent, path.at(-1))
    if (offset !== undefined) return offset
  }
  return undefined
}

/** Where the entry begins: its key in a mapping, itself in a list. */
function keyOffset(parent: unknown, key: string | number | undefined): number | undefined {
  if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items))
    return undefined
  const items: readonly unknown[] = parent.items
  if (typeof key === 'number') return startOf(items[key])
  for (const item of items) {
    if (typeof item !== 'object' || item === null || !('key' in item)) continue
    const { key: node } = item
    if (typeof node === 'object' && node !== null && 'value' in node && node.value === key)
      return startOf(node)
  }
  return undefined
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined
  const [start]: readonly unknown[] = node.range
  return typeof start === 'number' ? start : undefined
}
