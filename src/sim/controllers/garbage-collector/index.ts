// Deletes what has lost its owners, in the way their deletion asked for: in the background, first (foreground), or not
// at all (orphan). Models pkg/controller/garbagecollector/garbagecollector.go for the kinds of graph.ts.
import { deepEqual } from '../../api/json.ts'
import type { KubeObject, OwnerReference } from '../../api/objects.ts'
import type { ResourceRef } from '../../api/resources.ts'
import type { ApiResult } from '../../client/index.ts'
import { api, displaced, failedWith } from '../../client/index.ts'
import type { Task } from '../../kernel/task.ts'
import type { Change, ChangeTools, Controller, SyncResult } from '../runtime/controller.ts'
import { cache, enqueue, explain, memory } from '../runtime/effects.ts'
import { BY_OWNER } from '../runtime/informers.ts'
import type { Item } from './graph.ts'
import {
  FOREGROUND,
  Graph,
  isDeletingDependents,
  isOrphaningDependents,
  itemKey,
  ORPHAN,
  ownerKey,
} from './graph.ts'

const RESYNC_MICROS = 30_000_000
/** Key of the memory: an owner, by uid, that the apiserver said does not exist. */
const ABSENT = 'absent/'
const FINALIZER_TRIES = 5

/** @param served every kind that the apiserver serves */
export function garbageCollectorOf(served: readonly ResourceRef<KubeObject>[]): Controller {
  const graph = new Graph(served)
  return {
    name: 'garbage-collector-controller',
    serviceAccount: 'generic-garbage-collector',
    component: 'garbage-collector-controller',
    workers: 20,
    informers: graph.informers,
    changed: (change, tools) => changed(graph, change, tools),
    tick: {
      everyMicros: RESYNC_MICROS,
      // A uid never comes back, so this only keeps the memory small.
      scan: (tools) => tools.memory.clear(),
    },
    sync: (key) => sync(graph, key),
  }
}

function changed(graph: Graph, change: Change, tools: ChangeTools): void {
  const { ref, type, object, previous } = change
  const other = displaced(change)
  if (other !== undefined) gone(graph, other, tools)
  if (type === 'delete') return gone(graph, object, tools)
  if (isDeletingDependents(object) || isOrphaningDependents(object)) {
    tools.enqueue(itemKey(ref, object))
    return
  }
  const owners = object.metadata.ownerReferences
  // What becomes of owners that it had already is told by changes of theirs.
  if (owners === undefined || (other === undefined && deepEqual(previous?.metadata.ownerReferences, owners)))
    return
  if (owners.some((owner) => isLost(graph, owner, object, tools))) tools.enqueue(itemKey(ref, object))
}

function gone(graph: Graph, object: KubeObject, tools: ChangeTools): void {
  for (const [kind, dependent] of dependentsNow(graph, object, tools)) tools.enqueue(itemKey(kind, dependent))
  for (const owner of object.metadata.ownerReferences ?? []) enqueueWaitingOwner(graph, owner, object, tools)
}

function* dependentsOf(
  graph: Graph,
  uid: string,
): Task<readonly (readonly [ResourceRef<KubeObject>, KubeObject])[]> {
  const found: (readonly [ResourceRef<KubeObject>, KubeObject])[] = []
  for (const ref of graph.refs) {
    for (const object of yield* cache.byIndex(ref, BY_OWNER, uid)) found.push([ref, object])
  }
  return found
}

function dependentsNow(
  graph: Graph,
  owner: KubeObject,
  tools: ChangeTools,
): [ResourceRef<KubeObject>, KubeObject][] {
  return graph.refs.flatMap((ref) =>
    tools
      .byIndex(ref, BY_OWNER, owner.metadata.uid)
      .map((object): [ResourceRef<KubeObject>, KubeObject] => [ref, object]),
  )
}

function enqueueWaitingOwner(
  graph: Graph,
  owner: OwnerReference,
  dependent: KubeObject,
  tools: ChangeTools,
): void {
  const ref = graph.refOf(owner)
  const found = ref === undefined ? undefined : tools.get(ref, ownerKey(ref, owner, dependent))
  if (ref !== undefined && found?.metadata.uid === owner.uid && isDeletingDependents(found)) {
    tools.enqueue(itemKey(ref, found))
  }
}

