// Moments and waits as text.

import { expect, test } from 'vitest'
import { formatSeconds, formatTime } from './format-time.ts'

test.each([
  [0, '0.000'],
  [2_031_999, '2.031'],
  [352_000_000, '352.000'],
])('%d microseconds are %s in a column', (micros, text) => {
  expect(formatSeconds(micros)).toBe(text)
})

test.each([
  [2_031_000, '2.031 s'],
  [59_999_999, '59.999 s'],
  [60_000_000, '1 min'],
  [83_450_000, '1 min 23.4 s'],
  [3_725_000_000, '1 h 2 min 5 s'],
])('%d microseconds are %s by themselves', (micros, text) => {
  expect(formatTime(micros)).toBe(text)
})
