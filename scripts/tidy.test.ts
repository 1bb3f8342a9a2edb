import { expect, test } from 'vitest'
import { root } from './install.mjs'
import { readSources } from './source-tree.ts'
import { findUntidy } from './tidy.ts'

const header = '// What it is for.\n'
const untidy = (path: string, text = header): readonly string[] => findUntidy([{ path, text }])

test.each(['src', 'scripts', 'e2e', 'bench'])('%s keeps the house rules', (folder) => {
  expect(findUntidy(readSources(root, folder))).toEqual([])
})

test.each([
  ['src/a/PodList.ts', 'kebab-case'],
  ['src/a/pod_list.ts', 'kebab-case'],
  ['src/Panels/pod.ts', 'kebab-case'],
  ['src/utils/pod.ts', 'says nothing'],
  ['src/a/helpers.ts', 'says nothing'],
  ['src/a/pod-utils.ts', 'says nothing'],
  ['src/a/common.css', 'says nothing'],
  ['src/a/data.test.ts', 'says nothing'],
  ['src/manager/pod.ts', 'says nothing'],
  ['src/misc.ts', 'says nothing'],
])('the name %s is refused', (path, message) => {
  expect(untidy(path)).toContainEqual(expect.stringContaining(message))
})

test.each([
  ['src/a/kube-controller-manager.ts'],
  ['src/a/pod.test.ts'],
  ['src/a/golden.trace.txt'],
  ['src/a/base64.ts'],
  ['src/a/testdata/README.md'],
])('the name %s is allowed', (path) => {
  expect(untidy(path)).toEqual([])
})

test('a file holds at most 500 lines', () => {
  expect(untidy('src/a.ts', header + 'f()\n'.repeat(499))).toEqual([])
  expect(untidy('src/a.ts', header + 'f()\n'.repeat(500))).toEqual([expect.stringContaining('501 lines')])
})

test.each([
  ['export const x = 1\n', 'begins without'],
  ['\n// Too late.\n', 'begins without'],
  ['', 'begins without'],
  ['// Line.\n'.repeat(6), '6 lines'],
  ['/**\n * Line.\n * Line.\n * Line.\n * Line.\n * Line.\n * Line.\n */\n', '6 lines'],
])('the header of %j is refused', (text, message) => {
  expect(untidy('src/a.ts', text)).toEqual([expect.stringContaining(message)])
})

test.each([
  ['// Line.\n'.repeat(5)],
  ['/**\n * Line.\n * Line.\n * Line.\n * Line.\n * Line.\n */\n'],
  ['#!/usr/bin/env node\n// Line.\nf()'],
])('the header of %j is allowed', (text) => {
  expect(untidy('src/a.ts', text)).toEqual([])
})

test.each([
  ['// TODO', 'TODO'],
  ['/* x FIXME: y */', 'FIXME'],
  ['// @ts-ignore', '@ts-ignore'],
  ['// @ts-expect-error', '@ts-expect-error'],
  ['const x = y as unknown as string', 'as unknown as'],
])('left behind: %s', (line, message) => {
  expect(untidy('src/a.ts', header + line)).toEqual([
    expect.stringMatching(new RegExp(`^src/a.ts:2: ${message}`)),
  ])
})

test.each([
  ["test.skip('x', f)"],
  ["test.only('x', f)"],
  ["describe.todo('x')"],
  ["test.describe.skip('x', f)"],
  ["it.each([1]).skip('x', f); it.skip('x', f)"],
  ["test.fixme(true, 'x')"],
  ["xit('x', f)"],
])('a silenced test: %s', (text) => {
  expect(untidy('src/a.test.ts', text)).toEqual([expect.stringContaining('every test runs')])
  expect(untidy('e2e/a.spec.ts', text)).toEqual([expect.stringContaining('every test runs')])
})

test('the pure layers are pure, and their tests need not be', () => {
  const text = `${header}let x = 1`
  expect(untidy('src/sim/a.ts', text)).toHaveLength(1)
  expect(untidy('src/projections/a.ts', text)).toHaveLength(1)
  expect(untidy('src/sim/a.test.ts', text)).toEqual([])
  expect(untidy('src/worker/a.ts', text)).toEqual([])
})

test('words in text are not code', () => {
  expect(untidy('src/a.ts', `${header}const x = "TODO test.only as unknown as"`)).toEqual([])
})
