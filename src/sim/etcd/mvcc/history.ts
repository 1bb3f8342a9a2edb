// All events since the last compaction, in the order of their revisions. They are kept in frozen chunks, so that a copy
// costs little however long the history is: it shares every chunk but the open one.
import type { EtcdEvent } from '../messages.ts'

export interface History {
  sealed: readonly Chunk[]
  open: EtcdEvent[]
}

interface Chunk {
  readonly lastRevision: number
  readonly events: readonly EtcdEvent[]
}

const chunkLength = 512

export const newHistory = (): History => ({ sealed: Object.freeze([]), open: [] })

/** The sealed chunks are shared; whoever seals or drops one makes a list of its own. */
export const cloneHistory = ({ sealed, open }: History): History => ({ sealed, open: [...open] })

export function record(history: History, event: EtcdEvent): void {
  history.open.push(event)
  if (history.open.length < chunkLength) return
  history.sealed = Object.freeze([...history.sealed, sealedChunk(history.open, event.kv.modRevision)])
  history.open = []
}

const LATEST = 8
// cache: the latest chunks that members sealed, at most LATEST, the newest first.
const latest: Chunk[] = []

/** Lets go of the history of another cluster. */
export const forgetChunks = (): void => {
  latest.length = 0
}

/** All members come to the same chunks: the first to do so makes them for all. */
function sealedChunk(events: readonly EtcdEvent[], lastRevision: number): Chunk {
  for (const chunk of latest) if (hasSameEvents(chunk.events, events)) return chunk
  const chunk: Chunk = Object.freeze({ lastRevision, events: Object.freeze(events.slice()) })
  latest.unshift(chunk)
  if (latest.length > LATEST) latest.pop()
  return chunk
}

/** Whether they are the same objects. */
function hasSameEvents(some: readonly EtcdEvent[], others: readonly EtcdEvent[]): boolean {
  for (let i = others.length - 1; i >= 0; i--) if (some[i] !== others[i]) return false
  return some.length === others.length
}

/** The revision of the last event; 0 when there is none. */
export function newestRevision({ sealed, open }: History): number {
  return open[open.length - 1]?.kv.modRevision ?? sealed[sealed.length - 1]?.lastRevision ?? 0
}

/** The events after `revision`, in order. Most often it is the last event alone. */
export function eventsSince(history: History, revision: number): readonly EtcdEvent[] {
  const { open } = history
  const last = open[open.length - 1]
  const beforeLast = open[open.length - 2]
  if (last !== undefined && beforeLast !== undefined && beforeLast.kv.modRevision <= revision)
    return last.kv.modRevision > revision ? [last] : []
  const events: EtcdEvent[] = []
  eachEventFrom(history, revision + 1, (event) => {
    events.push(event)
    return true
  })
  return events
}

/** Calls back for each event from revision `from` on, in order, until the answer is false. */
export function eachEventFrom(history: History, from: number, visit: (event: EtcdEvent) => boolean): void {
  const newest = history.sealed[history.sealed.length - 1]
  const first =
    newest === undefined || newest.lastRevision < from
      ? history.sealed.length
      : firstChunk(history.sealed, from)
  for (let i = first; i < history.sealed.length; i++) {
    const events = history.sealed[i]?.events ?? []
    if (!eachFrom(events, from, visit)) return
  }
  eachFrom(history.open, from, visit)
}

function eachFrom(events: readonly EtcdEvent[], from: number, visit: (event: EtcdEvent) => boolean): boolean {
  // Most often the last event alone is asked for.
  const beforeLast = events[events.length - 2]
  const first =
    beforeLast !== undefined && beforeLast.kv.modRevision < from
      ? events.length - 1
      : firstEvent(events, from)
  for (let i = first; i < events.length; i++) {
    const event = events[i]
    if (event !== undefined && !visit(event)) return false
  }
  return true
}

/** Forgets events before `revision`, a chunk at a time: those that share a chunk with later ones stay a while. */
export function forgetBefore(history: History, revision: number): void {
  const kept = firstChunk(history.sealed, revision)
  if (kept > 0) history.sealed = Object.freeze(history.sealed.slice(kept))
}

function firstChunk(chunks: readonly Chunk[], from: number): number {
  return lowerBound(chunks.length, (i) => (chunks[i]?.lastRevision ?? 0) < from)
}

function firstEvent(events: readonly EtcdEvent[], from: number): number {
  return lowerBound(events.length, (i) => (events[i]?.kv.modRevision ?? 0) < from)
}

/** The first index for which `isBefore` does not hold. */
function lowerBound(length: number, isBefore: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
