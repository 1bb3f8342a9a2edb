// Marks on the tiles of a fleet whose nodes were hit: as large at every zoom, so that they are found in a field of
// thousands. What each one is, the tile's button says.

import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { FaultView } from '../../worker/protocol.ts'
import { useView } from '../store/view.ts'
import type { Fleet } from './fleet-places.ts'
import { tileOf } from './fleet-places.ts'

/** Of more than this nobody counts marks. */
const MOST_MARKS = 500

/** The names in a fault's target as hosts: a process is named after its node. */
export const hostsIn = ({ target }: FaultView): readonly string[] =>
  target.split(/[~,]/).map((name) => name.split('/')[0] ?? '')

export function FleetFaults({ fleet }: { readonly fleet: Fleet }) {
  const places = useMemo(() => new Map(fleet.hosts.map((host, index) => [host, index])), [fleet])
  const hit = useView(
    useShallow(({ stage }) =>
      [...new Set(Object.values(stage.faults).flatMap(hostsIn))]
        .filter((host) => places.has(host))
        .slice(0, MOST_MARKS),
    ),
  )
  return hit.map((host) => {
    const { x, y, width } = tileOf(fleet, places.get(host) ?? 0)
    return (
      <span key={host} className="fleet-fault" aria-hidden="true" style={{ left: x + width, top: y }}>
        ✕
      </span>
    )
  })
}
