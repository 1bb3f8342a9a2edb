// Tells the host which nodes and Pods of a fleet are looked at: what is chosen, pointed at, walked to, and what is so
// large on the screen that it can be read. Of these alone the page has the details.

import { useStore } from '@xyflow/react'
import { useEffect } from 'react'
import type { FleetFocus } from '../../worker/protocol.ts'
import { call } from '../store/host.ts'
import { useSelection } from '../store/selection.ts'
import { useView } from '../store/view.ts'
import { capacityOf } from './fleet-canvas.ts'
import { forEachTile, podNamesFrom, tilesOnScreen } from './fleet-painter.ts'
import type { Fleet } from './fleet-places.ts'
import { podGrid, tileOf } from './fleet-places.ts'

/** More nodes than these cannot be read at once. */
const mostInSight = 100

export function useFocus(fleet: Fleet, pointed: number | null, walked: number): void {
  const sight = useStore(({ transform, width, height }) =>
    inSight(fleet, { x: transform[0], y: transform[1], zoom: transform[2] }, { width, height }),
  )
  const chosen = useSelection(({ selected }) => selected)
  const frames = useView(({ opened }) => opened)
  const host = chosen?.kind === 'host' ? chosen.name : null
  const uid = chosen?.kind === 'pod' ? chosen.uid : null
  const here = pointed === null ? undefined : fleet.hosts[pointed]
  const there = fleet.hosts[walked]
  // biome-ignore lint/correctness/useExhaustiveDependencies: another fleet is another session, which knows of no focus
  useEffect(() => {
    if (!frames) return
    const nodes = [host, here, there, ...(sight === '' ? [] : sight.split(' '))]
    const focus: FleetFocus = {
      nodes: [...new Set(nodes.filter((name) => name != null))],
      pods: uid === null ? [] : [uid],
    }
    // Where it is refused, the host is gone, and says so elsewhere.
    call('focus', focus).catch(() => undefined)
  }, [frames, fleet, host, uid, here, there, sight])
}

/** The names of the tiles on the screen, as one text, when their Pods are large enough to have names. */
function inSight(
  fleet: Fleet,
  lens: { readonly x: number; readonly y: number; readonly zoom: number },
  size: { readonly width: number; readonly height: number },
): string {
  const { fleet: view } = useView.getState()
  if (view === null || fleet.hosts.length === 0) return ''
  const grid = podGrid(tileOf(fleet, 0), capacityOf(view.looks))
  if (grid.size * lens.zoom < podNamesFrom) return ''
  const names: string[] = []
  forEachTile({ fleet }, tilesOnScreen({ fleet, lens, size }), (index) => {
    const name = fleet.hosts[index]
    if (name !== undefined && names.length < mostInSight) names.push(name)
  })
  return names.join(' ')
}
