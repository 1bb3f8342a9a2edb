// One Pod of a fleet as it is painted: a square that tells its state by its shape, and what is inside it when it is large.

import type { PodLook, PodView } from '../../worker/protocol.ts'
import type { Rect } from './geometry.ts'
import { shortPodName } from './pod-state.ts'

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

/** By the numbers that the host sends. */
const looks: readonly PodLook[] = ['ready', 'running', 'coming', 'waiting', 'broken', 'gap', 'going']

export function paintPod(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Rect,
  look: number,
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
  switch (looks[look]) {
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
      outline(looks[look] === 'gap' ? palette.now : palette.warn, looks[look] === 'gap')
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
export function paintInside(
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
