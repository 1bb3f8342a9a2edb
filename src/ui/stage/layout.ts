// Where everything of the stage stands: a pure function of the topology and of the shape of the space there is. Sizes
// are fixed, so that paths are known without measuring; the viewport zooms to fit.

import type { Fleet } from './fleet-places.ts'
import { fleetIn, tileOf } from './fleet-places.ts'
import type { Rect } from './geometry.ts'

export interface Topology {
  readonly hosts: readonly { readonly name: string; readonly role: string }[]
  readonly processes: readonly { readonly id: string; readonly kind: string; readonly host: string }[]
  /** The nodes of a large cluster, by name; their processes are not among those above. */
  readonly fleet?: readonly string[]
}

export interface Layout {
  readonly width: number
  readonly height: number
  /** The frame around the control plane's components. */
  readonly controlPlane: Rect
  /** The frame around etcd's members, and the shelf of what is recorded in it. */
  readonly etcd: Rect
  readonly shelf: Rect
  /** Below the clients, where nothing else stands; null where there is no such place. */
  readonly legend: Rect | null
  /** Nodes' cards, by host; tiles of the fleet where there is one. */
  readonly nodes: Readonly<Record<string, Rect>>
  /** More nodes than cards could be read: they stand as tiles, painted as one picture. Null: there are cards. */
  readonly fleet: Fleet | null
  /** Where a node's Pods stand, inside its card. */
  readonly berths: Readonly<Record<string, Rect>>
  /** Processes by id: boxes of the control plane, discs of etcd members, chips on nodes. For a fleet's see `placeOf`. */
  readonly processes: Readonly<Record<string, Rect>>
  /** How wide `aspect` was: side by side, or one under the other. */
  readonly tall: boolean
}

const nodeCard = { width: 272, height: 214 } as const
export const memberSize = { width: 92, height: 96, disc: 58 } as const
const gap = 16
const clientSize = { width: 106, height: 62 } as const
const etcdWidth = 302
/** Beside etcd where it stands below the control plane: lines to the nodes pass here. */
const laneWidth = 44
const legendHeight = 92
const shelfHeight = 118
const fleetWidth = 1_100
const leastFleetHeight = 300
/** Above the tiles, for the line that sums them up. */
export const fleetHead = 34
const titleHeight = 40
/** Between the control plane and the nodes, where lines spread out. */
const nodesTitle = 48
const chipOrder = ['kubelet', 'containerd', 'cni', 'kube-proxy']
const chipWidths: Readonly<Record<string, number>> = {
  kubelet: 55,
  containerd: 77,
  cni: 32,
  'kube-proxy': 75,
}
const controlPlaneKinds = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']

