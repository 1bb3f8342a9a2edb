import { expect, test } from 'vitest'
import { FieldPath, fieldErrorText } from './field-errors.ts'
import {
  EVERYTHING,
  formatSelector,
  NOTHING,
  parseLabelSelector,
  selectorFromMap,
  selectorFromObject,
  selectorMatches,
  validateLabelSelector,
} from './label-selector.ts'

function parse(text: string) {
  const parsed = parseLabelSelector(text)
  if ('error' in parsed) throw new Error(parsed.error)
  return parsed.value
}

test.each([
  ['', {}, true],
  ['x=a', { x: 'a' }, true],
  ['x==a', { x: 'b' }, false],
  ['x=', { x: '' }, true],
  ['x= ,z= ', { x: '', z: '' }, true],
  ['x!=a', {}, true],
  ['x!=a', { x: 'a' }, false],
  ['x in (a,b)', { x: 'b' }, true],
  ['x in (a,b)', {}, false],
  ['x in (a,,b)', { x: '' }, true],
  ['x in ()', { x: '' }, true],
  ['x notin (a)', {}, true],
  ['x notin (a)', { x: 'a' }, false],
  ['x', { x: 'anything' }, true],
  ['!x', { x: 'anything' }, false],
  ['x>1', { x: '2' }, true],
  ['x<1', { x: '2' }, false],
  ['x>1', { x: 'two' }, false],
  ['in in (in)', { in: 'in' }, true],
  ['notin=in', { notin: 'in' }, true],
  [' a = b , c notin ( d , e ) ', { a: 'b', c: 'f' }, true],
  ['toString', {}, false],
  ['example.com/role=db,tier', { 'example.com/role': 'db', tier: '' }, true],
])('%j on %j is %j', (text, labels, matches) => {
  expect(selectorMatches(parse(text), labels as Record<string, string>)).toBe(matches)
})

test.each([
  ['x=a||y=b', '<nil>', false],
  ['x in a', "unable to parse requirement: found 'a' expected: '('", true],
  ['x in (a', "unable to parse requirement: found '', expected: ',' or ')'", true],
  ['x in (', "unable to parse requirement: found '', expected: ',', ')' or identifier", true],
  ['x in (a,', "unable to parse requirement: found '', expected: ',', or identifier", true],
  ['x==a==b', "found '==', expected: ',' or 'end of string'", true],
  ['!x=a', "found '=', expected: ',' or 'end of string'", true],
  ['x=a,', "found '', expected: identifier after ','", true],
  [',', "found ',', expected: !, identifier, or 'end of string'", true],
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt", true],
  [
    'x>a',
    "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer",
    true,
  ],
])('%j is refused', (text, message, exact) => {
  const parsed = parseLabelSelector(text)
  expect(parsed).toHaveProperty('error')
  if (exact) expect(parsed).toEqual({ error: message })
})

test('bounds are 64-bit numbers', () => {
  const tooLarge = '9223372036854775808'
  expect(parseLabelSelector(`x<${tooLarge}`)).toEqual({
    error: `unable to parse requirement: values[0]: Invalid value: "${tooLarge}": for 'Gt', 'Lt' operators, the value must be an integer`,
  })
  expect(selectorMatches(parse('x<9223372036854775807'), { x: '-3' })).toBe(true)
  expect(selectorMatches(parse('x<9223372036854775807'), { x: `-${tooLarge}9` })).toBe(false)
})

test('two faults of one value come as a list', () => {
  const parsed = parseLabelSelector('x>a/b')
  expect(parsed).toHaveProperty(
    'error',
    expect.stringMatching(/^unable to parse requirement: \[values\[0\]: .*, values\[0\]\[x\]: .*\]$/),
  )
})

test('a bad key or value gives the rule that it breaks', () => {
  expect(parseLabelSelector('-x=1')).toEqual({
    error:
      "unable to parse requirement: <nil>: Invalid value: \"-x\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  })
})

test.each(['a=b,c in (d,e),!f,g', 'x!=y', 'a notin (b)'])('%s prints as it was parsed', (text) => {
  expect(formatSelector(parse(text))).toBe(text)
})

test('objects: absent selects nothing, empty everything, and all parts must hold', () => {
  expect(selectorFromObject(undefined)).toBe(NOTHING)
  expect(selectorMatches(NOTHING, { a: 'b' })).toBe(false)
  expect(selectorMatches(selectorFromObject({}), { a: 'b' })).toBe(true)
  expect(selectorMatches(EVERYTHING, undefined)).toBe(true)
  const both = selectorFromObject({
    matchLabels: { app: 'web' },
    matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }],
  })
  expect(selectorMatches(both, { app: 'web', tier: 'b' })).toBe(true)
  expect(selectorMatches(both, { app: 'web' })).toBe(false)
  expect(formatSelector(both)).toBe('app=web,tier in (a,b)')
  expect(formatSelector(selectorFromMap({ b: '2', a: '1' }))).toBe('a=1,b=2')
})

test('a stored selector is checked expression by expression', () => {
  const errors = validateLabelSelector(
    {
      matchLabels: { ok: 'a b' },
      matchExpressions: [
        { key: 'a', operator: 'In' },
        { key: 'b', operator: 'Exists', values: ['x'] },
        { key: 'c', operator: 'Near' },
      ],
    },
    FieldPath.root('spec').child('selector'),
  ).map(fieldErrorText)
  expect(errors[0]).toMatch(/^spec\.selector\.matchLabels: Invalid value: "a b": a valid label must be/)
  expect(errors.slice(1)).toEqual([
    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    "spec.selector.matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    'spec.selector.matchExpressions[2].operator: Invalid value: "Near": not a valid selector operator',
  ])
})
