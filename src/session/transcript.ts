// The story of a session as text: its milestones, and a line for each event that somebody who follows it would see. It
// is what golden traces hold, so it leaves out what repeats itself: numbers of events, heartbeats, and the replication of
// entries, for which the line of the write stands.

import type { Row } from '../projections/rows.ts'
import { milestonesBySeq } from './milestone-names.ts'
import { rowAt } from './row-at.ts'
import type { Session } from './session.ts'

/** Milliseconds with three digits behind the point, since the story's start; what came before it is negative. */
const since = (start: number, at: number): string => ((at - start) / 1_000).toFixed(3)

const REPLICATION = /^Msg(Prop|App|AppResp|ReadIndex|ReadIndexResp)\b/

export function storyText(session: Session): string {
  const { branch, start } = session
  const { recording } = branch
  const names = milestonesBySeq(branch)
  const { reached } = branch.milestones.at(recording.length)
  const lines = [`# ${session.scenario.name} seed ${session.seed}: milliseconds since the story's start`, '']
  for (const { id, at } of reached) lines.push(`${since(start, at).padStart(12)}  ${id}`)
  lines.push('')
  for (let index = branch.lengthAt(start); index < recording.length; index++) {
    const row = branch.isFollowed(index) ? rowAt(recording, index, names) : undefined
    if (row !== undefined && !REPLICATION.test(row.label)) lines.push(storyLine(row, since(start, row.at)))
  }
  return `${lines.join('\n')}\n`
}

function storyLine(row: Row, time: string): string {
  const route = row.to === null ? row.process : `${row.from} → ${row.to}`
  const mark = row.milestone === null ? '' : `  ◆ ${row.milestone}`
  return `${time.padStart(12)}  ${route}  ${row.label} ${row.detail}`.trimEnd() + mark
}
