import { expect, test } from 'vitest'
import type { ClockView } from '../../worker/protocol.ts'
import { waitBetween } from './passed-time.ts'

const clock = (now: number, change: Partial<ClockView> = {}): ClockView => ({
  now,
  rate: 0,
  until: now,
  playing: false,
  mode: 'teaching',
  speed: 1,
  skipping: null,
  stopped: null,
  ...change,
})

const skipping = { from: 3_000_000, to: 43_000_000 }

test.each([
  ['a wait that is played in short', clock(3e6), clock(4e6, { playing: true, skipping }), false, 40_000_000],
  [
    'a short wait',
    clock(3e6),
    clock(3.1e6, { playing: true, skipping: { from: 3e6, to: 3.8e6 } }),
    false,
    null,
  ],
  ['a wait that is stepped over', clock(3e6), clock(43e6), true, 40_000_000],
  ['a short step', clock(3e6), clock(3.2e6), true, null],
  ['a jump on the timeline', clock(3e6), clock(43e6), false, null],
  ['a step back', clock(43e6), clock(3e6), true, null],
  ['playing in real time', clock(3e6), clock(5e6, { playing: true, mode: 'real' }), true, null],
])('%s', (_name, before, after, isStep, wait) => {
  expect(waitBetween(before, after, isStep)).toBe(wait)
})
