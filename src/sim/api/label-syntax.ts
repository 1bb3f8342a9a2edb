// The text form of label selectors, as `-l` and `?labelSelector=` carry it: `a=b,c in (d,e),!f`.
// Models the lexer and parser of apimachinery/pkg/labels, with its error texts.
import { isLabelValue, isQualifiedName } from './name-formats.ts'

export type LabelOperator = 'in' | 'notin' | 'exists' | '!' | '=' | '==' | '!=' | 'gt' | 'lt'

export interface LabelRequirement {
  readonly key: string
  readonly operator: LabelOperator
  readonly values: readonly string[]
}

export type Parsed<T> = { readonly value: T } | { readonly error: string }

type TokenType =
  | 'identifier'
  | 'end'
  | 'in'
  | 'notin'
  | ','
  | '('
  | ')'
  | '!'
  | '='
  | '=='
  | '!='
  | '>'
  | '<'
  | 'bad'

interface Token {
  readonly type: TokenType
  readonly literal: string
}

const SYMBOLS: readonly string[] = ['=', '==', '!=', '!', ',', '(', ')', '<', '>']
const BINARY_OPERATORS = 'in, notin, =, ==, !=, gt, lt'

const INT64_BOUND = 0x8000_0000_0000_0000n

/** A whole number as Go's `strconv.ParseInt` reads it into 64 bits; undefined for anything else. */
export function parseInt64(text: string): bigint | undefined {
  const match = /^([+-]?)([0-9]+)$/.exec(text)
  if (match === null) return undefined
  const magnitude = BigInt(match[2] ?? '')
  const value = match[1] === '-' ? -magnitude : magnitude
  return value >= -INT64_BOUND && value < INT64_BOUND ? value : undefined
}

/** Carries a syntax error out of the descent; it never leaves this file. */
class SelectorSyntaxError extends Error {}

/** The requirements sorted by key, as upstream sorts them. */
export function parseLabelRequirements(text: string): Parsed<readonly LabelRequirement[]> {
  try {
    const requirements = new SelectorParser(tokenize(text)).parse()
    return { value: requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) }
  } catch (error) {
    if (error instanceof SelectorSyntaxError) return { error: error.message }
    throw error
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    if (isSpace(character)) {
      at++
    } else if (isSpecial(character)) {
      const two = text.slice(at, at + 2)
      const symbol = SYMBOLS.includes(two) && two.length === 2 ? two : character
      tokens.push({ type: symbolType(symbol), literal: symbol })
      at += symbol.length
    } else {
      const start = at
      while (at < text.length && !isSpace(text.charAt(at)) && !isSpecial(text.charAt(at))) at++
      const literal = text.slice(start, at)
      tokens.push({ type: literal === 'in' || literal === 'notin' ? literal : 'identifier', literal })
    }
  }
  return tokens
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r' || character === '\n'
}

function isSpecial(character: string): boolean {
  return '=!(),<>'.includes(character)
}

function symbolType(symbol: string): TokenType {
  switch (symbol) {
    case '=':
    case '==':
    case '!=':
    case '!':
    case ',':
    case '(':
    case ')':
    case '<':
    case '>':
      return symbol
    default:
      return 'bad'
  }
}

class SelectorParser {
  private readonly tokens: readonly Token[]
  private at = 0

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  parse(): LabelRequirement[] {
    const requirements: LabelRequirement[] = []
    for (;;) {
      const next = this.lookahead()
      if (next.type === 'end') return requirements
      if (next.type !== 'identifier' && next.type !== '!') {
        throw new SelectorSyntaxError(`found '${next.literal}', expected: !, identifier, or 'end of string'`)
      }
      requirements.push(this.requirement())
      const separator = this.consume()
      if (separator.type === 'end') return requirements
      if (separator.type !== ',') {
        throw new SelectorSyntaxError(`found '${separator.literal}', expected: ',' or 'end of string'`)
      }
      const following = this.lookahead()
      if (following.type !== 'identifier' && following.type !== '!') {
        throw new SelectorSyntaxError(`found '${following.literal}', expected: identifier after ','`)
      }
    }
  }

