// One kind's watch cache: its objects as of a revision, and its recent events, so that reads and watches need not go to
// etcd. Models apiserver/pkg/storage/cacher (watchCache); it keeps no B-tree snapshots of the past.
import type { KubeObject, ResourceVersion } from '../api/objects.ts'
import { asResourceVersion } from '../api/objects.ts'
import type { EtcdEvent, KeyValue } from '../etcd/messages.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap } from '../kernel/cow-map.ts'
import type { Micros } from '../kernel/micros.ts'
import { milliseconds } from '../kernel/micros.ts'
import type { ProcessId } from '../kernel/process.ts'
import type { Token } from '../kernel/task.ts'
import type { Watcher } from './watcher.ts'

/** Events younger than this are kept, within the capacity: the bookmark interval and 15 s. */
const FRESH_MICROS = 75_000_000
export const FIRST_REWATCH_MICROS = milliseconds(1_000)
const SMALLEST_HISTORY = 100
const LARGEST_HISTORY = 102_400

export interface CachedEvent {
  readonly revision: number
  readonly at: Micros
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly key: string
  /** For DELETED: the last state, with the revision of the deletion. */
  readonly object: KubeObject
  readonly previous: KubeObject | null
}

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
  ready: boolean
  /** Everything up to here has been seen. */
  revision: number
  /** Every event after this revision is in `events`. */
  floor: number
  /** By `namespace/name`, or `name`. */
  objects: CowMap<KubeObject>
  /** By the value of the kind's trigger field, then by key. Empty where the kind has none. */
  byTrigger: CowMap<KubeObject>
  /** By revision and the position in it. */
  events: CowMap<CachedEvent>
  /** By bucket, client and id. */
  watchers: CowMap<Watcher>
  /** How many watchers each bucket has; one without watchers is not here. */
  readonly buckets: Record<string, number>
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
    byTrigger: cowMap<KubeObject>(),
    events: cowMap<CachedEvent>(),
    watchers: cowMap<Watcher>(),
    buckets: {},
    watch: null,
    rewatchMicros: FIRST_REWATCH_MICROS,
    waiting: [],
    unready: [],
  }
}

/** The object as clients see it: etcd keeps it without a resourceVersion, and its revision fills that in. */
export function objectOf(kv: KeyValue): KubeObject {
  return withResourceVersion(kv.value as KubeObject, kv.modRevision)
}

export function withResourceVersion(stored: KubeObject, revision: number): KubeObject {
  const resourceVersion: ResourceVersion = asResourceVersion(revision)
  const metadata = Object.freeze({ ...stored.metadata, resourceVersion })
  return Object.freeze({ ...stored, metadata })
}

/** Starts over from a list at a revision. Earlier events are forgotten: nobody can watch from before it. */
export function replaceAll(
  cache: WatchCache,
  kvs: readonly KeyValue[],
  revision: number,
  trigger: Trigger,
): void {
  cache.objects = cowMap<KubeObject>()
  cache.byTrigger = cowMap<KubeObject>()
  cache.events = cowMap<CachedEvent>()
  for (const kv of kvs) {
    const object = objectOf(kv)
    const key = kv.key.slice(cache.prefix.length)
    cache.objects.set(key, object)
    if (trigger !== undefined) cache.byTrigger.set(triggerKey(trigger(object), key), object)
  }
  cache.revision = revision
  cache.floor = revision
}

/** Takes in one event of etcd. Undefined where it was seen before. */
export function applyEvent(
  cache: WatchCache,
  event: EtcdEvent,
  now: Micros,
  trigger: Trigger,
): CachedEvent | undefined {
  const { kv } = event
  const key = kv.key.slice(cache.prefix.length)
  const previous = cache.objects.get(key) ?? null
  if (event.type === 'delete') {
    if (previous === null) return undefined
    cache.objects.delete(key)
    if (trigger !== undefined) cache.byTrigger.delete(triggerKey(trigger(previous), key))
    return remember(cache, {
      revision: kv.modRevision,
      at: now,
      type: 'DELETED',
      key,
      object: withResourceVersion(previous, kv.modRevision),
      previous,
    })
  }
  const object = objectOf(kv)
  cache.objects.set(key, object)
  if (trigger !== undefined) indexByTrigger(cache, trigger, key, object, previous)
  const type = previous === null ? 'ADDED' : 'MODIFIED'
  return remember(cache, { revision: kv.modRevision, at: now, type, key, object, previous })
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
    if (old !== value) cache.byTrigger.delete(triggerKey(old, key))
  }
  cache.byTrigger.set(triggerKey(value, key), object)
}

function remember(cache: WatchCache, event: CachedEvent): CachedEvent {
  Object.freeze(event)
  const { events } = cache
  let position = 0
  let key = eventKey(event.revision, position)
  while (events.has(key)) key = eventKey(event.revision, ++position)
  events.set(key, event)
  if (event.revision > cache.revision) cache.revision = event.revision
  forget(cache, event.at)
  return event
}

function forget(cache: WatchCache, now: Micros): void {
  const { events } = cache
  while (events.size > SMALLEST_HISTORY) {
    const oldestKey = events.minKey()
    const oldest = oldestKey === undefined ? undefined : events.get(oldestKey)
    if (oldestKey === undefined || oldest === undefined) return
    if (events.size <= LARGEST_HISTORY && now - oldest.at < FRESH_MICROS) return
    events.delete(oldestKey)
    cache.floor = oldest.revision
  }
}

/** Events after a revision, in order. */
export function eventsAfter(cache: WatchCache, revision: number, visit: (event: CachedEvent) => void): void {
  const last = cache.events.maxKey()
  if (last !== undefined)
    cache.events.forRange(eventKey(revision + 1, 0), last, true, (_key, event) => visit(event))
}

/** Revisions have up to 12 digits here, so that text sorts as numbers do. */
function eventKey(revision: number, position: number): string {
  const key = `000000000000${revision}`.slice(-12)
  return position === 0 ? key : `${key}.${`00000${position}`.slice(-6)}`
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
  cache.byTrigger.forRange(value + SEPARATOR, value + AFTER_SEPARATOR, false, (key, object) =>
    visit(key.slice(value.length + 1), object),
  )
}
