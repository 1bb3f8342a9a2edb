// The open watches on one kind, and what each of them is told. Watchers are indexed by what their selection fixes, so
// that an event of one Pod is not matched against 5,000 kubelets. Models cacher.go's dispatch and cache_watcher.go;
// leaves out slow readers: a message is always taken.
import type { WatchEvent } from '../api/http.ts'
import type { WatchMessage } from '../api/messages.ts'
import type { KubeObject } from '../api/objects.ts'
import { apiVersionOf } from '../api/objects.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap } from '../kernel/cow-map.ts'
import type { Micros } from '../kernel/micros.ts'
import { deepFreeze } from '../kernel/plain-data.ts'
import type { Context } from '../kernel/process.ts'
import type { CachedEvent } from './event-history.ts'
import type { Selection } from './selection.ts'
import { selects, singleKey, triggerValue } from './selection.ts'
import type { ServedKind } from './served-kinds.ts'
import { partialObject, tableOf } from './table.ts'
import { withResourceVersion } from './versioned.ts'
import type { WatchCache } from './watch-cache.ts'
import type { Watcher } from './watcher.ts'

const SEPARATOR = '\u0001'
const ALL = '*'

/** In lists that are replaced and never changed, each in the order of its watchers' keys. */
export interface OpenWatchers {
  /** Those whose selection fixes nothing that they could be indexed by. */
  all: readonly Watcher[]
  /** The others, by bucket: one object's key, or a value of the kind's trigger field. */
  readonly fixed: CowMap<readonly Watcher[]>
  size: number
}

const NOBODY: readonly Watcher[] = Object.freeze([])

export const openWatchers = (): OpenWatchers => ({
  all: NOBODY,
  fixed: cowMap<readonly Watcher[]>(),
  size: 0,
})

const bucketOfTrigger = (value: string): string => `=${value}`
const bucketOfKey = (key: string): string => `@${key}`

type WatcherIdentity = Pick<Watcher, 'selection' | 'client' | 'id'>

export function watcherKey({ selection, client, id }: WatcherIdentity, served: ServedKind): string {
  return bucketOf(selection, served) + SEPARATOR + client + SEPARATOR + id
}

const bucketOfWatcherKey = (key: string): string => key.slice(0, key.indexOf(SEPARATOR))

function bucketOf(selection: Selection, served: ServedKind): string {
  const key = singleKey(selection, served)
  if (key !== undefined) return bucketOfKey(key)
  const value = triggerValue(selection, served)
  return value === undefined ? ALL : bucketOfTrigger(value)
}

function bucketed(watchers: OpenWatchers, bucket: string): readonly Watcher[] {
  return bucket === ALL ? watchers.all : (watchers.fixed.get(bucket) ?? NOBODY)
}

function fill(watchers: OpenWatchers, bucket: string, list: readonly Watcher[]): void {
  Object.freeze(list)
  if (bucket === ALL) watchers.all = list
  else if (list.length === 0) watchers.fixed.delete(bucket)
  else watchers.fixed.set(bucket, list)
}

/** Where a key is in a list, or would be. */
function placeIn(list: readonly Watcher[], key: string): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = list[middle]
    if (other !== undefined && other.key < key) low = middle + 1
    else high = middle
  }
  return low
}

export function findWatcher(watchers: OpenWatchers, key: string): Watcher | undefined {
  const list = bucketed(watchers, bucketOfWatcherKey(key))
  const found = list[placeIn(list, key)]
  return found?.key === key ? found : undefined
}

/** Adds a watcher, or replaces the one with its key. */
export function putWatcher(watchers: OpenWatchers, watcher: Watcher): void {
  const bucket = bucketOfWatcherKey(watcher.key)
  const list = bucketed(watchers, bucket)
  const place = placeIn(list, watcher.key)
  const replaced = list[place]?.key === watcher.key ? 1 : 0
  const next = list.slice()
  next.splice(place, replaced, watcher)
  fill(watchers, bucket, next)
  watchers.size += 1 - replaced
}

export function dropWatcher(watchers: OpenWatchers, key: string): void {
  const bucket = bucketOfWatcherKey(key)
  const list = bucketed(watchers, bucket)
  if (findWatcher(watchers, key) === undefined) return
  fill(
    watchers,
    bucket,
    list.filter((watcher) => watcher.key !== key),
  )
  watchers.size--
}

/** In the order of their keys. */
export function allWatchers({ all, fixed }: OpenWatchers): readonly Watcher[] {
  return [...all, ...fixed.valuesArray().flat()]
}

