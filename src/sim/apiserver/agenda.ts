// When open watches are due for a bookmark or their end: one ordered list and one timer for all of them.
// Models cacher.go's watcherBookmarkTimeBuckets. Entries of watches that ended meanwhile are skipped when they come up.
import type { WatchEndMessage } from '../api/messages.ts'
import type { CowMap } from '../kernel/cow-map.ts'
import { cowMap } from '../kernel/cow-map.ts'
import type { Micros } from '../kernel/micros.ts'
import type { Context } from '../kernel/process.ts'
import { servedKind } from './served-kinds.ts'
import type { WatchCache } from './watch-cache.ts'
import type { Watcher } from './watcher.ts'
import { sendBookmark } from './watchers.ts'

const BOOKMARK_MICROS = 60_000_000
/** The last bookmark comes this long before the watch's end. */
const LAST_BOOKMARK_MICROS = 2_000_000

export interface AgendaItem {
  readonly kind: string
  readonly watcher: string
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

export const agenda = (): Agenda => ({ items: cowMap<AgendaItem>(), armedFor: 0 })

/** When a watcher is next due, seen from `now`. */
export function nextDue(bookmarks: boolean, deadline: Micros, now: Micros): Micros {
  if (!bookmarks) return deadline
  const bookmark = now + BOOKMARK_MICROS
  const last = deadline - LAST_BOOKMARK_MICROS
  if (last > now) return Math.min(bookmark, last) as Micros
  return deadline
}

export function schedule(state: Agenda, kind: string, key: string, watcher: Watcher, context: Context): void {
  const item: AgendaItem = Object.freeze({ kind, watcher: key })
  state.items.set(`${dueText(watcher.due)}${kind}\u0001${key}`, item)
  arm(state, watcher.due, context)
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
  ended: (cache: WatchCache, key: string, watcher: Watcher) => void,
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
    const watcher = cache.watchers.get(item.watcher)
    if (watcher === undefined || watcher.due !== due) continue
    if (due >= watcher.deadline) ended(cache, item.watcher, watcher)
    else remind(state, cache, item, watcher, context)
  }
}

function remind(
  state: Agenda,
  cache: WatchCache,
  item: AgendaItem,
  watcher: Watcher,
  context: Context,
): void {
  sendBookmark(watcher, servedKind(item.kind), cache.revision, false, context)
  const due = nextDue(watcher.bookmarks, watcher.deadline, context.now)
  const next: Watcher = Object.freeze({ ...watcher, due })
  cache.watchers.set(item.watcher, next)
  schedule(state, item.kind, item.watcher, next, context)
}

export function sendWatchEnd(watcher: Watcher, context: Context): void {
  const end: WatchEndMessage = { type: 'watch-end', id: watcher.id }
  context.send(watcher.client, end)
}
