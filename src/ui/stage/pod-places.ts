// Where each Pod stands: on the shelf of the record while it has no node, then in a berth of its node. Cards shrink as
// a node fills; what does not fit is counted.

import type { PodView } from '../../worker/protocol.ts'
import type { Rect } from './geometry.ts'
import type { Layout } from './layout.ts'

export type Density = 'card' | 'compact' | 'dot'

export interface PodPlace {
  readonly rect: Rect
  readonly density: Density
}

export interface PodPlaces {
  readonly places: ReadonlyMap<string, PodPlace>
  /** How many Pods did not fit, by host; the shelf's are under the empty name. */
  readonly more: Readonly<Record<string, number>>
}

interface Grid {
  readonly density: Density
  readonly columns: number
  readonly rows: number
}

const berthGrids: readonly Grid[] = [
  { density: 'card', columns: 1, rows: 2 },
  { density: 'card', columns: 2, rows: 2 },
  { density: 'compact', columns: 3, rows: 3 },
  { density: 'dot', columns: 8, rows: 4 },
]
const shelfGrids: readonly Grid[] = [
  { density: 'card', columns: 1, rows: 2 },
  { density: 'compact', columns: 1, rows: 4 },
  { density: 'dot', columns: 6, rows: 4 },
]
const between = 6

/** The right half of the shelf is for Pods; workloads stand in the left one. */
export const waitingArea = ({ x, y, width, height }: Rect): Rect => ({
  x: x + width - 132,
  y: y + 4,
  width: 128,
  height: height - 8,
})

export function placePods(layout: Layout, pods: Readonly<Record<string, PodView>>): PodPlaces {
  const groups = new Map<string, string[]>()
  for (const pod of Object.values(pods)) {
    if (layout.fleet !== null && pod.node !== null) continue
    const host = pod.node !== null && layout.berths[pod.node] !== undefined ? pod.node : ''
    if (host === '' && !pod.recorded) continue
    groups.set(host, [...(groups.get(host) ?? []), pod.uid])
  }
  const places = new Map<string, PodPlace>()
  const more: Record<string, number> = {}
  for (const [host, uids] of groups) {
    const berth = layout.berths[host]
    const area = berth ?? waitingArea(layout.shelf)
    const grid = gridFor(berth === undefined ? shelfGrids : berthGrids, uids.length)
    const shown = uids.slice(0, grid.columns * grid.rows)
    shown.forEach((uid, index) => {
      places.set(uid, { rect: slotOf(area, grid, index), density: grid.density })
    })
    if (uids.length > shown.length) more[host] = uids.length - shown.length
  }
  return { places, more }
}

const gridFor = (grids: readonly Grid[], count: number): Grid =>
  grids.find(({ columns, rows }) => count <= columns * rows) ??
  grids.at(-1) ?? { density: 'dot', columns: 1, rows: 1 }

function slotOf(area: Rect, { columns, rows }: Grid, index: number): Rect {
  const width = (area.width - (columns - 1) * between) / columns
  const height = (area.height - (rows - 1) * between) / rows
  return {
    x: area.x + (index % columns) * (width + between),
    y: area.y + Math.floor(index / columns) * (height + between),
    width,
    height,
  }
}
