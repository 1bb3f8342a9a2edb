// Manifests from YAML or JSON text: one or several documents, Lists opened. Everything a careless or hostile file can do
// is bounded: size, depth, aliases; duplicate keys are errors. A pure function, used by every part that takes YAML.
import type { Tags, YAMLParseError } from 'yaml'
import { isAlias, isCollection, isPair, LineCounter, parseAllDocuments } from 'yaml'
import type { JsonObject } from '../sim/api/json.ts'
import { isJsonArray, isJsonObject } from '../sim/api/json.ts'

export const MAX_MANIFEST_CHARACTERS = 3 * 1024 * 1024
export const MAX_DEPTH = 64
const MAX_ALIASES = 100

/** kubectl reads YAML 1.1 (`yes` is true, 012 is 10), but takes neither times nor base 60 nor binary for what they are. */
const plainTags = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || (!NOT_PLAIN.test(tag.tag) && tag.format !== 'TIME'))
const NOT_PLAIN = /:(timestamp|binary|omap|pairs|set)$/

export interface ManifestError {
  /** `syntax`: it cannot be read. `object`: it is read, and is no object of Kubernetes. */
  readonly type: 'syntax' | 'object'
  readonly message: string
  /** Both count from 1; 0 where the error has no place. */
  readonly line: number
  readonly column: number
}

export type Manifests = { readonly objects: readonly JsonObject[] } | { readonly error: ManifestError }

export function parseManifests(text: string): Manifests {
  const error = (message: string, line = 0, column = 0): Manifests => ({
    error: { type: 'syntax', message, line, column },
  })
  if (text.length > MAX_MANIFEST_CHARACTERS)
    return error(`the manifest is larger than ${MAX_MANIFEST_CHARACTERS} characters`)
  const lines = new LineCounter()
  const options = {
    lineCounter: lines,
    uniqueKeys: true,
    prettyErrors: false,
    stringKeys: true,
    version: '1.1',
    customTags: plainTags,
  } as const
  const documents = parseAllDocuments(text, options)
  if (!Array.isArray(documents)) return { objects: [] }
  const objects: JsonObject[] = []
  for (const document of documents) {
    const [problem] = document.errors
    if (problem !== undefined) {
      const { line, col } = lines.linePos(placeOf(problem, text))
      return error(wordingOf(problem), line, col)
    }
    const deep = tooDeep(document.contents)
    if (deep !== null) {
      const { line, col } = lines.linePos(deep)
      return error(`nested deeper than ${MAX_DEPTH} levels`, line, col)
    }
    if (document.contents === null) continue
    let value: unknown
    try {
      value = document.toJS({ maxAliasCount: MAX_ALIASES })
    } catch (cause) {
      return error(cause instanceof Error ? cause.message : String(cause))
    }
    if (value === null) continue
    const start = lines.linePos(document.contents.range?.[0] ?? 0)
    const unset = isJsonObject(value) ? notSet(value) : 'invalid object to validate'
    if (unset !== '' || !isJsonObject(value))
      return { error: { type: 'object', message: unset, line: start.line, column: start.col } }
    const unfit = notJson(value)
    if (unfit !== null) return error(unfit, start.line, start.col)
    objects.push(...openList(value))
  }
  return { objects }
}

/** What kubectl's own check finds: it wants to know the type, and leaves the rest to the server. */
function notSet(value: JsonObject): string {
  const problems = ['apiVersion', 'kind'].flatMap((field) => {
    const given = value[field]
    if (given === undefined || given === null || given === '') return [`${field} not set`]
    return typeof given === 'string' ? [] : [`${field} isn't string type`]
  })
  return problems.length > 1 ? `[${problems.join(', ')}]` : problems.join('')
}

/** The library points at the value that stands in the wrong place; go-yaml at the colon after it. */
function placeOf({ code, pos }: YAMLParseError, text: string): number {
  if (code !== 'BLOCK_AS_IMPLICIT_KEY') return pos[0]
  const colon = /:(?=\s|$)/.exec(text.slice(pos[0]))
  return colon === null ? pos[0] : pos[0] + colon.index
}

/** As go-yaml, which kubectl reads YAML with, words the mistakes that people make most. */
function wordingOf({ code, message }: YAMLParseError): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'found character that cannot start any token'
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'mapping values are not allowed in this context'
    case 'BAD_INDENT':
      return 'did not find expected key'
    case 'DUPLICATE_KEY':
      return 'key already set in map'
    case 'MISSING_CHAR':
      return message.includes('quote') ? 'found unexpected end of stream' : "could not find expected ':'"
    default:
      return message
  }
}

function openList(value: JsonObject): readonly JsonObject[] {
  const { kind, items } = value
  if (kind !== 'List' || items === undefined || !isJsonArray(items)) return [value]
  return items.filter(isJsonObject)
}

/** The place of the first node that lies too deep. */
function tooDeep(root: unknown): number | null {
  const stack: { readonly node: unknown; readonly depth: number }[] = [{ node: root, depth: 1 }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, depth } = next
    if (isPair(node)) {
      stack.push({ node: node.value, depth })
      continue
    }
    if (!isCollection(node) || isAlias(node)) continue
    if (depth > MAX_DEPTH) return node.range?.[0] ?? 0
    for (const item of node.items) stack.push({ node: item, depth: depth + 1 })
  }
  return null
}

/** YAML knows values that JSON does not. */
function notJson(value: unknown): string | null {
  if (typeof value === 'number' && !Number.isFinite(value))
    return `${value} is not a number that JSON can hold`
  if (typeof value === 'bigint') return `${value} is too large a number`
  if (typeof value !== 'object' || value === null) return value === undefined ? 'an undefined value' : null
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
    return 'a value of a type that JSON lacks'
  for (const member of Object.values(value)) {
    const unfit = notJson(member)
    if (unfit !== null) return unfit
  }
  return null
}
