// The newest events of one kind, in the order of their revisions. They are kept in chunks: a full one is frozen, so that
// checkpoints share it, and finding a revision or forgetting the oldest event touches one chunk.
import type { KubeObject } from '../api/objects.ts'
import type { Micros } from '../kernel/micros.ts'

export interface CachedEvent {
  readonly revision: number
  readonly at: Micros
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly key: string
  /** For DELETED: the last state, with the revision of the deletion. */
  readonly object: KubeObject
  readonly previous: KubeObject | null
}

const CHUNK = 128

export interface EventHistory {
  readonly full: (readonly CachedEvent[])[]
  /** The newest events, which come after all full chunks. */
  open: CachedEvent[]
  /** How many events of the first chunk are forgotten already. */
  forgotten: number
  size: number
}

export const eventHistory = (): EventHistory => ({ full: [], open: [], forgotten: 0, size: 0 })

/** Takes in an event that is no older than the newest one. */
export function append(history: EventHistory, event: CachedEvent): void {
  history.open.push(event)
  history.size++
  if (history.open.length < CHUNK) return
  history.full.push(Object.freeze(history.open))
  history.open = []
}

export function oldest(history: EventHistory): CachedEvent | undefined {
  return (history.full[0] ?? history.open)[history.forgotten]
}

export function forgetOldest(history: EventHistory): void {
  if (history.size === 0) return
  history.size--
  history.forgotten++
  const [first] = history.full
  if (history.forgotten < (first ?? history.open).length) return
  history.forgotten = 0
  if (first === undefined) history.open = []
  else history.full.shift()
}

/** Visits the events after a revision, in order. */
export function visitAfter(
  history: EventHistory,
  revision: number,
  visit: (event: CachedEvent) => void,
): void {
  const { full, open, forgotten } = history
  const chunkAt = (index: number): readonly CachedEvent[] => full[index] ?? open
  const begin = firstWhere(full.length, (index) => newestIn(chunkAt(index)) > revision)
  for (let index = begin; index <= full.length; index++) {
    const chunk = chunkAt(index)
    const seen = firstWhere(chunk.length, (position) => revisionAt(chunk, position) > revision)
    const from = index === 0 ? Math.max(seen, forgotten) : seen
    for (let position = from; position < chunk.length; position++) {
      const event = chunk[position]
      if (event !== undefined) visit(event)
    }
  }
}

const revisionAt = (chunk: readonly CachedEvent[], position: number): number => chunk[position]?.revision ?? 0

const newestIn = (chunk: readonly CachedEvent[]): number => revisionAt(chunk, chunk.length - 1)

/** The first index below `length` for which this holds, given that it then holds for all that follow; else `length`. */
function firstWhere(length: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
