// Where the kinds of the registry live in etcd, and by what their watchers are indexed.
import type { KubeObject } from '../api/objects.ts'
import { resourceText } from '../api/status.ts'
import { KINDS } from './kinds/index.ts'
import type { KindDefinition } from './kinds/runtime/kind-definition.ts'

export interface ServedKind {
  /** `pods`, `deployments.apps`: the key of the kind's watch cache. */
  readonly id: string
  readonly definition: KindDefinition
  /** The etcd prefix of its objects, with a slash at its end. */
  readonly prefix: string
  /** Whether a watch cache stands before etcd. */
  readonly cached: boolean
  /** The field by which most of its watchers select, so that an event need not be matched against each of them. */
  readonly trigger: { readonly field: string; readonly read: (object: KubeObject) => string } | undefined
}

/** Names that stayed what they were when etcd was first used. */
const STORAGE_PATHS: Readonly<Record<string, string>> = {
  nodes: 'minions',
  services: 'services/specs',
  endpoints: 'services/endpoints',
}
/** Written much and read little: the real apiserver gives Events no watch cache either (registry/cachesize). */
const UNCACHED: ReadonlySet<string> = new Set(['events'])
const TRIGGER_FIELDS: Readonly<Record<string, string>> = { pods: 'spec.nodeName' }

export const SERVED_KINDS: readonly ServedKind[] = KINDS.all.map(serve)
const BY_ID: ReadonlyMap<string, ServedKind> = new Map(SERVED_KINDS.map((served) => [served.id, served]))

function serve(definition: KindDefinition): ServedKind {
  const id = resourceText(definition)
  const field = TRIGGER_FIELDS[id]
  const read = field === undefined ? undefined : definition.selectableFields.get(field)
  return {
    id,
    definition,
    prefix: `/registry/${STORAGE_PATHS[id] ?? definition.resource}/`,
    cached: !UNCACHED.has(id),
    trigger: field === undefined || read === undefined ? undefined : { field, read },
  }
}

export function servedKind(id: string): ServedKind {
  const served = BY_ID.get(id)
  if (served === undefined) throw new Error(`no kind ${id} is served`)
  return served
}

export function servedResource(group: string, version: string, resource: string): ServedKind | undefined {
  const definition = KINDS.byResource(group, version, resource)
  return definition === undefined ? undefined : BY_ID.get(resourceText(definition))
}

/** A field as `fieldSelector` names it; an unset one reads as the empty string. */
export function readField(definition: KindDefinition, object: KubeObject, field: string): string {
  if (field === 'metadata.name') return object.metadata.name
  if (field === 'metadata.namespace') return object.metadata.namespace ?? ''
  return definition.selectableFields.get(field)?.(object) ?? ''
}

export function isSelectable(definition: KindDefinition, field: string): boolean {
  if (field === 'metadata.name' || definition.selectableFields.has(field)) return true
  return field === 'metadata.namespace' && definition.namespaced
}

/** The key within the kind's prefix. */
export function objectKeyIn(definition: KindDefinition, namespace: string, name: string): string {
  return definition.namespaced ? [namespace, name].join('/') : name
}

/** The key in etcd. Joined, since what is added up is kept in pieces, and keys are kept for long. */
export const keyInEtcd = ({ prefix }: ServedKind, key: string): string => [prefix, key].join('')
