// The graph of owners and dependents, as the informers' indexes hold it. Upstream keeps a graph of its own over metadata
// of every kind (pkg/controller/garbagecollector/graph_builder.go); Events have no owners and are left out there too.

import type { KubeObject, OwnerReference } from '../../api/objects.ts'
import { asObjectKey, keyOf, objectKey, splitKey } from '../../api/objects.ts'
import type { ResourceRef } from '../../api/resources.ts'
import type { InformerSpec } from '../../client/index.ts'
import {
  configMapInformer,
  deploymentInformer,
  endpointSliceInformer,
  leaseInformer,
  namespaceInformer,
  nodeInformer,
  podInformer,
  replicaSetInformer,
  secretInformer,
  serviceAccountInformer,
  serviceInformer,
  withOwners,
} from '../runtime/informers.ts'

export const graphInformers: readonly InformerSpec[] = [
  podInformer,
  replicaSetInformer,
  deploymentInformer,
  serviceInformer,
  endpointSliceInformer,
  configMapInformer,
  secretInformer,
  serviceAccountInformer,
  leaseInformer,
  nodeInformer,
  namespaceInformer,
].map(withOwners)

export const graphRefs: readonly ResourceRef<KubeObject>[] = graphInformers.map(({ ref }) => ref)

const byKind: ReadonlyMap<string, ResourceRef<KubeObject>> = new Map(
  graphRefs.map((ref) => [`${ref.group}/${ref.kind}`, ref]),
)
const byResource: ReadonlyMap<string, ResourceRef<KubeObject>> = new Map(
  graphRefs.map((ref) => [ref.resource, ref]),
)

/** Undefined for a kind that nobody watches here: such an owner counts as there. */
export function refOf(owner: OwnerReference): ResourceRef<KubeObject> | undefined {
  const slash = owner.apiVersion.indexOf('/')
  const group = slash < 0 ? '' : owner.apiVersion.slice(0, slash)
  return byKind.get(`${group}/${owner.kind}`)
}

export function ownerKey(ref: ResourceRef<KubeObject>, owner: OwnerReference, dependent: KubeObject): string {
  return keyOf(ref.namespaced ? dependent.metadata.namespace : undefined, owner.name)
}

/** A place in the queue: which object, of which resource. */
export interface Item {
  readonly ref: ResourceRef<KubeObject>
  readonly namespace: string | null
  readonly name: string
  /** As in the informer's cache. */
  readonly key: string
}

export const itemKey = (ref: ResourceRef<KubeObject>, object: KubeObject): string =>
  `${ref.resource}|${objectKey(object)}`

export function parseItem(text: string): Item | undefined {
  const bar = text.indexOf('|')
  const ref = byResource.get(text.slice(0, bar))
  if (ref === undefined) return undefined
  const key = text.slice(bar + 1)
  const { namespace, name } = splitKey(asObjectKey(key))
  return { ref, namespace: ref.namespaced ? namespace : null, name, key }
}

export const FOREGROUND = 'foregroundDeletion'
export const ORPHAN = 'orphan'

const isBeingDeletedWith = (object: KubeObject, finalizer: string): boolean =>
  object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).includes(finalizer)

/** It waits until its dependents are deleted. */
export const isDeletingDependents = (object: KubeObject): boolean => isBeingDeletedWith(object, FOREGROUND)
/** It waits until its dependents no longer name it. */
export const isOrphaningDependents = (object: KubeObject): boolean => isBeingDeletedWith(object, ORPHAN)
