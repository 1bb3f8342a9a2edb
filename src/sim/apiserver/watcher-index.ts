// The open watches on one kind, indexed by what their selection fixes, so that an event of one Pod is not matched against
// 5,000 kubelets. Models the allWatchers and valueWatchers of cacher.go.
import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap } from '../kernel/cow-map.ts'
import type { Selection } from './selection.ts'
import { singleKey, triggerValue } from './selection.ts'
import type { ServedKind } from './served-kinds.ts'
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

export const bucketOfTrigger = (value: string): string => `=${value}`
export const bucketOfKey = (key: string): string => `@${key}`

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
