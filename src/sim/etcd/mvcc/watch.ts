// Who watches what, and which events are due to whom. Models mvcc's watchable store: synced watchers get each change as
// it happens, unsynced ones are first caught up from the history. It is a member's own affair and is not replicated.
// Left out: filters and fragments, which Kubernetes does not use.
import type { EtcdEvent } from '../messages.ts'
import { eachEventFrom, eventsSince } from './history.ts'
import type { KeyRange } from './key-range.ts'
import { inRange, lastKey } from './key-range.ts'
import type { Store } from './store.ts'

export interface Watcher extends KeyRange {
  readonly id: string
  /** The first revision it has not got yet. */
  nextRevision: number
  synced: boolean
}

export interface WatchHub {
  /** Synced watchers have everything up to here. */
  revision: number
  readonly watchers: Map<string, Watcher>
  /** Watchers of single keys and of prefixes that end with '/', by where their range begins. */
  readonly byStart: Map<string, readonly string[]>
  /** How many of them watch a single key. */
  singles: number
  /** Who watches a prefix of a key's directory, the part up to its last '/': found once for all keys in it. */
  readonly byDirectory: Map<string, readonly string[]>
  /** Watchers of any other range. */
  others: string[]
  /** In order of arrival. */
  unsynced: string[]
}

/** What a watcher is to be sent: whole revisions, in order; or that what it asks for is gone, and its watch with it. */
export type WatchBatch =
  | {
      readonly kind: 'events'
      readonly id: string
      readonly events: readonly EtcdEvent[]
      readonly revision: number
    }
  | { readonly kind: 'compacted'; readonly id: string; readonly compactRevision: number }

/** etcd catches unsynced watchers up each 100 ms, at most 512 of them and 1000 revisions at a time. */
export const syncWatchersMicros = 100_000
const watchersPerSync = 512
const revisionsPerBatch = 1000
/** Each namespace has one for each resource. */
const MOST_DIRECTORIES = 4096

const NOBODY: readonly string[] = Object.freeze([])
const NO_BATCHES: readonly WatchBatch[] = Object.freeze([])

export const newWatchHub = (revision: number): WatchHub => ({
  revision,
  watchers: new Map(),
  byStart: new Map(),
  singles: 0,
  byDirectory: new Map(),
  others: [],
  unsynced: [],
})

/** `startRevision` 0 means from now; one in the future is waited for. */
export function addWatcher(hub: WatchHub, id: string, range: KeyRange, startRevision: number): void {
  const nextRevision = startRevision > 0 ? startRevision : hub.revision + 1
  const synced = nextRevision > hub.revision
  const { key, end } = range
  hub.watchers.set(id, { id, key, ...(end !== undefined && { end }), nextRevision, synced })
  if (!synced) hub.unsynced.push(id)
  if (!isIndexed(range)) {
    hub.others.push(id)
    return
  }
  hub.byStart.set(key, [...(hub.byStart.get(key) ?? []), id])
  hub.byDirectory.clear()
  if (end === undefined) hub.singles++
}

export function removeWatcher(hub: WatchHub, id: string): void {
  const watcher = hub.watchers.get(id)
  if (watcher === undefined) return
  hub.watchers.delete(id)
  hub.unsynced = hub.unsynced.filter((other) => other !== id)
  if (!isIndexed(watcher)) {
    hub.others = hub.others.filter((other) => other !== id)
    return
  }
  const left = (hub.byStart.get(watcher.key) ?? []).filter((other) => other !== id)
  if (left.length > 0) hub.byStart.set(watcher.key, left)
  else hub.byStart.delete(watcher.key)
  hub.byDirectory.clear()
  if (watcher.end === undefined) hub.singles--
}

/** Such a range holds only keys that have its start, up to a '/' or to their end, in front. */
function isIndexed({ key, end }: KeyRange): boolean {
  if (end === undefined) return true
  // '0' is the character after '/'.
  return end !== lastKey && key.endsWith('/') && end === `${key.slice(0, -1)}0`
}

