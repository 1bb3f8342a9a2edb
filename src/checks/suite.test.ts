import { expect, test } from 'vitest'
import { CheckSuite, checks } from './index.ts'
import { History, object } from './testing/history.ts'

test('every check has a name of its own, and explains itself in both languages', () => {
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length)
  for (const { name, title, explains } of checks) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    for (const text of [title.en, title['zh-CN'], explains.en, explains['zh-CN']])
      expect(text.length).toBeGreaterThan(3)
  }
})

test('every check looks at something', () => {
  for (const { start, name } of checks) {
    const { see, sees = [], changed, settled } = new CheckSuite([name]) && start({} as never)
    expect(see !== undefined || changed !== undefined || settled !== undefined, name).toBe(true)
    expect(see === undefined, name).toBe(sees.length === 0)
  }
})

test('a suite has the checks that are named, and refuses others', () => {
  expect(() => new CheckSuite(['uids-unique', 'no-such-check'])).toThrow(
    /no check "no-such-check"; there are raft-/,
  )
})

test('a check that is broken does not fill the memory', () => {
  const check = checks.find(({ name }) => name === 'uids-unique')
  const history = new History(...(check === undefined ? [] : [check]))
  for (let i = 0; i < 100; i++) history.store('/registry/pods/default/a', object('a', {}, { uid: String(i) }))
  expect(history.found).toHaveLength(20)
})
