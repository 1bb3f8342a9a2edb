// Profiles: what a campaign looks at. Each seed switches on a random part of what its profile has (swarm testing): a bug
// that one feature hides from another is found where the first is off.
import type { Place } from './fault-choice.ts'

export interface Profile {
  readonly name: string
  readonly about: string
  /** Where faults strike. */
  readonly places: readonly Place[]
  /** The faults it has; absent: every one. */
  readonly faults?: readonly string[]
  /** The fewest and the most faults of a story. */
  readonly count: readonly [number, number]
  readonly members: readonly (1 | 3 | 5)[]
  readonly nodes: readonly [number, number]
}

const everywhere: readonly Place[] = ['etcd', 'control-plane', 'node']

const PROFILES: readonly Profile[] = [
  {
    name: 'all',
    about: 'every fault, everywhere',
    places: everywhere,
    count: [0, 12],
    members: [1, 3, 3, 3, 5],
    nodes: [1, 5],
  },
  {
    name: 'raft',
    about: 'faults at the etcd members',
    places: ['etcd'],
    count: [4, 30],
    members: [3, 3, 5],
    nodes: [1, 2],
  },
  {
    name: 'node',
    about: 'faults at the nodes',
    places: ['node'],
    count: [1, 14],
    members: [1, 3],
    nodes: [1, 5],
  },
  {
    name: 'network',
    about: 'partitions and latency between all hosts',
    places: everywhere,
    faults: ['partition', 'latency'],
    count: [2, 16],
    members: [1, 3, 5],
    nodes: [1, 5],
  },
  {
    name: 'api',
    about: 'faults at the apiserver, the controller manager and the scheduler',
    places: ['control-plane'],
    count: [2, 16],
    members: [1, 3],
    nodes: [1, 4],
  },
  {
    name: 'calm',
    about: 'no faults: workloads alone',
    places: everywhere,
    count: [0, 0],
    members: [1, 3],
    nodes: [1, 5],
  },
]

export const profiles: ReadonlyMap<string, Profile> = new Map(
  PROFILES.map((profile) => [profile.name, profile]),
)
