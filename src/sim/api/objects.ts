// The Kubernetes objects of the simulation. Field types come from `kubernetes-types`, made immutable:
// a stored object is shared by reference between etcd, the watch cache and every informer.
// `Pod`, `Node`, … are objects as the apiserver returns them, so that name, uid, resourceVersion and
// creationTimestamp are always there; `Draft<Pod>` is what a client may send.
import type * as appsV1 from 'kubernetes-types/apps/v1'
import type * as coordinationV1 from 'kubernetes-types/coordination/v1'
import type * as coreV1 from 'kubernetes-types/core/v1'
import type * as discoveryV1 from 'kubernetes-types/discovery/v1'
import type * as metaV1 from 'kubernetes-types/meta/v1'

declare const brand: unique symbol
export type Uid = string & { readonly [brand]: 'Uid' }
/** A decimal number as text. Clients compare it for equality only; etcd and the watch cache may order it. */
export type ResourceVersion = string & { readonly [brand]: 'ResourceVersion' }
/** `namespace/name`, or `name` for a cluster-scoped object, as client-go's MetaNamespaceKeyFunc makes it. */
export type ObjectKey = string & { readonly [brand]: 'ObjectKey' }

// These three are the boundary where plain text gets its brand.
export const asUid = (text: string): Uid => text as Uid
export const asResourceVersion = (text: string | number): ResourceVersion => String(text) as ResourceVersion
export const asObjectKey = (text: string): ObjectKey => text as ObjectKey

export type Immutable<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends ReadonlyArray<infer Item>
    ? readonly Immutable<Item>[]
    : { readonly [Field in keyof T]: Immutable<T[Field]> }

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: Uid
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

export type Labels = Readonly<Record<string, string>>

export interface ObjectMeta {
  readonly name: string
  readonly generateName?: string
  readonly namespace?: string
  readonly uid: Uid
  readonly resourceVersion: ResourceVersion
  readonly generation?: number
  readonly creationTimestamp: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly labels?: Labels
  readonly annotations?: Labels
  readonly ownerReferences?: readonly OwnerReference[]
  readonly finalizers?: readonly string[]
  readonly managedFields?: readonly Immutable<metaV1.ManagedFieldsEntry>[]
}

export interface NamespacedMeta extends ObjectMeta {
  readonly namespace: string
}

/** What every stored object has. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
}

/** An object before storage: the apiserver fills in what metadata lacks, and the kind's strategy the status. */
export type Draft<T extends KubeObject> = Omit<T, 'metadata' | 'status'> & {
  readonly metadata: Partial<T['metadata']>
  readonly status?: T extends { readonly status?: infer Status } ? Partial<Status> : never
}

export interface ListMeta {
  readonly resourceVersion: ResourceVersion
  readonly continue?: string
  readonly remainingItemCount?: number
}

export interface KubeList<T = KubeObject> {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ListMeta
  readonly items: readonly T[]
}

interface Stored<Version extends string, Kind extends string, Meta extends ObjectMeta = NamespacedMeta>
  extends KubeObject {
  readonly apiVersion: Version
  readonly kind: Kind
  readonly metadata: Meta
}

export interface Namespace extends Stored<'v1', 'Namespace', ObjectMeta> {
  readonly spec: Immutable<coreV1.NamespaceSpec>
  readonly status: Immutable<coreV1.NamespaceStatus>
}

export type NodeSpec = Immutable<coreV1.NodeSpec>
export type NodeStatus = Immutable<coreV1.NodeStatus>
export interface Node extends Stored<'v1', 'Node', ObjectMeta> {
  readonly spec: NodeSpec
  readonly status: NodeStatus
}

