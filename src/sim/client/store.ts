// An informer's cache: the last known state of each object, with indexes. Objects are frozen and shared with everybody
// else who holds them. Models client-go's thread-safe store; a copy-on-write map per index makes checkpoints cheap.
import type { KubeObject, ObjectKey } from '../api/objects.ts'
import { objectKey } from '../api/objects.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap } from '../kernel/cow-map.ts'

/** It reads labels, owners and the spec alone: while those are the same, so is what it says. */
export type IndexFunction = (object: KubeObject) => readonly string[]
export type Indexes = Readonly<Record<string, IndexFunction>>

export interface Store {
  readonly objects: CowMap<KubeObject>
  /** For each index, the keys of the objects under `value NUL key`. */
  readonly indexes: Record<string, CowMap<ObjectKey>>
}

const SEPARATOR = '\u0000'
const AFTER_SEPARATOR = '\u0001'
const NO_INDEXES: Indexes = Object.freeze({})

export function createStore(indexes: Indexes = NO_INDEXES): Store {
  const maps: Record<string, CowMap<ObjectKey>> = {}
  for (const name of Object.keys(indexes)) maps[name] = cowMap<ObjectKey>()
  return { objects: cowMap<KubeObject>(), indexes: maps }
}

/** Returns what was there before. */
export function put(store: Store, object: KubeObject, indexes: Indexes = NO_INDEXES): KubeObject | undefined {
  const key = objectKey(object)
  const previous = store.objects.get(key)
  store.objects.set(key, object)
  if (previous !== undefined && isIndexedAs(previous, object)) return previous
  for (const name in indexes) {
    const map = store.indexes[name]
    const values = indexes[name]
    if (map === undefined || values === undefined) continue
    const now = values(object)
    if (previous !== undefined) {
      for (const value of values(previous)) if (!now.includes(value)) map.delete(value + SEPARATOR + key)
    }
    for (const value of now) map.set(value + SEPARATOR + key, key)
  }
  return previous
}

/** An update of the status alone shares everything else with what was there before. */
function isIndexedAs(previous: KubeObject, object: KubeObject): boolean {
  const before = previous.metadata
  const now = object.metadata
  return (
    before.labels === now.labels &&
    before.ownerReferences === now.ownerReferences &&
    specOf(previous) === specOf(object)
  )
}

const specOf = (object: KubeObject): unknown => ('spec' in object ? object.spec : undefined)

export function remove(store: Store, key: string, indexes: Indexes = NO_INDEXES): KubeObject | undefined {
  const previous = store.objects.get(key)
  if (previous === undefined) return undefined
  store.objects.delete(key)
  for (const name in indexes) {
    const map = store.indexes[name]
    for (const value of indexes[name]?.(previous) ?? []) map?.delete(value + SEPARATOR + key)
  }
  return previous
}

/** In the order of keys. */
export function indexed(store: Store, index: string, value: string): KubeObject[] {
  const found: KubeObject[] = []
  store.indexes[index]?.forRange(value + SEPARATOR, value + AFTER_SEPARATOR, false, (_place, key) => {
    const object = store.objects.get(key)
    if (object !== undefined) found.push(object)
  })
  return found
}

export function countIndexed(store: Store, index: string, value: string): number {
  let count = 0
  store.indexes[index]?.forRange(value + SEPARATOR, value + AFTER_SEPARATOR, false, () => {
    count++
  })
  return count
}
