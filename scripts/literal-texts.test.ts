import { expect, test } from 'vitest'
import { root } from './install.mjs'
import { findLiteralTexts } from './literal-texts.ts'
import { readSources } from './source-tree.ts'

test('no component says a word of its own', () => {
  expect(findLiteralTexts(readSources(root, 'src'))).toEqual([])
})

const findIn = (jsx: string): readonly string[] =>
  findLiteralTexts([{ path: 'src/ui/a.tsx', text: `export const A = () => ${jsx}` }])

test.each([
  ['<p>Hello</p>', 'Hello'],
  ['<p>{"Hello"}</p>', '"Hello"'],
  ['<p>{isOpen ? "Open" : texts.shut}</p>', '"Open"'],
  ['<p>{isOpen && "Open"}</p>', '"Open"'],
  ['<>你好</>', '你好'],
  ['<p>{`Pods`}</p>', '`Pods`'],
  ['<button aria-label="Close" />', '"Close"'],
  ['<button title={isOpen ? texts.close : "Open"} />', '"Open"'],
  ['<input placeholder={"Name"} />', '"Name"'],
])('%s is found', (jsx, text) => {
  expect(findIn(jsx)).toEqual([expect.stringContaining(`a.tsx:1: ${text} belongs`)])
})

test.each([
  ['<p>{texts.hello}</p>'],
  ['<p>etcd · {term}</p>'],
  ['<p className="big">→ ✕ {count} %</p>'],
  ['<button aria-label={texts.close} type="button" data-kind="close" />'],
  ['<p>{call("name")}</p>'],
])('%s is fine', (jsx) => {
  expect(findIn(jsx)).toEqual([])
})
