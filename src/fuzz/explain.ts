// Why a violation came about, in words: the chain of causes from what the user did, or a timer, to the event that showed
// it. The story is played once more for it, this time with its events kept.
import type { Violation } from '../checks/check.ts'
import { Recording } from '../session/recording.ts'
import { rowAt } from '../session/row-at.ts'
import { playStory } from './play.ts'
import type { Story } from './story.ts'

/** Of a longer chain, the beginning and the end are told. */
const BEGINNING = 6
const END = 18
const NO_NAMES: ReadonlyMap<number, string> = new Map()

/** A line a cause, the first cause first. */
export function causesOf(story: Story, violation: Violation): readonly string[] {
  const recording = new Recording()
  playStory(story, {
    checks: [],
    until: violation.at,
    onEvent: (event, digest) => recording.append(event, digest),
  })
  const lines: string[] = []
  for (let seq = violation.seq; seq !== 0; ) {
    const index = recording.indexOf(seq)
    const row = index < 0 ? undefined : rowAt(recording, index, NO_NAMES)
    if (row === undefined) break
    const place = row.from === null || row.to === null ? row.process : `${row.from} → ${row.to}`
    lines.push(`${(row.at / 1e6).toFixed(6)} s  ${place}: ${`${row.label} ${row.detail}`.trim()}`)
    seq = row.cause
  }
  lines.reverse()
  const left = lines.length - BEGINNING - END
  if (left > 1) lines.splice(BEGINNING, left, `… ${left} more …`)
  return lines
}
