// The graph of owners and dependents, as the informers' indexes hold it. Upstream keeps a graph of its own over metadata
// of every kind (pkg/controller/garbagecollector/graph_builder.go); Events have no owners and are left out there too.

import type { KubeObject, OwnerReference } from '../../api/objects.ts'
import { asObjectKey, keyOf, objectKey, splitKey } from '../../api/objects.ts'
import type { ResourceRef } from '../../api/resources.ts'
import { EVENTS } from '../../api/resources.ts'
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

/** The kinds that have a typed informer, which other controllers share. */
const known: readonly InformerSpec[] = [
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
]

const kindOf = ({ group, kind }: ResourceRef<KubeObject>): string => `${group}/${kind}`
const knownRefs: ReadonlySet<ResourceRef<KubeObject>> = new Set(known.map(({ ref }) => ref))
/** Two groups may call a resource the same. */
const resourceOf = (ref: ResourceRef<KubeObject>): string =>
  knownRefs.has(ref) ? ref.resource : `${ref.resource}.${ref.group}`

export class Graph {
  readonly informers: readonly InformerSpec[]
  readonly refs: readonly ResourceRef<KubeObject>[]
  private readonly byKind: ReadonlyMap<string, ResourceRef<KubeObject>>
  private readonly byResource: ReadonlyMap<string, ResourceRef<KubeObject>>

  /** @param served every kind that the apiserver serves; those that this file does not know are watched too */
  constructor(served: readonly ResourceRef<KubeObject>[]) {
    const left = new Set([EVENTS, ...knownRefs].map(kindOf))
    const others = served.filter((ref) => !left.has(kindOf(ref))).map((ref): InformerSpec => ({ ref }))
    this.informers = [...known, ...others].map(withOwners)
    this.refs = this.informers.map(({ ref }) => ref)
    this.byKind = new Map(this.refs.map((ref) => [kindOf(ref), ref]))
    this.byResource = new Map(this.refs.map((ref) => [resourceOf(ref), ref]))
  }

  /** Undefined for a kind that nobody serves: such an owner counts as there. */
  refOf({ apiVersion, kind }: OwnerReference): ResourceRef<KubeObject> | undefined {
    const slash = apiVersion.indexOf('/')
    return this.byKind.get(`${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`)
  }

  /** The place in the queue that `itemKey` wrote down. */
  parseItem(text: string): Item | undefined {
    const bar = text.indexOf('|')
    const ref = this.byResource.get(text.slice(0, bar))
    if (ref === undefined) return undefined
    const key = text.slice(bar + 1)
    const { namespace, name } = splitKey(asObjectKey(key))
    return { ref, namespace: ref.namespaced ? namespace : null, name, key }
  }
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
  `${resourceOf(ref)}|${objectKey(object)}`

export const FOREGROUND = 'foregroundDeletion'
export const ORPHAN = 'orphan'

const isBeingDeletedWith = (object: KubeObject, finalizer: string): boolean =>
  object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).includes(finalizer)

/** It waits until its dependents are deleted. */
export const isDeletingDependents = (object: KubeObject): boolean => isBeingDeletedWith(object, FOREGROUND)
/** It waits until its dependents no longer name it. */
export const isOrphaningDependents = (object: KubeObject): boolean => isBeingDeletedWith(object, ORPHAN)
