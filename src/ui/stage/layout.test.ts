import { expect, test } from 'vitest'
import { contains, overlap, pointAlong } from './geometry.ts'
import type { Topology } from './layout.ts'
import { layOut } from './layout.ts'
import { routeBetween } from './routes.ts'

function makeTopology(etcd: number, controlPlanes: number, nodes: number): Topology {
  const hosts: { name: string; role: string }[] = [{ name: 'laptop', role: 'client' }]
  const processes: { id: string; kind: string; host: string }[] = [
    { id: 'kubectl', kind: 'kubectl', host: 'laptop' },
  ]
  const add = (host: string, role: string, kinds: Readonly<Record<string, string>>): void => {
    hosts.push({ name: host, role })
    for (const [id, kind] of Object.entries(kinds)) processes.push({ id, kind, host })
  }
  for (let i = 1; i <= etcd; i++) add(`etcd-${i}`, 'etcd', { [`etcd-${i}`]: 'etcd' })
  for (let i = 1; i <= controlPlanes; i++)
    add(`control-plane-${i}`, 'control-plane', {
      [`kube-apiserver-${i}`]: 'kube-apiserver',
      [`kube-controller-manager-${i}`]: 'kube-controller-manager',
      [`kube-scheduler-${i}`]: 'kube-scheduler',
    })
  for (let i = 1; i <= nodes; i++)
    add(`node-${i}`, 'node', {
      [`node-${i}/kubelet`]: 'kubelet',
      [`node-${i}/containerd`]: 'containerd',
      [`node-${i}/cni`]: 'cni',
      [`node-${i}/kube-proxy`]: 'kube-proxy',
    })
  return { hosts, processes }
}

const cases = [1, 3, 5, 7].flatMap((etcd) =>
  [1, 2, 3].flatMap((controlPlanes) =>
    [1, 2, 3, 5, 8, 12].flatMap((nodes) =>
      [0.5, 1, 1.4, 2.2].map((aspect) => ({ etcd, controlPlanes, nodes, aspect })),
    ),
  ),
)

test.each(cases)('nothing overlaps: %j', ({ etcd, controlPlanes, nodes, aspect }) => {
  const topology = makeTopology(etcd, controlPlanes, nodes)
  const layout = layOut(topology, aspect)
  const placed = Object.entries(layout.processes)
  expect(placed).toHaveLength(topology.processes.length)
  for (const [index, [a, rect]] of placed.entries()) {
    for (const [b, other] of placed.slice(index + 1))
      expect(overlap(rect, other), `${a} and ${b}`).toBe(false)
    expect(contains({ x: 0, y: 0, width: layout.width, height: layout.height }, rect), a).toBe(true)
  }
  const areas = [layout.controlPlane, layout.etcd, ...Object.values(layout.nodes)]
  for (const [index, area] of areas.entries())
    for (const other of areas.slice(index + 1)) expect(overlap(area, other)).toBe(false)
  for (const [id, rect] of placed) {
    if (id.startsWith('etcd-')) {
      expect(contains(layout.etcd, rect), id).toBe(true)
      expect(overlap(rect, layout.shelf), id).toBe(false)
    }
    if (id.startsWith('kube-')) expect(contains(layout.controlPlane, rect), id).toBe(true)
  }
})

test('a wide space gets its nodes in a row, a tall one under each other', () => {
  const topology = makeTopology(3, 1, 3)
  const rows = (aspect: number): number =>
    new Set(Object.values(layOut(topology, aspect).nodes).map(({ y }) => y)).size
  expect(rows(1.4)).toBe(1)
  expect(rows(0.5)).toBeGreaterThan(1)
})

test.each([
  ['kubectl', 'kube-apiserver-1'],
  ['kube-apiserver-1', 'etcd-2'],
  ['etcd-1', 'etcd-3'],
  ['kube-apiserver-1', 'node-3/kubelet'],
  ['node-2/kubelet', 'node-2/containerd'],
  ['node-2/containerd', 'node-2/cni'],
])('%s and %s share one line in both directions', (a, b) => {
  const layout = layOut(makeTopology(3, 1, 3), 1.4)
  const there = routeBetween(layout, a, b)!
  const back = routeBetween(layout, b, a)!
  for (const share of [0, 0.25, 0.5, 1]) {
    const [p, q] = [pointAlong(there, share), pointAlong(back, 1 - share)]
    expect(Math.hypot(p.x - q.x, p.y - q.y)).toBeLessThan(0.5)
  }
})

test('lines to nodes pass between the components of the control plane', () => {
  const layout = layOut(makeTopology(3, 1, 3), 1.4)
  for (const node of ['node-1', 'node-2', 'node-3']) {
    const path = routeBetween(layout, 'kube-apiserver-1', `${node}/kubelet`)!
    for (let share = 0.02; share < 1; share += 0.02) {
      const { x, y } = pointAlong(path, share)
      for (const id of ['kube-controller-manager-1', 'kube-scheduler-1'])
        expect(overlap({ x, y, width: 1, height: 1 }, layout.processes[id]!), `${node} through ${id}`).toBe(
          false,
        )
    }
  }
})

test('there is no line to a process that is not on the stage', () => {
  expect(routeBetween(layOut(makeTopology(1, 1, 1), 1.4), 'kubectl', 'nobody')).toBeNull()
})
