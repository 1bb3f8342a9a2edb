// What a deletion makes of an object: nothing, or a version of it that is marked and waits. Models
// apiserver/pkg/registry/rest/delete.go (BeforeDelete), registry/generic/registry (finalizers for garbage collection)
// and the Pod's CheckGracefulDelete.
import type { KubeObject, ObjectMeta, Pod } from '../api/objects.ts'
import { formatTime, parseTime } from '../api/time.ts'
import type { Micros } from '../kernel/micros.ts'
import type { Attempt } from './storage.ts'

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

/** `stays`: the object is marked even where nothing seems to hold it. */
export function deletionOf(current: KubeObject, options: DeleteOptions, now: Micros, stays = false): Attempt {
  const { metadata } = current
  const grace = gracePeriodOf(current, options)
  if (metadata.deletionTimestamp !== undefined) return repeatedDeletion(current, grace)
  const finalizers = withGarbageFinalizers(metadata.finalizers, options)
  if (grace === 0 && finalizers.length === 0 && !stays) {
    // A Pod that goes at once is still marked first, so that whoever watches it sees the grace period of 0.
    return current.kind === 'Pod'
      ? { next: 'put', object: marked(current, 0, now, finalizers) }
      : { next: 'delete' }
  }
  return { next: 'put', object: marked(current, grace, now, finalizers) }
}

/** A second deletion may only shorten the grace period; what is over already goes, unless finalizers hold it. */
function repeatedDeletion(current: KubeObject, grace: number): Attempt {
  const { deletionGracePeriodSeconds: left = 0, deletionTimestamp = '', finalizers = [] } = current.metadata
  if (grace < left) {
    const deadline = (parseTime(deletionTimestamp) ?? 0) - (left - grace) * 1_000_000
    const meta: ObjectMeta = {
      ...bumped(current.metadata),
      deletionTimestamp: formatTime(deadline),
      deletionGracePeriodSeconds: grace,
    }
    return { next: 'put', object: { ...current, metadata: meta } }
  }
  if (left === 0 && finalizers.length === 0) return { next: 'delete' }
  return { next: 'put', object: current }
}

function gracePeriodOf(object: KubeObject, options: DeleteOptions): number {
  if (object.kind !== 'Pod') return 0
  const { spec, status } = object as Pod
  if ((spec.nodeName ?? '') === '' || status.phase === 'Failed' || status.phase === 'Succeeded') return 0
  const seconds = options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30
  return seconds < 0 ? 1 : seconds
}

function marked(object: KubeObject, grace: number, now: Micros, finalizers: readonly string[]): KubeObject {
  const { finalizers: _before, ...meta } = bumped(object.metadata)
  const metadata: ObjectMeta = {
    ...meta,
    ...(finalizers.length === 0 ? {} : { finalizers }),
    deletionTimestamp: formatTime(now + grace * 1_000_000),
    deletionGracePeriodSeconds: grace,
  }
  return { ...object, metadata }
}

function bumped(meta: ObjectMeta): ObjectMeta {
  return meta.generation === undefined ? meta : { ...meta, generation: meta.generation + 1 }
}

/** The finalizers that carry the wish for what becomes of the dependents to the garbage collector. */
function withGarbageFinalizers(
  present: readonly string[] = [],
  { propagationPolicy }: DeleteOptions,
): readonly string[] {
  if (propagationPolicy === undefined) return present
  const others = present.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND)
  if (propagationPolicy === 'Orphan') return [...others, ORPHAN]
  if (propagationPolicy === 'Foreground') return [...others, FOREGROUND]
  return others.length === present.length ? present : others
}
