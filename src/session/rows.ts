// Pages of event rows: filtered by level, process, type, text or causal chain, around the cursor.
import type { Level, Row } from '../projections/rows.ts'
import type { RowPage, RowQuery } from '../worker/protocol.ts'
import type { Branch } from './branch.ts'
import type { Session } from './session.ts'

const RANK: Readonly<Record<Level, number>> = { story: 0, detail: 1, noise: 2 }

/** Which events are milestones, by `seq`. */
export function milestonesBySeq(branch: Branch): ReadonlyMap<number, string> {
  const { reached } = branch.milestones.at(branch.recording.length)
  return new Map(reached.map(({ id, seq }) => [seq, id]))
}

export function queryRows(session: Session, query: RowQuery): RowPage {
  const { branch } = session
  const { recording } = branch
  const names = milestonesBySeq(branch)
  const end = query.future === true ? branch.lengthAt(Math.max(branch.seen, session.cursor)) : session.length
  const chain = query.chain === undefined ? undefined : chainSeqs(branch, query.chain, end)
  const wanted = RANK[query.level]
  const text = query.text?.toLowerCase() ?? ''
  const indexes: number[] = []
  const from = recording.keptFrom(end)
  for (let index = from; index < end; index++) {
    const event = recording.event(index)
    if (event === undefined || RANK[recording.standingBySeq(event.seq).level] > wanted) continue
    if (query.types !== undefined && !query.types.includes(event.type)) continue
    if (chain !== undefined && !chain.has(event.seq)) continue
    if (
      query.process !== undefined &&
      event.process !== query.process &&
      (!('to' in event) || event.to !== query.process)
    )
      continue
    if (text !== '' && !containsText(recording.row(index, names), text)) continue
    indexes.push(index)
  }
  const cursor = indexes.findLastIndex((index) => index < session.length)
  const limit = Math.max(0, Math.min(query.limit, 1_000))
  const offset = Math.max(0, query.offset ?? indexes.length - limit)
  const rows = indexes.slice(offset, offset + limit).flatMap((index) => recording.row(index, names) ?? [])
  return { total: indexes.length, offset, rows, cursor, dropped: from }
}

const containsText = (row: Row | undefined, text: string): boolean =>
  row !== undefined &&
  `${row.process} ${row.to ?? ''} ${row.label} ${row.detail}`.toLowerCase().includes(text)

/** Everything that led to an event and everything that it led to. */
function chainSeqs(branch: Branch, seq: number, end: number): ReadonlySet<number> {
  const { recording } = branch
  const chain = new Set<number>([seq])
  for (let event = recording.find(seq); event !== undefined; event = recording.find(event.cause))
    chain.add(event.seq)
  const descendants = new Set<number>([seq])
  for (let index = recording.indexOf(seq) + 1; index > 0 && index < end; index++) {
    const event = recording.event(index)
    if (event !== undefined && descendants.has(event.cause)) descendants.add(event.seq)
  }
  return new Set([...chain, ...descendants])
}