/** What has happened since the last call, for the synced watchers. To be called after every change of the store. */
export function deliverNew(hub: WatchHub, store: Store): readonly WatchBatch[] {
  const { revision } = store
  if (revision <= hub.revision) return NO_BATCHES
  const since = hub.revision
  hub.revision = revision
  if (hub.watchers.size === 0) return NO_BATCHES
  const due = new Map<Watcher, EtcdEvent[]>()
  for (const event of eventsSince(store.history, since)) {
    const { key, modRevision } = event.kv
    eachWatcherOf(hub, key, (watcher) => {
      if (!watcher.synced || modRevision < watcher.nextRevision) return
      const events = due.get(watcher)
      if (events === undefined) due.set(watcher, [event])
      else events.push(event)
    })
  }
  const batches: WatchBatch[] = []
  for (const [watcher, events] of due) {
    watcher.nextRevision = revision + 1
    batches.push({ kind: 'events', id: watcher.id, events, revision })
  }
  return batches
}

function eachWatcherOf(hub: WatchHub, key: string, visit: (watcher: Watcher) => void): void {
  visitIn(hub, watchersOfDirectory(hub, key.slice(0, key.lastIndexOf('/', key.length - 2) + 1)), key, visit)
  if (hub.singles > 0 || key.endsWith('/')) visitIn(hub, hub.byStart.get(key) ?? NOBODY, key, visit)
  if (hub.others.length > 0) visitIn(hub, hub.others, key, visit)
}

function visitIn(
  hub: WatchHub,
  ids: readonly string[],
  key: string,
  visit: (watcher: Watcher) => void,
): void {
  for (const id of ids) {
    const watcher = hub.watchers.get(id)
    if (watcher !== undefined && inRange(key, watcher)) visit(watcher)
  }
}

/** Those whose range begins at the directory or above it, from the top down. */
function watchersOfDirectory(hub: WatchHub, directory: string): readonly string[] {
  const known = hub.byDirectory.get(directory)
  if (known !== undefined) return known
  const found: string[] = []
  for (let slash = directory.indexOf('/'); slash >= 0; slash = directory.indexOf('/', slash + 1))
    found.push(...(hub.byStart.get(directory.slice(0, slash + 1)) ?? NOBODY))
  if (hub.byDirectory.size >= MOST_DIRECTORIES) hub.byDirectory.clear()
  hub.byDirectory.set(directory, found)
  return found
}

/** Catches up watchers that asked for the past. Call `deliverNew` first, and this again while any is left unsynced. */
export function deliverPast(hub: WatchHub, store: Store): WatchBatch[] {
  const batches: WatchBatch[] = []
  const now = hub.unsynced.splice(0, watchersPerSync)
  for (const id of now) {
    const watcher = hub.watchers.get(id)
    if (watcher === undefined) continue
    if (watcher.nextRevision < store.compactRevision) {
      removeWatcher(hub, id)
      batches.push({ kind: 'compacted', id, compactRevision: store.compactRevision })
      continue
    }
    const { events, more } = pastEvents(hub, store, watcher)
    const last = events[events.length - 1]
    watcher.synced = !more
    watcher.nextRevision = more && last !== undefined ? last.kv.modRevision + 1 : hub.revision + 1
    if (more) hub.unsynced.push(id)
    if (events.length > 0) batches.push({ kind: 'events', id, events, revision: hub.revision })
  }
  return batches
}

function pastEvents(hub: WatchHub, store: Store, watcher: Watcher): { events: EtcdEvent[]; more: boolean } {
  const events: EtcdEvent[] = []
  let revisions = 0
  let last = 0
  let more = false
  eachEventFrom(store.history, watcher.nextRevision, (event) => {
    const revision = event.kv.modRevision
    if (revision > hub.revision) return false
    if (!inRange(event.kv.key, watcher)) return true
    if (revision !== last) {
      more = revisions === revisionsPerBatch
      if (more) return false
      revisions++
      last = revision
    }
    events.push(event)
    return true
  })
  return { events, more }
}

/** After the store was replaced by a snapshot: everybody has to be caught up with what it brought. */
export function restoreWatchers(hub: WatchHub, store: Store): void {
  const delivered = hub.revision
  hub.revision = store.revision
  hub.unsynced = []
  for (const [id, watcher] of hub.watchers) {
    // A synced watcher has everything that was delivered, even where none of it was for it.
    if (watcher.synced) watcher.nextRevision = Math.max(watcher.nextRevision, delivered + 1)
    watcher.synced = watcher.nextRevision > store.revision
    if (!watcher.synced) hub.unsynced.push(id)
  }
}
