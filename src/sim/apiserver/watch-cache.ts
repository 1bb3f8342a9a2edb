// One kind's watch cache: its objects as of a revision, and its recent events, so that reads and watches need not go to
// etcd. Models apiserver/pkg/storage/cacher (watchCache); it keeps no B-tree snapshots of the past.
import type { KubeObject } from '../api/objects.ts'
import type { EtcdEvent, KeyValue } from '../etcd/messages.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap } from '../kernel/cow-map.ts'
import type { Micros } from '../kernel/micros.ts'
import { milliseconds } from '../kernel/micros.ts'
import type { ProcessId } from '../kernel/process.ts'
import type { Token } from '../kernel/task.ts'
import type { CachedEvent, EventHistory } from './event-history.ts'
import { append, eventHistory, forgetOldest, oldest } from './event-history.ts'
import { objectOf, withResourceVersion } from './versioned.ts'
import type { OpenWatchers } from './watcher-index.ts'
import { openWatchers } from './watcher-index.ts'

/** Events younger than this are kept, within the capacity: the bookmark interval and 15 s. */
const FRESH_MICROS = 75_000_000
export const FIRST_REWATCH_MICROS = milliseconds(1_000)
const SMALLEST_HISTORY = 100
const LARGEST_HISTORY = 102_400

/** A read that waits until the cache has caught up. */
export interface FreshnessWaiter {
  readonly revision: number
  readonly token: Token
  readonly deadline: Micros
}

export interface EtcdWatchHandle {
  readonly id: number
  readonly member: ProcessId
  readonly sentSeq: number
}

export interface WatchCache {
  /** The kind's id: `pods`, `deployments.apps`. */
  readonly kind: string
  readonly prefix: string
  /** Whether it has its first list; never true of a kind without a cache. */
  ready: boolean
  /** Everything up to here has been seen. */
  revision: number
  /** Every event after this revision is in `events`. */
  floor: number
  /** By `namespace/name`, or `name`. */
  objects: CowMap<KubeObject>
  /** The keys of all objects, by the value of the kind's trigger field. Empty where the kind has none. */
  byTrigger: CowMap<true>
  events: EventHistory
  readonly watchers: OpenWatchers
  watch: EtcdWatchHandle | null
  /** How long to wait before the next watch, when one was refused. */
  rewatchMicros: Micros
  waiting: readonly FreshnessWaiter[]
  /** Requests that wait for the first list. */
  unready: readonly Token[]
}

/** What the field is by which most watchers of a kind select, such as a Pod's node. */
export type Trigger = ((object: KubeObject) => string) | undefined

export function watchCache(kind: string, prefix: string): WatchCache {
  return {
    kind,
    prefix,
    ready: false,
    revision: 0,
    floor: 0,
    objects: cowMap<KubeObject>(),
    byTrigger: cowMap<true>(),
    events: eventHistory(),
    watchers: openWatchers(),
    watch: null,
    rewatchMicros: FIRST_REWATCH_MICROS,
    waiting: [],
    unready: [],
  }
}

/** Starts over from a list at a revision. Earlier events are forgotten: nobody can watch from before it. */
export function replaceAll(
  cache: WatchCache,
  kvs: readonly KeyValue[],
  revision: number,
  trigger: Trigger,
): void {
  cache.objects = cowMap<KubeObject>()
  cache.byTrigger = cowMap<true>()
  cache.events = eventHistory()
  for (const kv of kvs) {
    const object = objectOf(kv)
    const key = keyIn(cache, kv)
    cache.objects.set(key, object)
    if (trigger !== undefined) cache.byTrigger.set(triggerKey(trigger(object), key), true)
  }
  cache.revision = revision
  cache.floor = revision
}

/**
 * The key within the kind. It is put together anew, since engines keep the end of a text as a view of the whole, and
 * comparing views, as the maps do at each step, takes five times as long.
 */
function keyIn({ prefix }: WatchCache, { key }: KeyValue): string {
  const begin = prefix.length
  return [key.slice(begin, begin + 1), key.slice(begin + 1)].join('')
}

/** Takes in one event of etcd. Undefined where it was seen before. */
export function applyEvent(
  cache: WatchCache,
  event: EtcdEvent,
  now: Micros,
  trigger: Trigger,
): CachedEvent | undefined {
  const { kv } = event
  const key = keyIn(cache, kv)
  const previous = cache.objects.get(key) ?? null
  if (event.type === 'delete') {
    if (previous === null) return undefined
    cache.objects.delete(key)
    if (trigger !== undefined) cache.byTrigger.delete(triggerKey(trigger(previous), key))
    const object = withResourceVersion(previous, kv.modRevision)
    return remember(cache, kv.modRevision, now, 'DELETED', key, object, previous)
  }
  const object = objectOf(kv)
  cache.objects.set(key, object)
  if (trigger !== undefined) indexByTrigger(cache, trigger, key, object, previous)
  return remember(cache, kv.modRevision, now, previous === null ? 'ADDED' : 'MODIFIED', key, object, previous)
}

function indexByTrigger(
  cache: WatchCache,
  trigger: (object: KubeObject) => string,
  key: string,
  object: KubeObject,
  previous: KubeObject | null,
): void {
  const value = trigger(object)
  if (previous !== null) {
    const old = trigger(previous)
    if (old === value) return
    cache.byTrigger.delete(triggerKey(old, key))
  }
  cache.byTrigger.set(triggerKey(value, key), true)
}

function remember(
  cache: WatchCache,
  revision: number,
  at: Micros,
  type: CachedEvent['type'],
  key: string,
  object: KubeObject,
  previous: KubeObject | null,
): CachedEvent {
  const event: CachedEvent = Object.freeze({ revision, at, type, key, object, previous })
  append(cache.events, event)
  if (revision > cache.revision) cache.revision = revision
  forget(cache, at)
  return event
}

function forget(cache: WatchCache, now: Micros): void {
  const { events } = cache
  while (events.size > SMALLEST_HISTORY) {
    const first = oldest(events)
    if (first === undefined) return
    if (events.size <= LARGEST_HISTORY && now - first.at < FRESH_MICROS) return
    forgetOldest(events)
    cache.floor = first.revision
  }
}

/** No object name holds a character below the space. */
const SEPARATOR = '\u0001'
const AFTER_SEPARATOR = '\u0002'

const triggerKey = (value: string, key: string): string => value + SEPARATOR + key

/** Objects whose key starts with `prefix` (`namespace/`, or nothing for all), in order. */
export function objectsUnder(
  cache: WatchCache,
  prefix: string,
  visit: (key: string, object: KubeObject) => void,
): void {
  const last = cache.objects.maxKey()
  if (last === undefined) return
  const high = prefix === '' ? last : `${prefix}\uffff`
  cache.objects.forRange(prefix, high, true, visit)
}

/** Objects whose trigger field has this value. */
export function objectsTriggeredBy(
  cache: WatchCache,
  value: string,
  visit: (key: string, object: KubeObject) => void,
): void {
  cache.byTrigger.forRange(value + SEPARATOR, value + AFTER_SEPARATOR, false, (place) => {
    const key = place.slice(value.length + 1)
    const object = cache.objects.get(key)
    if (object !== undefined) visit(key, object)
  })
}
