import { expect, test } from 'vitest'
import type { Node } from '../../api/objects.ts'
import { cowMap } from '../../kernel/cow-map.ts'
import { makeNode } from '../testing/builders.ts'
import type { ReadyStatus } from './health.ts'
import type { Zone, ZoneCounts } from './zones.ts'
import { countNode, updateZones, zoneKey, zoneOf } from './zones.ts'

interface Observation {
  readonly node: Node
  readonly current: ReadyStatus
}

/** So many nodes of a zone are ready, and so many are not. */
function observations(ready: number, notReady: number, zone = 'a'): Observation[] {
  const labels = { 'topology.kubernetes.io/zone': zone }
  return Array.from({ length: ready + notReady }, (_, index) => {
    const node = makeNode(`${zone}-${index}`)
    return {
      node: { ...node, metadata: { ...node.metadata, labels } },
      current: index < ready ? 'True' : 'Unknown',
    }
  })
}

function countsOf(pass: readonly Observation[]): ZoneCounts {
  const counts: ZoneCounts = new Map()
  for (const { node, current } of pass) countNode(counts, zoneOf(node), current)
  return counts
}

function zoneAfter(passes: readonly (readonly Observation[])[]): Zone {
  const memory = cowMap<unknown>()
  for (const pass of passes) updateZones(memory, countsOf(pass), 0)
  return memory.get(zoneKey(passes[0]![0]!.node)) as Zone
}

test.each([
  { what: 'a healthy zone', pass: observations(10, 1), state: 'Normal', interval: 10_000_000 },
  {
    what: 'two of three gone are too few to tell',
    pass: observations(1, 2),
    state: 'Normal',
    interval: 10_000_000,
  },
  { what: 'most of a small zone', pass: observations(4, 6), state: 'PartialDisruption', interval: 0 },
  {
    what: 'most of a large zone',
    pass: observations(20, 40),
    state: 'PartialDisruption',
    interval: 100_000_000,
  },
  {
    what: 'a dark zone beside a healthy one',
    pass: [...observations(0, 4), ...observations(4, 0, 'b')],
    state: 'FullDisruption',
    interval: 10_000_000,
  },
  { what: 'a dark cluster', pass: observations(0, 4), state: 'FullDisruption', interval: 0 },
])('$what: $state, one eviction in $interval µs', ({ pass, state, interval }) => {
  expect(zoneAfter([observations(4, 0), pass])).toMatchObject({ state, intervalMicros: interval })
})

test('a cluster that goes dark and comes back says so once each', () => {
  const memory = cowMap<unknown>()
  const passes = [
    observations(3, 0),
    observations(0, 3),
    observations(0, 3),
    observations(1, 2),
    observations(3, 0),
  ]
  expect(passes.map((pass) => updateZones(memory, countsOf(pass), 0))).toEqual([
    'none',
    'entered',
    'none',
    'left',
    'none',
  ])
  expect((memory.get(zoneKey(passes[0]![0]!.node)) as Zone).intervalMicros).toBe(10_000_000)
})
