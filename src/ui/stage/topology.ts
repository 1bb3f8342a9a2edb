// The topology out of the view's tables, with an identity that changes only when something stands elsewhere.

import { useMemo } from 'react'
import type { StageView } from '../../worker/protocol.ts'
import { rememberLast } from '../store/remember-last.ts'
import { useView } from '../store/view.ts'
import type { Layout, Topology } from './layout.ts'
import { layOut } from './layout.ts'

/** The parts of the tables that decide places, as one text: frames change tables often, places hardly ever. */
const keyOf = rememberLast((hosts: StageView['hosts'], processes: StageView['processes']): string => {
  const hostRows = Object.values(hosts).map(({ name, role }) => `${name}\t${role}`)
  const processRows = Object.values(processes).map(({ id, kind, host }) => `${id}\t${kind}\t${host}`)
  return `${hostRows.join('\n')}\n\n${processRows.join('\n')}`
})

/** Of a fleet's processes, those that are looked at come and go; they have no place of their own. */
const useTopologyKey = (): string =>
  useView(({ stage, fleet }) =>
    fleet === null ? keyOf(stage.hosts, stage.processes) : fleetKey(stage.processes),
  )

const fleetKey = rememberLast((processes: StageView['processes']): string =>
  keyOf({}, Object.fromEntries(Object.entries(processes).filter(([id]) => !id.includes('/')))),
)

function parseKey(key: string): Topology {
  const [hosts = '', processes = ''] = key.split('\n\n')
  const rows = (text: string): string[][] =>
    text === '' ? [] : text.split('\n').map((row) => row.split('\t'))
  return {
    hosts: rows(hosts).map(([name = '', role = '']) => ({ name, role })),
    processes: rows(processes).map(([id = '', kind = '', host = '']) => ({ id, kind, host })),
  }
}

export interface Plan {
  readonly topology: Topology
  readonly layout: Layout
}

/** @param aspect of the space; rounded, so that dragging a panel's edge does not lay out at every pixel */
export function usePlan(aspect: number): Plan {
  const key = useTopologyKey()
  const fleet = useView((view) => view.fleet?.names)
  const coarse = Math.max(0.3, Math.round(aspect * 8) / 8)
  return useMemo(() => {
    const topology = { ...parseKey(key), ...(fleet === undefined ? {} : { fleet }) }
    return { topology, layout: layOut(topology, coarse) }
  }, [key, coarse, fleet])
}
