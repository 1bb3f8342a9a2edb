// Who watches what, and which events are due to whom. Models mvcc's watchable store: synced watchers get each change as
// it happens, unsynced ones are first caught up from the history. It is a member's own affair and is not replicated.
// Left out: filters and fragments, which Kubernetes does not use.
import type { EtcdEvent } from '../messages.ts'
import { eachEventFrom } from './history.ts'
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
  readonly watchers: Record<string, Watcher>
  /** Watchers of single keys and of prefixes that end with '/', by where their range begins. */
  readonly byStart: Record<string, string[]>
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

export const newWatchHub = (revision: number): WatchHub => ({
  revision,
  watchers: {},
  byStart: {},
  others: [],
  unsynced: [],
})

/** `startRevision` 0 means from now; one in the future is waited for. */
export function addWatcher(hub: WatchHub, id: string, range: KeyRange, startRevision: number): void {
  const nextRevision = startRevision > 0 ? startRevision : hub.revision + 1
  const synced = nextRevision > hub.revision
  const { key, end } = range
  hub.watchers[id] = { id, key, ...(end !== undefined && { end }), nextRevision, synced }
  if (!synced) hub.unsynced.push(id)
  if (isIndexed(range)) hub.byStart[key] = [...(hub.byStart[key] ?? []), id]
  else hub.others.push(id)
}

export function removeWatcher(hub: WatchHub, id: string): void {
  const watcher = hub.watchers[id]
  if (watcher === undefined) return
  delete hub.watchers[id]
  hub.unsynced = hub.unsynced.filter((other) => other !== id)
  if (!isIndexed(watcher)) {
    hub.others = hub.others.filter((other) => other !== id)
    return
  }
  const left = (hub.byStart[watcher.key] ?? []).filter((other) => other !== id)
  if (left.length > 0) hub.byStart[watcher.key] = left
  else delete hub.byStart[watcher.key]
}

/** Such a range holds only keys that have its start, up to a '/' or to their end, in front. */
function isIndexed({ key, end }: KeyRange): boolean {
  if (end === undefined) return true
  // '0' is the character after '/'.
  return end !== lastKey && key.endsWith('/') && end === `${key.slice(0, -1)}0`
}

/** What has happened since the last call, for the synced watchers. To be called after every change of the store. */
export function deliverNew(hub: WatchHub, store: Store): WatchBatch[] {
  if (store.revision <= hub.revision) return []
  if (hasNoWatchers(hub)) {
    hub.revision = store.revision
    return []
  }
  const due = new Map<string, EtcdEvent[]>()
  eachEventFrom(store.history, hub.revision + 1, (event) => {
    eachWatcherOf(hub, event.kv.key, (watcher) => {
      if (!watcher.synced || event.kv.modRevision < watcher.nextRevision) return
      const events = due.get(watcher.id)
      if (events === undefined) due.set(watcher.id, [event])
      else events.push(event)
    })
    return true
  })
  const { revision } = store
  hub.revision = revision
  const batches: WatchBatch[] = []
  for (const [id, events] of due) {
    const watcher = hub.watchers[id]
    if (watcher === undefined) continue
    watcher.nextRevision = revision + 1
    batches.push({ kind: 'events', id, events, revision })
  }
  return batches
}

function hasNoWatchers({ watchers }: WatchHub): boolean {
  for (const _ in watchers) return false
  return true
}

function eachWatcherOf(hub: WatchHub, key: string, visit: (watcher: Watcher) => void): void {
  const visitAll = (ids: readonly string[] | undefined): void => {
    for (const id of ids ?? []) {
      const watcher = hub.watchers[id]
      if (watcher !== undefined && inRange(key, watcher)) visit(watcher)
    }
  }
  for (let slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
    if (slash < key.length - 1) visitAll(hub.byStart[key.slice(0, slash + 1)])
  }
  visitAll(hub.byStart[key])
  if (hub.others.length > 0) visitAll(hub.others)
}

/** Catches up watchers that asked for the past. Call `deliverNew` first, and this again while any is left unsynced. */
export function deliverPast(hub: WatchHub, store: Store): WatchBatch[] {
  const batches: WatchBatch[] = []
  const now = hub.unsynced.splice(0, watchersPerSync)
  for (const id of now) {
    const watcher = hub.watchers[id]
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
  for (const id of Object.keys(hub.watchers)) {
    const watcher = hub.watchers[id]
    if (watcher === undefined) continue
    // A synced watcher has everything that was delivered, even where none of it was for it.
    if (watcher.synced) watcher.nextRevision = Math.max(watcher.nextRevision, delivered + 1)
    watcher.synced = watcher.nextRevision > store.revision
    if (!watcher.synced) hub.unsynced.push(id)
  }
}
