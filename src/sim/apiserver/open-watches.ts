// Opening, ending and forgetting watches.
import type { ResponseMessage } from '../api/messages.ts'
import type { KubeObject } from '../api/objects.ts'
import { tooOldResourceVersion } from '../api/status.ts'
import type { Micros } from '../kernel/micros.ts'
import { deepFreeze } from '../kernel/plain-data.ts'
import type { Context, ProcessId } from '../kernel/process.ts'
import { nextDue, schedule, sendWatchEnd } from './agenda.ts'
import { stopDirectly, watchDirectly } from './direct-watches.ts'
import type { WatchOrder } from './effects.ts'
import { visitAfter } from './event-history.ts'
import { respond } from './request.ts'
import { selects, singleKey, triggerValue } from './selection.ts'
import type { ServedKind } from './served-kinds.ts'
import { servedKind } from './served-kinds.ts'
import type { ServerState } from './state.ts'
import { cacheOf, watchPlaceKey, watchPlacesOf } from './state.ts'
import type { WatchCache } from './watch-cache.ts'
import { objectsTriggeredBy, objectsUnder } from './watch-cache.ts'
import type { Watcher } from './watcher.ts'
import { allWatchers, dropWatcher, findWatcher, putWatcher, watcherKey } from './watcher-index.ts'
import { asHeaded, EventViews, inForm, sendBookmark, sendEvent, viewFor } from './watchers.ts'

/** A watch without a time-out lasts this long, times a random number between 1 and 2. */
const MIN_WATCH_MICROS = 1_800_000_000

export function open(state: ServerState, order: WatchOrder, context: Context): void {
  const cache = cacheOf(state, order.kind)
  const served = servedKind(order.kind)
  const deadline = deadlineOf(order, context)
  const opened: Watcher = Object.freeze({
    key: watcherKey(order, served),
    client: order.client,
    id: order.id,
    request: order.request,
    selection: deepFreeze(order.selection),
    from: order.from ?? cache.revision,
    // Only a cache knows how far it is.
    bookmarks: order.bookmarks && served.cached,
    deadline,
    form: order.form,
    headed: false,
  })
  sendHead(opened, context)
  if (served.cached && order.from !== null && order.from < cache.floor) {
    const object = tooOldResourceVersion(order.from, cache.floor)
    sendEvent(opened, { type: 'ERROR', object }, context)
    sendWatchEnd(opened, context)
    return
  }
  const watcher = sendFirst(cache, served, opened, order, context)
  if (order.marksInitialEnd) sendBookmark(watcher, served, watcher.from, true, context)
  putWatcher(cache.watchers, watcher)
  state.watchPlaces.set(
    watchPlaceKey(order.client, order.id),
    Object.freeze({ kind: order.kind, watcher: watcher.key }),
  )
  const due = nextDue(watcher.bookmarks, deadline, context.now)
  schedule(state.agenda, order.kind, watcher, due, context)
  if (!served.cached) watchDirectly(state, order.kind, watcher, context)
}

function deadlineOf(order: WatchOrder, context: Context): Micros {
  const { timeoutSeconds } = order
  const micros =
    timeoutSeconds === undefined
      ? Math.floor(MIN_WATCH_MICROS * (1 + context.random()))
      : timeoutSeconds * 1_000_000
  return (context.now + micros) as Micros
}

function sendHead(watcher: Watcher, context: Context): void {
  const message: ResponseMessage = { type: 'response', id: watcher.id, response: respond(null) }
  context.send(watcher.client, message)
}

/** The present objects, or what has happened since a revision as far as a cache knows. */
function sendFirst(
  cache: WatchCache,
  served: ServedKind,
  opened: Watcher,
  order: WatchOrder,
  context: Context,
): Watcher {
  if (!served.cached)
    return sendObjects(served, opened, (visit) => selectedOf(order.present, served, opened, visit), context)
  if (order.from !== null) return sendPast(cache, served, opened, order.from, context)
  return sendObjects(
    served,
    opened,
    (visit) => selectedObjects(cache, served, opened.selection, visit),
    context,
  )
}

function selectedOf(
  objects: readonly KubeObject[],
  served: ServedKind,
  { selection }: Watcher,
  visit: (object: KubeObject) => void,
): void {
  for (const object of objects) if (selects(selection, served, object)) visit(object)
}

function sendObjects(
  served: ServedKind,
  opened: Watcher,
  eachObject: (visit: (object: KubeObject) => void) => void,
  context: Context,
): Watcher {
  let watcher = opened
  eachObject((object) => {
    const written = inForm(object, watcher, served, context.now)
    sendEvent(watcher, Object.freeze({ type: 'ADDED', object: written }), context)
    watcher = asHeaded(watcher)
  })
  return watcher
}

function sendPast(
  cache: WatchCache,
  served: ServedKind,
  opened: Watcher,
  from: number,
  context: Context,
): Watcher {
  let watcher = opened
  visitAfter(cache.events, from, (event) => {
    const view = viewFor(watcher, new EventViews(event, served, context.now))
    if (view === undefined) return
    sendEvent(watcher, view, context)
    watcher = asHeaded(watcher)
  })
  return watcher
}

/** The cached objects of a selection in the order of their keys, by an index where there is one. */
export function selectedObjects(
  cache: WatchCache,
  served: ServedKind,
  selection: Watcher['selection'],
  visit: (object: KubeObject, key: string) => void,
): void {
  const consider = (key: string, object: KubeObject): void => {
    if (selects(selection, served, object)) visit(object, key)
  }
  const single = singleKey(selection, served)
  if (single !== undefined) {
    const object = cache.objects.get(single)
    if (object !== undefined) consider(single, object)
    return
  }
  const value = triggerValue(selection, served)
  if (value !== undefined) objectsTriggeredBy(cache, value, consider)
  else objectsUnder(cache, selection.namespace === '' ? '' : `${selection.namespace}/`, consider)
}

/** Forgets a watch without a word: its client has gone, or does not want it. */
export function forgetWatch(state: ServerState, placeKey: string, context: Context): void {
  const place = state.watchPlaces.get(placeKey)
  if (place === undefined) return
  state.watchPlaces.delete(placeKey)
  dropWatcher(cacheOf(state, place.kind).watchers, place.watcher)
  if (!servedKind(place.kind).cached) stopDirectly(state, placeKey, context)
}

/** Forgets the watches of a connection that is gone. */
export function forgetWatchesOf(state: ServerState, client: ProcessId, upTo: number, context: Context): void {
  for (const key of watchPlacesOf(state, client)) {
    const place = state.watchPlaces.get(key)
    const watcher =
      place === undefined ? undefined : findWatcher(cacheOf(state, place.kind).watchers, place.watcher)
    if (watcher === undefined || watcher.request <= upTo) forgetWatch(state, key, context)
  }
}

export function endWatch(state: ServerState, watcher: Watcher, context: Context): void {
  sendWatchEnd(watcher, context)
  forgetWatch(state, watchPlaceKey(watcher.client, watcher.id), context)
}

/** Ends every watch on a kind whose cache starts over: its clients come again and find out what they missed. */
export function endAllWatches(state: ServerState, cache: WatchCache, context: Context): void {
  for (const watcher of allWatchers(cache.watchers)) endWatch(state, watcher, context)
}
