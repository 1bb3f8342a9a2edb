// Paints a fleet: a tile a node, a square a Pod. What is shown follows from how large a tile is on the screen: from a
// field of colour, over squares, to names. States are told by shape as well as by colour. It needs no GPU: while nobody
// moves the picture, only the tiles that changed are painted again.

import type { PodView, StageView } from '../../worker/protocol.ts'
import type { FleetView } from '../store/view.ts'
import type { Fleet } from './fleet-places.ts'
import { podGrid, podSquare, tileOf } from './fleet-places.ts'
import type { Palette } from './fleet-pod.ts'
import { paintInside, paintPod } from './fleet-pod.ts'
import type { Rect } from './geometry.ts'

export interface FleetScene {
  readonly fleet: Fleet
  readonly view: FleetView
  /** Has the Pods of the nodes that are looked at. */
  readonly stage: StageView
  /** For how many Pods each tile has room. */
  readonly capacity: number
  /** From the picture's units to the screen's pixels. */
  readonly lens: Lens
  readonly size: { readonly width: number; readonly height: number }
  /** Hosts where something happens now, and what is chosen. */
  readonly now: ReadonlySet<string>
  readonly chosen: { readonly host: string | null; readonly pod: string | null }
  readonly palette: Palette
}

interface Lens {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

/** On screen, in pixels: of smaller squares nothing could be told; from so wide on a tile has a name, a Pod another. */
const leastSquare = 2.2
const namesFrom = 34
export const podNamesFrom = 62

/** Paints what is not on the canvas yet. `before` is what is on it. */
export function paintFleet(
  context: CanvasRenderingContext2D,
  scene: FleetScene,
  before: FleetScene | null,
): void {
  const range = tilesOnScreen(scene)
  if (before === null || !isSamePicture(scene, before)) {
    context.clearRect(0, 0, scene.size.width, scene.size.height)
    forEachTile(scene, range, (index) => paintTile(context, scene, index))
    return
  }
  forEachTile(scene, range, (index) => {
    if (isSameTile(scene, before, index)) return
    const { x, y, width, height } = onScreen(tileOf(scene.fleet, index), scene.lens)
    const edge = Math.min(2, (scene.fleet.gap * scene.lens.zoom) / 2)
    context.clearRect(x - edge, y - edge, width + 2 * edge, height + 2 * edge)
    paintTile(context, scene, index)
  })
}

const isSamePicture = (scene: FleetScene, before: FleetScene): boolean =>
  scene.fleet === before.fleet &&
  scene.palette === before.palette &&
  scene.capacity === before.capacity &&
  scene.lens.x === before.lens.x &&
  scene.lens.y === before.lens.y &&
  scene.lens.zoom === before.lens.zoom &&
  scene.size.width === before.size.width &&
  scene.size.height === before.size.height

function isSameTile(scene: FleetScene, before: FleetScene, index: number): boolean {
  const host = scene.fleet.hosts[index] ?? ''
  return (
    scene.view.looks[index] === before.view.looks[index] &&
    scene.view.states[index] === before.view.states[index] &&
    scene.now.has(host) === before.now.has(host) &&
    (scene.chosen.host === host) === (before.chosen.host === host) &&
    scene.chosen.pod === before.chosen.pod &&
    scene.stage.berths[host] === before.stage.berths[host] &&
    // Names and containers are painted from the Pods themselves.
    (scene.stage.pods === before.stage.pods || scene.stage.berths[host] === undefined)
  )
}

interface TileRange {
  readonly columns: readonly [from: number, to: number]
  readonly rows: readonly [from: number, to: number]
}

export function tilesOnScreen({ fleet, lens, size }: Pick<FleetScene, 'fleet' | 'lens' | 'size'>): TileRange {
  const { columns, tile, gap, rect, hosts } = fleet
  const at = (pixels: number, offset: number, start: number, step: number): number =>
    Math.max(0, Math.floor(((pixels - offset) / lens.zoom - start) / step))
  const across = tile.width + gap
  const down = tile.height + gap
  return {
    columns: [at(0, lens.x, rect.x, across), Math.min(columns - 1, at(size.width, lens.x, rect.x, across))],
    rows: [
      at(0, lens.y, rect.y, down),
      Math.min(Math.ceil(hosts.length / columns) - 1, at(size.height, lens.y, rect.y, down)),
    ],
  }
}

export function forEachTile(
  { fleet }: Pick<FleetScene, 'fleet'>,
  { columns, rows }: TileRange,
  see: (index: number) => void,
): void {
  for (let row = rows[0]; row <= rows[1]; row++) {
    for (let column = columns[0]; column <= columns[1]; column++) {
      const index = row * fleet.columns + column
      if (index < fleet.hosts.length) see(index)
    }
  }
}

const onScreen = ({ x, y, width, height }: Rect, lens: Lens): Rect => ({
  x: x * lens.zoom + lens.x,
  y: y * lens.zoom + lens.y,
  width: width * lens.zoom,
  height: height * lens.zoom,
})

/** The bits of a node's state; see `FleetPatch`. */
export const nodeState = (
  bits: number,
): { readonly up: boolean; readonly ready: Ready; readonly cordoned: boolean } => ({
  up: (bits & 1) !== 0,
  ready: readies[(bits >> 1) & 3],
  cordoned: (bits & 8) !== 0,
})

type Ready = 'True' | 'False' | 'Unknown' | undefined
const readies: readonly Ready[] = [undefined, 'True', 'False', 'Unknown']

function paintTile(context: CanvasRenderingContext2D, scene: FleetScene, index: number): void {
  const { fleet, view, stage, lens, palette } = scene
  const host = fleet.hosts[index] ?? ''
  const tile = tileOf(fleet, index)
  const rect = onScreen(tile, lens)
  const looks = view.looks[index] ?? new Uint8Array(0)
  const { up, ready } = nodeState(view.states[index] ?? 0)
  const grid = podGrid(tile, scene.capacity)
  const hasSquares = grid.size * lens.zoom >= leastSquare
  paintGround(context, scene, rect, host, up, ready)
  if (!hasSquares) paintField(context, scene, rect, looks, up)
  if (!up || ready === 'False' || ready === 'Unknown') crossOut(context, rect, palette, up)
  if (!hasSquares) return
  if (rect.width >= namesFrom) paintName(context, scene, host, rect, ready)
  const berth = stage.berths[host]
  looks.forEach((look, at) => {
    const square = onScreen(podSquare(grid, at), lens)
    const uid = berth?.[at]
    paintPod(context, square, look, palette, uid !== undefined && uid === scene.chosen.pod)
    const pod: PodView | undefined = uid === undefined ? undefined : stage.pods[uid]
    if (pod !== undefined && square.width >= podNamesFrom)
      paintInside(context, square, pod, up, look === 0 ? palette.glass : palette.ink, palette.font)
  })
}

function paintGround(
  context: CanvasRenderingContext2D,
  { palette, chosen, now }: FleetScene,
  { x, y, width, height }: Rect,
  host: string,
  up: boolean,
  ready: Ready,
): void {
  const isChosen = chosen.host === host
  const isMarked = isChosen || now.has(host)
  context.fillStyle = up ? palette.glass : palette.sunk
  if (width < namesFrom) {
    // So many of them that corners and dashes would only cost time.
    context.fillRect(x, y, width, height)
    context.lineWidth = 1
    context.strokeStyle = isChosen
      ? palette.ink
      : isMarked || !up || ready === 'False'
        ? palette.now
        : palette.edge
    if (width >= 6) context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1)
    return
  }
  const line = isMarked ? 2 : 1
  context.beginPath()
  context.roundRect(x + line / 2, y + line / 2, width - line, height - line, Math.min(8, width * 0.07))
  context.fill()
  context.lineWidth = line
  context.strokeStyle = isChosen
    ? palette.ink
    : isMarked || ready === 'False' || !up
      ? palette.now
      : palette.edge
  context.setLineDash(ready === undefined || ready === 'True' ? [] : [3, 2])
  context.stroke()
  context.setLineDash([])
}