export type PodSpec = Immutable<coreV1.PodSpec>
export type PodStatus = Immutable<coreV1.PodStatus> & { readonly observedGeneration?: number }
export interface Pod extends Stored<'v1', 'Pod'> {
  readonly spec: PodSpec
  readonly status: PodStatus
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'

export type PodTemplateSpec = Immutable<Omit<coreV1.PodTemplateSpec, 'metadata'>> & {
  readonly metadata?: Partial<ObjectMeta>
}

export interface ReplicaSetSpec extends Omit<Immutable<appsV1.ReplicaSetSpec>, 'template'> {
  readonly template: PodTemplateSpec
}
export type ReplicaSetStatus = Immutable<appsV1.ReplicaSetStatus> & { readonly terminatingReplicas?: number }
export interface ReplicaSet extends Stored<'apps/v1', 'ReplicaSet'> {
  readonly spec: ReplicaSetSpec
  readonly status: ReplicaSetStatus
}

export interface DeploymentSpec extends Omit<Immutable<appsV1.DeploymentSpec>, 'template'> {
  readonly template: PodTemplateSpec
}
export type DeploymentStatus = Immutable<appsV1.DeploymentStatus> & { readonly terminatingReplicas?: number }
export interface Deployment extends Stored<'apps/v1', 'Deployment'> {
  readonly spec: DeploymentSpec
  readonly status: DeploymentStatus
}

export type ServiceSpec = Immutable<coreV1.ServiceSpec>
export interface Service extends Stored<'v1', 'Service'> {
  readonly spec: ServiceSpec
  readonly status: Immutable<coreV1.ServiceStatus>
}

export interface EndpointSlice extends Stored<'discovery.k8s.io/v1', 'EndpointSlice'> {
  readonly addressType: string
  readonly endpoints: readonly Endpoint[]
  readonly ports?: readonly EndpointPort[]
}

export interface ConfigMap extends Stored<'v1', 'ConfigMap'> {
  readonly data?: Labels
  readonly binaryData?: Labels
  readonly immutable?: boolean
}

export interface Secret extends Stored<'v1', 'Secret'> {
  readonly data?: Labels
  readonly stringData?: Labels
  readonly immutable?: boolean
  readonly type?: string
}

export interface ServiceAccount extends Stored<'v1', 'ServiceAccount'> {
  readonly automountServiceAccountToken?: boolean
  readonly imagePullSecrets?: readonly Immutable<coreV1.LocalObjectReference>[]
  readonly secrets?: readonly ObjectReference[]
}

export type LeaseSpec = Immutable<coordinationV1.LeaseSpec>
export interface Lease extends Stored<'coordination.k8s.io/v1', 'Lease'> {
  readonly spec: LeaseSpec
}

export interface Event
  extends Stored<'v1', 'Event'>,
    Immutable<Omit<coreV1.Event, 'apiVersion' | 'kind' | 'metadata'>> {}

/** `pods/binding`: what the scheduler posts. It is a request, never stored under its own name. */
export interface Binding {
  readonly apiVersion: 'v1'
  readonly kind: 'Binding'
  readonly metadata: Partial<NamespacedMeta>
  readonly target: ObjectReference
}

export type Affinity = Immutable<coreV1.Affinity>
export type Container = Immutable<coreV1.Container>
export type ContainerImage = Immutable<coreV1.ContainerImage>
export type ContainerPort = Immutable<coreV1.ContainerPort>
export type ContainerState = Immutable<coreV1.ContainerState>
export type ContainerStatus = Immutable<coreV1.ContainerStatus>
export type DeploymentCondition = Immutable<appsV1.DeploymentCondition>
export type Endpoint = Immutable<discoveryV1.Endpoint>
export type EndpointPort = Immutable<discoveryV1.EndpointPort>
export type LabelSelector = Immutable<metaV1.LabelSelector>
export type LabelSelectorRequirement = Immutable<metaV1.LabelSelectorRequirement>
export type NodeCondition = Immutable<coreV1.NodeCondition>
export type NodeSelectorTerm = Immutable<coreV1.NodeSelectorTerm>
export type ObjectReference = Immutable<coreV1.ObjectReference>
export type PodCondition = Immutable<coreV1.PodCondition>
export type Probe = Immutable<coreV1.Probe>
export type ReplicaSetCondition = Immutable<appsV1.ReplicaSetCondition>
export type ResourceRequirements = Immutable<coreV1.ResourceRequirements>
export type ServicePort = Immutable<coreV1.ServicePort>
export type Taint = Immutable<coreV1.Taint>
export type Toleration = Immutable<coreV1.Toleration>
export type Volume = Immutable<coreV1.Volume>

export function objectKey(object: KubeObject): ObjectKey {
  return keyOf(object.metadata.namespace, object.metadata.name)
}

/** Joined, since many tables keep it, and a sum of strings keeps its parts. */
export function keyOf(namespace: string | undefined, name: string): ObjectKey {
  return asObjectKey(namespace === undefined || namespace === '' ? name : [namespace, name].join('/'))
}

export function splitKey(key: ObjectKey): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/')
  if (slash < 0) return { namespace: '', name: key }
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) }
}

export interface GroupVersion {
  readonly group: string
  readonly version: string
}

/** `apps/v1` is group `apps`, version `v1`; the core group has no name. */
export function parseGroupVersion(apiVersion: string): GroupVersion {
  const slash = apiVersion.indexOf('/')
  if (slash < 0) return { group: '', version: apiVersion }
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

export function apiVersionOf(groupVersion: GroupVersion): string {
  return groupVersion.group === '' ? groupVersion.version : `${groupVersion.group}/${groupVersion.version}`
}
