// The canvas of a fleet: painted when something changed, the picture was moved or the colours are others, at most once
// for each frame of the screen.

import { useStoreApi } from '@xyflow/react'
import { useEffect } from 'react'
import { rememberLast } from '../store/remember-last.ts'
import { useSelection } from '../store/selection.ts'
import { useSettings } from '../store/settings.ts'
import { useView } from '../store/view.ts'
import type { FleetScene } from './fleet-painter.ts'
import { paintFleet } from './fleet-painter.ts'
import type { Fleet } from './fleet-places.ts'
import { capacityFor } from './fleet-places.ts'
import type { Palette } from './fleet-pod.ts'

export const capacityOf = rememberLast((looks: readonly Uint8Array[]): number =>
  capacityFor(looks.reduce((most, { length }) => Math.max(most, length), 0)),
)

function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    glass: colour('glass'),
    sunk: colour('sunk'),
    edge: colour('edge'),
    line: colour('line'),
    ink: colour('ink'),
    soft: colour('soft'),
    ok: colour('ok'),
    okBack: colour('ok-bg'),
    ghost: colour('ghost'),
    now: colour('now'),
    warn: colour('ctrl'),
    font: style.fontFamily,
  }
}

/** Hosts of what happens at the cursor. */
const hostsNow = rememberLast(
  (current: ReturnType<typeof useView.getState>['current']): ReadonlySet<string> =>
    new Set(
      current.flatMap(({ process, to }) =>
        [process, to ?? ''].filter((id) => id.includes('/')).map((id) => id.slice(0, id.indexOf('/'))),
      ),
    ),
)

export function useFleetCanvas(canvas: { readonly current: HTMLCanvasElement | null }, fleet: Fleet): void {
  const flow = useStoreApi()
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d') ?? null
    if (element === null || context === null) return
    let request = 0
    let palette: Palette | null = null
    let painted: FleetScene | null = null
    const paint = (): void => {
      request = 0
      const { stage, current, fleet: view } = useView.getState()
      if (view === null) return
      const { width, height, transform } = flow.getState()
      const scale = window.devicePixelRatio
      const [across, down] = [Math.round(width * scale), Math.round(height * scale)]
      if (element.width !== across || element.height !== down) {
        element.width = across
        element.height = down
        painted = null
      }
      context.setTransform(scale, 0, 0, scale, 0, 0)
      const { selected } = useSelection.getState()
      palette ??= paletteOf(element)
      const scene: FleetScene = {
        fleet,
        view,
        stage,
        capacity: capacityOf(view.looks),
        lens: { x: transform[0], y: transform[1], zoom: transform[2] },
        size: { width, height },
        now: hostsNow(current),
        chosen: {
          host: selected?.kind === 'host' ? selected.name : null,
          pod: selected?.kind === 'pod' ? selected.uid : null,
        },
        palette,
      }
      paintFleet(context, scene, painted)
      painted = scene
    }
    const ask = (): void => {
      if (request === 0) request = requestAnimationFrame(paint)
    }
    const recolour = (): void => {
      palette = null
      ask()
    }
    ask()
    const stops = [
      flow.subscribe(ask),
      useSelection.subscribe(ask),
      useSettings.subscribe(recolour),
      useView.subscribe((state, before) => {
        if (state.fleet !== before.fleet || state.stage !== before.stage || state.current !== before.current)
          ask()
      }),
    ]
    const scheme = window.matchMedia('(prefers-color-scheme: dark)')
    scheme.addEventListener('change', recolour)
    return () => {
      cancelAnimationFrame(request)
      scheme.removeEventListener('change', recolour)
      for (const stop of stops) stop()
    }
  }, [canvas, flow, fleet])
}
