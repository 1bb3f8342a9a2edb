import { expect, test } from 'vitest'
import type { Row } from '../../worker/protocol.ts'
import { coverRow } from './covered-row.ts'

const row = (type: string, label: string, detail: string): Row => ({
  seq: 1,
  at: 0,
  deliveredAt: null,
  type,
  process: 'kube-scheduler-1',
  from: null,
  to: null,
  label,
  detail,
  cause: 0,
  level: 'story',
  ok: true,
  milestone: null,
  object: null,
})

test('a covered decision keeps its Pod and hides its node', () => {
  const decision = row('schedule', '→ node-3', 'default/web Successfully assigned default/web to node-3')
  expect(coverRow(decision)).toMatchObject({ label: '→ ?', detail: 'default/web' })
})

test('everything else stays as it is', () => {
  const request = row('request', 'POST pods', 'default')
  expect(coverRow(request)).toBe(request)
})
