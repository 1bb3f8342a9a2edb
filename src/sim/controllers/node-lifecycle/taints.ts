// The taints that tell what is wrong with a node, and how they are written. Models
// pkg/controller/util/node/controller_utils.go (SwapNodeControllerTaint) and the condition tables of
// node_lifecycle_controller.go.

import { findCondition } from '../../api/conditions.ts'
import { own } from '../../api/json.ts'
import type { Node, Taint } from '../../api/objects.ts'
import { NODES } from '../../api/resources.ts'
import { formatTime } from '../../api/time.ts'
import { sameTaint } from '../../api/tolerations.ts'
import { api, failedWith, sleep } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import { wallClock } from '../runtime/effects.ts'

export const NOT_READY = 'node.kubernetes.io/not-ready'
export const UNREACHABLE = 'node.kubernetes.io/unreachable'
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'

/** For each condition, the taint that a status of it means. */
const CONDITION_TAINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
}
const MANAGED: ReadonlySet<string> = new Set([
  UNSCHEDULABLE,
  ...Object.values(CONDITION_TAINTS).flatMap((byStatus) => Object.values(byStatus)),
])

const TRIES = 5
const RETRY_MICROS = 100_000

export const noExecute = (key: string): Taint => ({ key, effect: 'NoExecute' })
const noSchedule = (key: string): Taint => ({ key, effect: 'NoSchedule' })

export function hasTaint(node: Node, taint: Taint): boolean {
  return node.spec.taints?.some((held) => sameTaint(held, taint)) ?? false
}

export interface TaintChange {
  readonly add: readonly Taint[]
  readonly remove: readonly Taint[]
}

/** What must change for the NoSchedule taints to say what the conditions say. */
export function scheduleTaintChange(node: Node): TaintChange {
  const wanted: Taint[] = []
  for (const type in CONDITION_TAINTS) {
    const status = findCondition(node.status.conditions, type)?.status ?? ''
    const key = own(own(CONDITION_TAINTS, type) ?? {}, status)
    if (key !== undefined) wanted.push(noSchedule(key))
  }
  if (node.spec.unschedulable === true) wanted.push(noSchedule(UNSCHEDULABLE))
  const held = (node.spec.taints ?? []).filter(
    ({ key, effect }) => effect === 'NoSchedule' && MANAGED.has(key),
  )
  return {
    add: wanted.filter((taint) => !held.some((other) => sameTaint(taint, other))),
    remove: held.filter((taint) => !wanted.some((other) => sameTaint(taint, other))),
  }
}

/** Returns whether the node now has the taints to add and none of those to remove. */
export function* swapTaints(name: string, change: TaintChange): Task<boolean> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const found = yield* api.get(NODES, null, name)
    if (!found.ok) return false
    const node = found.object
    const now = yield* wallClock()
    const taints = changedTaints(node, change, formatTime(now))
    if (taints === null) return true
    // The version makes it fail when somebody else changed the taints meanwhile: the list is replaced as a whole.
    const { resourceVersion } = node.metadata
    const body = { metadata: { resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } }
    const patched = yield* api.patch(NODES, null, name, 'strategic', body)
    if (patched.ok) return true
    if (!failedWith(patched, 'Conflict')) return false
    yield* sleep(RETRY_MICROS)
  }
  return false
}

/** Null: nothing changes. */
function changedTaints(node: Node, { add, remove }: TaintChange, timeAdded: string): readonly Taint[] | null {
  const before = node.spec.taints ?? []
  const kept = before.filter((taint) => !remove.some((other) => sameTaint(taint, other)))
  const added = add.filter((taint) => !kept.some((other) => sameTaint(taint, other)))
  if (kept.length === before.length && added.length === 0) return null
  return [...kept, ...added.map((taint) => ({ ...taint, timeAdded }))]
}
