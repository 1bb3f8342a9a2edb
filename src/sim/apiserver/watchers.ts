// The open watches on one kind, and what each of them is told. Watchers are indexed by what their selection fixes, so
// that an event of one Pod is not matched against 5,000 kubelets. Models cacher.go's dispatch and cache_watcher.go;
// leaves out slow readers: a message is always taken.
import type { WatchEvent } from '../api/http.ts'
import type { WatchMessage } from '../api/messages.ts'
import type { KubeObject } from '../api/objects.ts'
import { apiVersionOf } from '../api/objects.ts'
import type { Micros } from '../kernel/micros.ts'
import { deepFreeze } from '../kernel/plain-data.ts'
import type { Context } from '../kernel/process.ts'
import type { Selection } from './selection.ts'
import { selects, singleKey, triggerValue } from './selection.ts'
import type { ServedKind } from './served-kinds.ts'
import { partialObject, tableOf } from './table.ts'
import type { CachedEvent, WatchCache } from './watch-cache.ts'
import { withResourceVersion } from './watch-cache.ts'
import type { Watcher } from './watcher.ts'

const SEPARATOR = '\u0001'
const AFTER_SEPARATOR = '\u0002'

const ALL = '*'
const bucketOfTrigger = (value: string): string => `=${value}`
const bucketOfKey = (key: string): string => `@${key}`

export function watcherKey(watcher: Watcher, served: ServedKind): string {
  return bucketOf(watcher.selection, served) + SEPARATOR + watcher.client + SEPARATOR + watcher.id
}

const bucketOfWatcherKey = (key: string): string => key.slice(0, key.indexOf(SEPARATOR))

export function addWatcher(cache: WatchCache, key: string, watcher: Watcher): void {
  const bucket = bucketOfWatcherKey(key)
  if (!cache.watchers.has(key)) cache.buckets[bucket] = (cache.buckets[bucket] ?? 0) + 1
  cache.watchers.set(key, watcher)
}

export function dropWatcher(cache: WatchCache, key: string): void {
  if (!cache.watchers.delete(key)) return
  const bucket = bucketOfWatcherKey(key)
  const left = (cache.buckets[bucket] ?? 0) - 1
  if (left > 0) cache.buckets[bucket] = left
  else delete cache.buckets[bucket]
}

function bucketOf(selection: Selection, served: ServedKind): string {
  const key = singleKey(selection, served)
  if (key !== undefined) return bucketOfKey(key)
  const value = triggerValue(selection, served)
  return value === undefined ? ALL : bucketOfTrigger(value)
}

/** Tells every watcher that it concerns about an event. */
export function dispatch(cache: WatchCache, served: ServedKind, event: CachedEvent, context: Context): void {
  if (cache.watchers.size === 0) return
  const views = new EventViews(event, served, context.now)
  const headed: [key: string, watcher: Watcher][] = []
  const visit = (key: string, watcher: Watcher): void => {
    const view = viewFor(watcher, served, event, views)
    if (view === undefined) return
    sendEvent(watcher, view, context)
    const next = asHeaded(watcher)
    if (next !== watcher) headed.push([key, next])
  }
  forBucket(cache, ALL, visit)
  forBucket(cache, bucketOfKey(event.key), visit)
  if (served.trigger !== undefined) {
    const now = served.trigger.read(event.object)
    forBucket(cache, bucketOfTrigger(now), visit)
    const before = event.previous === null ? now : served.trigger.read(event.previous)
    if (before !== now) forBucket(cache, bucketOfTrigger(before), visit)
  }
  // The watchers are changed only now that nobody walks over them.
  for (const [key, watcher] of headed) cache.watchers.set(key, watcher)
}

function forBucket(cache: WatchCache, bucket: string, visit: (key: string, watcher: Watcher) => void): void {
  if (cache.buckets[bucket] === undefined) return
  cache.watchers.forRange(bucket + SEPARATOR, bucket + AFTER_SEPARATOR, false, (key, watcher) =>
    visit(key, watcher),
  )
}

/** The watcher once an event has been sent to it. */
export function asHeaded(watcher: Watcher): Watcher {
  if (watcher.headed || watcher.form === 'object' || watcher.form === 'metadata') return watcher
  return Object.freeze({ ...watcher, headed: true })
}

/** What one watcher is told about an event: an object that leaves its selection is deleted for it, and so on. */
export function viewFor(
  watcher: Watcher,
  served: ServedKind,
  event: CachedEvent,
  views: EventViews,
): WatchEvent | undefined {
  if (event.revision <= watcher.from) return undefined
  const { selection } = watcher
  const matches = event.type !== 'DELETED' && selects(selection, served, event.object)
  const matched = event.previous !== null && selects(selection, served, event.previous)
  if (matches) return views.of(matched ? 'MODIFIED' : 'ADDED', watcher)
  return matched ? views.of('DELETED', watcher) : undefined
}

/** The few forms that one event can take, each made once and shared by all who get it. */
export class EventViews {
  private readonly event: CachedEvent
  private readonly served: ServedKind
  private readonly now: Micros
  private readonly made: Partial<Record<string, WatchEvent>> = {}

  constructor(event: CachedEvent, served: ServedKind, now: Micros) {
    this.event = event
    this.served = served
    this.now = now
  }

  of(type: 'ADDED' | 'MODIFIED' | 'DELETED', watcher: Pick<Watcher, 'form' | 'headed'>): WatchEvent {
    const name = watcher.form === 'object' ? type : `${type} ${watcher.form} ${watcher.headed}`
    const ready = this.made[name]
    if (ready !== undefined) return ready
    const object = inForm(this.objectFor(type), watcher, this.served, this.now)
    const view = Object.freeze({ type, object })
    this.made[name] = view
    return view
  }

  private objectFor(type: 'ADDED' | 'MODIFIED' | 'DELETED'): KubeObject {
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
