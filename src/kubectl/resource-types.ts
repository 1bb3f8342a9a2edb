// Which resources there are, by whatever name a user types. kubectl keeps what discovery told it in a cache; the common
// types are taken as cached, and any other name is looked up at the server.
import { isJsonArray, isJsonObject } from '../sim/api/json.ts'
import type { KubeObject } from '../sim/api/objects.ts'
import { parseGroupVersion } from '../sim/api/objects.ts'
import type { ResourceRef } from '../sim/api/resources.ts'
import {
  CONFIG_MAPS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  EVENTS,
  LEASES,
  NAMESPACES,
  NODES,
  PODS,
  REPLICA_SETS,
  SECRETS,
  SERVICE_ACCOUNTS,
  SERVICES,
} from '../sim/api/resources.ts'
import { api } from '../sim/client/index.ts'
import type { Task } from '../sim/kernel/task.ts'
import { apiFailure, failure } from './failure.ts'

export interface ResourceType extends ResourceRef<KubeObject> {
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
}

const cached = (
  ref: ResourceRef<KubeObject>,
  shortNames: readonly string[],
  inAll = false,
): ResourceType => ({
  ...ref,
  singular: ref.kind.toLowerCase(),
  shortNames,
  categories: inAll ? ['all'] : [],
})

const CACHED: readonly ResourceType[] = [
  cached(PODS, ['po'], true),
  cached(SERVICES, ['svc'], true),
  cached(DEPLOYMENTS, ['deploy'], true),
  cached(REPLICA_SETS, ['rs'], true),
  cached(CONFIG_MAPS, ['cm']),
  cached(EVENTS, ['ev']),
  cached(NAMESPACES, ['ns']),
  cached(NODES, ['no']),
  cached(SECRETS, []),
  cached(SERVICE_ACCOUNTS, ['sa']),
  cached(LEASES, []),
  cached(ENDPOINT_SLICES, []),
]

/** `deployment.apps`, `pod`: how messages name a resource with its group. */
export const qualifiedName = (type: ResourceRef<KubeObject> & { readonly singular?: string }): string => {
  const singular = type.singular ?? type.kind.toLowerCase()
  return type.group === '' ? singular : `${singular}.${type.group}`
}

function matches(type: ResourceType, text: string): boolean {
  const dot = text.indexOf('.')
  const name = dot < 0 ? text : text.slice(0, dot)
  const rest = dot < 0 ? '' : text.slice(dot + 1)
  const inGroup =
    dot < 0 || rest === type.group || rest === `${type.version}.${type.group}` || rest === type.version
  return inGroup && (name === type.resource || name === type.singular || type.shortNames.includes(name))
}

/** One type, a list `pods,svc`, or a category such as `all`. */
export function* findTypes(text: string): Task<readonly ResourceType[]> {
  const found: ResourceType[] = []
  for (const name of text.toLowerCase().split(',')) {
    const category = CACHED.filter((type) => type.categories.includes(name))
    if (category.length > 0) found.push(...category)
    else found.push(yield* findType(name))
  }
  return found
}

export function* findType(text: string): Task<ResourceType> {
  const name = text.toLowerCase()
  const known = CACHED.find((type) => matches(type, name))
  if (known !== undefined) return known
  const served = yield* discover()
  const found = served.find((type) => matches(type, name))
  if (found === undefined) throw failure(`the server doesn't have a resource type "${text}"`)
  return found
}

/** The resource of a manifest's apiVersion and kind. */
export function* typeOfKind(apiVersion: string, kind: string): Task<ResourceType | undefined> {
  const { group, version } = parseGroupVersion(apiVersion)
  const isIt = (type: ResourceType): boolean =>
    type.group === group && type.version === version && type.kind === kind
  const known = CACHED.find(isIt)
  return known ?? (yield* discover()).find(isIt)
}

/** Asks the server for all that it serves, group by group. */
export function* discover(): Task<readonly ResourceType[]> {
  const core = yield* resourcesOf('/api/v1', '', 'v1')
  const groups = yield* get('/apis')
  const found = [...core]
  const list = isJsonObject(groups) && isJsonArray(groups.groups) ? groups.groups : []
  for (const entry of list) {
    if (!isJsonObject(entry) || typeof entry.name !== 'string') continue
    const preferred = entry.preferredVersion
    const version =
      isJsonObject(preferred) && typeof preferred.version === 'string' ? preferred.version : 'v1'
    found.push(...(yield* resourcesOf(`/apis/${entry.name}/${version}`, entry.name, version)))
  }
  return found
}

function* get(path: string): Task<unknown> {
  const result = yield* api.raw({ method: 'GET', path, query: {}, headers: { accept: 'application/json' } })
  if (result.ok) return result.object
  if (result.status.code === 404) return {}
  throw apiFailure(result.status)
}

function* resourcesOf(path: string, group: string, version: string): Task<readonly ResourceType[]> {
  const body = yield* get(path)
  const entries = isJsonObject(body) && isJsonArray(body.resources) ? body.resources : []
  return entries.flatMap((entry) => {
    if (!isJsonObject(entry) || typeof entry.name !== 'string' || entry.name.includes('/')) return []
    const text = (key: string): string => (typeof entry[key] === 'string' ? entry[key] : '')
    const strings = (key: string): readonly string[] => {
      const list = entry[key]
      return list !== undefined && isJsonArray(list) ? list.filter((item) => typeof item === 'string') : []
    }
    const type: ResourceType = {
      group,
      version,
      resource: entry.name,
      kind: text('kind'),
      namespaced: entry.namespaced === true,
      singular: text('singularName') || text('kind').toLowerCase(),
      shortNames: strings('shortNames'),
      categories: strings('categories'),
    }
    return [type]
  })
}
