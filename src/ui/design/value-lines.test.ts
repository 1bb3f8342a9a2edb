// How plain data becomes lines of YAML, and which of them a change marks.

import { expect, test } from 'vitest'
import { dottedPath, inlineValue, isChanged, valueLines } from './value-lines.ts'

const text = (value: unknown): string =>
  valueLines(value)
    .map(({ depth, dashes, key, value: scalar }) => {
      const indent = '  '.repeat(depth).slice(dashes.length)
      return `${indent}${dashes}${key === null ? '' : `${key}:${scalar === null ? '' : ' '}`}${scalar ?? ''}`
    })
    .join('\n')

test('an object reads like YAML written by hand', () => {
  const pod = {
    kind: 'Pod',
    metadata: { name: 'web', labels: {}, gone: undefined },
    spec: { containers: [{ name: 'web', args: ['-c', 'a: b'] }, { name: 'side' }], nodeName: null },
  }
  expect(text(pod)).toBe(`kind: Pod
metadata:
  name: web
  labels: {}
spec:
  containers:
  - name: web
    args:
    - "-c"
    - "a: b"
  - name: side
  nodeName: null`)
})

test('a text of several lines is a block, whatever it begins or ends with is kept, and a change marks all of it', () => {
  const files = {
    'web.yaml': 'kind: Pod\n\nspec:\n  x: 1\n',
    list: ['a\nb', 'a\nb\n\n'],
    odd: ' a\nb',
    tab: 'a\n\tb',
  }
  expect(text(files)).toBe(`web.yaml: |
  kind: Pod
  
  spec:
    x: 1
list:
- |-
  a
  b
- |+
  a
  b
  
odd: " a\\nb"
tab: "a\\n\\tb"`)
  const lines = valueLines(files)
  expect(new Set(lines.map(({ pointer }) => pointer)).size).toBe(lines.length)
  const marked = lines.filter((line) => isChanged(line, new Set(['/web.yaml']), false))
  expect(marked.map(({ value }) => value)).toEqual(['|', 'kind: Pod', '', 'spec:', '  x: 1'])
})

test.each([
  ['web', 'web'],
  ['', '""'],
  ['1', '"1"'],
  ['true', '"true"'],
  ['nginx:1.27', 'nginx:1.27'],
  ['two\nlines', '"two\\nlines"'],
  [undefined, '–'],
  [{ a: [1] }, '{"a":[1]}'],
])('%j is written %s', (value, written) => {
  expect(inlineValue(value)).toBe(written)
})

test('lines know what they are inside of', () => {
  const line = valueLines({ spec: { 'a/b': [{ c: 1 }] } }).find(({ key }) => key === 'c')
  expect(line?.pointer).toBe('/spec/a~1b/0/c')
  expect(line?.inside).toEqual(['/spec', '/spec/a~1b', '/spec/a~1b/0'])
})

test.each([
  ['/spec/nodeName', 'spec.nodeName'],
  ['/spec/containers/0/image', 'spec.containers[0].image'],
  ['/metadata/labels/app.kubernetes.io~1name', 'metadata.labels.app.kubernetes.io/name'],
])('%s is %s', (pointer, dotted) => {
  expect(dottedPath(pointer)).toBe(dotted)
})

test('a change marks its line, the lines below it, and a folded line above it', () => {
  const lines = valueLines({
    spec: { nodeName: 'a' },
    status: { phase: 'Pending', conditions: [{ type: 'X' }] },
  })
  const marked = (path: string, folded = false): string[] =>
    lines.filter((line) => isChanged(line, new Set([path]), folded)).map(({ pointer }) => pointer)
  expect(marked('spec.nodeName')).toEqual(['/spec/nodeName'])
  expect(marked('/spec/nodeName')).toEqual(['/spec/nodeName'])
  expect(marked('status.conditions')).toEqual(['/status/conditions', '/status/conditions/0/type'])
  expect(marked('spec.nodeName', true)).toEqual(['/spec', '/spec/nodeName'])
})
