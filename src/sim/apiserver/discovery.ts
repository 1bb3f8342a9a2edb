// Discovery: which groups, versions and resources there are, and the paths by which one asks whether the server is well.
// Models apiserver/pkg/endpoints/discovery and the version of Kubernetes that is simulated; leaves out OpenAPI and the
// aggregated form, which clients do without.
import type { HttpResponse } from '../api/http.ts'
import { pathNotFound } from '../api/status.ts'
import { KINDS } from './kinds/index.ts'
import type { KindDefinition } from './kinds/runtime/kind-definition.ts'
import { respond, respondStatus } from './request.ts'

const KUBERNETES_VERSION = 'v1.35.0'

const VERBS: readonly string[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
]
const SUBRESOURCE_VERBS: Readonly<Record<string, readonly string[]>> = {
  status: ['get', 'patch', 'update'],
  scale: ['get', 'patch', 'update'],
  binding: ['create'],
  eviction: ['create'],
  finalize: ['update'],
}
const TEXT: Readonly<Record<string, string>> = Object.freeze({ 'content-type': 'text/plain; charset=utf-8' })

/** `ready`: the watch caches are filled. */
export function servePlainPath(requested: string, ready: boolean): HttpResponse {
  const path = requested.length > 1 && requested.endsWith('/') ? requested.slice(0, -1) : requested
  switch (path) {
    case '/api':
      return respond({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] })
    case '/apis':
      return respond({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups().map(groupDocument) })
    case '/version':
      return respond(versionDocument())
    case '/healthz':
    case '/livez':
      return { status: 200, headers: TEXT, body: 'ok' }
    case '/readyz':
      return ready
        ? { status: 200, headers: TEXT, body: 'ok' }
        : {
            status: 500,
            headers: TEXT,
            body: '[-]informer-sync failed: reason withheld\nreadyz check failed\n',
          }
  }
  return respondGroup(path) ?? respondStatus(pathNotFound())
}

function respondGroup(path: string): HttpResponse | undefined {
  const parts = path.split('/').slice(1)
  const [root, first, second] = parts
  if (root === 'api' && first !== undefined && parts.length === 2) return resourceList('', first)
  if (root !== 'apis' || first === undefined) return undefined
  if (parts.length === 2)
    return groups().includes(first)
      ? respond({ apiVersion: 'v1', ...groupDocument(first), kind: 'APIGroup' })
      : undefined
  return second !== undefined && parts.length === 3 ? resourceList(first, second) : undefined
}

function groups(): readonly string[] {
  return [...new Set(KINDS.all.map((kind) => kind.group))].filter((group) => group !== '')
}

function groupDocument(group: string): object {
  const versions = [...new Set(KINDS.all.filter((kind) => kind.group === group).map((kind) => kind.version))]
  const named = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }))
  return { name: group, versions: named, preferredVersion: named[0] }
}

function resourceList(group: string, version: string): HttpResponse | undefined {
  const kinds = KINDS.all.filter((kind) => kind.group === group && kind.version === version)
  if (kinds.length === 0) return undefined
  const groupVersion = group === '' ? version : `${group}/${version}`
  return respond({
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: kinds.flatMap(resourcesOf),
  })
}

function resourcesOf(kind: KindDefinition): readonly object[] {
  const { resource, singular, namespaced, shortNames, categories } = kind
  const own = {
    name: resource,
    singularName: singular,
    namespaced,
    kind: kind.kind,
    verbs: VERBS,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
  }
  const below = kind.subresources
    .filter((name) => SUBRESOURCE_VERBS[name] !== undefined)
    .map((name) => ({
      name: `${resource}/${name}`,
      singularName: '',
      namespaced,
      ...SUBRESOURCE_KINDS[name],
      kind: SUBRESOURCE_KINDS[name]?.kind ?? kind.kind,
      verbs: SUBRESOURCE_VERBS[name],
    }))
  return [own, ...below]
}

const SUBRESOURCE_KINDS: Readonly<
  Record<string, { readonly kind: string; readonly group?: string; readonly version?: string }>
> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  binding: { kind: 'Binding' },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
}

function versionDocument(): object {
  return {
    major: '1',
    minor: '35',
    gitVersion: KUBERNETES_VERSION,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
    goVersion: 'go1.25',
    compiler: 'gc',
    platform: 'linux/amd64',
  }
}
