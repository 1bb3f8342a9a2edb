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

/** Discovery and health, which are served without the steps of a request. */
export function isPlainPath(path: string): boolean {
  return apiSegments(path) === undefined
}

interface Segments {
  readonly group: string
  readonly version: string
  readonly rest: readonly string[]
}

export function routeRequest(request: HttpRequest): Route {
  const segments = apiSegments(request.path)
  if (segments === undefined) return { type: 'plain', path: trimSlash(request.path) }
  const place = placeOf(segments)
  if (place === undefined) return { type: 'not-found' }
  const verb = verbOf(request, place)
  return verb === undefined ? { type: 'method-not-allowed' } : { type: 'resource', route: { verb, ...place } }
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
