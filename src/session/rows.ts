// Pages of event rows: filtered by level, process, type, text or causal chain, around the cursor.

import type { Level, Row } from '../projections/rows.ts'
import type { RowPage, RowQuery } from '../worker/protocol.ts'
import type { Branch } from './branch.ts'
import type { NearLookup } from './kept-events.ts'
import { keptFrom, keptUntil, lookNear } from './kept-events.ts'
import { milestonesBySeq } from './milestone-names.ts'
import { rowAt } from './row-at.ts'
import type { Session } from './session.ts'

const RANK: Readonly<Record<Level, number>> = { story: 0, detail: 1, noise: 2 }

export function queryRows(session: Session, query: RowQuery): RowPage {
  const { branch, length } = session
  const { recording } = branch
  const near = lookNear(branch)
  // Before it is asked what is kept: causes may be made again, in place of others.
  const causes = query.chain === undefined ? undefined : causesOf(query.chain, near)
  const from = keptFrom(recording, length)
  const wantedEnd = query.future === true ? branch.lengthAt(Math.max(branch.seen, session.cursor)) : length
  const end = Math.min(wantedEnd, keptUntil(recording, length))
  const names = milestonesBySeq(branch)
  const { base, gone, indexes } = search(session, query, { from, end, causes, near })
  const cursor = indexes.findLastIndex((index) => index < length)
  const limit = Math.max(0, Math.min(query.limit, 1_000))
  const total = gone + indexes.length
  const wanted = Math.max(0, query.offset ?? total - limit)
  const offset = Math.max(gone, wanted)
  const shown = indexes.slice(offset - gone, Math.max(0, wanted + limit - gone))
  const rows = shown.flatMap((index) => rowAt(recording, index, names, near) ?? [])
  return { total, offset, rows, cursor: cursor < 0 ? -1 : gone + cursor, base, dropped: from }
}

/** Between which lengths to search, and for what led to an event. */
interface Place {
  readonly from: number
  readonly end: number
  readonly causes: ReadonlySet<number> | undefined
  readonly near: NearLookup
}

interface Search {
  readonly branch: Branch
  readonly filter: string
  /** The first event that was looked at. Of those that fitted so many are not kept any more. */
  readonly base: number
  readonly gone: number
  /** Up to here every event was looked at. */
  readonly end: number
  readonly indexes: readonly number[]
}

// cache: the last search of each session. Pages of the same rows are asked for again and again while the clock runs.
const searches = new WeakMap<Session, Search>()

/** The events from one length to another that fit. */
function search(session: Session, query: RowQuery, { from, end, causes, near }: Place): Search {
  const { branch } = session
  const { recording } = branch
  const { level, process, types, text = '' } = query
  // What an event led to grows with what is looked at, so chains are searched afresh.
  const chain = causes === undefined ? undefined : withFollowers(branch, causes, from, end)
  const filter = JSON.stringify([level, process, types, text])
  const known = searches.get(session)
  const goesOn =
    chain === undefined &&
    known?.branch === branch &&
    known.filter === filter &&
    known.base <= from &&
    known.end >= from &&
    known.end <= end
  const indexes = goesOn ? known.indexes.filter((index) => index >= from) : []
  const kept = indexes.length
  const lowered = text.toLowerCase()
  const none: ReadonlyMap<number, string> = new Map()
  for (let index = goesOn ? known.end : from; index < end; index++) {
    const event = recording.event(index)
    if (event === undefined || RANK[recording.standingBySeq(event.seq).level] > RANK[level]) continue
    if (types !== undefined && !types.includes(event.type)) continue
    if (chain !== undefined && !chain.has(event.seq)) continue
    if (process !== undefined && event.process !== process && (!('to' in event) || event.to !== process))
      continue
    if (lowered !== '' && !containsText(rowAt(recording, index, none, near), lowered)) continue
    indexes.push(index)
  }
  const gone = goesOn ? known.gone + known.indexes.length - kept : 0
  const found = { branch, filter, base: goesOn ? known.base : from, gone, end, indexes }
  if (chain === undefined) searches.set(session, found)
  return found
}

const containsText = (row: Row | undefined, text: string): boolean =>
  row !== undefined &&
  `${row.process} ${row.to ?? ''} ${row.label} ${row.detail}`.toLowerCase().includes(text)

/** An event and everything that led to it, as far as it is found. */
function causesOf(seq: number, near: NearLookup): ReadonlySet<number> {
  const causes = new Set<number>([seq])
  for (let event = near.find(seq); event !== undefined; event = near.find(event.cause)) causes.add(event.seq)
  return causes
}

/** And what the newest of them led to. */
function withFollowers(
  { recording }: Branch,
  causes: ReadonlySet<number>,
  from: number,
  end: number,
): ReadonlySet<number> {
  const chain = new Set(causes)
  const [root = 0] = causes
  const followers = new Set<number>([root])
  for (let index = from; index < end; index++) {
    const event = recording.event(index)
    if (event === undefined || event.seq <= root || !followers.has(event.cause)) continue
    followers.add(event.seq)
    chain.add(event.seq)
  }
  return chain
}
