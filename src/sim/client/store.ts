// An informer's cache: the last known state of each object, with indexes. Objects are frozen and shared with everybody
// else who holds them. Models client-go's thread-safe store; a copy-on-write map per index makes checkpoints cheap.
import type { KubeObject, ObjectKey } from '../api/objects.ts'
import { objectKey } from '../api/objects.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap, orderedCowMap } from '../kernel/cow-map.ts'

/** It reads labels, owners and the spec alone: while those are the same, so is what it says. */
export type IndexFunction = (object: KubeObject) => readonly string[]
export type Indexes = Readonly<Record<string, IndexFunction>>

export interface Store {
  readonly objects: CowMap<KubeObject>
  /**
   * For each index, the keys of the objects under `value NUL key`. Only those that somebody has asked for are there: the others
   * cost nothing until then.
   */
  readonly indexes: Record<string, CowMap<ObjectKey>>
}

const SEPARATOR = '\u0000'
const AFTER_SEPARATOR = '\u0001'
const NO_INDEXES: Indexes = Object.freeze({})
const NO_OBJECTS: readonly KubeObject[] = Object.freeze([])

export function createStore(): Store {
  return { objects: cowMap<KubeObject>(), indexes: {} }
}

/** Returns what was there before. */
export function put(store: Store, object: KubeObject, indexes: Indexes = NO_INDEXES): KubeObject | undefined {
  const key = objectKey(object)
  const previous = store.objects.get(key)
  store.objects.set(key, object)
  if (previous !== undefined && isIndexedAs(previous, object)) return previous
  for (const name in store.indexes) {
    const map = store.indexes[name]
    const valuesOf = indexes[name]
    if (map === undefined || valuesOf === undefined) continue
    const now = valuesOf(object)
    if (previous !== undefined) {
      const before = valuesOf(previous)
      if (areSame(before, now)) continue
      for (const value of before) if (!now.includes(value)) map.delete(value + SEPARATOR + key)
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

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

export function remove(store: Store, key: string, indexes: Indexes = NO_INDEXES): KubeObject | undefined {
  const previous = store.objects.get(key)
  if (previous === undefined) return undefined
  store.objects.delete(key)
  for (const name in store.indexes) {
    const map = store.indexes[name]
    for (const value of indexes[name]?.(previous) ?? []) map?.delete(value + SEPARATOR + key)
  }
  return previous
}

/** In the order of keys. */
export function indexed(
  store: Store,
  indexes: Indexes = NO_INDEXES,
  name: string,
  value: string,
): readonly KubeObject[] {
  const map = indexNamed(store, indexes, name)
  if (map === undefined || map.size === 0) return NO_OBJECTS
  const found: KubeObject[] = []
  map.forRange(value + SEPARATOR, value + AFTER_SEPARATOR, false, (_place, key) => {
    const object = store.objects.get(key)
    if (object !== undefined) found.push(object)
  })
  return found
}

export function countIndexed(
  store: Store,
  indexes: Indexes = NO_INDEXES,
  name: string,
  value: string,
): number {
  return indexNamed(store, indexes, name)?.forRange(value + SEPARATOR, value + AFTER_SEPARATOR, false) ?? 0
}

/** Makes the index when somebody asks for it first. Where nothing is, nothing is found, and it can wait longer. */
function indexNamed(store: Store, indexes: Indexes, name: string): CowMap<ObjectKey> | undefined {
  const known = store.indexes[name]
  const valuesOf = indexes[name]
  if (known !== undefined || valuesOf === undefined || store.objects.size === 0) return known
  const entries: [string, ObjectKey][] = []
  for (const object of store.objects.valuesArray()) {
    const key = objectKey(object)
    for (const value of valuesOf(object)) entries.push([value + SEPARATOR + key, key])
  }
  const made = orderedCowMap<ObjectKey>(entries)
  store.indexes[name] = made
  return made
}