/** As far as the cache knows; the apiserver has the last word. */
function isLost(graph: Graph, owner: OwnerReference, dependent: KubeObject, tools: ChangeTools): boolean {
  const ref = graph.refOf(owner)
  if (ref === undefined) return false
  const found = tools.get(ref, ownerKey(ref, owner, dependent))
  return found === undefined || found.metadata.uid !== owner.uid || isDeletingDependents(found)
}

function* sync(graph: Graph, key: string): Task<SyncResult> {
  const item = graph.parseItem(key)
  if (item === undefined) return undefined
  const cached = yield* cache.get(item.ref, item.key)
  if (cached === undefined) return undefined
  if (isOrphaningDependents(cached)) return yield* orphanDependents(graph, item, cached)
  if (!isDeletingDependents(cached) && !(yield* mayBeGarbage(graph, cached))) return undefined
  yield* explain(
    `${cached.kind} ${item.key}: ${isDeletingDependents(cached) ? 'waiting for its dependents to go' : 'an owner is missing or being deleted'}`,
  )
  const fresh = yield* api.get(item.ref, item.namespace, item.name)
  if (!fresh.ok)
    return failedWith(fresh, 'NotFound') ? undefined : { error: fresh.status.message ?? 'get failed' }
  if (fresh.object.metadata.uid !== cached.metadata.uid) return undefined
  if (isDeletingDependents(fresh.object)) return yield* deleteDependentsFirst(graph, item, fresh.object)
  if (fresh.object.metadata.deletionTimestamp !== undefined) return undefined
  return yield* deleteUnlessOwned(graph, item, fresh.object)
}

/** Whether any owner is not known to be there. It saves the apiserver a question about every object at start-up. */
function* mayBeGarbage(graph: Graph, object: KubeObject): Task<boolean> {
  for (const owner of object.metadata.ownerReferences ?? []) {
    const ref = graph.refOf(owner)
    if (ref === undefined) continue
    const found = yield* cache.get(ref, ownerKey(ref, owner, object))
    if (found === undefined || found.metadata.uid !== owner.uid || isDeletingDependents(found)) return true
  }
  return false
}

interface Owners {
  readonly solid: readonly OwnerReference[]
  readonly dangling: readonly OwnerReference[]
  /** They are deleted as soon as this object is. */
  readonly waiting: readonly OwnerReference[]
}

function* classify(graph: Graph, object: KubeObject): Task<Owners | string> {
  const solid: OwnerReference[] = []
  const dangling: OwnerReference[] = []
  const waiting: OwnerReference[] = []
  for (const owner of object.metadata.ownerReferences ?? []) {
    const found = yield* lookUp(graph, owner, object)
    if (typeof found === 'string') return found
    if (found === null) dangling.push(owner)
    else if (found !== undefined && isDeletingDependents(found)) waiting.push(owner)
    else solid.push(owner)
  }
  return { solid, dangling, waiting }
}

/** The owner; null where there is none; undefined where its kind is not known; or what went wrong. */
function* lookUp(
  graph: Graph,
  owner: OwnerReference,
  dependent: KubeObject,
): Task<KubeObject | null | undefined | string> {
  const ref = graph.refOf(owner)
  if (ref === undefined) return undefined
  if ((yield* memory.get<boolean>(ABSENT + owner.uid)) === true) return null
  const namespace = ref.namespaced ? (dependent.metadata.namespace ?? null) : null
  const found = yield* api.get(ref, namespace, owner.name)
  if (found.ok && found.object.metadata.uid === owner.uid) return found.object
  if (!found.ok && !failedWith(found, 'NotFound')) return found.status.message ?? 'get failed'
  yield* memory.set(ABSENT + owner.uid, true)
  return null
}

