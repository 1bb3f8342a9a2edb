import { expect, test } from 'vitest'
import { atShare, shareOf, spanOf, toScreen, toVirtual } from './axis.ts'
import { formatMoment, formatWait } from './durations.ts'
import { spaceLabels, spreadShares } from './mark-labels.ts'
import { throttleSeeks } from './seek-throttle.ts'

// Two messages of a second each, then a wait of 40 s that takes half a second to watch.
const axis = [
  [0, 0],
  [1000, 1000],
  [3000, 2000],
  [40_003_000, 2500],
] as const

test.each([
  [-5, 0],
  [0, 0],
  [500, 500],
  [2000, 1500],
  [20_003_000, 2250],
  [99_000_000, 2500],
])('virtual %i is at screen %i', (virtual, screen) => {
  expect(toScreen(axis, virtual)).toBeCloseTo(screen)
})

test('the axis inverts', () => {
  for (const at of [0, 400, 1000, 2999, 3000, 17_000_000, 40_003_000]) {
    expect(toVirtual(axis, toScreen(axis, at))).toBe(at)
    expect(atShare(axis, shareOf(axis, at))).toBe(at)
  }
})

test('the rail has room ahead, and grows in steps', () => {
  expect(spanOf([])).toBe(spanOf(axis))
  expect(shareOf(axis, 40_003_000)).toBeCloseTo(2500 / 24_000)
  const long = [
    [0, 0],
    [1e6, 25_000],
  ] as const
  expect(spanOf(long)).toBe(36_000)
  expect(atShare(long, 1)).toBe(1e6)
})

test('an axis without length has one place', () => {
  expect(shareOf([], 5)).toBe(0)
  expect(shareOf([[7, 0]], 7)).toBe(0)
  expect(atShare([[7, 0]], 0.5)).toBe(7)
})

test.each([
  [0, '0.000 s'],
  [2_031_000, '2.031 s'],
  [59_999_000, '59.999 s'],
  [65_250_000, '1:05.2'],
  [3_723_000_000, '1:02:03'],
  [-4, '0.000 s'],
])('the moment %i reads %s', (micros, text) => {
  expect(formatMoment(micros)).toBe(text)
})

test.each([
  [640_000, '640 ms'],
  [1_500_000, '1.5 s'],
  [40_000_000, '40 s'],
  [300_000_000, '5 min'],
  [320_000_000, '5 min 20 s'],
])('a wait of %i reads %s', (micros, text) => {
  expect(formatWait(micros)).toBe(text)
})

test('names that would run into each other are left out, whatever the language', () => {
  const marks = [
    { share: 0.5, short: '调度', now: false },
    { share: 0, short: 'submit', now: false },
    { share: 0.02, short: 'store', now: false },
  ]
  expect(spaceLabels(marks, 800).map(({ short, roomy }) => [short, roomy])).toEqual([
    ['submit', true],
    ['store', false],
    ['调度', true],
  ])
  const present = marks.map((mark) => ({ ...mark, now: mark.short === 'store' }))
  expect(spaceLabels(present, 800).map(({ roomy }) => roomy)).toEqual([false, true, true])
  expect(spaceLabels(marks, 8000).every(({ roomy }) => roomy)).toBe(true)
})

test('scrubbing has one seek in flight, and then only the newest', async () => {
  const asked: number[] = []
  const answers: (() => void)[] = []
  const throttle = throttleSeeks(
    (at) =>
      new Promise<void>((resolve) => {
        asked.push(at)
        answers.push(resolve)
      }),
  )
  for (const at of [1, 2, 3]) throttle.to(at)
  expect(asked).toEqual([1])
  answers[0]?.()
  await Promise.resolve()
  expect(asked).toEqual([1, 3])
  answers[1]?.()
  await Promise.resolve()
  expect(asked).toEqual([1, 3])
})

test.each([
  ['alone', [0.1, 0.5], [0.1, 0.5]],
  ['a pair', [0.5, 0.5], [0.4935, 0.5065]],
  ['at the start', [0, 0, 0], [0, 0.013, 0.026]],
  ['at the end', [1, 1], [0.987, 1]],
  ['a crowd that reaches its neighbour', [0.5, 0.5, 0.515], [0.492, 0.505, 0.518]],
])('marks are told apart: %s', (_name, shares, spread) => {
  const placed = spreadShares(shares, 1000)
  placed.forEach((share, index) => {
    expect(share).toBeCloseTo(spread[index]!, 3)
  })
})
