// Paints a fleet: a tile a node, a square a Pod. What is shown follows from how large a tile is on the screen: from a
// field of colour, over squares, to names. States are told by shape as well as by colour. Needs no GPU.

import type { PodView, StageView } from '../../worker/protocol.ts'
import type { Fleet } from './fleet-places.ts'
import { podGrid, podSquare, tileOf } from './fleet-places.ts'
import type { Rect } from './geometry.ts'
import { podState, shortPodName } from './pod-state.ts'

/** How a Pod's square looks. */
type PodLook = 'ready' | 'running' | 'coming' | 'waiting' | 'broken' | 'gap' | 'going'

function lookOf(pod: PodView, hostUp: boolean): PodLook {
  const state = podState(pod, hostUp)
  if (state.gap) return 'gap'
  if (state.terminating || state.remains) return 'going'
  switch (state.reality) {
    case 'running':
      return pod.ready ? 'ready' : 'running'
    case 'exited':
      return pod.phase === 'Succeeded' ? 'waiting' : 'broken'
    case 'nothing':
      return pod.phase === 'Failed' ? 'broken' : 'waiting'
    default:
      return pod.reason !== null && /BackOff|Err/.test(pod.reason) ? 'broken' : 'coming'
  }
}

export interface Palette {
  readonly glass: string
  readonly sunk: string
  readonly edge: string
  readonly line: string
  readonly ink: string
  readonly soft: string
  readonly ok: string
  readonly okBack: string
  readonly ghost: string
  readonly now: string
  readonly warn: string
  readonly font: string
}

export interface FleetScene {
  readonly fleet: Fleet
  readonly stage: StageView
  readonly podsOn: ReadonlyMap<string, readonly PodView[]>
  /** For how many Pods each tile has room. */
  readonly capacity: number
  /** From the picture's units to the screen's pixels. */
  readonly view: { readonly x: number; readonly y: number; readonly zoom: number }
  readonly size: { readonly width: number; readonly height: number }
  /** Hosts where something happens now, are pointed at, are chosen. */
  readonly now: ReadonlySet<string>
  readonly chosen: { readonly host: string | null; readonly pod: string | null }
  readonly palette: Palette
}

/** On screen, in pixels: below it a tile is a field of colour; from it on it has a name. */
const squaresFrom = 12
const namesFrom = 34
const podNamesFrom = 62

export function paintFleet(context: CanvasRenderingContext2D, scene: FleetScene): void {
  const { fleet, view, size } = scene
  context.clearRect(0, 0, size.width, size.height)
  const { columns, tile, gap, rect, hosts } = fleet
  const toUnits = (pixels: number, offset: number): number => (pixels - offset) / view.zoom
  const first = (pixels: number, offset: number, start: number, step: number): number =>
    Math.max(0, Math.floor((toUnits(pixels, offset) - start) / step))
  const fromColumn = first(0, view.x, rect.x, tile.width + gap)
  const toColumn = Math.min(columns - 1, first(size.width, view.x, rect.x, tile.width + gap))
  const fromRow = first(0, view.y, rect.y, tile.height + gap)
  const toRow = first(size.height, view.y, rect.y, tile.height + gap)
  for (let row = fromRow; row <= toRow; row++) {
    for (let column = fromColumn; column <= toColumn; column++) {
      const index = row * columns + column
      const host = hosts[index]
      if (host !== undefined) paintTile(context, scene, host, tileOf(fleet, index))
    }
  }
}

const onScreen = ({ x, y, width, height }: Rect, { view }: FleetScene): Rect => ({
  x: x * view.zoom + view.x,
  y: y * view.zoom + view.y,
  width: width * view.zoom,
  height: height * view.zoom,
})

function paintTile(context: CanvasRenderingContext2D, scene: FleetScene, host: string, tile: Rect): void {
  const { stage, palette, now, chosen } = scene
  const up = stage.hosts[host]?.up ?? true
  const ready = stage.nodes[host]?.ready
  const pods = scene.podsOn.get(host) ?? []
  const { x, y, width, height } = onScreen(tile, scene)
  const radius = Math.min(8, width * 0.07)
  context.beginPath()
  context.roundRect(x, y, width, height, radius)
  context.fillStyle = up ? palette.glass : palette.sunk
  context.fill()
  if (width < squaresFrom) paintField(context, scene, { x, y, width, height }, pods, up)
  const isChosen = chosen.host === host
  context.lineWidth = isChosen || now.has(host) ? 2 : 1
  context.strokeStyle = isChosen
    ? palette.ink
    : now.has(host) || ready === 'False' || !up
      ? palette.now
      : palette.edge
  context.setLineDash(ready === undefined || ready === 'True' ? [] : [3, 2])
  context.stroke()
  context.setLineDash([])
  if (!up || ready === 'False' || ready === 'Unknown') {
    // A dead node is crossed out, whatever the record says of it.
    context.beginPath()
    context.moveTo(x + 2, y + height - 2)
    context.lineTo(x + width - 2, y + 2)
    if (!up) {
      context.moveTo(x + 2, y + 2)
      context.lineTo(x + width - 2, y + height - 2)
    }
    context.strokeStyle = palette.now
    context.globalAlpha = 0.55
    context.stroke()
    context.globalAlpha = 1
  }
  if (width < squaresFrom) return
  if (width >= namesFrom) paintName(context, scene, host, { x, y, width, height }, ready)
  const grid = podGrid(tile, scene.capacity)
  pods.forEach((pod, index) => {
    const square = onScreen(podSquare(grid, index), scene)
    const look = lookOf(pod, up)
    paintPod(context, square, look, palette, chosen.pod === pod.uid)
    if (square.width >= podNamesFrom)
      paintInside(context, square, pod, up, look === 'ready' ? palette.glass : palette.ink, palette.font)
  })
}

