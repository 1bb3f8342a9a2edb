import { expect, test } from 'vitest'
import type { BackOff } from './back-off.ts'
import { backOffDelay, stepBackOff } from './back-off.ts'

const S = 1_000_000

test('delays double up to five minutes, and start over after ten quiet ones', () => {
  const backOff: BackOff = {}
  let now = 0
  const delays: number[] = []
  for (let i = 0; i < 8; i++) {
    stepBackOff(backOff, 'k', now, now)
    delays.push((backOff.k?.delay ?? 0) / S)
    now += backOff.k?.delay ?? 0
  }
  expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300, 300])
  stepBackOff(backOff, 'k', now + 601 * S, now + 601 * S)
  expect(backOff.k?.delay).toBe(10 * S)
})

test('a delay counts from the event', () => {
  const backOff: BackOff = {}
  stepBackOff(backOff, 'k', 0, 0)
  expect(backOffDelay(backOff, 'k', 2 * S, 11 * S)).toBe(10 * S)
  expect(backOffDelay(backOff, 'k', 2 * S, 12 * S)).toBe(0)
  expect(backOffDelay(backOff, 'other', 0, 0)).toBe(0)
})
