// When open watches are due for a bookmark or their end: one ordered list and one timer for all of them.
// Models cacher.go's watcherBookmarkTimeBuckets. Entries of watches that ended meanwhile are skipped when they come up.
import type { WatchEndMessage } from '../api/messages.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import { orderedCowMap } from '../kernel/cow-map.ts'
import type { Micros } from '../kernel/micros.ts'
import type { Context } from '../kernel/process.ts'
import { servedKind } from './served-kinds.ts'
import type { WatchCache } from './watch-cache.ts'
import type { Watcher } from './watcher.ts'
import { findWatcher } from './watcher-index.ts'
import { sendBookmark } from './watchers.ts'

const BOOKMARK_MICROS = 60_000_000
/** The last bookmark comes this long before the watch's end. */
const LAST_BOOKMARK_MICROS = 2_000_000

export interface AgendaItem {
  readonly kind: string
  readonly watcher: string
  /** The `seq` of the request that opened it: its client may open another one under the same key. */
  readonly request: number
}

export interface Agenda {
  /** By due time, kind and watcher. */
  items: CowMap<AgendaItem>
  /** When the timer fires; 0: it is not set. */
  armedFor: number
}

export interface AgendaTimer {
  readonly type: 'agenda'
}

export const agenda = (): Agenda => ({ items: orderedCowMap<AgendaItem>(), armedFor: 0 })

/** When a watcher is next due, seen from `now`. */
export function nextDue(bookmarks: boolean, deadline: Micros, now: Micros): Micros {
  if (!bookmarks) return deadline
  const bookmark = now + BOOKMARK_MICROS
  const last = deadline - LAST_BOOKMARK_MICROS
  if (last > now) return Math.min(bookmark, last) as Micros
  return deadline
}

export function schedule(
  state: Agenda,
  kind: string,
  { key, request }: Watcher,
  due: Micros,
  context: Context,
): void {
  const item: AgendaItem = Object.freeze({ kind, watcher: key, request })
  state.items.set(`${dueText(due)}${kind}\u0001${key}`, item)
  arm(state, due, context)
}

const dueText = (due: number): string => `0000000000000000${due}`.slice(-16)

function arm(state: Agenda, due: number, context: Context): void {
  if (state.armedFor !== 0 && state.armedFor <= due) return
  state.armedFor = due
  const timer: AgendaTimer = { type: 'agenda' }
  context.timer(Math.max(0, due - context.now) as Micros, timer)
}

/** Serves every watcher that is due. An earlier timer than the armed one finds nothing to do. */
export function runAgenda(
  state: Agenda,
  cacheOf: (kind: string) => WatchCache,
  ended: (watcher: Watcher) => void,
  context: Context,
): void {
  if (context.now < state.armedFor) return
  state.armedFor = 0
  for (;;) {
    const first = state.items.minKey()
    if (first === undefined) return
    const due = Number(first.slice(0, 16))
    if (due > context.now) return arm(state, due, context)
    const item = state.items.get(first)
    state.items.delete(first)
    if (item === undefined) continue
    const cache = cacheOf(item.kind)
    const watcher = findWatcher(cache.watchers, item.watcher)
    if (watcher === undefined || watcher.request !== item.request) continue
    if (due >= watcher.deadline) ended(watcher)
    else remind(state, cache, watcher, context)
  }
}

function remind(state: Agenda, cache: WatchCache, watcher: Watcher, context: Context): void {
  sendBookmark(watcher, servedKind(cache.kind), cache.revision, false, context)
  schedule(state, cache.kind, watcher, nextDue(watcher.bookmarks, watcher.deadline, context.now), context)
}

export function sendWatchEnd(watcher: Watcher, context: Context): void {
  const end: WatchEndMessage = { type: 'watch-end', id: watcher.id }
  context.send(watcher.client, end)
}
