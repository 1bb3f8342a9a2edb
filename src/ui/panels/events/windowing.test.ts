// Which rows are drawn.

import { expect, test } from 'vitest'
import { firstRow, isInView, ROW_HEIGHT, scrollTopFor, visibleRange } from './windowing.ts'

test.each([
  ['at the top', 0, 240, 1000, 0, 18],
  ['in the middle', 2400, 240, 1000, 92, 118],
  ['at the end', 23_760, 240, 1000, 982, 1000],
  ['of a short table', 0, 240, 3, 0, 3],
  ['of an empty table', 0, 240, 0, 0, 0],
  ['after the table became shorter', 23_760, 240, 5, 5, 5],
])('%s', (_name, scrollTop, height, total, first, end) => {
  expect(visibleRange(scrollTop, height, total)).toEqual({ first, end })
})

test('a row that is cut off is not in view', () => {
  expect([0, 1, 9, 10].map((index) => isInView(index, 12, 240))).toEqual([false, true, true, false])
})

test.each([
  ['stays where it is', 5, 0, 0],
  ['goes down, and leaves room below', 100, 0, 2280],
  ['goes up', 2, 2400, 0],
  ['goes no further than the end', 999, 0, 23_760],
  ['ignores a row that is not there', -1, 48, 48],
])('scrolling %s', (_name, index, scrollTop, wanted) => {
  expect(scrollTopFor(index, scrollTop, 240, 1000)).toBe(wanted)
})

test.each([0, 1, 500_000, 500_001, 600_000, 2_068_803, 40_000_000])(
  'of %i rows the last can be scrolled to',
  (total) => {
    const from = firstRow(total)
    expect((total - from) * ROW_HEIGHT).toBeLessThanOrEqual(12_000_000)
    expect(total - from).toBeGreaterThanOrEqual(Math.min(total, 400_000))
    expect(firstRow(total + 1) - from).toBeOneOf([0, 100_000])
  },
)
