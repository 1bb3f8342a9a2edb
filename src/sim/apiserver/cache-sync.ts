// Keeps the watch caches equal to etcd: a list at the start, then a watch that moves to another member when its own is
// gone, and a new list when the watch's place was compacted away. Models the reflector inside cacher.go.
import type {
  EtcdProgressRequest,
  EtcdWatchCancel,
  EtcdWatchCreate,
  EtcdWatchResponse,
  KeyValue,
} from '../etcd/messages.ts'
import { prefixEnd } from '../kernel/cow-map.ts'
import type { Micros } from '../kernel/micros.ts'
import { micros, milliseconds } from '../kernel/micros.ts'
import type { Context } from '../kernel/process.ts'
import type { Token } from '../kernel/task.ts'
import type { LostMember } from './etcd-client.ts'
import { availableMember, nextEtcdId, preferAnother } from './etcd-client.ts'
import type { CachedEvent } from './event-history.ts'
import { endAllWatches } from './open-watches.ts'
import { servedKind } from './served-kinds.ts'
import { claim, release } from './service-addresses.ts'
import type { ServerState } from './state.ts'
import { cacheOf } from './state.ts'
import type { Trigger, WatchCache } from './watch-cache.ts'
import { applyEvent, FIRST_REWATCH_MICROS, replaceAll } from './watch-cache.ts'
import { dispatch } from './watchers.ts'

const LONGEST_REWATCH_MICROS = milliseconds(5_000)
/** How long a read waits for the cache. */
const FRESHNESS_MICROS = milliseconds(3_000)
const PROGRESS_MICROS = milliseconds(100)

export type SyncTimer =
  | { readonly type: 'rewatch'; readonly kind: string }
  | { readonly type: 'freshness'; readonly kind: string }

/** Gives a waiting task its answer. */
export type Wake = (token: Token, value: unknown) => void

const triggerOf = (kind: string): Trigger => servedKind(kind).trigger?.read

/** Takes over a list and watches what follows it. */
export function installList(
  state: ServerState,
  kind: string,
  kvs: readonly KeyValue[],
  revision: number,
  context: Context,
  wake: Wake,
): void {
  const cache = cacheOf(state, kind)
  replaceAll(cache, kvs, revision, triggerOf(kind))
  if (kind === 'services') {
    state.addresses.addresses.clear()
    state.addresses.ports.clear()
    cache.objects.forEachPair((_key, service) => claim(state.addresses, service))
  }
  cache.ready = true
  startWatch(state, cache, context)
  const waiting = cache.unready
  cache.unready = []
  for (const token of waiting) wake(token, null)
}

function startWatch(state: ServerState, cache: WatchCache, context: Context): void {
  const member = availableMember(state.etcd, context.now)
  if (member === undefined) {
    watchLater(cache, context)
    return
  }
  const id = nextEtcdId(state.etcd)
  const end = prefixEnd(cache.prefix)
  const order: EtcdWatchCreate = {
    type: 'etcd-watch-create',
    id,
    key: cache.prefix,
    ...(end === undefined ? {} : { end }),
    startRevision: cache.revision + 1,
  }
  if (cache.watch !== null) delete state.watchKinds[cache.watch.id]
  state.watchKinds[id] = cache.kind
  cache.watch = { id, member, sentSeq: context.send(member, order) }
  if (cache.waiting.length > 0) askForProgress(cache, context)
}

function watchLater(cache: WatchCache, context: Context): void {
  cache.watch = null
  const timer: SyncTimer = { type: 'rewatch', kind: cache.kind }
  context.timer(cache.rewatchMicros, timer)
  cache.rewatchMicros = micros(Math.min(LONGEST_REWATCH_MICROS, cache.rewatchMicros * 2))
}

/** The watches that the member served go on at another one. */
export function moveWatches(
  state: ServerState,
  { member, upTo, silent }: LostMember,
  context: Context,
): void {
  for (const kind of Object.keys(state.caches)) {
    const cache = cacheOf(state, kind)
    const { watch } = cache
    if (watch === null || watch.member !== member || watch.sentSeq > upTo) continue
    const cancel: EtcdWatchCancel = { type: 'etcd-watch-cancel', id: watch.id }
    if (silent) context.send(member, cancel)
    startWatch(state, cache, context)
  }
}

