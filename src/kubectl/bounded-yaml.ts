// YAML from outside, within bounds: everything a careless or hostile text can do to a parser is stopped before it is done.
// Length, tokens, nesting and documents are counted while the text is read, so that no limit depends on how deep the
// engine's stack is; aliases are counted as they are followed; a key may stand in a mapping once.
import type { DocumentOptions, ParseOptions, SchemaOptions, Tags, YAMLParseError } from 'yaml'
import { Composer, isAlias, isMap, isPair, isScalar, isSeq, Lexer, LineCounter, Parser } from 'yaml'

/** What a text may have at most. */
export const YAML_LIMITS = {
  characters: 3 * 1024 * 1024,
  /** Words, marks, spaces and line ends: a manifest of 1 MB has about so many. */
  tokens: 400_000,
  depth: 64,
  documents: 5_000,
  aliases: 100,
} as const

/** Why a text is refused. Both places count from 1, and are 0 where there is none. */
export class YamlRefusal extends Error {
  override readonly name = 'YamlRefusal'
  readonly line: number
  readonly column: number

  constructor(message: string, line = 0, column = 0) {
    super(message)
    this.line = line
    this.column = column
  }
}

export interface YamlDocument {
  /** Nothing but what JSON can hold, and no object twice within itself. */
  readonly value: unknown
  readonly line: number
  readonly column: number
}

type Options = ParseOptions & DocumentOptions & SchemaOptions

/** kubectl reads YAML 1.1 (`yes` is true, 012 is 10), but takes neither times nor base 60 nor binary for what they are. */
const plainTags = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || (!NOT_PLAIN.test(tag.tag) && tag.format !== 'TIME'))
const NOT_PLAIN = /:(timestamp|binary|omap|pairs|set)$/

/** As kubectl reads manifests. */
const AS_KUBECTL: Options = { version: '1.1', customTags: plainTags }

/** Reads document by document; throws `YamlRefusal` at the first that is wrong. Empty documents are left out. */
export function* readYaml(text: string, options: Options = AS_KUBECTL): Generator<YamlDocument, void> {
  const lines = new LineCounter()
  const refuse = (message: string, offset: number): never => {
    const { line, col } = lines.linePos(offset)
    throw new YamlRefusal(message, line, col)
  }
  for (const document of documents(text, options, lines, refuse)) {
    const [problem] = document.errors
    if (problem !== undefined) refuse(wordingOf(problem), placeOf(problem, text))
    if (document.contents === null) continue
    checkNodes(document.contents, refuse)
    let value: unknown
    try {
      value = document.toJS({ maxAliasCount: YAML_LIMITS.aliases })
    } catch (cause) {
      throw new YamlRefusal(cause instanceof Error ? cause.message : String(cause))
    }
    const start = document.contents.range[0]
    const unfit = notJson(value, [], { left: YAML_LIMITS.characters })
    if (unfit !== null) refuse(unfit, start)
    const { line, col } = lines.linePos(start)
    yield { value, line, column: col }
  }
}

type Refuse = (message: string, offset: number) => never

/** The parser's steps one by one, so that it can be stopped in time. */
function* documents(text: string, options: Options, lines: LineCounter, refuse: Refuse) {
  if (text.length > YAML_LIMITS.characters)
    throw new YamlRefusal(`the text is longer than ${YAML_LIMITS.characters} characters`)
  const parser = new Parser(lines.addNewLine)
  // A duplicate key is looked for below: the library compares each key with each other.
  const composer = new Composer({ ...options, uniqueKeys: false, prettyErrors: false, stringKeys: true })
  lines.addNewLine(0)
  let tokens = 0
  let count = 0
  const control = text.search(NOT_TEXT)
  if (control >= 0) throw new YamlRefusal('control characters are not allowed', ...placeIn(text, control))
  for (const token of new Lexer().lex(text)) {
    if (++tokens > YAML_LIMITS.tokens)
      refuse(`it has more than ${YAML_LIMITS.tokens} words and marks`, parser.offset)
    for (const part of parser.next(token)) {
      yield* composer.next(part)
      // One error is enough: each costs as much as a hundred tokens.
      if (part.type === 'error') return yield* composer.end(true, parser.offset)
    }
    // The stack holds the document and a scalar besides what is nested.
    if (parser.stack.length > YAML_LIMITS.depth + 2)
      refuse(`nested deeper than ${YAML_LIMITS.depth} levels`, parser.offset)
    if (token === '---' && ++count > YAML_LIMITS.documents)
      refuse(`it has more than ${YAML_LIMITS.documents} documents`, parser.offset)
  }
  for (const part of parser.end()) yield* composer.next(part)
  yield* composer.end()
}

/** What a YAML text may not hold: control characters, halves of a pair, and a byte order mark inside. */
const NOT_TEXT = /(?![\t\n\r\x85])[\p{Cc}\p{Cs}\ufffe\uffff]|(?!^)\ufeff/u

function placeIn(text: string, offset: number): [line: number, column: number] {
  const before = text.slice(0, offset)
  const start = before.lastIndexOf('\n') + 1
  return [before.split('\n').length, offset - start + 1]
}

/** The depth again, now that aliases are known, and keys that stand twice. */
function checkNodes(root: unknown, refuse: Refuse): void {
  const stack: { readonly node: unknown; readonly depth: number }[] = [{ node: root, depth: 1 }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, depth } = next
    if (isAlias(node) || (!isMap(node) && !isSeq(node))) continue
    if (depth > YAML_LIMITS.depth) refuse(`nested deeper than ${YAML_LIMITS.depth} levels`, startOf(node))
    const keys = new Set<unknown>()
    for (const item of node.items) {
      if (!isPair(item)) {
        stack.push({ node: item, depth: depth + 1 })
        continue
      }
      stack.push({ node: item.value, depth: depth + 1 })
      if (!isScalar(item.key)) continue
      if (keys.has(item.key.value)) refuse('key already set in map', startOf(item.key))
      keys.add(item.key.value)
    }
  }
}

const startOf = (node: { readonly range?: readonly number[] | null | undefined }): number =>
  node.range?.[0] ?? 0

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
    case 'MISSING_CHAR':
      return message.includes('quote') ? 'found unexpected end of stream' : "could not find expected ':'"
    default:
      return message
  }
}

/** YAML knows values that JSON does not; an alias may lead back to what it stands in, or repeat what is long. */
function notJson(value: unknown, around: readonly object[], room: { left: number }): string | null {
  room.left -= typeof value === 'string' ? value.length + 1 : 1
  if (room.left < 0) return `its aliases make it longer than ${YAML_LIMITS.characters} characters`
  if (typeof value === 'number' && !Number.isFinite(value))
    return `${value} is not a number that JSON can hold`
  if (typeof value === 'bigint') return `${value} is too large a number`
  if (typeof value === 'string' && /[\ud800-\udfff]/u.test(value))
    return 'found invalid Unicode character escape code'
  if (typeof value !== 'object' || value === null) return value === undefined ? 'an undefined value' : null
  if (around.includes(value)) return 'an anchor contains itself'
  if (around.length >= YAML_LIMITS.depth) return `nested deeper than ${YAML_LIMITS.depth} levels`
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype)
    return 'a value of a type that JSON lacks'
  const within = [...around, value]
  for (const [key, member] of Object.entries(value)) {
    const unfit = notJson(key, within, room) ?? notJson(member, within, room)
    if (unfit !== null) return unfit
  }
  return null
}
