// The lines between processes. A standing watch is dotted and stays; an open request is solid and goes when it is
// answered; etcd's members are joined by a hairline. Each line is an edge of the flow graph with the stage's own path.

import type { Edge, EdgeProps, EdgeTypes } from '@xyflow/react'
import { useMemo } from 'react'
import type { StageView } from '../../worker/protocol.ts'
import { useTexts } from '../i18n/use-texts.ts'
import { rememberLast } from '../store/remember-last.ts'
import { hover, select, subjectKey, useEmphasis } from '../store/selection.ts'
import { useView } from '../store/view.ts'
import type { Path } from './geometry.ts'
import type { Layout } from './layout.ts'
import { routeBetween } from './routes.ts'
import { useFaultNames } from './stage-item.tsx'
import { openMenu } from './stage-menu.ts'

type LinkEdge = Edge<{ readonly path: Path; readonly peers: boolean }>

/** The library's own word for it is English only. */
const unnamedRole = { 'aria-roledescription': undefined }

const pairKey = (a: string, b: string): string => `${a}\t${b}`

/** Pairs with something standing or open between them; as one text, so that only a new pair makes new edges. */
const pairsOf = rememberLast(
  (watches: StageView['watches'], requests: StageView['requests'], members: StageView['members']): string => {
    const pairs = new Set<string>()
    for (const { client, server } of Object.values(watches)) pairs.add(pairKey(client, server))
    for (const { client, server } of Object.values(requests)) pairs.add(pairKey(client, server))
    // Raft's messages go between the leader and the others; without one, between all of them.
    const ids = Object.keys(members)
    const leads = (id: string): boolean => members[id]?.up === true && members[id]?.role === 'leader'
    const led = ids.some(leads)
    ids.forEach((a, index) => {
      for (const b of ids.slice(index + 1)) if (!led || leads(a) || leads(b)) pairs.add(pairKey(a, b))
    })
    return [...pairs].sort().join('\n')
  },
)

const usePairs = (): string => useView(({ stage }) => pairsOf(stage.watches, stage.requests, stage.members))

/** The lines to a fleet are drawn as one. */
const isInFleet = ({ fleet, nodes }: Layout, process: string): boolean =>
  fleet !== null && nodes[process.slice(0, process.indexOf('/'))] !== undefined

export function useLinks(layout: Layout): LinkEdge[] {
  const pairs = usePairs()
  const { linkName } = useTexts().stage
  return useMemo(() => {
    const edges: LinkEdge[] = []
    for (const pair of pairs === '' ? [] : pairs.split('\n')) {
      const [source = '', target = ''] = pair.split('\t')
      if (isInFleet(layout, source) || isInFleet(layout, target)) continue
      const path = routeBetween(layout, source, target)
      if (path === null) continue
      const peers = source.startsWith('etcd') && target.startsWith('etcd')
      edges.push({
        id: pair,
        source,
        target,
        type: 'link',
        data: { path, peers },
        focusable: false,
        ariaLabel: linkName(source, target),
        domAttributes: unnamedRole,
      })
    }
    return edges
  }, [layout, pairs, linkName])
}

/** For each pair, the resources that the client watches at the server. */
const watchedByPair = rememberLast((watches: StageView['watches']): ReadonlyMap<string, string> => {
  const resources = new Map<string, string[]>()
  for (const { client, server, resource } of Object.values(watches)) {
    const key = pairKey(client, server)
    resources.set(key, [...(resources.get(key) ?? []), resource])
  }
  return new Map([...resources].map(([key, all]) => [key, all.sort().join(', ')]))
})

const openByPair = rememberLast((requests: StageView['requests']): ReadonlyMap<string, number> => {
  const open = new Map<string, number>()
  for (const { client, server } of Object.values(requests)) {
    const key = pairKey(client, server)
    open.set(key, (open.get(key) ?? 0) + 1)
  }
  return open
})

function Link({ source, target, data }: EdgeProps<LinkEdge>) {
  const texts = useTexts().stage
  const key = pairKey(source, target)
  const watched = useView(({ stage }) => watchedByPair(stage.watches).get(key) ?? '')
  const open = useView(({ stage }) => openByPair(stage.requests).get(key) ?? 0)
  const subject = { kind: 'link', from: source, to: target } as const
  const emphasis = useEmphasis(subjectKey(subject))
  const faults = useFaultNames(subject)
  if (data === undefined) return null
  const { d } = data.path
  const name = texts.linkName(source, target)
  return (
    <g className="link" data-emphasis={emphasis} data-cut={faults.names !== ''}>
      {data.peers ? <path className="link-peers" d={d} /> : null}
      {watched === '' ? null : <path className="link-watch" d={d} />}
      {open > 0 ? <path className="link-request" d={d} /> : null}
      {/* Lines are also reached through the components' own lists in the inspector, so the keyboard skips them. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: an SVG path has no role of its own, and keys reach it elsewhere */}
      <path
        className="link-grip"
        d={d}
        onClick={() => select(subject)}
        onKeyDown={undefined}
        onMouseEnter={() => hover(subject)}
        onMouseLeave={() => hover(null)}
        onContextMenu={(event) => {
          event.preventDefault()
          select(subject)
          openMenu({ subject, name, x: event.clientX, y: event.clientY })
        }}
      >
        <title>
          {[name, watched === '' ? '' : texts.watchesOf(watched), faults.title]
            .filter((line) => line !== '')
            .join('\n')}
        </title>
      </path>
    </g>
  )
}

export const edgeTypes: EdgeTypes = { link: Link }
