// Which objects belong to an owner with a selector: it adopts orphans that match and releases what matches no more.
// Models pkg/controller/controller_ref_manager.go.
import { deepEqual } from '../../api/json.ts'
import type { Selector } from '../../api/label-selector.ts'
import { selectorMatches } from '../../api/label-selector.ts'
import type { KubeObject } from '../../api/objects.ts'
import { controllerOf, controllerRef } from '../../api/owner-references.ts'
import type { ResourceRef } from '../../api/resources.ts'
import { api, failedWith } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'

export interface Claim<T extends KubeObject> {
  readonly claimed: readonly T[]
  readonly error: string | null
}

interface Claimant {
  readonly ref: ResourceRef<KubeObject>
  readonly object: KubeObject
  readonly selector: Selector
}

/** `candidates` are the objects that it controls and the orphans of its namespace. */
export function* claimObjects<T extends KubeObject>(
  claimant: Claimant,
  ref: ResourceRef<T>,
  candidates: readonly T[],
): Task<Claim<T>> {
  const { object: owner, selector } = claimant
  const claimed: T[] = []
  let error: string | null = null
  let mayAdopt: boolean | null = null
  for (const candidate of candidates) {
    const matches = selectorMatches(selector, candidate.metadata.labels)
    const controller = controllerOf(candidate)
    if (controller !== undefined) {
      if (controller.uid !== owner.metadata.uid) continue
      if (matches) claimed.push(candidate)
      else if (owner.metadata.deletionTimestamp === undefined) error ??= yield* release(owner, ref, candidate)
      continue
    }
    if (!matches || owner.metadata.deletionTimestamp !== undefined) continue
    if (candidate.metadata.deletionTimestamp !== undefined) continue
    mayAdopt ??= yield* stillThere(claimant)
    if (!mayAdopt) continue
    const adopted = yield* adopt(owner, ref, candidate)
    if (adopted === null) claimed.push(candidate)
    else error ??= adopted === '' ? null : adopted
  }
  return { claimed, error }
}

/** The informer may not know yet that the owner is being deleted; then the orphan must stay one. */
function* stillThere({ ref, object }: Claimant): Task<boolean> {
  const { namespace, name, uid } = object.metadata
  const fresh = yield* api.get(ref, namespace ?? null, name)
  return (
    fresh.ok && fresh.object.metadata.uid === uid && fresh.object.metadata.deletionTimestamp === undefined
  )
}

/** Null: adopted. Empty: it is gone meanwhile. */
function* adopt(owner: KubeObject, ref: ResourceRef<KubeObject>, object: KubeObject): Task<string | null> {
  const { namespace, name, uid } = object.metadata
  const body = { metadata: { uid, ownerReferences: [controllerRef(owner)] } }
  const result = yield* api.patch(ref, namespace ?? null, name, 'strategic', body)
  if (result.ok) return null
  return failedWith(result, 'NotFound') ? '' : (result.status.message ?? 'patch failed')
}

function* release(owner: KubeObject, ref: ResourceRef<KubeObject>, object: KubeObject): Task<string | null> {
  const { namespace, name, uid } = object.metadata
  const body = { metadata: { uid, ownerReferences: [{ $patch: 'delete', uid: owner.metadata.uid }] } }
  const result = yield* api.patch(ref, namespace ?? null, name, 'strategic', body)
  // Gone, or already released: both are what was wanted.
  if (result.ok || failedWith(result, 'NotFound') || failedWith(result, 'Invalid')) return null
  return result.status.message ?? 'patch failed'
}

/** Whether labels or the controlling owner changed: only then can another owner's claim to it have changed. */
export function claimChanged(before: KubeObject | undefined, now: KubeObject): boolean {
  if (before === undefined) return true
  const { labels, ownerReferences } = before.metadata
  if (labels === now.metadata.labels && ownerReferences === now.metadata.ownerReferences) return false
  return (
    !deepEqual(before.metadata.labels, now.metadata.labels) ||
    controllerOf(before)?.uid !== controllerOf(now)?.uid
  )
}
