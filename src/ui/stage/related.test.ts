import { expect, test } from 'vitest'
import type { Row } from '../../worker/protocol.ts'
import { concernOf } from './related.ts'

const makeRow = (change: Partial<Row>): Row => ({
  seq: 7,
  at: 0,
  deliveredAt: null,
  type: 'watch',
  process: 'kube-apiserver-1',
  from: 'kube-apiserver-1',
  to: 'kube-scheduler-1',
  label: 'ADDED Pod',
  detail: '',
  cause: 1,
  level: 'story',
  ok: true,
  milestone: null,
  object: 'pods/default/web',
  ...change,
})
const known = {
  recent: [makeRow({})],
  current: [makeRow({ seq: 8, from: null, to: null, object: null })],
  flights: [],
}

test.each([
  [7, { processes: ['kube-apiserver-1', 'kube-scheduler-1'], object: 'pods/default/web' }],
  [8, { processes: ['kube-apiserver-1'], object: null }],
  [9, null],
])('event %i concerns %j', (seq, concern) => {
  expect(concernOf({ kind: 'event', seq }, known)).toEqual(concern)
})

test('what is not an event concerns only itself', () => {
  expect(concernOf({ kind: 'host', name: 'node-1' }, known)).toBeNull()
  expect(concernOf(null, known)).toBeNull()
})
