// Which manifests the editor knows.

import { expect, test } from 'vitest'
import { freshName, plainName, textOf } from './manifests.ts'

test('what was edited goes before the chapter, and that before an example', () => {
  expect(textOf('pod.yaml', { 'pod.yaml': 'mine' }, { 'pod.yaml': 'chapter' })).toBe('mine')
  expect(textOf('pod.yaml', {}, { 'pod.yaml': 'chapter' })).toBe('chapter')
  expect(textOf('pod.yaml', {}, {})).toContain('kind: Pod')
  expect(textOf('none.yaml', {}, {})).toBe('')
})

test.each([
  [[], 'my.yaml'],
  [['my.yaml', 'my-2.yaml'], 'my-3.yaml'],
])('beside %j a new file is %s', (taken, name) => {
  expect(freshName(taken)).toBe(name)
})

test.each([
  ['web.yaml', 'web.yaml'],
  ["it's (1).yaml", 'it-s-1-.yaml'],
  ['', 'my.yaml'],
])('%j is called %j on a command line', (name, plain) => {
  expect(plainName(name)).toBe(plain)
})
