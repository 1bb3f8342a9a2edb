// The layouts of text: tabs, JSONPath, YAML and JSON.
import { expect, test } from 'vitest'
import type { Json } from '../../sim/api/json.ts'
import { processorTime } from '../../sim/kernel/testing/processor-time.ts'
import { evaluateJsonPath } from './json-path.ts'
import { toJsonText, toYamlText } from './serialize.ts'
import { alignTabs, DESCRIBE_TABS, TABLE_TABS } from './tab-writer.ts'

test.each([
  [
    'columns are as wide as their widest cell',
    'NAME\tAGE\nweb-1234\t5s\n',
    'NAME       AGE\nweb-1234   5s\n',
    TABLE_TABS,
  ],
  ['a column is at least six wide', 'A\tB\nx\ty\n', 'A     B\nx     y\n', TABLE_TABS],
  [
    'a line without tabs ends a column',
    'a:\tb\nlong title\nccc:\td\n',
    'a:  b\nlong title\nccc:  d\n',
    DESCRIBE_TABS,
  ],
  [
    'an empty first cell keeps its place',
    'Labels:\ta=b\n\tc=d\n',
    'Labels:  a=b\n         c=d\n',
    DESCRIBE_TABS,
  ],
])('%s', (_name, text, aligned, options) => {
  expect(alignTabs(text, options)).toBe(aligned)
})

test('remembered widths hold for later lines', () => {
  const memory: number[] = []
  alignTabs('a-long-name\tx\n', { ...TABLE_TABS, memory })
  expect(alignTabs('b\tx\n', { ...TABLE_TABS, memory })).toBe('b             x\n')
})

const root = {
  items: [
    { name: 'a', ready: true, 'x.y/z': 1, conditions: [{ type: 'Ready', status: 'True' }] },
    {
      name: 'b',
      ready: false,
      conditions: [
        { type: 'Ready', status: 'False' },
        { type: 'Other', status: 'True' },
      ],
    },
  ],
}

test.each([
  ['{.items[*].name}', 'a b'],
  ['{.items[0].name}-{.items[-1].name}', 'a-b'],
  ['{range .items[*]}{.name}{"\\t"}{.ready}{"\\n"}{end}', 'a\ttrue\nb\tfalse\n'],
  ['{.items[*].conditions[?(@.type=="Ready")].status}', 'True False'],
  ['{.items[?(@.ready==true)].name}', 'a'],
  ['{..status}', 'True False True'],
  ["{.items[0]['x.y/z']}", '1'],
  ['{.items[0].x\\.y/z}', '1'],
  ['{.items[0].conditions[0]}', '{"type":"Ready","status":"True"}'],
  ['{.items[0:1].name}', 'a'],
  ['{.none.at.all}', ''],
  ['plain', 'plain'],
])('jsonpath %s', (template, text) => {
  expect(evaluateJsonPath(template, root)).toEqual({ text })
})

test.each([
  ['{.items', 'unclosed action'],
  ['{range .items[*]}x', 'unterminated range'],
  ['{end}', 'not in range, nothing to end'],
  ['{.items[9].name}', 'array index out of bounds: index 9, length 2'],
])('jsonpath %s is an error', (template, error) => {
  expect(evaluateJsonPath(template, root)).toEqual({ error })
})

test.each([
  ['blanks without end', `{.items[?(@${' '.repeat(50_000)}x]}`],
  ['an operator without end', `{.items[?(@.x=${'='.repeat(50_000)})]}`],
  ['no filter after all', '{.items[?(x)]}'],
  ['things found over and over', `{${'..a'.repeat(8)}}`],
])('jsonpath with %s is an error, at once', (_what, template) => {
  let nested: Json = 1
  for (let i = 0; i < 40; i++) nested = { a: nested }
  const spent = processorTime()
  expect(evaluateJsonPath(template, nested)).toHaveProperty('error')
  expect(spent()).toBeLessThan(2_000)
})

test('a key keeps its name, whatever it is', () => {
  const value: Json = JSON.parse('{"data":{"constructor":"b","__proto__":"a"}}')
  expect(toYamlText(value)).toBe('data:\n  __proto__: a\n  constructor: b\n')
})

test('keys are sorted, lists are not indented, and texts that look like other types are quoted', () => {
  const value = { b: [{ w: '1', x: 'yes', z: '2026-01-01T00:00:00Z' }], a: { d: null, c: '' } }
  expect(toYamlText(value)).toBe(
    'a:\n  c: ""\n  d: null\nb:\n- w: "1"\n  x: "yes"\n  z: "2026-01-01T00:00:00Z"\n',
  )
  expect(toJsonText({ b: 1, a: [] })).toBe('{\n    "a": [],\n    "b": 1\n}\n')
})