  private requirement(): LabelRequirement {
    let first = this.consume()
    const negated = first.type === '!'
    if (negated) first = this.consume()
    if (first.type !== 'identifier') this.refuse(`found '${first.literal}', expected: identifier`)
    const key = first.literal
    const keyErrors = isQualifiedName(key)
    if (keyErrors.length > 0)
      this.refuse(`<nil>: Invalid value: ${JSON.stringify(key)}: ${keyErrors.join('; ')}`)

    const next = this.lookahead()
    if (negated) return { key, operator: '!', values: [] }
    if (next.type === 'end' || next.type === ',') return { key, operator: 'exists', values: [] }
    const operator = this.operator()
    const values = operator === 'in' || operator === 'notin' ? this.values() : [this.exactValue()]
    this.checkValues(key, operator, values)
    return { key, operator, values }
  }

  /** All that is wrong with the values, as one message. */
  private checkValues(key: string, operator: LabelOperator, values: readonly string[]): void {
    const complaints: string[] = []
    const complain = (path: string, value: string, detail: string): void => {
      complaints.push(`${path}: Invalid value: ${JSON.stringify(value)}: ${detail}`)
    }
    if (operator === 'gt' || operator === 'lt') {
      values.forEach((value, index) => {
        if (parseInt64(value) === undefined)
          complain(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")
      })
    }
    values.forEach((value, index) => {
      const errors = isLabelValue(value)
      if (errors.length > 0) complain(`values[${index}][${key}]`, value, errors.join('; '))
    })
    const [first] = complaints
    if (first !== undefined) this.refuse(complaints.length === 1 ? first : `[${complaints.join(', ')}]`)
  }

  private operator(): LabelOperator {
    const token = this.consumeRaw()
    switch (token.type) {
      case 'in':
      case 'notin':
      case '=':
      case '==':
      case '!=':
        return token.type
      case '>':
        return 'gt'
      case '<':
        return 'lt'
      default:
        return this.refuse(`found '${token.literal}', expected: ${BINARY_OPERATORS}`)
    }
  }

  /** `(a,b)`; an omitted value is the empty string, which is a value like any other. */
  private values(): string[] {
    const open = this.consume()
    if (open.type !== '(') this.refuse(`found '${open.literal}' expected: '('`)
    const first = this.lookahead()
    if (first.type !== 'identifier' && first.type !== ',' && first.type !== ')')
      this.refuse(`found '${first.literal}', expected: ',', ')' or identifier`)
    const values = new Set<string>()
    let expectsValue = true
    for (;;) {
      const token = this.consume()
      if (token.type === ')') {
        if (expectsValue) values.add('')
        return [...values].sort()
      }
      if (token.type === ',') {
        if (expectsValue) values.add('')
        expectsValue = true
      } else if (token.type === 'identifier' && expectsValue) {
        values.add(token.literal)
        expectsValue = false
      } else {
        const expected = expectsValue ? "',', or identifier" : "',' or ')'"
        this.refuse(`found '${token.literal}', expected: ${expected}`)
      }
    }
  }

  private exactValue(): string {
    const next = this.lookahead()
    if (next.type === 'end' || next.type === ',') return ''
    const token = this.consume()
    if (token.type !== 'identifier') this.refuse(`found '${token.literal}', expected: identifier`)
    return token.literal
  }

  private lookahead(): Token {
    return this.asValue(this.tokens[this.at])
  }

  private consume(): Token {
    return this.asValue(this.consumeRaw())
  }

  private consumeRaw(): Token {
    const token = this.tokens[this.at] ?? { type: 'end', literal: '' }
    this.at++
    return token
  }

  /** Where a key or a value may stand, the words `in` and `notin` are ordinary identifiers. */
  private asValue(token: Token | undefined): Token {
    if (token === undefined) return { type: 'end', literal: '' }
    return token.type === 'in' || token.type === 'notin'
      ? { type: 'identifier', literal: token.literal }
      : token
  }

  private refuse(message: string): never {
    throw new SelectorSyntaxError(`unable to parse requirement: ${message}`)
  }
}
