// What the open watches on a kind are told. Models cacher.go's dispatch and cache_watcher.go; leaves out slow readers: a
// message is always taken.
import type { WatchEvent } from '../api/http.ts'
import type { WatchMessage } from '../api/messages.ts'
import type { KubeObject } from '../api/objects.ts'
import { apiVersionOf } from '../api/objects.ts'
import type { Micros } from '../kernel/micros.ts'
import { deepFreeze } from '../kernel/plain-data.ts'
import type { Context } from '../kernel/process.ts'
import type { CachedEvent } from './event-history.ts'
import { selects } from './selection.ts'
import type { ServedKind } from './served-kinds.ts'
import { partialObject, tableOf } from './table.ts'
import { withResourceVersion } from './versioned.ts'
import type { WatchCache } from './watch-cache.ts'
import type { Watcher } from './watcher.ts'
import { putWatcher, visitGeneral, visitOfObject, visitOfTrigger, watcherCount } from './watcher-index.ts'

/** Tells every watcher that it concerns about an event. */
export function dispatch(cache: WatchCache, served: ServedKind, event: CachedEvent, context: Context): void {
  const { watchers } = cache
  if (watcherCount(watchers) === 0) return
  const views = new EventViews(event, served, context.now)
  const headed: Watcher[] = []
  const tell = (watcher: Watcher): void => {
    const view = viewFor(watcher, views)
    if (view === undefined) return
    sendEvent(watcher, view, context)
    const next = asHeaded(watcher)
    if (next !== watcher) headed.push(next)
  }
  visitGeneral(watchers, tell)
  visitOfObject(watchers, event.key, tell)
  if (served.trigger !== undefined) {
    const now = served.trigger.read(event.object)
    visitOfTrigger(watchers, now, tell)
    const before = event.previous === null ? now : served.trigger.read(event.previous)
    if (before !== now) visitOfTrigger(watchers, before, tell)
  }
  // The watchers are changed only now that nobody visits them.
  for (const watcher of headed) putWatcher(watchers, watcher)
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
