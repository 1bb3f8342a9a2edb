import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { firstLoad } from './first-load.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'first-load-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

test('counts the entry, the worker and what both import, but nothing that is imported when needed', () => {
  write({
    'index.html':
      '<link rel="icon" href="./icon.svg"><link rel="modulepreload" href="./assets/vendor.js">' +
      '<script type="module" crossorigin src="./assets/index.js"></script>',
    'assets/index.js':
      'import{a}from"./shared.js";import"./vendor.js";const lazy=()=>import("./lazy.js");' +
      'new Worker(new URL(new URL(`worker.js`,import.meta.url).href,``+import.meta.url),{type:`module`})',
    'assets/shared.js': 'export*from"./deep.js"',
    'assets/deep.js': 'export const a=1',
    'assets/vendor.js': 'export const v="./not-imported.js"',
    'assets/worker.js': 'export{b}from"./of-worker.js"',
    'assets/of-worker.js': 'export const b=1',
    'assets/lazy.js': 'import"./only-lazy.js"',
    'assets/only-lazy.js': '',
  })
  const names = firstLoad(directory).map((file) => basename(file))
  expect(names).toEqual(['vendor.js', 'index.js', 'shared.js', 'worker.js', 'deep.js', 'of-worker.js'])
})

test('what cannot be measured does not pass', () => {
  expect(() => firstLoad(directory)).toThrow('Run npm run build first')
  write({ 'index.html': '<p>' })
  expect(() => firstLoad(directory)).toThrow('loads no script')
  write({ 'index.html': '<script src="./gone.js">' })
  expect(() => firstLoad(directory)).toThrow('gone.js')
})
