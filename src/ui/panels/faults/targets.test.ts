// What faults can be done to, and the form of their parameters.

import { expect, test } from 'vitest'
import type { FaultEntry, Flight, StageView } from '../../../worker/protocol.ts'
import { emptyStage } from '../../store/view.ts'
import { linkBetween, parameterFields, parametersFrom, targetsFor } from './targets.ts'

const makeEntry = (change: Partial<FaultEntry>): FaultEntry => ({
  name: 'latency',
  title: { en: '', 'zh-CN': '' },
  explains: { en: '', 'zh-CN': '' },
  targets: ['host', 'node'],
  parameters: { milliseconds: { type: 'integer', default: 200, minimum: 1, maximum: 60_000 } },
  ...change,
})

const stage: StageView = {
  ...emptyStage,
  hosts: {
    'node-1': { name: 'node-1', role: 'node', up: true },
    'control-plane-1': { name: 'control-plane-1', role: 'control-plane', up: true },
  },
  nodes: {
    'node-1': {
      name: 'node-1',
      ready: 'True',
      unschedulable: false,
      taints: [],
      podCIDR: null,
      cpu: { requested: 0, allocatable: 0 },
      memory: { requested: 0, allocatable: 0 },
      podCapacity: 110,
    },
  },
}

const flight: Flight = {
  seq: 7,
  type: 'request',
  from: 'a',
  to: 'b',
  sentAt: 0,
  deliveredAt: 1,
  label: '',
  detail: '',
  level: 'story',
  followed: false,
  lost: false,
}

test('a thing that is a target twice is listed once', () => {
  expect(targetsFor(makeEntry({}), stage, [])).toEqual(['node-1', 'control-plane-1'])
})

test('messages can be hit while they fly', () => {
  const entry = makeEntry({ targets: ['message'] })
  expect(targetsFor(entry, stage, [flight, { ...flight, seq: 8, lost: true }])).toEqual(['7'])
})

test.each([
  [{}, { milliseconds: 200 }],
  [{ milliseconds: '50' }, { milliseconds: 50 }],
  [{ milliseconds: ' ' }, {}],
])('typed %j is sent as %j', (typed, sent) => {
  expect(parametersFrom(parameterFields(makeEntry({})), typed)).toEqual(sent)
})

test('what is yes or no is sent as such, and what can be chosen is listed', () => {
  const parameters = {
    oneWay: { type: 'boolean', default: false },
    probe: { type: 'string', enum: ['any', 'liveness'], default: 'any' },
  }
  const fields = parameterFields(makeEntry({ parameters }))
  expect(fields.map(({ type, options }) => [type, options])).toEqual([
    ['checkbox', []],
    ['choice', ['any', 'liveness']],
  ])
  expect(parametersFrom(fields, { oneWay: 'true' })).toEqual({ oneWay: true, probe: 'any' })
})

test('a schema with properties is read too', () => {
  const entry = makeEntry({ parameters: { type: 'object', properties: { reason: { type: 'string' } } } })
  expect(parameterFields(entry).map(({ name, type }) => [name, type])).toEqual([['reason', 'text']])
})

test.each([
  ['node-1', '', 'node-1'],
  [' etcd-1 , etcd-2', 'etcd-3', 'etcd-1,etcd-2~etcd-3'],
  ['', '', '*'],
  ['', 'node-1', '*~node-1'],
  ['node-1', '*', 'node-1'],
  ['node-1,', ', ,', 'node-1'],
])('the sides "%s" and "%s" are the link %s', (left, right, link) => {
  expect(linkBetween(left, right)).toBe(link)
})
