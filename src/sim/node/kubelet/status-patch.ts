// The patch by which a kubelet changes a Pod's status: only what differs, as a strategic merge patch. Pure. Models
// PreparePatchBytesForPodStatus, where the two statuses are compared field by field.
import type { JsonObject } from '../../api/json.ts'
import { asJson, deepEqual } from '../../api/json.ts'
import type { PodCondition, PodStatus } from '../../api/objects.ts'
import { KUBELET_CONDITIONS, TERMINATION_BY_KUBELET } from './pod-conditions.ts'

/** Lists that the server merges by a key; it keeps what the patch does not name. */
const MERGE_KEYS: Readonly<Record<string, string>> = { conditions: 'type', podIPs: 'ip', hostIPs: 'ip' }

/** Null when nothing differs. */
export function podStatusPatch(uid: string, from: PodStatus, to: PodStatus): JsonObject | null {
  const before = asJson(from)
  const after = asJson(to)
  const status: Record<string, unknown> = {}
  for (const field of Object.keys(after)) {
    if (after[field] === undefined || deepEqual(before[field], after[field])) continue
    const mergeKey = MERGE_KEYS[field]
    if (mergeKey === undefined) status[field] = after[field]
    else mergeList(status, field, mergeKey, before[field], after[field])
  }
  for (const field of Object.keys(before))
    if (after[field] === undefined && before[field] !== undefined) status[field] = null
  if (Object.keys(status).length === 0) return null
  return asJson({ metadata: { uid }, status })
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
  const known = (entry: JsonObject, list: readonly JsonObject[]): JsonObject | undefined =>
    list.find((candidate) => candidate[key] === entry[key])
  const changed = after
    .filter((entry) => !deepEqual(known(entry, before), entry))
    .map((entry) => {
      const old = known(entry, before)
      const dropped = Object.keys(old ?? {}).filter((name) => entry[name] === undefined)
      // A merge keeps a field that is not named: a message that is gone has to be taken away.
      return dropped.length === 0
        ? entry
        : { ...entry, ...Object.fromEntries(dropped.map((name) => [name, null])) }
    })
  const gone = before.filter((entry) => known(entry, after) === undefined)
  const deleted = gone.map((entry) => ({ $patch: 'delete', [key]: entry[key] }))
  status[`$setElementOrder/${field}`] = after.map((entry) => ({ [key]: entry[key] }))
  status[field] = [...deleted, ...changed]
}

const entries = (list: unknown): readonly JsonObject[] => (Array.isArray(list) ? list : [])

/**
 * The status to report, given what is stored: conditions that others own stay, and an end is not reported while
 * containers may still run. Models mergePodStatus of pkg/kubelet/status.
 */
export function mergePodStatus(stored: PodStatus, own: PodStatus, mayRun: boolean): PodStatus {
  const isOurs = ({ type, reason }: PodCondition): boolean =>
    KUBELET_CONDITIONS.includes(type) || reason === TERMINATION_BY_KUBELET
  const ours = (own.conditions ?? []).filter(isOurs)
  const foreign = (stored.conditions ?? []).filter(
    (condition) => !isOurs(condition) && !ours.some(({ type }) => type === condition.type),
  )
  const conditions = own.conditions === undefined ? stored.conditions : [...foreign, ...ours]
  // The kubelet's own status is frozen, and a copy of it that gets members assigned is like all others.
  const withClass: { -readonly [Member in keyof PodStatus]: PodStatus[Member] } = { ...own }
  if (conditions !== undefined) withClass.conditions = conditions
  const qosClass = stored.qosClass ?? own.qosClass
  if (qosClass !== undefined) withClass.qosClass = qosClass
  const ends = own.phase === 'Failed' || own.phase === 'Succeeded'
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
