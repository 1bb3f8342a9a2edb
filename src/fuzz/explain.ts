// Why a violation came about, in words: the chain of causes from what the user did, or a timer, to the event that showed
// it. The story is played once more for it, this time with its events kept.
import type { Violation } from '../checks/check.ts'
import { Recording } from '../session/recording.ts'
import { playStory } from './play.ts'
import type { Story } from './story.ts'

/** A longer chain is told from its end. */
const LONGEST_CHAIN = 24
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
  for (let seq = violation.seq; seq !== 0 && lines.length < LONGEST_CHAIN; ) {
    const index = recording.indexOf(seq)
    const row = index < 0 ? undefined : recording.row(index, NO_NAMES)
    if (row === undefined) break
    const place = row.from === null || row.to === null ? row.process : `${row.from} → ${row.to}`
    lines.unshift(`${(row.at / 1e6).toFixed(6)} s  ${place}: ${`${row.label} ${row.detail}`.trim()}`)
    seq = row.cause
  }
  return lines
}
