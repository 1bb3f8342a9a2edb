// Rows by pages: what is asked, and what is known after it.

import { expect, test } from 'vitest'
import type { Row, RowPage, RowQuery } from '../../../worker/protocol.ts'
import { createRowSource } from './row-source.ts'

const makeRow = (seq: number): Row => ({
  seq,
  at: seq * 1000,
  deliveredAt: null,
  type: 'note',
  process: 'etcd-1',
  from: null,
  to: null,
  label: `row ${seq}`,
  detail: '',
  cause: seq - 1,
  level: 'story',
  ok: true,
  milestone: null,
  object: null,
})

/** A host with `count` rows whose cursor is the last; `fail` makes it refuse. */
function makeHost(count: number) {
  const asked: RowQuery[] = []
  const host = { count, fail: false }
  const fetchRows = async (query: RowQuery): Promise<RowPage> => {
    asked.push(query)
    if (host.fail) throw new Error('refused')
    const { offset = 0, limit } = query
    const rows = Array.from({ length: Math.max(0, Math.min(limit, host.count - offset)) }, (_, index) =>
      makeRow(offset + index),
    )
    return { total: host.count, offset, rows, cursor: host.count - 1, base: 0, dropped: 0 }
  }
  return { host, asked, source: createRowSource(fetchRows) }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

test('asks how many there are, then only for the pages that are looked at', async () => {
  const { source, asked } = makeHost(1000)
  source.ask({ level: 'story' }, 'main')
  await settle()
  expect(source.known()).toMatchObject({ total: 1000, cursor: 999, isLoaded: true })
  source.look({ first: 950, end: 1000 })
  await settle()
  source.look({ first: 955, end: 1000 })
  await settle()
  expect(source.known().rowAt(999)?.seq).toBe(999)
  expect(source.known().rowAt(0)).toBeUndefined()
  expect(asked.map(({ offset, limit }) => [offset, limit])).toEqual([
    [0, 0],
    [900, 100],
  ])
})

test('a page that was not full is read again when there is more', async () => {
  const { source, host } = makeHost(150)
  source.ask({ level: 'story' }, 'main')
  source.look({ first: 100, end: 200 })
  await settle()
  expect(source.known().rowAt(150)).toBeUndefined()
  host.count = 160
  source.refresh()
  await settle()
  expect(source.known().total).toBe(160)
  expect(source.known().rowAt(159)?.seq).toBe(159)
})

test('another filter or another branch forgets what was known', async () => {
  const { source, asked } = makeHost(10)
  source.ask({ level: 'story' }, 'main')
  source.look({ first: 0, end: 10 })
  await settle()
  expect(source.known().rowAt(3)?.seq).toBe(3)
  source.ask({ level: 'story' }, 'branch-1')
  expect(source.known()).toMatchObject({ total: 0, isLoaded: false })
  await settle()
  expect(source.known().rowAt(3)?.seq).toBe(3)
  const before = asked.length
  source.ask({ level: 'story' }, 'branch-1')
  await settle()
  expect(asked.length).toBe(before)
})

test('an answer to a question that is no longer asked is not shown', async () => {
  const { source } = makeHost(10)
  source.ask({ level: 'story' }, 'main')
  source.ask({ level: 'noise', text: 'x' }, 'main')
  await settle()
  expect(source.known()).toMatchObject({ total: 10, isLoaded: true, error: null })
})

test('a refusal is shown, and the next refresh tries again', async () => {
  const { source, host } = makeHost(10)
  host.fail = true
  source.ask({ level: 'story' }, 'main')
  await settle()
  expect(source.known().error).toBe('refused')
  host.fail = false
  source.refresh()
  await settle()
  expect(source.known()).toMatchObject({ error: null, total: 10 })
})