function* deleteUnlessOwned(graph: Graph, item: Item, object: KubeObject): Task<SyncResult> {
  const owners = yield* classify(graph, object)
  if (typeof owners === 'string') return { error: owners }
  const { solid, dangling, waiting } = owners
  if (dangling.length + waiting.length === 0) return undefined
  if (solid.length > 0) {
    yield* explain(`${object.kind} ${item.key} has other owners: it no longer names those that go`)
    return yield* dropOwners(item, object, [...dangling, ...waiting])
  }
  const dependents = waiting.length > 0 ? yield* dependentsOf(graph, object.metadata.uid) : []
  const { finalizers = [] } = object.metadata
  const policy =
    dependents.length > 0 || finalizers.includes(FOREGROUND)
      ? 'Foreground'
      : finalizers.includes(ORPHAN)
        ? 'Orphan'
        : 'Background'
  const lost = [...dangling, ...waiting][0]
  yield* explain(
    `${object.kind} ${item.key}: its owner ${lost?.kind ?? ''} ${lost?.name ?? ''} is gone, so it is deleted`,
  )
  const { uid } = object.metadata
  const deleted = yield* api.delete(item.ref, item.namespace, item.name, {
    preconditions: { uid },
    propagationPolicy: policy,
  })
  return deleted.ok || failedWith(deleted, 'NotFound') || failedWith(deleted, 'Conflict')
    ? undefined
    : { error: deleted.status.message ?? 'delete failed' }
}

function* dropOwners(
  { ref, namespace, name }: Item,
  object: KubeObject,
  owners: readonly OwnerReference[],
): Task<SyncResult> {
  const ownerReferences = owners.map(({ uid }) => ({ $patch: 'delete', uid }))
  const body = { metadata: { uid: object.metadata.uid, ownerReferences } }
  return resultOf(yield* api.patch(ref, namespace, name, 'strategic', body))
}

function resultOf(result: ApiResult<unknown>): SyncResult {
  if (result.ok || failedWith(result, 'NotFound')) return undefined
  return { error: result.status.message ?? 'patch failed' }
}

/** Foreground: it goes when nothing is left that blocks its deletion. */
function* deleteDependentsFirst(graph: Graph, item: Item, object: KubeObject): Task<SyncResult> {
  const { uid } = object.metadata
  const dependents = yield* dependentsOf(graph, uid)
  const blocking = dependents.filter(([, { metadata }]) =>
    metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true),
  )
  if (blocking.length === 0) {
    yield* explain(`${object.kind} ${item.key} has no blocking dependents left: letting it go`)
    return yield* removeFinalizer(item, object, FOREGROUND)
  }
  for (const [ref, dependent] of blocking) {
    if (!isDeletingDependents(dependent)) yield* enqueue(itemKey(ref, dependent))
  }
  return undefined
}

function* orphanDependents(graph: Graph, item: Item, owner: KubeObject): Task<SyncResult> {
  const { uid } = owner.metadata
  yield* explain(`${owner.kind} ${item.key} is deleted without its dependents: they no longer name it`)
  for (const [ref, dependent] of yield* dependentsOf(graph, uid)) {
    const target = graph.parseItem(itemKey(ref, dependent))
    const references = dependent.metadata.ownerReferences?.filter((reference) => reference.uid === uid) ?? []
    const failed = target === undefined ? undefined : yield* dropOwners(target, dependent, references)
    if (failed !== undefined) return failed
  }
  return yield* removeFinalizer(item, owner, ORPHAN)
}

function* removeFinalizer(
  { ref, namespace, name }: Item,
  first: KubeObject,
  finalizer: string,
): Task<SyncResult> {
  let object = first
  for (let attempt = 1; ; attempt++) {
    const { finalizers = [], resourceVersion } = object.metadata
    if (!finalizers.includes(finalizer)) return undefined
    const body = {
      metadata: { resourceVersion, finalizers: finalizers.filter((other) => other !== finalizer) },
    }
    const patched = yield* api.patch(ref, namespace, name, 'merge', body)
    if (patched.ok || failedWith(patched, 'NotFound')) return undefined
    if (!failedWith(patched, 'Conflict') || attempt >= FINALIZER_TRIES) return resultOf(patched)
    const fresh = yield* api.get(ref, namespace, name)
    if (!fresh.ok) return resultOf(fresh)
    object = fresh.object
  }
}
