import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAge, formatDuration, parseDuration } from './duration.ts'
import { formatMicroTime, formatTime, parseTime } from './time.ts'

const SECOND = 1_000_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test.each([
  [0, '2026-01-01T00:00:00Z'],
  [40_999_999, '2026-01-01T00:00:40Z'],
  [59 * DAY, '2026-03-01T00:00:00Z'],
  [365 * DAY - SECOND, '2026-12-31T23:59:59Z'],
  [(365 * 2 + 59) * DAY, '2028-02-29T00:00:00Z'],
  [-SECOND, '2025-12-31T23:59:59Z'],
])('%d microseconds is %s', (micros, text) => {
  expect(formatTime(micros)).toBe(text)
})

test('a MicroTime always has six decimals', () => {
  expect(formatMicroTime(1_000_042)).toBe('2026-01-01T00:00:01.000042Z')
  expect(formatMicroTime(0)).toBe('2026-01-01T00:00:00.000000Z')
})

test('times agree with the civil calendar, both ways', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -60_000, max: 60_000 }),
      fc.integer({ min: 0, max: DAY - 1 }),
      (days, rest) => {
        const micros = days * DAY + rest
        const oracle = new Date(Date.UTC(2026, 0, 1) + Math.floor(micros / 1000)).toISOString()
        expect(formatTime(micros)).toBe(`${oracle.slice(0, 19)}Z`)
        expect(parseTime(formatMicroTime(micros))).toBe(micros)
        expect(parseTime(formatTime(micros))).toBe(Math.floor(micros / SECOND) * SECOND)
      },
    ),
  )
})

test.each([
  '',
  '2026-01-01',
  '2026-13-01T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:00',
])('%j is no time', (text) => {
  expect(parseTime(text)).toBeUndefined()
})

test.each([
  ['10m', 10 * MINUTE],
  ['1h30m', 90 * MINUTE],
  ['40s', 40 * SECOND],
  ['500ms', 500_000],
  ['1.5s', 1_500_000],
  ['.5s', 500_000],
  ['-2s', -2 * SECOND],
  ['250us', 250],
  ['1h-0m', undefined],
  ['90ns0.5us', 0],
  ['0.6us500ns', 1],
  ['-0', 0],
  ['2562047h', 2_562_047 * 60 * MINUTE],
  ['2562048h', undefined],
  ['0', 0],
])('%s is a duration', (text, micros) => {
  expect(parseDuration(text)).toBe(micros)
})

test.each(['', '10', 's', '1d', '1h 30m', '--1s', '1s5'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined()
})

test.each([
  [0, '0s'],
  [500_000, '500ms'],
  [1500, '1.5ms'],
  [1_500_000, '1.5s'],
  [90 * SECOND, '1m30s'],
  [90 * MINUTE, '1h30m0s'],
  [-2 * SECOND, '-2s'],
])('%d microseconds prints as %s', (micros, text) => {
  expect(formatDuration(micros)).toBe(text)
})

test.each([
  [-5 * SECOND, '<invalid>'],
  [119 * SECOND, '119s'],
  [2 * MINUTE, '2m'],
  [9 * MINUTE + 5 * SECOND, '9m5s'],
  [10 * MINUTE + 5 * SECOND, '10m'],
  [179 * MINUTE, '179m'],
  [3 * HOUR + 4 * MINUTE, '3h4m'],
  [8 * HOUR + 4 * MINUTE, '8h'],
  [49 * HOUR, '2d1h'],
  [9 * DAY, '9d'],
  [800 * DAY, '2y70d'],
  [3650 * DAY, '10y'],
])('an age of %d prints as %s', (micros, text) => {
  expect(formatAge(micros)).toBe(text)
})
