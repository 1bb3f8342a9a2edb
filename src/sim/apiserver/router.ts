// From a path and method to what is asked: a verb on a resource, or one of the few paths outside the API groups.
// Models apiserver/pkg/endpoints/request/requestinfo.go.
import type { HttpRequest } from '../api/http.ts'
import type { ServedKind } from './served-kinds.ts'
import { servedResource } from './served-kinds.ts'

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

export interface ResourceRoute {
  readonly verb: Verb
  readonly served: ServedKind
  /** Empty: all namespaces, or a cluster-scoped resource. */
  readonly namespace: string
  /** Empty: the collection. */
  readonly name: string
  /** Empty: the object itself. */
  readonly subresource: string
}

export type Route =
  | { readonly type: 'resource'; readonly route: ResourceRoute }
  | { readonly type: 'plain'; readonly path: string }
  | { readonly type: 'not-found' }
  | { readonly type: 'method-not-allowed' }

interface Segments {
  readonly group: string
  readonly version: string
  readonly rest: readonly string[]
}

/** `plain`: discovery and health, which are served without the steps of a request. */
export function routeRequest(request: HttpRequest): Route {
  const { path } = request
  const known = knownPlace(path)
  if (known !== undefined) return routeTo(request, known)
  const segments = apiSegments(path)
  if (segments === undefined) return { type: 'plain', path: trimSlash(path) }
  const place = placeOf(segments)
  if (place === undefined) return { type: 'not-found' }
  remember(path, place)
  return routeTo(request, place)
}

function routeTo(request: HttpRequest, place: Place): Route {
  const verb = verbOf(request, place)
  if (verb === undefined) return { type: 'method-not-allowed' }
  const { served, namespace, name, subresource } = place
  return { type: 'resource', route: Object.freeze({ verb, served, namespace, name, subresource }) }
}

const MOST_COLLECTIONS = 1000
// cache: where collections within namespaces have been found before, at most MOST_COLLECTIONS, by the beginning of the path.
const collections = new Map<string, Pick<Place, 'served' | 'namespace'>>()

/** Where the path of a collection within a namespace ends; 0: there is none in it. */
function collectionEnd(path: string): number {
  const root = path.startsWith('/apis/') ? path.indexOf('/', 6) + 1 : path.startsWith('/api/') ? 5 : 0
  const scope = root === 0 ? 0 : path.indexOf('/', root) + 1
  if (scope === 0 || !path.startsWith('namespaces/', scope)) return 0
  const resource = path.indexOf('/', scope + 11) + 1
  if (resource === 0) return 0
  const end = path.indexOf('/', resource)
  return end < 0 ? path.length : end
}

function knownPlace(path: string): Place | undefined {
  const end = collectionEnd(path)
  const collection = end === 0 ? undefined : collections.get(path.slice(0, end))
  if (collection === undefined) return undefined
  const { served, namespace } = collection
  if (end === path.length) return { served, namespace, name: '', subresource: '' }
  const slash = path.indexOf('/', end + 1)
  if (slash < 0) return { served, namespace, name: path.slice(end + 1), subresource: '' }
  const subresource = path.slice(slash + 1)
  // What is longer, or ends with a slash, is rare enough to be taken apart anew.
  if (subresource === '' || subresource.includes('/')) return undefined
  return { served, namespace, name: path.slice(end + 1, slash), subresource }
}

function remember(path: string, { served, namespace }: Place): void {
  const end = collectionEnd(path)
  if (end === 0 || namespace === '') return
  if (collections.size >= MOST_COLLECTIONS) collections.clear()
  collections.set(path.slice(0, end), { served, namespace })
}

function trimSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Undefined for what is not under a group and version, or is their own discovery document. */
function apiSegments(path: string): Segments | undefined {
  const parts = trimSlash(path).split('/').slice(1)
  const [root, first, second] = parts
  if (root === 'api' && first !== undefined && parts.length > 2)
    return { group: '', version: first, rest: parts.slice(2) }
  if (root === 'apis' && first !== undefined && second !== undefined && parts.length > 3)
    return { group: first, version: second, rest: parts.slice(3) }
  return undefined
}

type Place = Omit<ResourceRoute, 'verb'>

function placeOf({ group, version, rest }: Segments): Place | undefined {
  const [first = '', second = '', third, ...more] = rest
  // `namespaces/x/pods` is a resource in a namespace, but `namespaces/x/status` is part of the Namespace itself.
  if (
    first === 'namespaces' &&
    third !== undefined &&
    !(group === '' && NAMESPACE_SUBRESOURCES.includes(third))
  ) {
    const served = servedResource(group, version, third)
    if (served === undefined || !served.definition.namespaced || more.length > 2) return undefined
    return { served, namespace: second, name: more[0] ?? '', subresource: more[1] ?? '' }
  }
  if (rest.length > 3) return undefined
  const served = servedResource(group, version, first)
  if (served === undefined) return undefined
  if (served.definition.namespaced && second !== '') return undefined
  return { served, namespace: '', name: second, subresource: third ?? '' }
}

const NAMESPACE_SUBRESOURCES: readonly string[] = ['status', 'finalize']

function verbOf(request: HttpRequest, place: Place): Verb | undefined {
  const single = place.name !== ''
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      if (isTrue(request.query.watch)) return 'watch'
      return single ? 'get' : 'list'
    case 'POST':
      return single === (place.subresource !== '') ? 'create' : undefined
    case 'PUT':
      return single ? 'update' : undefined
    case 'PATCH':
      return single ? 'patch' : undefined
    case 'DELETE':
      return single ? 'delete' : 'deletecollection'
    case 'OPTIONS':
      return undefined
  }
}

export function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1'
}
