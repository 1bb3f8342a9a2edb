import { expect, test } from 'vitest'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { FoldTimeline } from './fold-timeline.ts'

test('the state at any length is the fold of the events before it, in any order of asking', () => {
  const events = Array.from({ length: 2_000 }, (_, seq) => ({ seq }) as TraceEvent)
  let folded = 0
  const timeline = new FoldTimeline<number>(
    0,
    (sum, event) => {
      folded++
      return sum + event.seq
    },
    { event: (index) => events[index] },
  )
  const sumOf = (length: number): number => Math.abs((length * (length - 1)) / 2)
  for (const length of [2_000, 0, 511, 512, 513, 1_999, 1, 1_024, 700])
    expect(timeline.at(length)).toBe(sumOf(length))
  folded = 0
  timeline.at(1_500)
  expect(folded).toBeLessThanOrEqual(512)
  expect(timeline.at(5_000)).toBe(sumOf(2_000))
})