/** `relist`: the watch cannot go on from where it stood. */
export function watchAnswered(
  state: ServerState,
  message: EtcdWatchResponse,
  context: Context,
  wake: Wake,
  relist: (kind: string) => void,
): void {
  // A negative id is for all watches of the connection.
  if (message.id < 0) {
    for (const kind of Object.keys(state.caches))
      advance(cacheOf(state, kind), message.revision, context, wake)
    return
  }
  const kind = state.watchKinds[message.id]
  if (kind === undefined) return
  const cache = cacheOf(state, kind)
  if (message.cancelled !== null) {
    delete state.watchKinds[message.id]
    const member = cache.watch?.member
    cache.watch = null
    if (message.compactRevision > cache.revision) {
      cache.ready = false
      endAllWatches(state, cache, context)
      relist(cache.kind)
    } else {
      // A member without a leader serves no watch: another one may have kept the majority.
      if (member !== undefined) preferAnother(state.etcd, member)
      watchLater(cache, context)
    }
    return
  }
  cache.rewatchMicros = FIRST_REWATCH_MICROS
  if (message.events.length === 0) {
    advance(cache, message.revision, context, wake)
    return
  }
  takeIn(state, cache, message, context)
  advance(cache, cache.revision, context, wake)
}

function takeIn(state: ServerState, cache: WatchCache, message: EtcdWatchResponse, context: Context): void {
  const served = servedKind(cache.kind)
  const before = cache.revision
  for (const event of message.events) {
    if (event.kv.modRevision <= before) continue
    const cached = applyEvent(cache, event, context.now, served.trigger?.read)
    if (cached === undefined) continue
    if (cache.kind === 'services') followAddresses(state, cached)
    dispatch(cache, served, cached, context)
  }
}

function followAddresses(state: ServerState, event: CachedEvent): void {
  const { addresses } = state
  if (event.type === 'DELETED') return release(addresses, event.object, null)
  if (event.previous !== null) release(addresses, event.previous, event.object)
  claim(addresses, event.object)
}

/** The cache has seen everything up to a revision: reads that waited for it go on. */
function advance(cache: WatchCache, revision: number, context: Context, wake: Wake): void {
  if (revision > cache.revision) cache.revision = revision
  if (cache.waiting.length === 0) return
  const satisfied = cache.waiting.filter((waiter) => waiter.revision <= cache.revision)
  if (satisfied.length === 0) return
  cache.waiting = cache.waiting.filter((waiter) => waiter.revision > cache.revision)
  for (const { token } of satisfied) wake(token, cache.revision)
  if (cache.waiting.length > 0) askForProgress(cache, context)
}

/** Registers a read that needs a revision. False where the cache is there already. */
export function waitForRevision(
  cache: WatchCache,
  revision: number,
  token: Token,
  context: Context,
): boolean {
  if (cache.revision >= revision) return false
  const deadline = (context.now + FRESHNESS_MICROS) as Micros
  const first = cache.waiting.length === 0
  cache.waiting = [...cache.waiting, Object.freeze({ revision, token, deadline })]
  if (first) {
    askForProgress(cache, context)
    armFreshness(cache, context)
  }
  return true
}

function askForProgress(cache: WatchCache, context: Context): void {
  const request: EtcdProgressRequest = { type: 'etcd-progress' }
  if (cache.watch !== null) context.send(cache.watch.member, request)
}

function armFreshness(cache: WatchCache, context: Context): void {
  const timer: SyncTimer = { type: 'freshness', kind: cache.kind }
  context.timer(PROGRESS_MICROS, timer, { continues: true })
}

/** While reads wait: asks again, and lets those go that waited for too long. */
export function checkFreshness(state: ServerState, kind: string, context: Context, wake: Wake): void {
  const cache = cacheOf(state, kind)
  const late = cache.waiting.filter((waiter) => waiter.deadline <= context.now)
  cache.waiting = cache.waiting.filter((waiter) => waiter.deadline > context.now)
  if (cache.waiting.length > 0) {
    askForProgress(cache, context)
    armFreshness(cache, context)
  }
  for (const { token } of late) wake(token, cache.revision)
}

export function rewatch(state: ServerState, kind: string, context: Context): void {
  const cache = cacheOf(state, kind)
  if (cache.watch === null && cache.ready) startWatch(state, cache, context)
}
