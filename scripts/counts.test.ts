import { expect, test } from 'vitest'
import { countCheck, countPlaywright, countVitest } from './counts.mjs'

const passed = { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'passed' }] }
const failed = { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] }
const broken = { status: 'failed', assertionResults: [] }
const unit = (numPassedTests: number, numFailedTests: number, ...testResults: readonly object[]): string =>
  JSON.stringify({ numPassedTests, numFailedTests, testResults })
const e2e = (expected: number, unexpected: number, flaky = 0, errors: readonly object[] = []): string =>
  JSON.stringify({ stats: { expected, unexpected, flaky, skipped: 0 }, errors })

test.each([
  ['all pass', unit(2, 0, passed), 0, { passed: 2, failed: 0 }],
  ['one fails', unit(3, 1, passed, failed), 1, { passed: 3, failed: 1 }],
  ['a file does not load', unit(2, 0, passed, broken), 1, { passed: 2, failed: 1 }],
  ['an error outside the tests', unit(2, 0, passed), 1, { passed: 2, failed: 1 }],
  ['no tests', unit(0, 0), 0, { passed: 0, failed: 1 }],
  ['no report', undefined, 0, { passed: 0, failed: 1 }],
  ['killed', unit(2, 0, passed), null, { passed: 2, failed: 1 }],
])('unit tests: %s', (_, report, status, counts) => {
  expect(countVitest(report, status)).toEqual(counts)
})

test.each([
  ['all pass', e2e(2, 0), 0, { passed: 2, failed: 0 }],
  ['one fails', e2e(2, 1), 1, { passed: 2, failed: 1 }],
  ['one is flaky', e2e(2, 0, 1), 0, { passed: 2, failed: 1 }],
  ['the page is not served', e2e(0, 0, 0, [{}]), 1, { passed: 0, failed: 1 }],
  ['no tests', e2e(0, 0), 1, { passed: 0, failed: 1 }],
  ['no report', undefined, 1, { passed: 0, failed: 1 }],
])('end-to-end tests: %s', (_, report, status, counts) => {
  expect(countPlaywright(report, status)).toEqual(counts)
})

test('any other check counts once', () => {
  expect(countCheck(0)).toEqual({ passed: 1, failed: 0 })
  expect(countCheck(2)).toEqual({ passed: 0, failed: 1 })
  expect(countCheck(null)).toEqual({ passed: 0, failed: 1 })
})
