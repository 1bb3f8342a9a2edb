import { expect, test } from 'vitest'
import {
  fieldSelectorMatches,
  formatFieldSelector,
  parseFieldSelector,
  requiredValue,
} from './field-selector.ts'

function parse(text: string) {
  const parsed = parseFieldSelector(text)
  if ('error' in parsed) throw new Error(parsed.error)
  return parsed.value
}

const pod: Readonly<Record<string, string>> = {
  'metadata.name': 'web',
  'status.phase': 'Running',
  'spec.nodeName': '',
}
const read = (field: string): string => pod[field] ?? ''

test.each([
  ['', true],
  ['metadata.name=web', true],
  ['metadata.name==web', true],
  ['metadata.name!=web', false],
  ['spec.nodeName=', true],
  ['spec.nodeName!=', false],
  ['status.phase!=Failed,metadata.name=web', true],
  ['status.phase=Failed,metadata.name=web', false],
])('%j is %j', (text, matches) => {
  expect(fieldSelectorMatches(parse(text), read)).toBe(matches)
})

test('a term without an operator is refused in the words of the apiserver', () => {
  expect(parseFieldSelector('metadata.name')).toEqual({
    error: "invalid selector: 'metadata.name'; can't understand 'metadata.name'",
  })
})

test('escaped commas and equals signs belong to the value', () => {
  const selector = parse(String.raw`a=x\,y\=z\\`)
  expect(selector).toEqual([{ field: 'a', value: 'x,y=z\\', negated: false }])
  expect(formatFieldSelector(selector)).toBe(String.raw`a=x\,y\=z\\`)
  expect(parseFieldSelector('a=b=c')).toHaveProperty('error')
  expect(parseFieldSelector(String.raw`a=\b`)).toHaveProperty('error')
})

test('requiredValue tells what an index may look up', () => {
  expect(requiredValue(parse('spec.nodeName=n1,status.phase!=Failed'), 'spec.nodeName')).toBe('n1')
  expect(requiredValue(parse('status.phase!=Failed'), 'status.phase')).toBeUndefined()
})

test.each([
  ['a=b=c', 'unescaped character in value: 61'],
  ['a=b\\x', 'invalid escape sequence: \\x'],
  ['a=b\\', 'invalid escape sequence: \\'],
])('%j is refused', (text, error) => {
  expect(parseFieldSelector(text)).toEqual({ error: `invalid field selector: ${error}` })
})

test('a bare operator selects everything', () => {
  expect(parse('!=,=')).toEqual([])
})
