// Draws the packets in flight once for each frame of the screen, straight into the DOM: React would be the slowest way
// to move a dot. The elements are pooled; the labels are HTML, because only they know how wide their text is.

import { useEffect, useRef } from 'react'
import { useSettings } from '../store/settings.ts'
import { useView, virtualNow } from '../store/view.ts'
import type { Packet } from './flights.ts'
import { packetsAt } from './flights.ts'
import type { Path } from './geometry.ts'
import type { Layout } from './layout.ts'
import { routeBetween } from './routes.ts'

const svgNamespace = 'http://www.w3.org/2000/svg'

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
    const painter = makePainter(layout, svg.current, labels.current)
    let request = 0
    const paint = (screenNow: number): void => {
      painter.paint(screenNow)
      request = requestAnimationFrame(paint)
    }
    request = requestAnimationFrame(paint)
    return () => {
      cancelAnimationFrame(request)
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

function makePainter(layout: Layout, svg: SVGSVGElement, labels: HTMLDivElement): Painter {
  const still = window.matchMedia('(prefers-reduced-motion: reduce)')
  const routes = new Map<string, Path | null>()
  const sprites: Sprite[] = []
  const pills: HTMLDivElement[] = []
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
    labels.append(pill)
    pills.push(pill)
    return pill
  }
  return {
    paint(screenNow) {
      const { clock, receivedAt, flights, frames } = useView.getState()
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
      for (const spare of sprites.slice(packets.length)) spare.group.setAttribute('class', 'packet is-spare')
      const said = labelled(packets)
      said.forEach(({ packet, text }, index) => {
        drawPill(pillAt(index), packet, text, layout.width)
      })
      for (const spare of pills.slice(said.length)) spare.className = 'pill is-spare'
    },
    clear() {
      svg.replaceChildren()
      labels.replaceChildren()
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

/** Messages that say the same (a leader's to each follower) share one label. */
function labelled(packets: readonly Packet[]): readonly { packet: Packet; text: string }[] {
  const said = new Map<string, { packet: Packet; times: number }>()
  for (const packet of packets) {
    if (packet.kind !== 'followed') continue
    const { label, detail } = packet.flight
    const key = detail === '' ? label : `${label} · ${lastPart(detail)}`
    const known = said.get(key)
    if (known === undefined) said.set(key, { packet, times: 1 })
    else known.times++
  }
  return [...said].map(([key, { packet, times }]) => ({ packet, text: times > 1 ? `${key} ×${times}` : key }))
}

const lastPart = (detail: string): string => detail.slice(detail.lastIndexOf('/') + 1)

/** Beside the packet; on its left where the right is not wide enough. A width is read only when the text is new. */
function drawPill(pill: HTMLDivElement, packet: Packet, text: string, right: number): void {
  pill.className = packet.lost ? 'pill is-lost' : 'pill'
  if (pill.textContent !== text) {
    pill.textContent = text
    pill.dataset.width = String(pill.offsetWidth)
  }
  const width = Number(pill.dataset.width)
  const x = packet.at.x + 16 + width > right ? packet.at.x - 16 - width : packet.at.x + 16
  pill.style.transform = `translate(${x.toFixed(1)}px, ${(packet.at.y - 13).toFixed(1)}px)`
}
