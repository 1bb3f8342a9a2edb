import { expect, test } from 'vitest'
import { overlap } from './geometry.ts'
import type { LabelSpace } from './label-places.ts'
import { placeLabel } from './label-places.ts'

const free: LabelSpace = { width: 800, height: 600, things: [], labels: [] }

test('a label stands on the right of its packet, and on the left at the right edge', () => {
  expect(placeLabel({ x: 100, y: 50 }, 80, free, null)).toMatchObject({ x: 116, y: 36.5, side: 0 })
  expect(placeLabel({ x: 780, y: 50 }, 80, free, null)).toMatchObject({ x: 684, side: 1 })
})

test('labels stay inside the picture and off each other', () => {
  const first = placeLabel({ x: 100, y: 10 }, 80, free, null)
  const second = placeLabel({ x: 110, y: 12 }, 80, { ...free, labels: [first] }, null)
  expect(overlap(first, second)).toBe(false)
  for (const { x, y } of [first, second]) {
    expect(x).toBeGreaterThanOrEqual(0)
    expect(y).toBeGreaterThanOrEqual(-4)
  }
})

test('a label leaves a name uncovered where another side is free', () => {
  const box = { x: 110, y: 20, width: 200, height: 60 }
  const place = placeLabel({ x: 100, y: 50 }, 80, { ...free, things: [box] }, null)
  expect(overlap(place, box)).toBe(false)
})

test('a label keeps its side until another is clearly better', () => {
  const at = { x: 400, y: 300 }
  expect(placeLabel(at, 80, free, 5).side).toBe(5)
  const below = { x: 300, y: 320, width: 200, height: 60 }
  expect(placeLabel(at, 80, { ...free, things: [below] }, 5).side).toBe(0)
})
