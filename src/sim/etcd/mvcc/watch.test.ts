import { describe, expect, test } from 'vitest'
import type { TxnOp } from '../messages.ts'
import type { KeyRange } from './key-range.ts'
import { lastKey, prefixRange } from './key-range.ts'
import type { Store } from './store.ts'
import { cloneStore, compact, newStore } from './store.ts'
import { applyTxn } from './txn.ts'
import type { WatchBatch } from './watch.ts'
import { addWatcher, deliverNew, deliverPast, newWatchHub, removeWatcher, restoreWatchers } from './watch.ts'

function put(store: Store, ...keys: string[]): void {
  const txn: TxnOp = {
    op: 'txn',
    compare: [],
    success: keys.map((key) => ({ op: 'put', key, value: `${key}@${store.revision + 1}` })),
    failure: [],
  }
  expect(applyTxn(store, txn).ok).toBe(true)
}

const show = (batches: readonly WatchBatch[]): string[] =>
  batches.map((batch) =>
    batch.kind === 'compacted'
      ? `${batch.id}: compacted at ${batch.compactRevision}`
      : `${batch.id}: ${batch.events.map(({ kv }) => `${kv.key}@${kv.modRevision}`).join(' ')}`,
  )

test.each<[string, KeyRange, string[]]>([
  ['a prefix', prefixRange('/registry/pods/'), ['/registry/pods/a/x', '/registry/pods/b/y']],
  ['a longer prefix', prefixRange('/registry/pods/a/'), ['/registry/pods/a/x']],
  [
    'a prefix that does not end with a slash',
    prefixRange('/registry/p'),
    ['/registry/pods/a/x', '/registry/pods/b/y'],
  ],
  ['one key', { key: '/registry/nodes/n' }, ['/registry/nodes/n']],
  ['one key that looks like a prefix', { key: '/registry/pods/' }, []],
  [
    'any range',
    { key: '/registry/nodes/', end: '/registry/pods/b' },
    ['/registry/nodes/n', '/registry/pods/a/x'],
  ],
  ['from a key on', { key: '/registry/pods/b', end: lastKey }, ['/registry/pods/b/y', 'zebra']],
  [
    'everything',
    { key: '\0', end: lastKey },
    ['/registry/nodes/n', '/registry/pods/a/x', '/registry/pods/b/y', 'zebra'],
  ],
])('%s: a watcher gets what is in its range, as it happens and from the past', (_what, range, keys) => {
  const store = newStore()
  const hub = newWatchHub(store.revision)
  addWatcher(hub, 'live', range, 0)
  for (const key of ['/registry/nodes/n', '/registry/pods/a/x', '/registry/pods/b/y', 'zebra'])
    put(store, key)
  const live = deliverNew(hub, store)
  addWatcher(hub, 'late', range, 1)
  const past = deliverPast(hub, store)
  for (const batches of [live, past]) {
    const events = batches.flatMap((batch) => (batch.kind === 'events' ? batch.events : []))
    expect(events.map(({ kv }) => kv.key)).toEqual(keys)
  }
})

test('each watcher gets each event once, whole revisions at a time', () => {
  const store = newStore()
  const hub = newWatchHub(store.revision)
  addWatcher(hub, 'w', prefixRange('a/'), 0)
  put(store, 'a/1', 'b/1', 'a/2')
  put(store, 'a/3')
  expect(deliverNew(hub, store)).toMatchObject([{ id: 'w', revision: 3, events: { length: 3 } }])
  expect(deliverNew(hub, store)).toEqual([])
  put(store, 'b/2')
  expect(deliverNew(hub, store)).toEqual([])
  expect(hub.revision).toBe(4)
  put(store, 'a/4')
  expect(show(deliverNew(hub, store))).toEqual(['w: a/4@5'])
})

