// GET of one object and of a collection, with the meanings of resourceVersion: none for the newest state, 0 for what the
// cache has, else at least that. Models apiserver/pkg/storage/cacher (GetList) and pagination; lists that go on from a
// token are read from etcd at the token's revision.
import type { HttpResponse } from '../../api/http.ts'
import type { KubeObject } from '../../api/objects.ts'
import { apiVersionOf } from '../../api/objects.ts'
import { badRequest, notFound, tooLargeResourceVersion } from '../../api/status.ts'
import type { Task } from '../../kernel/task.ts'
import type { ContinueToken } from '../continue-token.ts'
import { decodeContinue, encodeContinue } from '../continue-token.ts'
import type { ListedObjects } from '../effects.ts'
import { cachedList, currentTime, lookup, untilFresh } from '../effects.ts'
import type { ResourceCall } from '../request.ts'
import { cacheKey, etcdKey, phase, reject, rejectIn, respond } from '../request.ts'
import type { Selection } from '../selection.ts'
import { parseSelection, selects } from '../selection.ts'
import { currentRevision, readObject, readPage } from '../storage.ts'
import { acceptedForm, partialObject, tableOf } from '../table.ts'
import { objectOf } from '../versioned.ts'

export function* get(call: ResourceCall): Task<HttpResponse> {
  const { definition, route, request } = call
  const object = yield* readOne(call)
  if (object === null) return reject(notFound(definition, route.name))
  yield* phase(call, 'storage', () => [`read ${etcdKey(call)}`])
  const form = acceptedForm(request.headers.accept)
  if (form === 'object') return respond(object)
  if (form === 'metadata') return respond(partialObject(object))
  const meta = { resourceVersion: object.metadata.resourceVersion }
  return respond(tableOf(definition, [object], meta, request.query.includeObject, yield* currentTime()))
}

/** Without a resourceVersion a single object is read from etcd, by agreement of a quorum; so is one of a kind without a cache. */
function* readOne(call: ResourceCall): Task<KubeObject | null> {
  const version = requestedVersion(call)
  if (version !== undefined && call.served.cached) {
    yield* waitFor(call, version)
    return yield* lookup(call.served.id, cacheKey(call))
  }
  const read = yield* readObject(etcdKey(call))
  if (!read.ok) return yield* rejectIn(call, 'storage', read.status)
  if (version === undefined || version === 0) return read.value
  const newest = yield* newestRevision(call)
  if (newest < version) yield* rejectIn(call, 'storage', tooLargeResourceVersion(version, newest))
  return read.value
}

export function* list(call: ResourceCall): Task<HttpResponse> {
  const { query } = call.request
  const parsed = parseSelection(call.served, call.route.namespace, query)
  if ('failure' in parsed) return reject(parsed.failure)
  const limit = limitOf(query.limit)
  const token = query.continue ?? ''
  const listed =
    token === ''
      ? yield* (call.served.cached ? listFromCache : listFromStore)(call, parsed.selection, limit)
      : yield* listFromToken(call, parsed.selection, limit, token)
  yield* phase(call, 'storage', () => [`${listed.items.length} objects at revision ${listed.revision}`])
  return yield* listResponse(call, listed)
}

function limitOf(text: string | undefined): number {
  const limit = Number(text ?? '0')
  if (!Number.isInteger(limit) || limit < 0) reject(badRequest(`invalid limit: ${text}`))
  return limit
}

