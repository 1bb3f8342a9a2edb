// Field selectors: `metadata.name=x,status.phase!=Running`. Models apimachinery/pkg/fields.
// Which fields a kind supports, and how it reads them, is the kind's own matter.
import type { Parsed } from './label-syntax.ts'

export interface FieldTerm {
  readonly field: string
  readonly value: string
  readonly negated: boolean
}

export type FieldSelector = readonly FieldTerm[]

/** Terms sorted by their text, as upstream sorts them. `\`, `,` and `=` in values are escaped by `\`. */
export function parseFieldSelector(text: string): Parsed<FieldSelector> {
  const terms: FieldTerm[] = []
  for (const part of splitTerms(text).sort()) {
    if (part === '') continue
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(part)
    if (match === null) return { error: `invalid selector: '${text}'; can't understand '${part}'` }
    const [, field = '', operator = '', raw = ''] = match
    const unescaped = unescapeValue(raw)
    if ('error' in unescaped) return { error: `invalid field selector: ${unescaped.error}` }
    // A bare operator names no field and no value, and upstream drops it.
    if (field === '' && unescaped.value === '') continue
    terms.push({ field, value: unescaped.value, negated: operator === '!=' })
  }
  return { value: terms }
}

function splitTerms(text: string): string[] {
  const terms: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    if (text.charAt(i) === '\\') i++
    else if (text.charAt(i) === ',') {
      terms.push(text.slice(start, i))
      start = i + 1
    }
  }
  terms.push(text.slice(start))
  return terms
}

function unescapeValue(raw: string): Parsed<string> {
  let value = ''
  for (let i = 0; i < raw.length; i++) {
    const character = raw.charAt(i)
    // Upstream prints the offending character as the number that Go takes it for.
    if (character === ',' || character === '=')
      return { error: `unescaped character in value: ${raw.charCodeAt(i)}` }
    if (character !== '\\') {
      value += character
      continue
    }
    i++
    const escaped = String.fromCodePoint(...(i < raw.length ? [raw.codePointAt(i) ?? 0] : []))
    if (escaped !== '\\' && escaped !== ',' && escaped !== '=')
      return { error: `invalid escape sequence: \\${escaped}` }
    value += escaped
  }
  return { value }
}

export function formatFieldSelector(selector: FieldSelector): string {
  const escaped = (value: string): string => value.replace(/[\\,=]/g, (character) => `\\${character}`)
  return selector.map((term) => `${term.field}${term.negated ? '!=' : '='}${escaped(term.value)}`).join(',')
}

/** `read` gives a field of the object, where an unset field reads as the empty string. */
export function fieldSelectorMatches(selector: FieldSelector, read: (field: string) => string): boolean {
  return selector.every((term) => (read(term.field) === term.value) !== term.negated)
}

/** The value that a field must have, where the selector fixes one: it lets a list use an index. */
export function requiredValue(selector: FieldSelector, field: string): string | undefined {
  return selector.find((term) => term.field === field && !term.negated)?.value
}