/** How full the tile is, and how much of that is well. */
function paintField(
  context: CanvasRenderingContext2D,
  { palette, capacity }: FleetScene,
  { x, y, width, height }: Rect,
  pods: readonly PodView[],
  up: boolean,
): void {
  if (pods.length === 0) return
  const well = up ? pods.filter(({ ready }) => ready).length : 0
  const full = Math.min(1, pods.length / capacity)
  const share = well / pods.length
  context.fillStyle = palette.ok
  context.globalAlpha = 0.25 + 0.75 * full
  context.fillRect(x, y + height * (1 - share), width, height * share)
  context.fillStyle = palette.warn
  context.fillRect(x, y, width, height * (1 - share))
  context.globalAlpha = 1
}

function paintName(
  context: CanvasRenderingContext2D,
  { palette }: FleetScene,
  host: string,
  { x, y, width, height }: Rect,
  ready: 'True' | 'False' | 'Unknown' | undefined,
): void {
  const text = Math.min(14, Math.max(8, height * 0.18))
  context.font = `600 ${text}px ${palette.font}`
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.fillStyle = palette.ink
  const middle = y + height * 0.16
  const room = width - 10 - text
  const name = context.measureText(host).width <= room ? host : host.replace(/^.*-/, '')
  context.fillText(name, x + 5, middle, room)
  if (ready === undefined) return
  context.beginPath()
  context.arc(x + width - 5 - text * 0.3, middle, text * 0.3, 0, 2 * Math.PI)
  context.fillStyle = palette.ok
  context.strokeStyle = palette.now
  if (ready === 'True') context.fill()
  else context.stroke()
}

function paintPod(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Rect,
  look: PodLook,
  palette: Palette,
  isChosen: boolean,
): void {
  const thin = Math.max(1, Math.min(2, width * 0.12))
  context.lineWidth = thin
  const inset = { x: x + thin / 2, y: y + thin / 2, width: width - thin, height: height - thin }
  const outline = (colour: string, dashed = false): void => {
    context.strokeStyle = colour
    if (dashed) context.setLineDash([Math.max(1.5, width * 0.2), Math.max(1, width * 0.14)])
    context.strokeRect(inset.x, inset.y, inset.width, inset.height)
    context.setLineDash([])
  }
  switch (look) {
    case 'ready':
      context.fillStyle = palette.ok
      context.fillRect(x, y, width, height)
      break
    case 'running':
      context.fillStyle = palette.okBack
      context.fillRect(x, y, width, height)
      outline(palette.ok)
      break
    case 'coming':
      outline(palette.ok)
      break
    case 'waiting':
      outline(palette.ghost, true)
      break
    case 'going':
      context.fillStyle = palette.ghost
      context.fillRect(x, y + height / 2, width, height / 2)
      outline(palette.ghost)
      break
    case 'broken':
    case 'gap':
      outline(look === 'gap' ? palette.now : palette.warn, look === 'gap')
      context.beginPath()
      context.moveTo(x + 1, y + 1)
      context.lineTo(x + width - 1, y + height - 1)
      context.stroke()
  }
  if (!isChosen) return
  context.lineWidth = 2
  context.strokeStyle = palette.ink
  context.strokeRect(x - 2, y - 2, width + 4, height + 4)
}

/** A Pod that is large enough to look into: its name, its address, and a bar for each container, the pause first. */
function paintInside(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Rect,
  pod: PodView,
  up: boolean,
  ink: string,
  font: string,
): void {
  const text = Math.min(15, height * 0.15)
  const middle = x + width / 2
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillStyle = ink
  context.font = `600 ${text}px ${font}`
  context.fillText(shortPodName(pod.name, width * (4.4 / (text * 0.6))), middle, y + height * 0.36, width - 6)
  context.font = `${text * 0.9}px ${font}`
  context.fillText(pod.sandboxIp ?? pod.phase, middle, y + height * 0.56, width - 6)
  if (!up) return
  const bar = { left: x + width * 0.08, top: y + height * 0.78, height: Math.max(3, height * 0.07) }
  const pause = width * 0.1
  if (pod.sandbox !== 'absent') context.fillRect(bar.left, bar.top, pause, bar.height)
  const room = width * 0.84 - pause - 4
  const each = room / Math.max(1, pod.containers.length)
  pod.containers.forEach(({ state }, index) => {
    const left = bar.left + pause + 4 + index * each
    if (state === 'running') context.fillRect(left, bar.top, each - 3, bar.height)
    else if (state !== 'absent') {
      context.lineWidth = 1
      context.strokeStyle = context.fillStyle
      context.strokeRect(left + 0.5, bar.top + 0.5, each - 4, bar.height - 1)
    }
  })
}
