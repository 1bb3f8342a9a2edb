import { expect, test } from 'vitest'
import type { Flight } from '../../worker/protocol.ts'
import { nearest } from './arrow-focus.ts'
import { labelsOf, packetsAt, sayFlight, shareGone } from './flights.ts'
import { line, pathOf } from './geometry.ts'

const makeFlight = (change: Partial<Flight> = {}): Flight => ({
  seq: 1,
  type: 'request',
  from: 'a',
  to: 'b',
  sentAt: 1000,
  deliveredAt: 2000,
  label: 'POST pods',
  detail: '',
  level: 'story',
  followed: false,
  lost: false,
  ...change,
})

const path = pathOf([line({ x: 0, y: 0 }, { x: 100, y: 0 })])
const at = (flights: readonly Flight[], now: number, change: { showNoise?: boolean; still?: boolean } = {}) =>
  packetsAt({ flights, now, showNoise: false, still: false, pathOf: () => path, ...change })

test.each([
  [500, 0],
  [1000, 0],
  [1250, 0.25],
  [2000, 1],
  [9000, 1],
])('at %i it has gone %f of its way', (now, share) => {
  expect(shareGone(makeFlight(), now)).toBe(share)
})

test('a packet is drawn where it is, from its sending to its arrival', () => {
  expect(at([makeFlight()], 999)).toEqual([])
  expect(at([makeFlight()], 1250)[0]?.at.x).toBeCloseTo(25)
  expect(at([makeFlight()], 2000)[0]?.at.x).toBeCloseTo(100)
  expect(at([makeFlight()], 2001)).toEqual([])
})

test('heartbeats are hidden until they are asked for', () => {
  const heartbeat = makeFlight({ level: 'noise' })
  expect(at([heartbeat], 1500)).toEqual([])
  expect(at([heartbeat], 1500, { showNoise: true })).toMatchObject([{ kind: 'noise' }])
})

test('a crowd on one line travels as one with a count; what is followed stays alone, on top', () => {
  const crowd = [1, 2, 3, 4, 5].map((seq) => makeFlight({ seq }))
  const followed = makeFlight({ seq: 0, followed: true })
  expect(at([followed, ...crowd], 1500)).toMatchObject([
    { kind: 'story', count: 5 },
    { kind: 'followed', count: 1 },
  ])
  expect(at(crowd.slice(0, 3), 1500)).toHaveLength(3)
  const back = makeFlight({ seq: 9, from: 'b', to: 'a' })
  expect(at([...crowd, back], 1500)).toHaveLength(2)
})

test('a lost message breaks on its way and goes no further', () => {
  const lost = makeFlight({ lost: true })
  expect(at([lost], 1400)[0]).toMatchObject({ lost: false })
  const broken = at([lost], 1900)[0]
  expect(broken?.lost).toBe(true)
  expect(broken?.at.x).toBeCloseTo(55)
})

test('with less motion packets wait in the middle of their line', () => {
  expect(at([makeFlight()], 1010, { still: true })[0]?.at.x).toBeCloseTo(50)
})

test('arrow keys find the nearest thing in their direction', () => {
  const spots = [
    { x: 100, y: 0 },
    { x: 60, y: 55 },
    { x: -50, y: 0 },
    { x: 0, y: 80 },
  ]
  const from = { x: 0, y: 0 }
  expect(nearest(from, spots, [1, 0])).toBe(0)
  expect(nearest(from, spots, [-1, 0])).toBe(2)
  expect(nearest(from, spots, [0, 1])).toBe(3)
  expect(nearest(from, spots, [0, -1])).toBeNull()
})

test.each([
  [{ label: 'ADDED pod', detail: 'default/web-7k2xq' }, 'ADDED pod · web-7k2xq'],
  [{ type: 'raft', label: 'MsgApp', detail: 'term 1 · index 78 · commit 77' }, 'MsgApp 78'],
  [{ label: 'MsgApp 72', detail: '' }, 'MsgApp 72'],
  [{ label: 'CNI ADD', detail: 'x'.repeat(40) }, `CNI ADD · ${'x'.repeat(14)}…${'x'.repeat(5)}`],
])('a label of %j', (change, text) => {
  expect(sayFlight(makeFlight(change))).toBe(text)
})

test('messages that say the same share a label, and the newest come first', () => {
  const flights = [
    makeFlight({ seq: 1, followed: true, label: 'old', sentAt: 900 }),
    makeFlight({ seq: 2, followed: true, label: 'MsgApp' }),
    makeFlight({ seq: 3, followed: true, label: 'MsgApp' }),
  ]
  const texts = (limit: number) => labelsOf(at(flights, 1500), limit).map(({ text }) => text)
  expect(texts(3)).toEqual(['MsgApp ×2', 'old'])
  expect(texts(1)).toEqual(['MsgApp ×2'])
})
