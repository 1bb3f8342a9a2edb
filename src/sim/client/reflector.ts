// Keeps a cache equal to what the apiserver has: list, then watch from the list's revision, and again whenever that
// ends. Models client-go/tools/cache/reflector.go; leaves out WatchList streaming and periodic resync.
import type { HttpResponse, WatchEvent } from '../api/http.ts'
import type { KubeList, KubeObject } from '../api/objects.ts'
import { objectKey } from '../api/objects.ts'
import type { ResourceRef } from '../api/resources.ts'
import { resourcePath } from '../api/resources.ts'
import type { Status } from '../api/status.ts'
import { isStatus } from '../api/status.ts'
import { micros } from '../kernel/micros.ts'
import type { Context } from '../kernel/process.ts'
import { read } from './requests.ts'
import type { Indexes, Store } from './store.ts'
import { createStore, put, remove } from './store.ts'
import type { Answer, TransportState } from './transport.ts'
import { sendRequest } from './transport.ts'

export interface InformerSpec {
  readonly ref: ResourceRef<KubeObject>
  readonly fieldSelector?: string
  readonly labelSelector?: string
  readonly namespace?: string
  readonly indexes?: Indexes
}

export interface ReflectorState {
  store: Store
  /** `idle` before the start; `waiting` while it backs off. */
  phase: 'idle' | 'listing' | 'watching' | 'waiting'
  /** Of the last list or watch event; empty before the first list. */
  resourceVersion: string
  /** The server no longer knows that version: the next list asks for the newest state, from etcd. */
  versionUnavailable: boolean
  synced: boolean
  /** Pages of a list that is not complete. */
  pages: KubeObject[]
  failures: number
  lastFailureAt: number
  watchStartedAt: number
  watchEvents: number
}

export interface RetryMessage {
  readonly type: 'client-retry'
  readonly resource: string
  readonly next: 'list' | 'watch'
}

export type ChangeType = 'add' | 'update' | 'delete'
export type OnChange = (type: ChangeType, object: KubeObject, previous: KubeObject | undefined) => void

/**
 * What was there under the name of a change's object and went unseen, while the watch was broken or its events were lost:
 * the change tells of both, as an informer of client-go does. Undefined where the object is the one that was known.
 */
export const displaced = <T extends KubeObject>(change: {
  readonly object: T
  readonly previous: T | undefined
}): T | undefined =>
  change.previous?.metadata.uid === change.object.metadata.uid ? undefined : change.previous

const FIRST_BACKOFF_MICROS = 800_000
const LAST_BACKOFF_MICROS = 30_000_000
const BACKOFF_RESET_MICROS = 120_000_000
const MIN_WATCH_SECONDS = 300
const SHORT_WATCH_MICROS = 1_000_000
const PAGE_SIZE = 500

export function reflectorState(): ReflectorState {
  return {
    store: createStore(),
    phase: 'idle',
    resourceVersion: '',
    versionUnavailable: false,
    synced: false,
    pages: [],
    failures: 0,
    lastFailureAt: 0,
    watchStartedAt: 0,
    watchEvents: 0,
  }
}

export function startList(
  state: ReflectorState,
  spec: InformerSpec,
  transport: TransportState,
  ctx: Context,
): void {
  state.pages = []
  listPage(state, spec, transport, ctx, null)
}

function listPage(
  state: ReflectorState,
  spec: InformerSpec,
  transport: TransportState,
  context: Context,
  token: string | null,
): void {
  state.phase = 'listing'
  // Version 0 means "whatever the cache has": it is not paged, so that one list costs etcd nothing.
  const version = state.resourceVersion === '' ? '0' : state.resourceVersion
  const query = selectors(spec)
  if (state.versionUnavailable) query.limit = String(PAGE_SIZE)
  if (token !== null) query.continue = token
  if (!state.versionUnavailable) query.resourceVersion = version
  const waiter = { kind: 'list', resource: spec.ref.resource } as const
  sendRequest(transport, waiter, read(resourcePath(spec.ref, spec.namespace ?? null), query), context)
}

export function startWatch(
  state: ReflectorState,
  spec: InformerSpec,
  transport: TransportState,
  context: Context,
): void {
  state.phase = 'watching'
  state.watchStartedAt = context.now
  state.watchEvents = 0
  const timeoutSeconds = Math.floor(MIN_WATCH_SECONDS * (1 + context.random()))
  const query = selectors(spec)
  query.watch = 'true'
  query.allowWatchBookmarks = 'true'
  query.resourceVersion = state.resourceVersion
  query.timeoutSeconds = String(timeoutSeconds)
  const waiter = { kind: 'watch', resource: spec.ref.resource } as const
  sendRequest(transport, waiter, read(resourcePath(spec.ref, spec.namespace ?? null), query), context)
}

function selectors({ fieldSelector, labelSelector }: InformerSpec): Record<string, string> {
  const query: Record<string, string> = {}
  if (labelSelector !== undefined) query.labelSelector = labelSelector
  if (fieldSelector !== undefined) query.fieldSelector = fieldSelector
  return query
}

