// The patch by which a kubelet changes a Pod's status: only what differs, as a strategic merge patch. Pure. Models
// PreparePatchBytesForPodStatus, where the two statuses are compared field by field.
import { findCondition } from '../../api/conditions.ts'
import type { Json, JsonObject } from '../../api/json.ts'
import { asJson, copied, deepEqual, deepFreeze, own, setMember } from '../../api/json.ts'
import type { PodCondition, PodStatus } from '../../api/objects.ts'
import { KUBELET_CONDITIONS, TERMINATION_BY_KUBELET } from './pod-conditions.ts'

/** Lists that the server merges by a key; it keeps what the patch does not name. */
const MERGE_KEYS: Readonly<Record<string, string>> = { conditions: 'type', podIPs: 'ip', hostIPs: 'ip' }

/** Null when nothing differs. */
export function podStatusPatch(uid: string, from: PodStatus, to: PodStatus): JsonObject | null {
  const before = asJson(from)
  const after = asJson(to)
  const status: Record<string, unknown> = {}
  let differs = false
  for (const field in after) {
    if (after[field] === undefined || deepEqual(before[field], after[field])) continue
    differs = true
    const mergeKey = own(MERGE_KEYS, field)
    if (mergeKey === undefined) status[field] = after[field]
    else mergeList(status, field, mergeKey, before[field], after[field])
  }
  for (const field in before) {
    if (after[field] !== undefined || before[field] === undefined) continue
    differs = true
    status[field] = null
  }
  return differs ? asJson({ metadata: { uid }, status }) : null
}

function mergeList(
  status: Record<string, unknown>,
  field: string,
  key: string,
  from: unknown,
  to: unknown,
): void {
  const before = entries(from)
  const after = entries(to)
  const merged: JsonObject[] = []
  for (const entry of before) if (known(entry, key, after) === undefined) merged.push(deletion(entry, key))
  for (const entry of after) {
    const old = known(entry, key, before)
    if (old === undefined) merged.push(entry)
    else if (!deepEqual(old, entry)) merged.push(replacing(old, entry))
  }
  status[`$setElementOrder/${field}`] = after.map((entry) => named(entry, key))
  status[field] = merged
}

function known(entry: JsonObject, key: string, list: readonly JsonObject[]): JsonObject | undefined {
  for (const candidate of list) if (candidate[key] === entry[key]) return candidate
  return undefined
}

const deletion = (entry: JsonObject, key: string): JsonObject => ({
  $patch: 'delete',
  [key]: entry[key] ?? null,
})

/** A merge keeps a field that is not named: a message that is gone has to be taken away. */
function replacing(old: JsonObject, entry: JsonObject): JsonObject {
  let replaced: Record<string, Json> | undefined
  for (const name in old)
    if (entry[name] === undefined) {
      replaced ??= { ...entry }
      setMember(replaced, name, null)
    }
  return replaced ?? entry
}

/** How the order of a list names its entries: the kubelet's own conditions are in every Pod's. */
function named(entry: JsonObject, key: string): JsonObject {
  const value = entry[key]
  if (key === 'type' && typeof value === 'string') return own(OWN_TYPES, value) ?? { type: value }
  return { [key]: value ?? null }
}

const OWN_TYPES: Readonly<Record<string, JsonObject>> = deepFreeze(
  Object.fromEntries(KUBELET_CONDITIONS.map((type) => [type, { type }])),
)

const NO_ENTRIES: readonly JsonObject[] = Object.freeze([])

const entries = (list: unknown): readonly JsonObject[] => (Array.isArray(list) ? list : NO_ENTRIES)

/**
 * The status to report, given what is stored: conditions that others own stay, and an end is not reported while
 * containers may still run. Models mergePodStatus of pkg/kubelet/status.
 */
export function mergePodStatus(stored: PodStatus, reported: PodStatus, mayRun: boolean): PodStatus {
  const conditions =
    reported.conditions === undefined
      ? stored.conditions
      : mergeConditions(stored.conditions ?? NO_CONDITIONS, reported.conditions)
  const withClass = copied(reported)
  if (conditions !== undefined) withClass.conditions = conditions
  const qosClass = stored.qosClass ?? reported.qosClass
  if (qosClass !== undefined) withClass.qosClass = qosClass
  const ends = reported.phase === 'Failed' || reported.phase === 'Succeeded'
  const ended = stored.phase === 'Failed' || stored.phase === 'Succeeded'
  if (!ends || ended || !mayRun) return withClass
  const { phase: _phase, reason: _reason, message: _message, ...rest } = withClass
  const { phase, reason, message } = stored
  return {
    ...rest,
    ...(phase === undefined ? {} : { phase }),
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  }
}

const NO_CONDITIONS: readonly PodCondition[] = Object.freeze([])

const isOurs = ({ type, reason }: PodCondition): boolean =>
  KUBELET_CONDITIONS.includes(type) || reason === TERMINATION_BY_KUBELET

/** Those of others as they are stored, then the kubelet's own. */
function mergeConditions(
  stored: readonly PodCondition[],
  reported: readonly PodCondition[],
): readonly PodCondition[] {
  const ours = reported.every(isOurs) ? reported : reported.filter(isOurs)
  const isForeign = (condition: PodCondition): boolean =>
    !isOurs(condition) && findCondition(ours, condition.type) === undefined
  return stored.some(isForeign) ? [...stored.filter(isForeign), ...ours] : ours
}
