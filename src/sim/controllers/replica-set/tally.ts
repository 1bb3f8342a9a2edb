// How many Pods of each ReplicaSet there are in which state, kept up to date with each change. A ReplicaSet of thousands
// would otherwise be counted anew whenever one of its Pods changes; upstream does that.
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

export type Tally = Readonly<Record<string, Group>>

export const tallyKey = (uid: string): string => `tally/${uid}`

const NONE: Counts = Object.freeze({ total: 0, active: 0, ready: 0, terminating: 0 })

/** `previous` must be what this was told of the Pod last; `now` is undefined when the Pod is gone. */
export function countChange(memory: CowMap<unknown>, previous: Pod | undefined, now: Pod | undefined): void {
  if (previous !== undefined && now !== undefined && sameCounts(previous, now)) return
  if (previous !== undefined) add(memory, previous, -1)
  if (now !== undefined) add(memory, now, 1)
}

function sameCounts(a: Pod, b: Pod): boolean {
  return (
    a.metadata.labels === b.metadata.labels &&
    a.metadata.ownerReferences === b.metadata.ownerReferences &&
    isActive(a) === isActive(b) &&
    isReady(a) === isReady(b) &&
    isTerminating(a) === isTerminating(b)
  )
}

function add(memory: CowMap<unknown>, pod: Pod, sign: 1 | -1): void {
  const owner = controllerOf(pod)
  if (owner === undefined || owner.kind !== 'ReplicaSet') return
  const tally = (memory.get(tallyKey(owner.uid)) as Tally | undefined) ?? {}
  const labels = pod.metadata.labels ?? {}
  const name = labelsText(labels)
  const before = tally[name] ?? NONE
  const active = isActive(pod)
  const total = before.total + sign
  const { [name]: _replaced, ...others } = tally
  const group: Group = Object.freeze({
    labels,
    total,
    active: before.active + (active ? sign : 0),
    ready: before.ready + (active && isReady(pod) ? sign : 0),
    terminating: before.terminating + (isTerminating(pod) ? sign : 0),
  })
  const next = total === 0 ? others : { ...others, [name]: group }
  if (Object.keys(next).length === 0) memory.delete(tallyKey(owner.uid))
  else memory.set(tallyKey(owner.uid), Object.freeze(next))
}

function labelsText(labels: Labels): string {
  let text = ''
  for (const name of Object.keys(labels).sort()) text += `${name}=${labels[name] ?? ''},`
  return text
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
