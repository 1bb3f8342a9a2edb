import { expect, test } from 'vitest'
import { apiQpsFor, MOST_CARDS, readyMicros, scaleOf } from './scale.ts'

test('the larger a cluster, the less is kept of it', () => {
  const scales = [1, MOST_CARDS, MOST_CARDS + 1, 250, 251, 1_500, 5_000].map(scaleOf)
  for (const [index, scale] of scales.entries()) {
    const before = scales[index - 1] ?? scale
    expect(scale.events).toBeLessThanOrEqual(before.events)
    expect(scale.checkpoints).toBeLessThanOrEqual(before.checkpoints)
    expect(scale.deliveries).toBeGreaterThanOrEqual(before.deliveries)
  }
  expect(scaleOf(3)).toMatchObject({ checked: true, taught: true })
  expect(scaleOf(5_000)).toMatchObject({ checked: false, taught: false })
})

test('controllers keep their own rate up to five hundred nodes, which take their time', () => {
  expect(apiQpsFor(500)).toEqual({})
  expect(apiQpsFor(501)).toEqual({ apiQps: 200 })
  expect(readyMicros(100)).toBe(33_000_000)
  expect(readyMicros(5_000)).toBe(125_000_000)
})
