import { expect, test } from 'vitest'
import type { Micros } from '../sim/kernel/micros.ts'
import type { Delivery } from '../sim/kernel/process.ts'
import { processId } from '../sim/kernel/process.ts'
import { TeachingTime } from './teaching-time.ts'

const message = (sentAt: number, deliveredAt: number): Delivery => ({
  seq: sentAt,
  at: sentAt as Micros,
  process: processId('a'),
  cause: 0,
  type: 'request',
  from: processId('a'),
  to: processId('b'),
  sentAt: sentAt as Micros,
  deliveredAt: deliveredAt as Micros,
  message: { type: 'request' },
})

function axisOf(messages: readonly Delivery[], heads: readonly number[]): TeachingTime {
  const teaching = new TeachingTime()
  const left = [...messages].sort((a, b) => a.sentAt - b.sentAt)
  for (const head of heads) {
    while (left[0] !== undefined && left[0].sentAt <= head) {
      const next = left.shift()
      if (next !== undefined) teaching.follow(next, 'request')
    }
    teaching.extend(head)
  }
  return teaching
}

const screenOf = (teaching: TeachingTime, { sentAt, deliveredAt }: Delivery): number =>
  teaching.screenAt(deliveredAt) - teaching.screenAt(sentAt)

test('a followed message is on screen for 0.9 s, however short its flight', () => {
  const messages = [message(1_000, 1_060), message(5_000, 7_000)]
  const teaching = axisOf(messages, [10_000])
  for (const one of messages) expect(screenOf(teaching, one)).toBeCloseTo(900)
})

test('messages that fly together share the time, and none gets less than its 0.9 s', () => {
  const messages = [message(1_000, 1_300), message(1_000, 1_400), message(1_000, 1_600)]
  const teaching = axisOf(messages, [10_000])
  for (const one of messages) expect(screenOf(teaching, one)).toBeGreaterThanOrEqual(899.999)
  expect(teaching.screenAt(1_600) - teaching.screenAt(1_000)).toBeLessThan(3 * 900)
})

test('a wait of 50 s becomes a skip of less than a second, and the stretch tells how long it is', () => {
  const teaching = axisOf([message(1_000, 2_000), message(50_000_000, 50_001_000)], [60_000_000])
  expect(teaching.screenAt(50_000_000) - teaching.screenAt(2_000)).toBeLessThan(1_000)
  expect(teaching.stretchAt(25_000_000)).toMatchObject({
    idle: true,
    from: { at: 2_000 },
    to: { at: 50_000_000 },
  })
})

test('the axis does not depend on how far ahead was simulated at a time', () => {
  const messages = [
    message(1_000, 1_300),
    message(1_200, 4_000),
    message(9_000, 9_500),
    message(2_000_000, 2_000_400),
  ]
  const reference = axisOf(messages, [3_000_000])
  for (const step of [100, 777, 50_000]) {
    const heads = Array.from({ length: Math.ceil(3_000_000 / step) }, (_, index) =>
      Math.min(3_000_000, (index + 1) * step),
    )
    const teaching = axisOf(messages, heads)
    for (const at of [1_000, 1_250, 1_300, 2_000, 4_000, 9_250, 1_000_000, 2_000_200, 3_000_000]) {
      expect(teaching.screenAt(at)).toBeCloseTo(reference.screenAt(at), 6)
    }
  }
})

test('the scrubber axis starts at its start, ends at its head, and grows', () => {
  const axis = axisOf([message(1_000, 1_300), message(9_000, 9_500)], [20_000]).axis(1_100, 15_000)
  expect(axis[0]).toEqual([1_100, 0])
  expect(axis.at(-1)?.[0]).toBe(15_000)
  axis.reduce((before, point) => {
    expect(point[0]).toBeGreaterThan(before[0])
    expect(point[1]).toBeGreaterThanOrEqual(before[1])
    return point
  })
})

test('what the reader has seen two dozen times passes faster, but is never too short to be seen', () => {
  const messages = Array.from({ length: 400 }, (_, index) =>
    message(1_000 + index * 1_000, 1_500 + index * 1_000),
  )
  const teaching = axisOf(messages, [500_000])
  const shown = messages.map((one) => screenOf(teaching, one))
  expect(shown[23]).toBeCloseTo(900)
  expect(shown[47]).toBeCloseTo(450)
  expect(shown[399]).toBeCloseTo(150)
})