/** Tells every watcher that it concerns about an event. */
export function dispatch(cache: WatchCache, served: ServedKind, event: CachedEvent, context: Context): void {
  const { watchers } = cache
  if (watchers.size === 0) return
  const views = new EventViews(event, served, context.now)
  tell(watchers, watchers.all, views, context)
  if (watchers.fixed.size === 0) return
  tellBucket(watchers, bucketOfKey(event.key), views, context)
  if (served.trigger === undefined) return
  const now = served.trigger.read(event.object)
  tellBucket(watchers, bucketOfTrigger(now), views, context)
  const before = event.previous === null ? now : served.trigger.read(event.previous)
  if (before !== now) tellBucket(watchers, bucketOfTrigger(before), views, context)
}

function tellBucket(watchers: OpenWatchers, bucket: string, views: EventViews, context: Context): void {
  const list = watchers.fixed.get(bucket)
  if (list !== undefined) tell(watchers, list, views, context)
}

function tell(watchers: OpenWatchers, list: readonly Watcher[], views: EventViews, context: Context): void {
  for (const watcher of list) {
    const view = viewFor(watcher, views)
    if (view === undefined) continue
    sendEvent(watcher, view, context)
    const next = asHeaded(watcher)
    if (next !== watcher) putWatcher(watchers, next)
  }
}

/** The watcher once an event has been sent to it. */
export function asHeaded(watcher: Watcher): Watcher {
  if (watcher.headed || watcher.form === 'object' || watcher.form === 'metadata') return watcher
  return Object.freeze({ ...watcher, headed: true })
}

/** What one watcher is told about an event: an object that leaves its selection is deleted for it, and so on. */
export function viewFor(watcher: Watcher, views: EventViews): WatchEvent | undefined {
  const { event, served } = views
  if (event.revision <= watcher.from) return undefined
  const { selection } = watcher
  const matches = event.type !== 'DELETED' && selects(selection, served, event.object)
  const matched = event.previous !== null && selects(selection, served, event.previous)
  if (matches) return views.of(matched ? 'MODIFIED' : 'ADDED', watcher)
  return matched ? views.of('DELETED', watcher) : undefined
}

type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** The few forms that one event can take, each made once and shared by all who get it. */
export class EventViews {
  readonly event: CachedEvent
  readonly served: ServedKind
  private readonly now: Micros
  private readonly whole: Record<ChangeType, WatchEvent | undefined> = {
    ADDED: undefined,
    MODIFIED: undefined,
    DELETED: undefined,
  }
  private readonly written: Map<string, WatchEvent> = new Map()

  constructor(event: CachedEvent, served: ServedKind, now: Micros) {
    this.event = event
    this.served = served
    this.now = now
  }

  of(type: ChangeType, watcher: Pick<Watcher, 'form' | 'headed'>): WatchEvent {
    if (watcher.form !== 'object') return this.inWriting(type, watcher)
    const ready = this.whole[type]
    if (ready !== undefined) return ready
    const view = Object.freeze({ type, object: this.objectFor(type) })
    this.whole[type] = view
    return view
  }

  private inWriting(type: ChangeType, watcher: Pick<Watcher, 'form' | 'headed'>): WatchEvent {
    const name = `${type} ${watcher.form} ${watcher.headed}`
    const ready = this.written.get(name)
    if (ready !== undefined) return ready
    const object = inForm(this.objectFor(type), watcher, this.served, this.now)
    const view = Object.freeze({ type, object })
    this.written.set(name, view)
    return view
  }

  private objectFor(type: ChangeType): KubeObject {
    const { event } = this
    if (type !== 'DELETED' || event.type === 'DELETED' || event.previous === null) return event.object
    return withResourceVersion(event.previous, event.revision)
  }
}

export function inForm(
  object: KubeObject,
  { form, headed }: Pick<Watcher, 'form' | 'headed'>,
  { definition }: ServedKind,
  now: Micros,
): unknown {
  if (form === 'object') return object
  if (form === 'metadata') return partialObject(object)
  const includeObject = form.slice('table '.length)
  const meta = { resourceVersion: object.metadata.resourceVersion }
  return deepFreeze(tableOf(definition, [object], meta, includeObject, now, !headed))
}

export function sendEvent(watcher: Watcher, event: WatchEvent, context: Context): void {
  const message: WatchMessage = { type: 'watch', id: watcher.id, event }
  context.send(watcher.client, message)
}

/** Tells a watcher how far the cache is, so that it can resume from there. */
export function sendBookmark(
  watcher: Watcher,
  served: ServedKind,
  revision: number,
  endsInitialEvents: boolean,
  context: Context,
): void {
  const { definition } = served
  const annotations = endsInitialEvents ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}
  const object = {
    kind: definition.kind,
    apiVersion: apiVersionOf(definition),
    metadata: { resourceVersion: String(revision), creationTimestamp: null, ...annotations },
  }
  sendEvent(watcher, { type: 'BOOKMARK', object }, context)
}