/** @param aspect width by height of the space for the stage */
export function layOut(topology: Topology, aspect: number): Layout {
  const of = (kind: string) => topology.processes.filter((process) => process.kind === kind)
  const nodeHosts = topology.fleet ?? hostsWithKubelets(topology)
  const onNode = new Set(nodeHosts)
  const clients = topology.processes.filter(
    ({ kind, host }) => kind !== 'etcd' && !controlPlaneKinds.includes(kind) && !onNode.has(host),
  )
  const members = of('etcd').map(({ id }) => id)
  const etcdHeight = titleHeight + ringHeight(members.length) + 10 + shelfHeight + 12
  const columns = of('kube-apiserver').length
  const tall = aspect < 0.85
  const controlPlaneWidth = columns > 1 ? columns * 206 + 16 : 404
  const leastHeight = Math.max(tall ? 300 : etcdHeight, 300)
  const clientColumn = clients.length > 0 ? clientSize.width + 20 : 0
  const topWidth = tall
    ? Math.max(clientColumn + controlPlaneWidth, laneWidth + etcdWidth)
    : clientColumn + controlPlaneWidth + gap + etcdWidth
  const isFleet = topology.fleet !== undefined
  const columnsOfNodes = isFleet ? 0 : columnsFor(nodeHosts.length, aspect, topWidth, leastHeight)
  const nodesWidth = isFleet ? (tall ? topWidth : fleetWidth) : columnsOfNodes * (nodeCard.width + gap) - gap
  const width = Math.max(topWidth, nodesWidth)
  const spare = width - topWidth
  const rows = Math.ceil(nodeHosts.length / Math.max(1, columnsOfNodes))
  const nodesHeight = isFleet
    ? Math.max(leastFleetHeight, width / aspect - leastHeight - nodesTitle)
    : rows * (nodeCard.height + gap) - gap
  // Height that the space has to spare goes to the control plane and to the air below it.
  const air = tall ? 0 : Math.max(0, width / aspect - leastHeight - nodesTitle - nodesHeight)
  const controlPlaneHeight = leastHeight + Math.round(Math.min(110, air * 0.6))
  const controlPlane: Rect = {
    x: clientColumn,
    y: 0,
    width: controlPlaneWidth + (tall ? spare : Math.round(spare * 0.7)),
    height: controlPlaneHeight,
  }
  const etcd: Rect = tall
    ? { x: laneWidth, y: controlPlaneHeight + gap, width: width - laneWidth, height: etcdHeight }
    : {
        x: controlPlane.x + controlPlane.width + gap,
        y: 0,
        width: width - controlPlane.x - controlPlane.width - gap,
        height: controlPlaneHeight,
      }
  const nodesTop =
    (tall ? etcd.y + etcd.height : controlPlaneHeight) + nodesTitle + Math.round(Math.min(40, air * 0.25))
  const fleet = isFleet
    ? fleetIn(nodeHosts, { x: 0, y: nodesTop + fleetHead, width, height: nodesHeight - fleetHead })
    : null
  const nodes =
    fleet === null
      ? placeNodes(nodeHosts, columnsOfNodes, width, nodesTop)
      : Object.fromEntries(nodeHosts.map((host, index) => [host, tileOf(fleet, index)]))
  return {
    width,
    height: nodesTop + nodesHeight,
    controlPlane,
    etcd,
    shelf: {
      x: etcd.x + 14,
      y: etcd.y + etcd.height - shelfHeight - 12,
      width: etcd.width - 28,
      height: shelfHeight,
    },
    legend:
      clients.length > 0 && clients.length < 3
        ? {
            x: 0,
            y: controlPlane.y + controlPlane.height - legendHeight,
            width: clientSize.width,
            height: legendHeight,
          }
        : null,
    nodes,
    fleet,
    berths:
      fleet === null
        ? Object.fromEntries(Object.entries(nodes).map(([host, card]) => [host, berthOf(card)]))
        : {},
    processes: {
      ...placeClients(clients.map(({ id }) => id)),
      ...placeControlPlane(topology, controlPlane),
      ...placeMembers(members, etcd),
      ...(fleet === null ? placeChips(topology, nodes) : {}),
    },
    tall,
  }
}

function hostsWithKubelets(topology: Topology): readonly string[] {
  const hosts = new Set(topology.processes.filter(({ kind }) => kind === 'kubelet').map(({ host }) => host))
  return topology.hosts.map(({ name }) => name).filter((name) => hosts.has(name))
}

/** Where members stand, in cells from the middle of the top: a ring that begins at the top, wide enough for labels. */
const rings: Readonly<Record<number, readonly (readonly [x: number, y: number])[]>> = {
  1: [[0, 0]],
  3: [
    [0, 0],
    [0.82, 1.02],
    [-0.82, 1.02],
  ],
  5: [
    [0, 0],
    [1, 0.55],
    [0.56, 1.6],
    [-0.56, 1.6],
    [-1, 0.55],
  ],
  7: [
    [0, 0],
    [1, 0.3],
    [1, 1.35],
    [0.52, 2.4],
    [-0.52, 2.4],
    [-1, 1.35],
    [-1, 0.3],
  ],
}
const cell = { width: 98, height: 97 } as const

/** Any other number of members stands in rows of three. */
const ringOf = (members: number): readonly (readonly [x: number, y: number])[] =>
  rings[members] ??
  Array.from({ length: members }, (_, index) => [(index % 3) - 1, Math.floor(index / 3) * 1.02])

const ringHeight = (members: number): number =>
  Math.max(0, ...ringOf(members).map(([, y]) => y)) * cell.height + memberSize.height

/**
 * As many in a row as make the whole largest; of those nearly as large, the fewest rows, so that a gap is left only
 * where a full row would make everything small.
 */
function columnsFor(nodes: number, aspect: number, topWidth: number, topHeight: number): number {
  const scales: number[] = []
  for (let columns = 1; columns <= Math.min(nodes, 6); columns++) {
    const width = Math.max(topWidth, columns * (nodeCard.width + gap) - gap)
    const height = topHeight + nodesTitle + Math.ceil(nodes / columns) * (nodeCard.height + gap) - gap
    scales.push(Math.min(aspect / width, 1 / height))
  }
  const enough = 0.95 * Math.max(0, ...scales)
  const widest = Math.max(1, scales.findLastIndex((scale) => scale >= enough) + 1)
  // The same rows, evenly filled.
  return Math.max(1, Math.ceil(nodes / Math.ceil(nodes / widest)))
}

