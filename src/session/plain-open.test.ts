import { expect, test } from 'vitest'
import { checkCall } from './call-schemas.ts'
import { isPlainOpen } from './plain-open.ts'

const accepted = (name: string, args: readonly unknown[]): boolean => {
  try {
    checkCall(name, args)
    return true
  } catch {
    return false
  }
}

test.each([
  [{ scenario: 'node-down' }],
  [{ scenario: 'node-down', seed: 0 }],
  [{ scenario: 'x'.repeat(64), seed: 4_294_967_295 }],
  [{ scenario: 'nowhere', seed: undefined }],
])('open %j is plain, and the schemas accept it', (options) => {
  expect(isPlainOpen('open', [options])).toBe(true)
  expect(accepted('open', [options])).toBe(true)
})

test.each([
  ['open', []],
  ['open', [null]],
  ['open', ['node-down']],
  ['open', [['node-down']]],
  ['open', [{}]],
  ['open', [{ scenario: 1 }]],
  ['open', [{ scenario: 'x'.repeat(65) }]],
  ['open', [{ scenario: 'node-down', seed: -1 }]],
  ['open', [{ scenario: 'node-down', seed: 0.5 }]],
  ['open', [{ scenario: 'node-down', seed: Number.NaN }]],
  ['open', [{ scenario: 'node-down', seed: '1' }]],
  ['open', [{ scenario: 'node-down', seed: null }]],
  ['open', [{ scenario: 'node-down', seed: 4_294_967_296 }]],
  ['open', [{ scenario: 'node-down', colour: 'red' }]],
  ['open', [{ scenario: 'node-down' }, 1]],
  ['close', [{ scenario: 'node-down' }]],
])('%s %j is left to the schemas, which refuse it', (name, args) => {
  expect(isPlainOpen(name, args)).toBe(false)
  expect(accepted(name, args)).toBe(false)
})

test.each([
  ['open', [{ scenario: 'node-down', position: { at: 0 } }]],
  ['open', [{ scenario: 'node-down', shared: '' }]],
  ['open', [{ scenario: 'file', file: '' }]],
  ['digest', []],
])('%s %j is left to the schemas, which accept it', (name, args) => {
  expect(isPlainOpen(name, args)).toBe(false)
  expect(accepted(name, args)).toBe(true)
})
