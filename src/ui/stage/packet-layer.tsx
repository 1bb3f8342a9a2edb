// Draws the packets in flight once for each frame of the screen, straight into the DOM: React would be the slowest way
// to move a dot. The elements are pooled; the labels are HTML, because only they know how wide their text is.

import { useEffect, useRef } from 'react'
import { select } from '../store/selection.ts'
import { useSettings } from '../store/settings.ts'
import { useView, virtualNow } from '../store/view.ts'
import type { Packet } from './flights.ts'
import { labelsOf, packetsAt } from './flights.ts'
import type { Path, Rect } from './geometry.ts'
import { placeLabel } from './label-places.ts'
import type { Layout } from './layout.ts'
import { namesOn } from './names-on-stage.ts'
import { routeBetween } from './routes.ts'
import { openMenu } from './stage-menu.ts'

const svgNamespace = 'http://www.w3.org/2000/svg'

const mostLabels = 2

interface Sprite {
  readonly group: SVGGElement
  readonly trail: SVGPathElement
  readonly count: SVGTextElement
}

export function PacketLayer({ layout }: { readonly layout: Layout }) {
  const svg = useRef<SVGSVGElement>(null)
  const labels = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (svg.current === null || labels.current === null) return
    const stopActing = actOnLabels(labels.current)
    const painter = makePainter(layout, svg.current, labels.current)
    let request = 0
    const paint = (screenNow: number): void => {
      painter.paint(screenNow)
      request = requestAnimationFrame(paint)
    }
    request = requestAnimationFrame(paint)
    return () => {
      cancelAnimationFrame(request)
      stopActing()
      painter.clear()
    }
  }, [layout])
  return (
    <div className="packets" aria-hidden="true">
      <svg ref={svg} width="1" height="1" aria-hidden="true" />
      <div ref={labels} />
    </div>
  )
}

interface Painter {
  paint(screenNow: number): void
  clear(): void
}

function makePainter(layout: Layout, svg: SVGSVGElement, pillBox: HTMLDivElement): Painter {
  const still = window.matchMedia('(prefers-reduced-motion: reduce)')
  const routes = new Map<string, Path | null>()
  const sprites: Sprite[] = []
  const pills: HTMLDivElement[] = []
  /** Which side of its packet each label has, by the packet. */
  let sides = new Map<number, number>()
  let painted = ''

  const pathOf = (from: string, to: string): Path | null => {
    const key = `${from}\t${to}`
    const known = routes.get(key)
    if (known !== undefined) return known
    const path = routeBetween(layout, from, to)
    routes.set(key, path)
    return path
  }
  const spriteAt = (index: number): Sprite => {
    const known = sprites[index]
    if (known !== undefined) return known
    const sprite = makeSprite(svg)
    sprites.push(sprite)
    return sprite
  }
  const pillAt = (index: number): HTMLDivElement => {
    const known = pills[index]
    if (known !== undefined) return known
    const pill = document.createElement('div')
    pillBox.append(pill)
    pills.push(pill)
    return pill
  }
  return {
    paint(screenNow) {
      const { clock, receivedAt, flights, frames, stage } = useView.getState()
      const { showNoise } = useSettings.getState()
      const now = virtualNow(clock, receivedAt, screenNow)
      // Nothing moves while paused: the last picture stands.
      const picture = `${frames} ${now} ${showNoise} ${still.matches}`
      if (picture === painted) return
      painted = picture
      const packets = packetsAt({ flights, now, showNoise, still: still.matches, pathOf })
      packets.forEach((packet, index) => {
        drawSprite(spriteAt(index), packet, pathOf(packet.flight.from, packet.flight.to))
      })
      for (const { group, trail } of sprites.slice(packets.length)) {
        group.setAttribute('class', 'packet is-spare')
        trail.removeAttribute('d')
      }
      const labels = labelsOf(packets, mostLabels)
      const placed: Rect[] = []
      const things = labels.length === 0 ? [] : namesOn(layout, stage.pods)
      const { width, height } = layout
      const sidesNow = new Map<number, number>()
      labels.forEach((label, index) => {
        const pill = pillAt(index)
        pill.dataset.seq = String(label.seq)
        pill.className = label.lost ? 'pill is-lost' : 'pill'
        const space = { width, height, things, labels: placed }
        const place = placeLabel(label.at, write(pill, label.text), space, sides.get(label.seq) ?? null)
        placed.push(place)
        sidesNow.set(label.seq, place.side)
        pill.style.transform = `translate(${place.x.toFixed(1)}px, ${place.y.toFixed(1)}px)`
      })
      sides = sidesNow
      for (const spare of pills.slice(labels.length)) spare.className = 'pill is-spare'
    },
    clear() {
      svg.replaceChildren()
      pillBox.replaceChildren()
    },
  }
}

function makeSprite(svg: SVGSVGElement): Sprite {
  const make = <Name extends keyof SVGElementTagNameMap>(name: Name, className: string) => {
    const element = document.createElementNS(svgNamespace, name)
    element.setAttribute('class', className)
    return element
  }
  const trail = make('path', 'packet-trail')
  const group = make('g', 'packet')
  const halo = make('circle', 'packet-halo')
  halo.setAttribute('r', '11')
  const dot = make('circle', 'packet-dot')
  dot.setAttribute('r', '5.5')
  const broken = make('path', 'packet-broken')
  broken.setAttribute('d', 'M-7 -7 7 7M7 -7 -7 7')
  const count = make('text', 'packet-count')
  count.setAttribute('y', '-12')
  group.append(halo, dot, broken, count)
  svg.append(trail, group)
  return { group, trail, count }
}

function drawSprite({ group, trail, count }: Sprite, packet: Packet, path: Path | null): void {
  group.setAttribute('class', `packet packet-${packet.kind}${packet.lost ? ' is-lost' : ''}`)
  group.setAttribute('transform', `translate(${packet.at.x.toFixed(1)} ${packet.at.y.toFixed(1)})`)
  trail.setAttribute('d', packet.kind === 'followed' ? (path?.d ?? '') : '')
  const text = packet.count > 1 ? `×${packet.count}` : ''
  if (count.textContent !== text) count.textContent = text
}

/** Writes a label and answers its width, which is read only when the text is new. */
function write(pill: HTMLDivElement, text: string): number {
  if (pill.textContent !== text) {
    pill.textContent = text
    pill.dataset.width = String(pill.offsetWidth)
  }
  return Number(pill.dataset.width)
}

/** A label chooses its message, and opens what can be done to it. The keyboard reaches messages in the events. */
function actOnLabels(box: HTMLElement): () => void {
  const subjectOf = (event: Event): { readonly kind: 'event'; readonly seq: number } | null => {
    const seq = event.target instanceof HTMLElement ? Number(event.target.dataset.seq) : Number.NaN
    return Number.isFinite(seq) ? { kind: 'event', seq } : null
  }
  const onClick = (event: MouseEvent): void => {
    const subject = subjectOf(event)
    if (subject !== null) select(subject)
  }
  const onContextMenu = (event: MouseEvent): void => {
    const subject = subjectOf(event)
    if (subject === null || !(event.target instanceof HTMLElement)) return
    event.preventDefault()
    select(subject)
    openMenu({ subject, name: event.target.textContent, x: event.clientX, y: event.clientY })
  }
  box.addEventListener('click', onClick)
  box.addEventListener('contextmenu', onContextMenu)
  return () => {
    box.removeEventListener('click', onClick)
    box.removeEventListener('contextmenu', onContextMenu)
  }
}
