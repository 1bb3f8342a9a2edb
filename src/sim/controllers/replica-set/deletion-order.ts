// Which Pods go first when a ReplicaSet shrinks: those that are missed least. Models ActivePodsWithRanks of
// pkg/controller/controller_utils.go, with logarithmic comparison of ages.
import { own } from '../../api/json.ts'
import type { Pod } from '../../api/objects.ts'
import { parseTime } from '../../api/time.ts'
import { isReady, mostRestarts, readySince } from '../runtime/pod-state.ts'

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/**
 * The `count` Pods to delete. `related` are the active Pods of all ReplicaSets with the same owner: a node that has many
 * of them gives up one first.
 */
export function podsToDelete(
  pods: readonly Pod[],
  related: readonly Pod[],
  count: number,
  now: number,
): readonly Pod[] {
  if (count >= pods.length) return pods
  const onNode = new Map<string, number>()
  for (const { spec } of related) {
    const node = spec.nodeName ?? ''
    if (node !== '') onNode.set(node, (onNode.get(node) ?? 0) + 1)
  }
  const rank = (pod: Pod): number => onNode.get(pod.spec.nodeName ?? '') ?? 0
  return [...pods].sort((a, b) => compare(a, b, rank, now)).slice(0, count)
}

function compare(a: Pod, b: Pod, rank: (pod: Pod) => number, now: number): number {
  const byState =
    assigned(a) - assigned(b) ||
    phaseOf(a) - phaseOf(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    deletionCost(a) - deletionCost(b) ||
    rank(b) - rank(a)
  if (byState !== 0) return byState
  const [readyA, readyB] = [readySince(a), readySince(b)]
  if (readyA !== readyB) {
    // Both are ready. Whose status does not say since when counts as the younger.
    if (readyA === undefined || readyB === undefined) return readyA === undefined ? -1 : 1
    return compareAges(readyA, readyB, a, b, now)
  }
  const byRestarts = mostRestarts(b) - mostRestarts(a)
  if (byRestarts !== 0) return byRestarts
  const [madeA, madeB] = [createdAt(a), createdAt(b)]
  return madeA === madeB ? byUid(a, b) : compareAges(madeA, madeB, a, b, now)
}

/** The younger goes first; ages of the same order of magnitude are equal, and chance (the uid) decides. */
function compareAges(sinceA: number, sinceB: number, a: Pod, b: Pod, now: number): number {
  return magnitude(now - sinceA) - magnitude(now - sinceB) || byUid(a, b)
}

/** The whole part of log2 of an age in nanoseconds; -1 for none. */
export function magnitude(ageMicros: number): number {
  if (ageMicros <= 0) return -1
  let rest = ageMicros * 1000
  let power = 0
  while (rest >= 2) {
    rest /= 2
    power++
  }
  return power
}

const byUid = (a: Pod, b: Pod): number =>
  a.metadata.uid < b.metadata.uid ? -1 : a.metadata.uid > b.metadata.uid ? 1 : 0
const assigned = (pod: Pod): number => ((pod.spec.nodeName ?? '') === '' ? 0 : 1)
const phaseOf = (pod: Pod): number => own(PHASE_ORDER, pod.status.phase ?? '') ?? 0
const createdAt = (pod: Pod): number => parseTime(pod.metadata.creationTimestamp) ?? 0

function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST] ?? '0'
  return /^-?(0|[1-9][0-9]*)$/.test(text) ? Number(text) : 0
}
