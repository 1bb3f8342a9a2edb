// The open watches on one kind, indexed by what their selection fixes, so that an event of one Pod is not matched against
// 5,000 kubelets. Models the allWatchers and valueWatchers of cacher.go.
import type { CowMap } from '../kernel/cow-map.ts'
import { orderedCowMap } from '../kernel/cow-map.ts'
import type { Selection } from './selection.ts'
import { singleKey, triggerValue } from './selection.ts'
import type { ServedKind } from './served-kinds.ts'
import type { Watcher } from './watcher.ts'

const SEPARATOR = '\u0001'
const AFTER_SEPARATOR = '\u0002'

/** By the watchers' keys, which begin with what they are indexed by. */
export interface OpenWatchers {
  /** Those whose selection fixes nothing that they could be indexed by. */
  readonly all: CowMap<Watcher>
  /** Those of one object each. */
  readonly byObject: CowMap<Watcher>
  /** Those of one value of the kind's trigger field each. */
  readonly byTrigger: CowMap<Watcher>
}

export const openWatchers = (): OpenWatchers => ({
  all: orderedCowMap<Watcher>(),
  byObject: orderedCowMap<Watcher>(),
  byTrigger: orderedCowMap<Watcher>(),
})

export const watcherCount = ({ all, byObject, byTrigger }: OpenWatchers): number =>
  all.size + byObject.size + byTrigger.size

const ALL = '*'
const OBJECT = '@'
const TRIGGER = '='

type WatcherIdentity = Pick<Watcher, 'selection' | 'client' | 'id'>

export function watcherKey({ selection, client, id }: WatcherIdentity, served: ServedKind): string {
  return bucketOf(selection, served) + SEPARATOR + client + SEPARATOR + id
}

function bucketOf(selection: Selection, served: ServedKind): string {
  const key = singleKey(selection, served)
  if (key !== undefined) return OBJECT + key
  const value = triggerValue(selection, served)
  return value === undefined ? ALL : TRIGGER + value
}

function mapOf(watchers: OpenWatchers, key: string): CowMap<Watcher> {
  if (key.startsWith(OBJECT)) return watchers.byObject
  return key.startsWith(TRIGGER) ? watchers.byTrigger : watchers.all
}

export function findWatcher(watchers: OpenWatchers, key: string): Watcher | undefined {
  return mapOf(watchers, key).get(key)
}

/** Adds a watcher, or replaces the one with its key. */
export function putWatcher(watchers: OpenWatchers, watcher: Watcher): void {
  mapOf(watchers, watcher.key).set(watcher.key, watcher)
}

export function dropWatcher(watchers: OpenWatchers, key: string): void {
  mapOf(watchers, key).delete(key)
}

export function allWatchers({ all, byObject, byTrigger }: OpenWatchers): readonly Watcher[] {
  return [...all.valuesArray(), ...byTrigger.valuesArray(), ...byObject.valuesArray()]
}

/** The watchers of everything. They must not be changed while they are visited, nor must the others. */
export function visitGeneral({ all }: OpenWatchers, visit: (watcher: Watcher) => void): void {
  if (all.size > 0) all.forEachPair((_key, watcher) => visit(watcher))
}

export function visitOfObject(
  { byObject }: OpenWatchers,
  key: string,
  visit: (watcher: Watcher) => void,
): void {
  if (byObject.size > 0) visitBucket(byObject, OBJECT + key, visit)
}

export function visitOfTrigger(
  { byTrigger }: OpenWatchers,
  value: string,
  visit: (watcher: Watcher) => void,
): void {
  if (byTrigger.size > 0) visitBucket(byTrigger, TRIGGER + value, visit)
}

function visitBucket(map: CowMap<Watcher>, bucket: string, visit: (watcher: Watcher) => void): void {
  map.forRange(bucket + SEPARATOR, bucket + AFTER_SEPARATOR, false, (_key, watcher) => visit(watcher))
}
