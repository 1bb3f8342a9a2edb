import { expect, test } from 'vitest'
import { openOptions, parseAddress, parseMicros } from './page-address.ts'
import type { Panel } from './panel.ts'
import { checkPanels } from './panel.ts'

test('an empty address opens the default, without a word', () => {
  const address = parseAddress('', '')
  expect(address.problems).toEqual([])
  expect(openOptions(address, 'pod-creation')).toEqual({ scenario: 'pod-creation' })
})

test('a whole address', () => {
  const address = parseAddress('?scenario=node-down&seed=7&step=13.2&lang=zh-CN&present=1&embed=1', '#abc')
  expect(address).toMatchObject({ language: 'zh-CN', present: true, embed: true, problems: [] })
  expect(openOptions(address, 'x')).toEqual({
    scenario: 'node-down',
    seed: 7,
    position: { step: '13.2' },
    shared: 'abc',
  })
})

test.each([
  ['?seed=-1', 'seed', 'validSeed'],
  ['?seed=eleven', 'seed', 'validSeed'],
  ['?seed=99999999999', 'seed', 'validSeed'],
  ['?at=soon', 'at', 'validTime'],
  ['?lang=fr', 'lang', 'validLanguage'],
  ['?present=yes', 'present', 'validFlag'],
  ['?step=3&at=2s', 'at', 'validStepOrAt'],
  ['?connect=http://127.0.0.1:6443', 'connect', 'validConnect'],
])('%s is reported and left out', (search, parameter, valid) => {
  const address = parseAddress(search, '')
  expect(address.problems).toMatchObject([{ parameter, valid }])
  expect(openOptions(address, 'x')).not.toHaveProperty('seed')
})

test.each([
  ['2.5s', 2_500_000],
  ['400ms', 400_000],
  ['1m30s', 90_000_000],
  ['2', 2_000_000],
  ['', null],
  ['5 s', null],
  ['s', null],
  ['1x', null],
])('the time %s is %s', (text, micros) => {
  expect(parseMicros(text)).toBe(micros)
})

test('two panels of one name are an error in the program', () => {
  const panel: Panel = { id: 'a', place: 'drawer', title: ({ app }) => app.name, component: () => null }
  expect(checkPanels([panel, { ...panel, id: 'b' }])).toHaveLength(2)
  expect(() => checkPanels([panel, panel])).toThrow('Two panels are called a.')
})
