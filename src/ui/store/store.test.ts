import { expect, test } from 'vitest'
import type { Frame, HostView } from '../../worker/protocol.ts'
import { rememberLast } from './remember-last.ts'
import { languageOf, parseSettings } from './settings.ts'
import { applyFrame, patchStage, useView, virtualNow } from './view.ts'

const host = (name: string, up = true): HostView => ({ name, role: 'node', up })
const clock: Frame['clock'] = {
  now: 1000,
  rate: 2,
  until: 1500,
  playing: true,
  mode: 'teaching',
  speed: 1,
  skipping: null,
  stopped: null,
}
const makeFrame = (change: Partial<Frame> = {}): Frame => ({
  reset: false,
  clock,
  flights: [],
  stage: {},
  ...change,
})

test('a patch sets and removes entries, and leaves the others as they were', () => {
  const first = applyFrame(
    useView.getInitialState(),
    makeFrame({ stage: { hosts: { set: { a: host('a'), b: host('b') }, gone: [] } } }),
    0,
  )
  const second = patchStage(first.stage, { hosts: { set: { b: host('b', false) }, gone: ['a'] } })
  expect(second.hosts).toEqual({ b: host('b', false) })
  const third = patchStage(first.stage, { hosts: { set: { b: host('b', false) }, gone: [] } })
  expect(third.hosts.a).toBe(first.stage.hosts.a)
  expect(third.pods).toBe(first.stage.pods)
  expect(patchStage(first.stage, {})).toBe(first.stage)
})

test('a frame that resets forgets what was shown; another keeps what it does not mention', () => {
  const timeline = { start: 5, head: 9, marks: [], branches: [], axis: [] }
  const first = applyFrame(useView.getInitialState(), makeFrame({ timeline }), 0)
  expect(applyFrame(first, makeFrame(), 0).timeline).toBe(timeline)
  expect(applyFrame(first, makeFrame({ reset: true }), 0).timeline.head).toBe(0)
})

test.each([
  [100, 1000],
  [150, 1100],
  [350, 1500],
  [9999, 1500],
  [0, 1000],
])('received at 100, at screen time %i it is %i', (screen, virtual) => {
  expect(virtualNow(clock, 100, screen)).toBe(virtual)
})

test('paused time stands', () => {
  expect(virtualNow({ ...clock, rate: 0 }, 100, 5000)).toBe(1000)
})

test.each([
  [null],
  ['not json'],
  ['[1,2'],
  ['null'],
  ['{"theme":"pink","stepSize":7,"sizes":{"story":99999},"collapsed":"yes"}'],
])('settings survive what storage holds: %s', (text) => {
  expect(parseSettings(text, ['de-CH'])).toEqual(parseSettings(null, ['en']))
})

test('settings that are valid are kept, one by one', () => {
  const text = '{"theme":"dark","language":"zh-CN","sizes":{"story":400,"drawer":"tall"}}'
  const settings = parseSettings(text, ['en'])
  expect(settings).toMatchObject({ theme: 'dark', language: 'zh-CN' })
  expect(settings.sizes.story).toBe(400)
  expect(settings.sizes.drawer).toBe(parseSettings(null, []).sizes.drawer)
})

test.each([
  ['zh', 'zh-CN'],
  ['zh-TW', 'zh-CN'],
  ['en-GB', 'en'],
  ['fr', 'en'],
])('who prefers %s reads %s', (preferred, language) => {
  expect(languageOf([preferred])).toBe(language)
})

test('a remembered answer is given again for the same objects only', () => {
  let calls = 0
  const count = rememberLast((table: object) => {
    calls++
    return Object.keys(table).length
  })
  const table = { a: 1 }
  expect([count(table), count(table), count({ a: 1 })]).toEqual([1, 1, 1])
  expect(calls).toBe(2)
})

test.each([
  ['a low window starts with the drawer folded', null, 600, true],
  ['a high one with it open', null, 900, false],
  ['what was set stays', '{"collapsed":{"drawer":false}}', 600, false],
])('%s', (_name, text, height, folded) => {
  expect(parseSettings(text, ['en'], height).collapsed.drawer).toBe(folded)
})