/** A dead node is crossed out, whatever the record says of it; one that is not ready, once. */
function crossOut(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Rect,
  palette: Palette,
  up: boolean,
): void {
  const pad = Math.min(2, width * 0.15)
  context.beginPath()
  context.moveTo(x + pad, y + height - pad)
  context.lineTo(x + width - pad, y + pad)
  if (!up) {
    context.moveTo(x + pad, y + pad)
    context.lineTo(x + width - pad, y + height - pad)
  }
  context.lineWidth = width < namesFrom ? 1.5 : 1
  context.strokeStyle = palette.now
  context.globalAlpha = width < namesFrom ? 0.9 : 0.55
  context.stroke()
  context.globalAlpha = 1
}

/** From below: how full the node is, its ready Pods first, and above them what is not ready. */
function paintField(
  context: CanvasRenderingContext2D,
  { palette, capacity }: FleetScene,
  { x, y, width, height }: Rect,
  looks: Uint8Array,
  up: boolean,
): void {
  if (looks.length === 0) return
  let well = 0
  if (up) for (const look of looks) if (look === 0) well++
  const inset = width >= 6 ? 1 : 0
  const room = height - 2 * inset
  const each = room / Math.max(capacity, looks.length)
  const base = y + height - inset
  context.fillStyle = palette.ok
  context.fillRect(x + inset, base - each * well, width - 2 * inset, each * well)
  const ill = looks.length - well
  if (ill === 0) return
  context.fillStyle = palette.warn
  context.fillRect(x + inset, base - each * looks.length, width - 2 * inset, each * ill)
}

function paintName(
  context: CanvasRenderingContext2D,
  { palette }: FleetScene,
  host: string,
  { x, y, width, height }: Rect,
  ready: Ready,
): void {
  const text = Math.min(14, Math.max(8, height * 0.18))
  context.font = `600 ${text}px ${palette.font}`
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.fillStyle = palette.ink
  const middle = y + Math.max(height * 0.17, text * 0.7)
  const room = width - 10 - text
  const name = context.measureText(host).width <= room ? host : host.replace(/^.*-/, '')
  context.fillText(name, x + 5, middle, room)
  if (ready === undefined) return
  context.beginPath()
  context.arc(x + width - 5 - text * 0.3, middle, text * 0.3, 0, 2 * Math.PI)
  context.lineWidth = 1
  context.fillStyle = palette.ok
  context.strokeStyle = palette.now
  if (ready === 'True') context.fill()
  else context.stroke()
}
