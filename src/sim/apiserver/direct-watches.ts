// Watches on kinds without a watch cache: etcd itself serves each of them, and the apiserver only says what an event means
// to the client's selection. Models apiserver/pkg/storage/etcd3/watcher.go.
import type { KubeObject } from '../api/objects.ts'
import { resourceExpired } from '../api/status.ts'
import type { EtcdEvent, EtcdWatchCancel, EtcdWatchCreate, EtcdWatchResponse } from '../etcd/messages.ts'
import { prefixEnd } from '../kernel/cow-map.ts'
import type { Context } from '../kernel/process.ts'
import type { LostMember } from './etcd-client.ts'
import { availableMember, nextEtcdId, preferAnother } from './etcd-client.ts'
import type { CachedEvent } from './event-history.ts'
import type { ServedKind } from './served-kinds.ts'
import { servedKind } from './served-kinds.ts'
import type { DirectWatch, ServerState } from './state.ts'
import { cacheOf, watchPlaceKey } from './state.ts'
import { objectOf, withResourceVersion } from './versioned.ts'
import { FIRST_REWATCH_MICROS } from './watch-cache.ts'
import type { Watcher } from './watcher.ts'
import { findWatcher, putWatcher } from './watcher-index.ts'
import { asHeaded, EventViews, sendEvent, viewFor } from './watchers.ts'

export interface DirectTimer {
  readonly type: 'direct-watches'
}

/** Has etcd serve a watch from where it stands. */
export function watchDirectly(state: ServerState, kind: string, watcher: Watcher, context: Context): void {
  const place = watchPlaceKey(watcher.client, watcher.id)
  ask(state, { place, kind, watcher: watcher.key, revision: watcher.from }, context)
}

/** With no member to ask it waits for one. */
function ask(state: ServerState, watch: Omit<DirectWatch, 'member' | 'sentSeq'>, context: Context): void {
  const watcher = findWatcher(cacheOf(state, watch.kind).watchers, watch.watcher)
  if (watcher === undefined) return
  const { place, kind, revision } = watch
  const id = nextEtcdId(state.etcd)
  const member = availableMember(state.etcd, context.now) ?? null
  let sentSeq = 0
  if (member === null) waitForMember(state, context)
  else sentSeq = context.send(member, orderFor(id, kind, watcher, revision + 1))
  state.directWatches[id] = Object.freeze({ place, kind, watcher: watcher.key, revision, member, sentSeq })
}

/** One timer for all that wait, however many they are. */
function waitForMember(state: ServerState, context: Context): void {
  if (state.directWatchesWait) return
  state.directWatchesWait = true
  const timer: DirectTimer = { type: 'direct-watches' }
  context.timer(FIRST_REWATCH_MICROS, timer)
}

function orderFor(id: number, kind: string, { selection }: Watcher, startRevision: number): EtcdWatchCreate {
  const { namespace } = selection
  const { prefix } = servedKind(kind)
  const key = namespace === '' ? prefix : `${prefix}${namespace}/`
  const end = prefixEnd(key)
  const range = end === undefined ? {} : { end }
  return { type: 'etcd-watch-create', id, key, ...range, startRevision }
}

/** Asks again for the watches that found no member. */
export function watchDirectlyAgain(state: ServerState, context: Context): void {
  state.directWatchesWait = false
  for (const id of Object.keys(state.directWatches).map(Number)) {
    const watch = state.directWatches[id]
    if (watch === undefined || watch.member !== null) continue
    delete state.directWatches[id]
    ask(state, watch, context)
  }
}

/** `end` ends a watch whose client has to come again. False: the answer is for no direct watch. */
export function directAnswered(
  state: ServerState,
  message: EtcdWatchResponse,
  end: (watcher: Watcher) => void,
  context: Context,
): boolean {
  const watch = state.directWatches[message.id]
  if (watch === undefined) return false
  const watcher = findWatcher(cacheOf(state, watch.kind).watchers, watch.watcher)
  if (watcher === undefined) return true
  if (message.cancelled !== null) refused(state, watch, watcher, message, end, context)
  else takeIn(state, message.id, watch, watcher, message, context)
  return true
}

/** What was compacted away is lost to the client; a member without a leader serves no watch. */
function refused(
  state: ServerState,
  watch: DirectWatch,
  watcher: Watcher,
  message: EtcdWatchResponse,
  end: (watcher: Watcher) => void,
  context: Context,
): void {
  delete state.directWatches[message.id]
  if (message.compactRevision > watch.revision) {
    const object = resourceExpired('The resourceVersion for the provided watch is too old.')
    sendEvent(watcher, { type: 'ERROR', object }, context)
  } else if (watch.member !== null) preferAnother(state.etcd, watch.member)
  end(watcher)
}

function takeIn(
  state: ServerState,
  id: number,
  watch: DirectWatch,
  first: Watcher,
  message: EtcdWatchResponse,
  context: Context,
): void {
  const served = servedKind(watch.kind)
  let watcher = first
  for (const event of message.events) {
    if (event.kv.modRevision <= watch.revision) continue
    const view = viewFor(watcher, new EventViews(changeOf(event, served, context), served, context.now))
    if (view === undefined) continue
    sendEvent(watcher, view, context)
    watcher = asHeaded(watcher)
  }
  if (watcher !== first) putWatcher(cacheOf(state, watch.kind).watchers, watcher)
  // While a watch catches up, its answers tell of a revision that is further than their events.
  const seen = message.events[message.events.length - 1]?.kv.modRevision ?? message.revision
  if (seen > watch.revision) state.directWatches[id] = Object.freeze({ ...watch, revision: seen })
}

/** An event of etcd as a cache would tell it. */
function changeOf({ type, kv, previous }: EtcdEvent, served: ServedKind, context: Context): CachedEvent {
  const revision = kv.modRevision
  const key = kv.key.slice(served.prefix.length)
  const before = previous === null ? null : objectOf(previous)
  const at = context.now
  if (type === 'put')
    return {
      revision,
      at,
      type: before === null ? 'ADDED' : 'MODIFIED',
      key,
      object: objectOf(kv),
      previous: before,
    }
  // An event of a deletion holds what was there, at the revision of the deletion.
  const object = withResourceVersion(previous?.value as KubeObject, revision)
  return { revision, at, type: 'DELETED', key, object, previous: before }
}

/** The client's watch is over. */
export function stopDirectly(state: ServerState, place: string, context: Context): void {
  for (const id of Object.keys(state.directWatches).map(Number)) {
    const watch = state.directWatches[id]
    if (watch?.place !== place) continue
    delete state.directWatches[id]
    const cancel: EtcdWatchCancel = { type: 'etcd-watch-cancel', id }
    if (watch.member !== null) context.send(watch.member, cancel)
  }
}

/** The watches that the member served go on at another one. */
export function moveDirectWatches(
  state: ServerState,
  { member, upTo, silent }: LostMember,
  context: Context,
): void {
  for (const id of Object.keys(state.directWatches).map(Number)) {
    const watch = state.directWatches[id]
    if (watch === undefined || watch.member !== member || watch.sentSeq > upTo) continue
    delete state.directWatches[id]
    const cancel: EtcdWatchCancel = { type: 'etcd-watch-cancel', id }
    if (silent) context.send(member, cancel)
    ask(state, watch, context)
  }
}
