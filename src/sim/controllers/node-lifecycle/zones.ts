// How fast nodes of a zone may be emptied: slower, or not at all, when so many fail together that the fault is likely
// to be elsewhere. Models handleDisruption and ComputeZoneState of pkg/controller/nodelifecycle.
import type { Node } from '../../api/objects.ts'
import type { CowMap } from '../../kernel/cow-map.ts'
import type { ReadyStatus } from './health.ts'

type ZoneState = 'Initial' | 'Normal' | 'PartialDisruption' | 'FullDisruption'

export interface Zone {
  readonly state: ZoneState
  /** Between two evictions; 0: none. */
  readonly intervalMicros: number
  /** When the next node may be evicted. */
  readonly nextAt: number
}

const EVICTION_INTERVAL_MICROS = 10_000_000
const SECONDARY_INTERVAL_MICROS = 100_000_000
const UNHEALTHY_THRESHOLD = 0.55
const LARGE_CLUSTER = 50
const ZONE = 'zone/'
const EXCLUDED = 'node.kubernetes.io/exclude-disruption'

function zoneNameOf(node: Node): string {
  const { labels } = node.metadata
  const region = labels?.['topology.kubernetes.io/region'] ?? ''
  const zone = labels?.['topology.kubernetes.io/zone'] ?? ''
  return region === '' && zone === '' ? '' : `${region}:\u0000:${zone}`
}

/** Where the memory keeps the node's zone. */
export const zoneKey = (node: Node): string => ZONE + zoneNameOf(node)

/** The same; null for a node that does not count in its zone. */
export const zoneOf = (node: Node): string | null =>
  node.metadata.labels?.[EXCLUDED] === undefined ? zoneKey(node) : null

interface Count {
  ready: number
  notReady: number
}

/** How many nodes of each zone are ready, by the key of the zone. */
export type ZoneCounts = Map<string, Count>

export type Disruption = 'none' | 'entered' | 'left'

/** Sets the pace of each zone. Says whether the cluster as a whole went dark, or came back, with this pass. */
export function updateZones(memory: CowMap<unknown>, counts: ZoneCounts, now: number): Disruption {
  let allWereDark = true
  let allAreDark = true
  for (const [key, count] of counts) {
    if (zoneIn(memory, key).state !== 'FullDisruption') allWereDark = false
    if (stateOf(count) !== 'FullDisruption') allAreDark = false
  }
  const entered = allAreDark && !allWereDark
  const left = !allAreDark && allWereDark
  for (const [key, count] of counts) {
    const before = zoneIn(memory, key)
    const state = stateOf(count)
    if (state === before.state && !entered && !left) continue
    const intervalMicros = allAreDark ? 0 : pace(state, count)
    memory.set(key, Object.freeze({ state, intervalMicros, nextAt: Math.max(before.nextAt, now) }))
  }
  if (counts.size === 0) return 'none'
  return entered ? 'entered' : left ? 'left' : 'none'
}

export function countNode(counts: ZoneCounts, zone: string | null, current: ReadyStatus): void {
  if (zone === null) return
  let count = counts.get(zone)
  if (count === undefined) {
    count = { ready: 0, notReady: 0 }
    counts.set(zone, count)
  }
  if (current === 'True') count.ready++
  else count.notReady++
}

function stateOf({ ready, notReady }: Count): ZoneState {
  if (ready === 0 && notReady > 0) return 'FullDisruption'
  if (notReady > 2 && notReady / (notReady + ready) >= UNHEALTHY_THRESHOLD) return 'PartialDisruption'
  return 'Normal'
}

function pace(state: ZoneState, { ready, notReady }: Count): number {
  if (state !== 'PartialDisruption') return EVICTION_INTERVAL_MICROS
  return ready + notReady > LARGE_CLUSTER ? SECONDARY_INTERVAL_MICROS : 0
}

const FIRST: Zone = Object.freeze({ state: 'Initial', intervalMicros: EVICTION_INTERVAL_MICROS, nextAt: 0 })

function zoneIn(memory: CowMap<unknown>, key: string): Zone {
  return (memory.get(key) as Zone | undefined) ?? FIRST
}

/** The zone after one more eviction at `at`. */
export function afterEviction(zone: Zone, at: number): Zone {
  return { ...zone, nextAt: at + zone.intervalMicros }
}

export const firstZone = (): Zone => FIRST
