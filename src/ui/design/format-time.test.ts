// Moments as text.

import { expect, test } from 'vitest'
import { formatMoment } from './format-time.ts'

const start = 20_000_000

test.each([
  [start, '0.000'],
  [start + 2_031_999, '2.031'],
  [start + 59_999_999, '59.999'],
  [start + 60_000_000, '1:00.000'],
  [start + 352_031_000, '5:52.031'],
  [start + 3_725_000_000, '1:02:05.000'],
  [start - 999, '0.000'],
  [start - 17_320_000, '−17.320'],
])('%d is %s', (at, text) => {
  expect(formatMoment(at, start)).toBe(text)
})