test('a watcher of the past is caught up first, and nothing falls in between', () => {
  const store = newStore()
  const hub = newWatchHub(store.revision)
  for (let i = 2; i < 6; i++) put(store, `a/${i}`)
  deliverNew(hub, store)
  addWatcher(hub, 'w', prefixRange('a/'), 4)
  put(store, 'a/6')
  expect(show(deliverNew(hub, store))).toEqual([])
  expect(show(deliverPast(hub, store))).toEqual(['w: a/4@4 a/5@5 a/6@6'])
  expect(hub.unsynced).toEqual([])
  put(store, 'a/7')
  expect(show(deliverNew(hub, store))).toEqual(['w: a/7@7'])
})

test('a long past comes in parts', () => {
  const store = newStore()
  const hub = newWatchHub(store.revision)
  for (let i = 0; i < 2500; i++) put(store, 'a/x', 'a/y', 'b')
  deliverNew(hub, store)
  addWatcher(hub, 'w', prefixRange('a/'), 1)
  const parts = [
    deliverPast(hub, store),
    deliverPast(hub, store),
    deliverPast(hub, store),
    deliverPast(hub, store),
  ]
  const lengths = parts.map((batches) => batches.flatMap((b) => (b.kind === 'events' ? b.events : [])).length)
  expect(lengths).toEqual([2000, 2000, 1000, 0])
})

test('a revision to come is waited for', () => {
  const store = newStore()
  const hub = newWatchHub(store.revision)
  addWatcher(hub, 'w', prefixRange('a/'), 4)
  for (let i = 2; i < 6; i++) put(store, `a/${i}`)
  expect(show(deliverNew(hub, store))).toEqual(['w: a/4@4 a/5@5'])
})

describe('compaction', () => {
  test.each([
    [4, 'w: compacted at 5'],
    [5, 'w: a/5@5 a/6@6'],
  ])('to 5, watching from %i', (start, expected) => {
    const store = newStore()
    const hub = newWatchHub(store.revision)
    for (let i = 2; i < 7; i++) put(store, `a/${i}`)
    deliverNew(hub, store)
    compact(store, 5)
    addWatcher(hub, 'w', prefixRange('a/'), start)
    expect(show(deliverPast(hub, store))).toEqual([expected])
  })

  test('does not end a watcher that is up to date', () => {
    const store = newStore()
    const hub = newWatchHub(store.revision)
    addWatcher(hub, 'w', prefixRange('a/'), 0)
    for (let i = 0; i < 5; i++) put(store, 'b')
    deliverNew(hub, store)
    compact(store, 5)
    put(store, 'a/1')
    expect(show(deliverNew(hub, store))).toEqual(['w: a/1@7'])
  })
})

test.each([prefixRange('a/'), prefixRange('a'), { key: 'a/1' }])(
  'a removed watcher gets nothing',
  (range) => {
    const store = newStore()
    const hub = newWatchHub(store.revision)
    addWatcher(hub, 'w', range, 0)
    removeWatcher(hub, 'w')
    removeWatcher(hub, 'w')
    put(store, 'a/1')
    expect(deliverNew(hub, store)).toEqual([])
    expect(hub).toEqual(newWatchHub(2))
  },
)

test('after a snapshot, a watcher that had everything is not told that its past is compacted away', () => {
  const store = newStore()
  const hub = newWatchHub(store.revision)
  addWatcher(hub, 'w', prefixRange('a/'), 0)
  for (let i = 0; i < 5; i++) put(store, 'b')
  deliverNew(hub, store)
  compact(store, 5)
  put(store, 'a/1')
  restoreWatchers(hub, store)
  expect(show(deliverPast(hub, store))).toEqual(['w: a/1@7'])
})

test('after a snapshot, watchers get what it skipped', () => {
  const leader = newStore()
  put(leader, 'a/1')
  const behind = cloneStore(leader)
  const hub = newWatchHub(behind.revision)
  addWatcher(hub, 'w', prefixRange('a/'), 0)
  addWatcher(hub, 'later', prefixRange('a/'), 9)
  put(leader, 'a/2')
  put(leader, 'a/3')
  const restored = cloneStore(leader)
  restoreWatchers(hub, restored)
  expect(show(deliverPast(hub, restored))).toEqual(['w: a/2@3 a/3@4'])
  put(restored, 'a/4')
  expect(show(deliverNew(hub, restored))).toEqual(['w: a/4@5'])
})
