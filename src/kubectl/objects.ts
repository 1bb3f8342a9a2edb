// Objects that a command handles without knowing their type, and the requests for them.

import type { HttpMethod } from '../sim/api/http.ts'
import { CONTENT_JSON } from '../sim/api/http.ts'
import type { Json, JsonObject } from '../sim/api/json.ts'
import { isJsonArray, isJsonObject } from '../sim/api/json.ts'
import { resourcePath } from '../sim/api/resources.ts'
import type { ApiResult } from '../sim/client/index.ts'
import { api } from '../sim/client/index.ts'
import type { Task } from '../sim/kernel/task.ts'
import type { Invocation } from './command.ts'
import { readManifests } from './command.ts'
import { apiFailure, failure, listFailure } from './failure.ts'
import type { ResourceType } from './resource-types.ts'
import { findType, findTypes, qualifiedName, typeOfKind } from './resource-types.ts'

/** An object of a known type, as JSON. */
export interface Found {
  readonly type: ResourceType
  readonly object: JsonObject
}

export interface Target {
  readonly type: ResourceType
  readonly namespace: string | null
  readonly name: string
}

// ── reading JSON ──────────────────────────────────────────────────────────────────────────────────────────────────

export const at = (value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined => {
  let here = value
  for (const part of path) {
    if (isJsonArray(here ?? null))
      here = typeof part === 'number' ? (here as readonly Json[])[part] : undefined
    else if (here !== undefined && isJsonObject(here))
      here = Object.hasOwn(here, part) ? here[part] : undefined
    else return undefined
  }
  return here
}

export const text = (value: Json | undefined, ...path: readonly (string | number)[]): string => {
  const found = at(value, ...path)
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
    ? String(found)
    : ''
}

export const integer = (value: Json | undefined, ...path: readonly (string | number)[]): number => {
  const found = at(value, ...path)
  return typeof found === 'number' ? found : 0
}

export const items = (value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] => {
  const found = at(value, ...path)
  return found !== undefined && isJsonArray(found) ? found : []
}

export const members = (value: Json | undefined, ...path: readonly (string | number)[]): JsonObject => {
  const found = at(value, ...path)
  return found !== undefined && isJsonObject(found) ? found : {}
}

export const nameOf = (object: JsonObject): string => text(object, 'metadata', 'name')
export const namespaceOf = (object: JsonObject): string | null =>
  text(object, 'metadata', 'namespace') || null

/** The answers of the server are JSON objects. */
export const json = (object: unknown): JsonObject => (isJsonObject(object) ? object : {})

/** `deployment.apps/web` */
export const slashName = (type: ResourceType, name: string): string => `${qualifiedName(type)}/${name}`

// ── targets ───────────────────────────────────────────────────────────────────────────────────────────────────────

export function scopeOf(type: ResourceType, namespace: string): string | null {
  return type.namespaced ? namespace : null
}

export const MISSING_RESOURCE =
  "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'"
const NO_SEPARATE_TYPE =
  "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'"
/** Of label, annotate and set: where no object is named. */
export const NO_RESOURCE = 'one or more resources must be specified as <resource> <name> or <resource>/<name>'

/** `pod web`, `pod/web`, `pods a b`, `deploy/a svc/b`: named objects, without asking for them. */
export function* namedTargets(invocation: Invocation, args = invocation.args): Task<readonly Target[]> {
  const { namespace } = invocation
  const [first, ...rest] = args
  if (first === undefined) throw failure(MISSING_RESOURCE)
  const target = (type: ResourceType, name: string): Target => ({
    type,
    namespace: scopeOf(type, namespace),
    name,
  })
  if (args.some((arg) => arg.includes('/'))) {
    const targets: Target[] = []
    for (const arg of args) {
      if (!arg.includes('/')) throw failure(NO_SEPARATE_TYPE)
      const [kind = '', name = '', ...more] = arg.split('/')
      if (kind === '' || name === '' || more.length > 0)
        throw failure('arguments in resource/name form must have a single resource and name')
      targets.push(target(yield* findType(kind), name))
    }
    return targets
  }
  const types = yield* findTypes(first)
  if (types.length > 1 && rest.length === 0) return []
  return types.flatMap((type) => rest.map((name) => target(type, name)))
}

/** What -f, names, -l or --all select, read from the server. */
export function* findObjects(invocation: Invocation, args = invocation.args): Task<readonly Found[]> {
  const { flags } = invocation
  if (flags.has('filename')) {
    const found: Found[] = []
    for (const { object } of readManifests(invocation))
      found.push(yield* getFound(yield* targetOf(object, invocation)))
    return found
  }
  const selects = flags.has('selector') || flags.bool('all') || flags.has('field-selector')
  if (!selects) {
    const targets = yield* namedTargets(invocation, args)
    if (targets.length === 0) throw failure('resource(s) were provided, but no name was specified')
    const found: Found[] = []
    for (const target of targets) found.push(yield* getFound(target))
    return found
  }
  if (args.length > 1) throw failure('name cannot be provided when a selector is specified')
  const found: Found[] = []
  for (const type of yield* findTypes(args[0] ?? '')) found.push(...(yield* listFound(type, invocation)))
  return found
}

function* getFound(target: Target): Task<Found> {
  const result = yield* api.get(target.type, target.namespace, target.name)
  if (!result.ok) throw apiFailure(result.status)
  return { type: target.type, object: json(result.object) }
}

export function* listFound(type: ResourceType, { flags, namespace }: Invocation): Task<readonly Found[]> {
  const scope = flags.bool('all-namespaces') ? null : scopeOf(type, namespace)
  const selectors = {
    ...(flags.has('selector') ? { labelSelector: flags.text('selector') } : {}),
    ...(flags.has('field-selector') ? { fieldSelector: flags.text('field-selector') } : {}),
  }
  const result = yield* api.list(type, scope, selectors)
  if (!result.ok) throw apiFailure(listFailure(result.status, type, selectors))
  const { kind } = type
  return result.object.items.map((object) => ({
    type,
    object: json({ ...object, kind, apiVersion: apiVersion(type) }),
  }))
}

export const apiVersion = (type: ResourceType): string =>
  type.group === '' ? type.version : `${type.group}/${type.version}`

/** Where a manifest's object goes. */
export function* targetOf(object: JsonObject, { flags, namespace }: Invocation): Task<Target> {
  const [version, kind] = [text(object, 'apiVersion'), text(object, 'kind')]
  const type = yield* typeOfKind(version, kind)
  if (type === undefined)
    throw failure(
      `resource mapping not found for name: "${nameOf(object)}" namespace: "${namespaceOf(object) ?? ''}" from "${flags.list('filename')[0] ?? ''}": no matches for kind "${kind}" in version "${version}"\nensure CRDs are installed first`,
    )
  const own = namespaceOf(object)
  if (type.namespaced && own !== null && flags.has('namespace') && own !== namespace)
    throw failure(
      `the namespace from the provided object "${own}" does not match the namespace "${namespace}". You must pass '--namespace=${own}' to perform this operation.`,
    )
  return { type, namespace: type.namespaced ? (own ?? namespace) : null, name: nameOf(object) }
}

// ── requests ──────────────────────────────────────────────────────────────────────────────────────────────────────

export function* createObject(
  target: Target,
  object: JsonObject,
  query: Readonly<Record<string, string>>,
): Task<ApiResult<unknown>> {
  return yield* write('POST', resourcePath(target.type, target.namespace), object, query)
}

export function write(
  method: HttpMethod,
  path: string,
  body: unknown,
  query: Readonly<Record<string, string>>,
  contentType = CONTENT_JSON,
): Task<ApiResult<unknown>> {
  return api.raw({ method, path, query, headers: { 'content-type': contentType }, body })
}

export const pathOf = ({ type, namespace, name }: Target, subresource?: string): string =>
  resourcePath(type, namespace, name, subresource)

export const targetOfFound = ({ type, object }: Found): Target => ({
  type,
  namespace: namespaceOf(object),
  name: nameOf(object),
})