function placeNodes(
  hosts: readonly string[],
  columns: number,
  width: number,
  top: number,
): Readonly<Record<string, Rect>> {
  const rowWidth = columns * (nodeCard.width + gap) - gap
  const between = columns > 1 ? Math.min(56, gap + (width - rowWidth) / (columns - 1)) : gap
  const left = (width - columns * nodeCard.width - (columns - 1) * between) / 2
  return Object.fromEntries(
    hosts.map((host, index) => [
      host,
      {
        x: Math.round(left + (index % columns) * (nodeCard.width + between)),
        y: top + Math.floor(index / columns) * (nodeCard.height + gap),
        ...nodeCard,
      },
    ]),
  )
}

const berthOf = (card: Rect): Rect => ({
  x: card.x + 12,
  y: card.y + 81,
  width: card.width - 24,
  height: 104,
})

const placeClients = (ids: readonly string[]): Readonly<Record<string, Rect>> =>
  Object.fromEntries(
    ids.map((id, index) => [id, { x: 0, y: 60 + index * (clientSize.height + 16), ...clientSize }]),
  )

/** One control plane has room for a triangle; several stand as columns, with a trunk for lines beside each. */
function placeControlPlane(topology: Topology, frame: Rect): Readonly<Record<string, Rect>> {
  const hosts = [
    ...new Set(
      topology.processes.filter(({ kind }) => controlPlaneKinds.includes(kind)).map(({ host }) => host),
    ),
  ]
  const placed: [string, Rect][] = []
  const on = (host: string, kind: string): string[] =>
    topology.processes.filter((process) => process.host === host && process.kind === kind).map(({ id }) => id)
  const inner = frame.height - 44 - 22
  hosts.forEach((host, column) => {
    const slot = (frame.width - 32) / hosts.length
    const left = frame.x + 16 + column * slot
    if (hosts.length === 1) {
      const low = frame.y + frame.height - 22 - 92
      const half = Math.min(190, (slot - 32) / 2)
      const middle = left + slot / 2
      for (const id of on(host, 'kube-apiserver'))
        placed.push([id, { x: middle - 104, y: frame.y + 40, width: 208, height: 108 }])
      for (const id of on(host, 'kube-controller-manager'))
        placed.push([id, { x: middle - 16 - half, y: low, width: half, height: 92 }])
      for (const id of on(host, 'kube-scheduler'))
        placed.push([id, { x: middle + 16, y: low, width: half, height: 92 }])
      return
    }
    const step = inner / 3
    controlPlaneKinds.forEach((kind, row) => {
      for (const id of on(host, kind))
        placed.push([
          id,
          {
            x: left,
            y: Math.round(frame.y + 40 + row * step),
            width: Math.min(178, slot - 24),
            height: Math.round(Math.min(92, step - 20)),
          },
        ])
    })
  })
  return Object.fromEntries(placed)
}

function placeMembers(ids: readonly string[], frame: Rect): Readonly<Record<string, Rect>> {
  const x = frame.x + frame.width / 2 - memberSize.width / 2
  const room = frame.height - titleHeight - shelfHeight - 22
  const y = frame.y + titleHeight + Math.max(0, (room - ringHeight(ids.length)) / 2)
  const places = ringOf(ids.length)
  return Object.fromEntries(
    ids.map((id, index) => {
      const [column, row] = places[index] ?? [0, 0]
      return [
        id,
        {
          x: Math.round(x + column * cell.width),
          y: Math.round(y + row * cell.height),
          width: memberSize.width,
          height: memberSize.height,
        },
      ]
    }),
  )
}

/** Where a process stands; in a fleet, the tile of its node. Undefined: it is not on the stage. */
export const placeOf = ({ processes, fleet, nodes }: Layout, id: string): Rect | undefined =>
  processes[id] ?? (fleet === null ? undefined : nodes[id.slice(0, Math.max(0, id.indexOf('/')))])

function placeChips(
  topology: Topology,
  nodes: Readonly<Record<string, Rect>>,
): Readonly<Record<string, Rect>> {
  const placed: [string, Rect][] = []
  for (const [host, card] of Object.entries(nodes)) {
    const chips = topology.processes.filter((process) => process.host === host)
    const rank = (kind: string): number => (chipOrder.indexOf(kind) + chipOrder.length + 1) % 5
    let x = card.x + 11
    for (const chip of [...chips].sort((a, b) => rank(a.kind) - rank(b.kind))) {
      const width = chipWidths[chip.kind] ?? 60
      placed.push([chip.id, { x, y: card.y + 45, width, height: 27 }])
      x += width + 3
    }
  }
  return Object.fromEntries(placed)
}
