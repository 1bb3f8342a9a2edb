import { expect, test } from 'vitest'
import { capacityFor, fleetIn, podGrid, podSquare, squareAt, tileAt, tileOf } from './fleet-places.ts'
import type { Rect } from './geometry.ts'
import { centre, contains, overlap } from './geometry.ts'

const space = { x: 20, y: 300, width: 1_100, height: 420 }
/** Floating-point sums may miss by a hair. */
const nearly = ({ x, y, width, height }: Rect): Rect => ({
  x: x - 0.01,
  y: y - 0.01,
  width: width + 0.02,
  height: height + 0.02,
})
const named = (count: number): string[] => Array.from({ length: count }, (_, index) => `node-${index + 1}`)

test.each([16, 17, 40, 100, 333, 1_000, 5_000])('%i nodes fill the space without leaving it', (count) => {
  const fleet = fleetIn(named(count), space)
  expect(contains(nearly(space), fleet.rect)).toBe(true)
  expect(fleet.rect.width).toBeGreaterThan(space.width * 0.6)
  const tiles = fleet.hosts.map((_, index) => tileOf(fleet, index))
  for (const tile of tiles) expect(contains(nearly(fleet.rect), tile)).toBe(true)
  for (const index of [0, 1, fleet.columns, count - 1])
    expect(tiles.filter((tile) => overlap(tile, tiles[index]!))).toHaveLength(1)
})

test.each([16, 5_000])('what is pointed at among %i nodes is what stands there', (count) => {
  const fleet = fleetIn(named(count), space)
  for (const index of [0, 3, fleet.columns, count - 1]) {
    expect(tileAt(fleet, centre(tileOf(fleet, index)))).toBe(index)
    const tile = tileOf(fleet, index)
    expect(tileAt(fleet, { x: tile.x + tile.width + fleet.gap / 2, y: tile.y })).toBeNull()
  }
  expect(tileAt(fleet, { x: space.x - 1, y: space.y })).toBeNull()
  expect(
    tileAt(fleet, { x: fleet.rect.x + fleet.rect.width - 1, y: fleet.rect.y + fleet.rect.height + 5 }),
  ).toBeNull()
})

test.each([1, 6, 7, 30, 110, 300])('%i Pods stand in their tile, apart from each other', (count) => {
  const tile = { x: 5, y: 7, width: 120, height: 82 }
  const capacity = capacityFor(count)
  expect(capacity).toBeGreaterThanOrEqual(count)
  const grid = podGrid(tile, capacity)
  const squares = Array.from({ length: count }, (_, index) => podSquare(grid, index))
  squares.forEach((square, index) => {
    expect(contains(tile, square)).toBe(true)
    expect(squareAt(grid, centre(square))).toBe(index)
    expect(squares.filter((other) => overlap(square, other))).toHaveLength(1)
  })
  expect(squareAt(grid, { x: tile.x + 1, y: tile.y + 1 })).toBeNull()
})
