// The informers that controllers share, with their indexes. Each controller lists the ones it needs.

import type { KubeObject, Pod, Service } from '../../api/objects.ts'
import { controllerOf } from '../../api/owner-references.ts'
import {
  CONFIG_MAPS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  LEASES,
  NAMESPACES,
  NODES,
  PODS,
  REPLICA_SETS,
  SECRETS,
  SERVICE_ACCOUNTS,
  SERVICES,
} from '../../api/resources.ts'
import type { InformerSpec } from '../../client/index.ts'

/** By the uid of the owner that controls it. */
export const BY_CONTROLLER = 'by-controller'
/** What no owner controls, by namespace. */
export const ORPHANS = 'orphans'
export const BY_NAMESPACE = 'by-namespace'
/** Pods by `spec.nodeName`; what is not bound is under the empty name. */
export const BY_NODE = 'by-node'
/** EndpointSlices by the `namespace/name` of their Service. */
export const BY_SERVICE = 'by-service'

/** Pods by namespace and each of their labels: `labelValue` makes the value. */
export const BY_LABEL = 'by-label'
/** Services by namespace and one label that their selector asks for. */
export const BY_SELECTOR = 'by-selector'
/** By the uid of every owner. */
export const BY_OWNER = 'by-owner'

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'

const byController = (object: KubeObject): readonly string[] => {
  const owner = controllerOf(object)
  return owner === undefined ? [] : [owner.uid]
}
const orphans = (object: KubeObject): readonly string[] =>
  controllerOf(object) === undefined ? [object.metadata.namespace ?? ''] : []
const byNamespace = (object: KubeObject): readonly string[] => [object.metadata.namespace ?? '']
const byNode = (object: KubeObject): readonly string[] => [(object as Pod).spec.nodeName ?? '']
const byService = (object: KubeObject): readonly string[] => {
  const service = object.metadata.labels?.[SERVICE_NAME_LABEL]
  return service === undefined ? [] : [`${object.metadata.namespace ?? ''}/${service}`]
}

const byOwner = (object: KubeObject): readonly string[] =>
  object.metadata.ownerReferences?.map(({ uid }) => uid) ?? []

export const labelValue = (namespace: string, name: string, value: string): string =>
  `${namespace}|${name}=${value}`

const byLabel = ({ metadata: { namespace = '', labels = {} } }: KubeObject): readonly string[] =>
  Object.keys(labels).map((name) => labelValue(namespace, name, labels[name] ?? ''))

/** One label is enough to find the Service by; which one must not depend on the order of keys. */
export function selectorValue({ metadata, spec }: Service): string | undefined {
  const name = Object.keys(spec.selector ?? {}).sort()[0]
  return name === undefined ? undefined : labelValue(metadata.namespace, name, spec.selector?.[name] ?? '')
}

const bySelector = (object: KubeObject): readonly string[] => {
  const value = selectorValue(object as Service)
  return value === undefined ? [] : [value]
}

const OWNED = { [BY_CONTROLLER]: byController, [ORPHANS]: orphans, [BY_NAMESPACE]: byNamespace } as const

export const podInformer: InformerSpec = {
  ref: PODS,
  indexes: { [BY_CONTROLLER]: byController, [ORPHANS]: orphans, [BY_NODE]: byNode, [BY_LABEL]: byLabel },
}
export const replicaSetInformer: InformerSpec = { ref: REPLICA_SETS, indexes: OWNED }
export const deploymentInformer: InformerSpec = { ref: DEPLOYMENTS, indexes: { [BY_NAMESPACE]: byNamespace } }
export const nodeInformer: InformerSpec = { ref: NODES }
export const leaseInformer: InformerSpec = { ref: LEASES }
export const namespaceInformer: InformerSpec = { ref: NAMESPACES }
export const serviceInformer: InformerSpec = { ref: SERVICES, indexes: { [BY_SELECTOR]: bySelector } }
export const endpointSliceInformer: InformerSpec = {
  ref: ENDPOINT_SLICES,
  indexes: { [BY_SERVICE]: byService },
}
export const serviceAccountInformer: InformerSpec = { ref: SERVICE_ACCOUNTS }
export const configMapInformer: InformerSpec = { ref: CONFIG_MAPS }
export const secretInformer: InformerSpec = { ref: SECRETS }

/** The same informer, also by owner. */
export const withOwners = (spec: InformerSpec): InformerSpec => ({
  ...spec,
  indexes: { ...spec.indexes, [BY_OWNER]: byOwner },
})