/** Undefined: the newest. */
function requestedVersion(call: ResourceCall): number | undefined {
  const text = call.request.query.resourceVersion ?? ''
  if (text === '') return undefined
  const version = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(version)) {
    return reject(
      badRequest(
        `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
      ),
    )
  }
  return version
}

function* waitFor(call: ResourceCall, version: number): Task<void> {
  if (version === 0) return
  const reached = yield* untilFresh(call.served.id, version)
  if (reached < version) yield* rejectIn(call, 'storage', tooLargeResourceVersion(version, reached))
}

function* listFromCache(call: ResourceCall, selection: Selection, limit: number): Task<ListedObjects> {
  const { id } = call.served
  const requested = requestedVersion(call)
  // What the cache happens to have is not paged: it costs etcd nothing.
  if (requested === 0) return yield* cachedList(id, selection, 0)
  yield* waitFor(call, requested ?? (yield* newestRevision(call)))
  return yield* cachedList(id, selection, limit)
}

/** A kind without a cache is read from etcd, which always has the newest state. */
function* listFromStore(call: ResourceCall, selection: Selection, limit: number): Task<ListedObjects> {
  const listed = yield* listPages(call, selection, limit, { revision: 0, start: '' })
  const requested = requestedVersion(call) ?? 0
  if (listed.revision >= requested) return listed
  return yield* rejectIn(call, 'storage', tooLargeResourceVersion(requested, listed.revision))
}

/** All of a selection as it is now. */
export function* listNewest(call: ResourceCall, selection: Selection): Task<ListedObjects> {
  if (!call.served.cached) return yield* listPages(call, selection, 0, { revision: 0, start: '' })
  yield* untilFresh(call.served.id, yield* newestRevision(call))
  return yield* cachedList(call.served.id, selection, 0)
}

function* newestRevision(call: ResourceCall): Task<number> {
  const revision = yield* currentRevision(call.served.prefix)
  return revision.ok ? revision.value : yield* rejectIn(call, 'storage', revision.status)
}

function* listFromToken(
  call: ResourceCall,
  selection: Selection,
  limit: number,
  text: string,
): Task<ListedObjects> {
  const token = decodeContinue(text)
  if ('error' in token) return reject(badRequest(token.error))
  const version = call.request.query.resourceVersion ?? ''
  if (version !== '' && version !== '0')
    reject(badRequest('specifying resource version is not allowed when using continue'))
  return yield* listPages(call, selection, limit, token)
}

/** Revision 0: the newest. */
function* listPages(
  call: ResourceCall,
  selection: Selection,
  limit: number,
  from: ContinueToken,
): Task<ListedObjects> {
  const { served } = call
  const under = selection.namespace === '' ? '' : `${selection.namespace}/`
  const items: KubeObject[] = []
  let place = from
  for (;;) {
    const page = yield* readPage(served.prefix, under, place.start, limit, place.revision)
    if (!page.ok) return yield* rejectIn(call, 'storage', page.status)
    const { kvs, more, count, revision } = page.value
    place = { ...place, revision }
    for (const [index, kv] of kvs.entries()) {
      const object = objectOf(kv)
      const lastKey = kv.key.slice(served.prefix.length)
      place = { revision, start: lastKey }
      if (!selects(selection, served, object)) continue
      items.push(object)
      if (limit > 0 && items.length === limit && (more || index < kvs.length - 1)) {
        return { items, revision, more: { lastKey, remaining: count - index - 1 } }
      }
    }
    if (!more) return { items, revision, more: null }
  }
}

export function* listResponse(call: ResourceCall, listed: ListedObjects): Task<HttpResponse> {
  const { definition, request } = call
  const { items, revision, more } = listed
  const filtered = (request.query.labelSelector ?? '') !== '' || (request.query.fieldSelector ?? '') !== ''
  const metadata = {
    resourceVersion: String(revision),
    ...(more === null ? {} : { continue: encodeContinue({ revision, start: more.lastKey }) }),
    ...(more === null || filtered ? {} : { remainingItemCount: more.remaining }),
  }
  const form = acceptedForm(request.headers.accept)
  if (form === 'table') {
    return respond(tableOf(definition, items, metadata, request.query.includeObject, yield* currentTime()))
  }
  if (form === 'metadata') {
    const partial = items.map(partialObject)
    return respond({
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: partial,
    })
  }
  return respond({ kind: definition.listKind, apiVersion: apiVersionOf(definition), metadata, items })
}