/** Returns true when the cache now holds a complete list. */
export function listAnswered(
  state: ReflectorState,
  spec: InformerSpec,
  transport: TransportState,
  answer: Answer,
  context: Context,
  onChange: OnChange,
): boolean {
  const list = answer.response === null ? null : listOf(answer.response)
  if (list === null) {
    listFailed(state, spec, answer, context)
    return false
  }
  const items = state.pages.length === 0 ? list.items : [...state.pages, ...list.items]
  if (list.metadata.continue !== undefined && list.metadata.continue !== '') {
    state.pages = [...items]
    listPage(state, spec, transport, context, list.metadata.continue)
    return false
  }
  state.pages = []
  state.resourceVersion = list.metadata.resourceVersion
  state.versionUnavailable = false
  state.failures = 0
  replace(state.store, items, spec.indexes, onChange)
  startWatch(state, spec, transport, context)
  return true
}

function listOf(response: HttpResponse): KubeList | null {
  return response.status === 200 ? (response.body as KubeList) : null
}

function listFailed(state: ReflectorState, spec: InformerSpec, answer: Answer, context: Context): void {
  const status = statusOf(answer)
  if (isExpired(status) || isTooLarge(status)) {
    // It asks again at once, for the newest state; without this it would ask for the lost version for ever.
    state.versionUnavailable = true
    state.phase = 'waiting'
    context.timer(micros(0), retry(spec, 'list'), { continues: true })
    return
  }
  backOff(state, spec, 'list', context)
}

/** The watch could not be opened. */
export function watchRefused(
  state: ReflectorState,
  spec: InformerSpec,
  answer: Answer,
  context: Context,
): void {
  const status = statusOf(answer)
  const transient = answer.response === null || answer.response.status === 429
  if (isExpired(status)) relistAtOnce(state, spec, context)
  else backOff(state, spec, transient ? 'watch' : 'list', context)
}

function relistAtOnce(state: ReflectorState, spec: InformerSpec, context: Context): void {
  state.phase = 'waiting'
  context.timer(micros(0), retry(spec, 'list'), { continues: true })
}

/** The body of the watch ended: in good order, or with the connection. */
export function watchEnded(
  state: ReflectorState,
  spec: InformerSpec,
  transport: TransportState,
  broken: boolean,
  context: Context,
): void {
  const short = state.watchEvents === 0 && context.now - state.watchStartedAt < SHORT_WATCH_MICROS
  if (broken || short) backOff(state, spec, 'watch', context)
  else startWatch(state, spec, transport, context)
}

/** Returns false when the watch is of no more use. */
export function watchEvent(
  state: ReflectorState,
  spec: InformerSpec,
  event: WatchEvent,
  context: Context,
  onChange: OnChange,
): boolean {
  state.watchEvents++
  if (event.type === 'ERROR') {
    if (isStatus(event.object) && isExpired(event.object)) relistAtOnce(state, spec, context)
    else backOff(state, spec, 'list', context)
    return false
  }
  const object = event.object as KubeObject
  state.resourceVersion = object.metadata.resourceVersion
  state.failures = 0
  if (event.type === 'BOOKMARK') return true
  if (event.type === 'DELETED') {
    const key = objectKey(object)
    const previous = remove(state.store, key, spec.indexes)
    if (previous !== undefined) onChange('delete', object, previous)
    return true
  }
  const previous = put(state.store, object, spec.indexes)
  onChange(previous === undefined ? 'add' : 'update', object, previous)
  return true
}

/** Makes the cache equal to the list and reports what differed, deletions that were missed included. */
function replace(
  store: Store,
  items: readonly KubeObject[],
  indexes: Indexes | undefined,
  onChange: OnChange,
): void {
  // A cache that is new has nothing to lose, and most are never asked for their order.
  if (store.objects.size > 0) {
    const listed = new Set<string>(items.map(objectKey))
    const gone = store.objects.keysArray().filter((key) => !listed.has(key))
    for (const key of gone) {
      const previous = remove(store, key, indexes)
      if (previous !== undefined) onChange('delete', previous, previous)
    }
  }
  for (const item of items) {
    const previous = put(store, item, indexes)
    if (previous === undefined) onChange('add', item, undefined)
    else if (previous.metadata.resourceVersion !== item.metadata.resourceVersion)
      onChange('update', item, previous)
  }
}

function backOff(state: ReflectorState, spec: InformerSpec, next: 'list' | 'watch', context: Context): void {
  if (context.now - state.lastFailureAt > BACKOFF_RESET_MICROS) state.failures = 0
  let delay = FIRST_BACKOFF_MICROS
  for (let i = 0; i < state.failures && delay < LAST_BACKOFF_MICROS; i++) delay *= 2
  delay = Math.min(delay, LAST_BACKOFF_MICROS)
  state.failures++
  state.lastFailureAt = context.now
  state.phase = 'waiting'
  context.timer(micros(delay * (1 + context.random())), retry(spec, next), { continues: true })
}

const retry = (spec: InformerSpec, next: 'list' | 'watch'): RetryMessage => ({
  type: 'client-retry',
  resource: spec.ref.resource,
  next,
})

function statusOf(answer: Answer): Status | null {
  const body = answer.response?.body
  return isStatus(body) ? body : null
}

function isExpired(status: Status | null): boolean {
  return status !== null && (status.code === 410 || status.reason === 'Expired' || status.reason === 'Gone')
}

function isTooLarge(status: Status | null): boolean {
  const causes = status?.details?.causes ?? []
  return causes.some((cause) => cause.message === 'Too large resource version')
}
