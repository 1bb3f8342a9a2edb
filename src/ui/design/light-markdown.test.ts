// The light Markdown of lesson texts.

import { expect, test } from 'vitest'
import { parseLightMarkdown } from './light-markdown.ts'

test('emphasis', () => {
  expect(parseLightMarkdown('it *assumes* 2 * 3 * 4')).toEqual([
    [
      { kind: 'text', text: 'it ' },
      { kind: 'emphasis', text: 'assumes' },
      { kind: 'text', text: ' 2 * 3 * 4' },
    ],
  ])
})

test('paragraphs, code and bold', () => {
  expect(parseLightMarkdown('It sets `spec.nodeName`.\n\nThat is **all**')).toEqual([
    [
      { kind: 'text', text: 'It sets ' },
      { kind: 'code', text: 'spec.nodeName' },
      { kind: 'text', text: '.' },
    ],
    [
      { kind: 'text', text: 'That is ' },
      { kind: 'bold', text: 'all' },
    ],
  ])
})

test.each([
  ['one\ntwo', 'one two'],
  ['它先\n预选', '它先预选'],
  ['一个 Pod\n的记录', '一个 Pod 的记录'],
  ['<b>no</b> & [x](y)', '<b>no</b> & [x](y)'],
  ['2 ** 3 and `open', '2 ** 3 and `open'],
])('%j is the text %j', (source, text) => {
  expect(parseLightMarkdown(source)).toEqual([[{ kind: 'text', text }]])
})

test('nothing is no paragraph', () => {
  expect(parseLightMarkdown(' \n\n ')).toEqual([])
})
