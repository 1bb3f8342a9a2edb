import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isInstalled } from './install.mjs'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'install-'))
  mkdirSync(join(directory, 'node_modules'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const write = (path: string, packages: object): void =>
  writeFileSync(join(directory, path), JSON.stringify({ packages }))

const wanted = {
  '': {},
  'node_modules/a': { version: '1.0.0' },
  'node_modules/b': { version: '1.0.0', optional: true },
}

test.each([
  [
    'everything is there',
    { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } },
    true,
  ],
  ['a package of another platform is absent', { 'node_modules/a': { version: '1.0.0' } }, true],
  ['a package is absent', {}, false],
  ['a package is older', { 'node_modules/a': { version: '0.9.0' } }, false],
])('when %s', (_, present, installed) => {
  write('package-lock.json', wanted)
  write('node_modules/.package-lock.json', present)
  expect(isInstalled(directory)).toBe(installed)
})

test('nothing is installed on a fresh clone', () => {
  write('package-lock.json', wanted)
  expect(isInstalled(directory)).toBe(false)
})

test('without a lock file there is nothing to compare with', () => {
  expect(() => isInstalled(directory)).toThrow('no readable package-lock.json')
})
