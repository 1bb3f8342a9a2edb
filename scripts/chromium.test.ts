import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findChromium } from './chromium.mjs'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'chromium-'))
  vi.stubEnv('PATH', directory)
  vi.stubEnv('VITRINE_CHROMIUM', undefined)
  // Playwright looks for its own browser here, and finds none.
  vi.stubEnv('PLAYWRIGHT_BROWSERS_PATH', directory)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(directory, { recursive: true })
})

/** Writes a program that ends with `status` when it is asked for its version. */
function program(name: string, status: number): string {
  const path = join(directory, name)
  writeFileSync(path, `#!/bin/sh\nexit ${status}\n`)
  chmodSync(path, 0o755)
  return path
}

test('the chosen one comes first', () => {
  program('chromium', 0)
  const chosen = program('mine', 0)
  vi.stubEnv('VITRINE_CHROMIUM', chosen)
  expect(findChromium()).toBe(chosen)
})

test('a chosen one that does not start is an error, whatever else there is', () => {
  program('chromium', 0)
  for (const path of [program('mine', 1), join(directory, 'absent')]) {
    vi.stubEnv('VITRINE_CHROMIUM', path)
    expect(findChromium).toThrow('does not start')
  }
})

test('otherwise the first on the PATH that starts', () => {
  expect(findChromium()).toBeUndefined()
  program('chromium', 1)
  expect(findChromium()).toBeUndefined()
  const chrome = program('google-chrome', 0)
  expect(findChromium()).toBe(chrome)
})
