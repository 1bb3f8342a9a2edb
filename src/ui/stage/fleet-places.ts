// Where the nodes of a large cluster stand, as tiles of one grid, and their Pods inside them, as squares. Pure arithmetic:
// what is painted and what is pointed at come from the same numbers.

import type { Point, Rect } from './geometry.ts'

export interface Fleet {
  readonly rect: Rect
  readonly columns: number
  readonly tile: { readonly width: number; readonly height: number }
  readonly gap: number
  /** In the order of the tiles, row by row. */
  readonly hosts: readonly string[]
}

const tileAspect = 1.45
const widestTile = 170
/** The upper share of a tile is for its name and state. */
const headShare = 0.36

/** Between tiles, as a share of a tile's width. */
const gapShare = 0.07

/** @param space the largest that the grid may become; it is filled with tiles as large as fit */
export function fleetIn(hosts: readonly string[], space: Rect): Fleet {
  let columns = 0
  let width = widestTile
  let rows = hosts.length
  do {
    columns++
    rows = Math.ceil(hosts.length / columns)
    width = Math.min(widestTile, space.width / (columns + (columns - 1) * gapShare))
  } while (columns < hosts.length && rows * width * (1 / tileAspect + gapShare) > space.height)
  const gap = width * gapShare
  const height = width / tileAspect
  const across = columns * (width + gap) - gap
  return {
    rect: {
      x: space.x + (space.width - across) / 2,
      y: space.y,
      width: across,
      height: rows * (height + gap) - gap,
    },
    columns,
    tile: { width, height },
    gap,
    hosts,
  }
}

export const tileOf = ({ rect, columns, tile, gap }: Fleet, index: number): Rect => ({
  x: rect.x + (index % columns) * (tile.width + gap),
  y: rect.y + Math.floor(index / columns) * (tile.height + gap),
  ...tile,
})

/** The index of the tile that covers the point; null: none does. */
export function tileAt({ rect, columns, tile, gap, hosts }: Fleet, { x, y }: Point): number | null {
  const [across, down] = [x - rect.x, y - rect.y]
  if (across < 0 || down < 0 || across >= rect.width || down >= rect.height) return null
  const column = Math.floor(across / (tile.width + gap))
  const row = Math.floor(down / (tile.height + gap))
  const inside =
    across - column * (tile.width + gap) <= tile.width && down - row * (tile.height + gap) <= tile.height
  const index = row * columns + column
  return inside && index < hosts.length ? index : null
}

export interface PodGrid {
  readonly x: number
  readonly y: number
  readonly columns: number
  /** From one square to the next, and how much of that is the square. */
  readonly step: number
  readonly size: number
}

const capacities = [6, 15, 30, 60, 110, 256] as const

/** For how many Pods each tile has room: one number for all, so that squares are equal and fullness can be compared. */
export const capacityFor = (mostPods: number): number =>
  capacities.find((capacity) => capacity >= mostPods) ?? mostPods

/** The squares of a tile with room for `capacity` Pods, as large as fit. */
export function podGrid(tile: Rect, capacity: number): PodGrid {
  const pad = tile.width * 0.06
  const width = tile.width - 2 * pad
  const height = tile.height * (1 - headShare) - pad
  let columns = 1
  while (Math.floor((height * columns) / width) * columns < capacity) columns++
  const step = width / columns
  return { x: tile.x + pad, y: tile.y + tile.height * headShare, columns, step, size: step * 0.84 }
}

export const podSquare = ({ x, y, columns, step, size }: PodGrid, index: number): Rect => ({
  x: x + (index % columns) * step,
  y: y + Math.floor(index / columns) * step,
  width: size,
  height: size,
})

/** The index of the square that covers the point; null: none does. */
export function squareAt(grid: PodGrid, { x, y }: Point): number | null {
  const column = Math.floor((x - grid.x) / grid.step)
  const row = Math.floor((y - grid.y) / grid.step)
  if (column < 0 || row < 0 || column >= grid.columns) return null
  const index = row * grid.columns + column
  const square = podSquare(grid, index)
  return x <= square.x + square.width && y <= square.y + square.height ? index : null
}
