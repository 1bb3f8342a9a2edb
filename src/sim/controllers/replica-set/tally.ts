// How many Pods of each ReplicaSet there are in which state, kept up to date with each change. A ReplicaSet of thousands
// would otherwise be counted anew whenever one of its Pods changes; upstream does that.
import { deepEqual } from '../../api/json.ts'
import type { Labels, Pod } from '../../api/objects.ts'
import { controllerOf } from '../../api/owner-references.ts'
import type { CowMap } from '../../kernel/cow-map.ts'
import { isActive, isReady, isTerminating } from '../runtime/pod-state.ts'

export interface Counts {
  readonly total: number
  readonly active: number
  readonly ready: number
  readonly terminating: number
}

/** Pods with the same labels: selectors and templates need to look at one of them only. */
export interface Group extends Counts {
  readonly labels: Labels
}

export type Tally = readonly Group[]

export const tallyKey = (uid: string): string => `tally/${uid}`

const NONE: Counts = Object.freeze({ total: 0, active: 0, ready: 0, terminating: 0 })
const NO_LABELS: Labels = Object.freeze({})
const NO_GROUPS: Tally = Object.freeze([])

/** `previous` must be what this was told of the Pod last; `now` is undefined when the Pod is gone. */
export function countChange(memory: CowMap<unknown>, previous: Pod | undefined, now: Pod | undefined): void {
  const left = ownerOf(previous)
  const owner = ownerOf(now)
  if (left !== owner) {
    if (previous !== undefined && left !== undefined) change(memory, left, previous, undefined)
    if (now !== undefined && owner !== undefined) change(memory, owner, undefined, now)
  } else if (owner !== undefined && previous !== undefined && now !== undefined && !sameCounts(previous, now))
    change(memory, owner, previous, now)
}

/** The uid of its ReplicaSet. */
function ownerOf(pod: Pod | undefined): string | undefined {
  const owner = pod === undefined ? undefined : controllerOf(pod)
  return owner?.kind === 'ReplicaSet' ? owner.uid : undefined
}

function sameCounts(a: Pod, b: Pod): boolean {
  return (
    a.metadata.labels === b.metadata.labels &&
    isActive(a) === isActive(b) &&
    isReady(a) === isReady(b) &&
    isTerminating(a) === isTerminating(b)
  )
}

function change(memory: CowMap<unknown>, uid: string, previous: Pod | undefined, now: Pod | undefined): void {
  const key = tallyKey(uid)
  let tally = (memory.get(key) as Tally | undefined) ?? NO_GROUPS
  if (previous !== undefined) tally = counted(tally, previous, -1)
  if (now !== undefined) tally = counted(tally, now, 1)
  const left = tally.some(({ total }) => total === 0) ? tally.filter(({ total }) => total !== 0) : tally
  if (left.length === 0) memory.delete(key)
  else memory.set(key, Object.freeze(left))
}

function counted(tally: Tally, pod: Pod, sign: 1 | -1): Tally {
  const { labels = NO_LABELS } = pod.metadata
  const index = tally.findIndex((group) => deepEqual(group.labels, labels))
  const before = tally[index] ?? NONE
  const active = isActive(pod)
  const group: Group = Object.freeze({
    labels,
    total: before.total + sign,
    active: before.active + (active ? sign : 0),
    ready: before.ready + (active && isReady(pod) ? sign : 0),
    terminating: before.terminating + (isTerminating(pod) ? sign : 0),
  })
  return index < 0 ? [...tally, group] : tally.map((other, at) => (at === index ? group : other))
}

export function sumOf(groups: readonly Group[]): Counts {
  return groups.reduce<Counts>(
    (sum, group) => ({
      total: sum.total + group.total,
      active: sum.active + group.active,
      ready: sum.ready + group.ready,
      terminating: sum.terminating + group.terminating,
    }),
    NONE,
  )
}
