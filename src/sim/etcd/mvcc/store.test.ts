import { describe, expect, test } from 'vitest'
import type { EtcdEvent, KeyValue, PutOp, RangeOp, TxnOp } from '../messages.ts'
import { storeErrors } from './errors.ts'
import { forgetClusters } from './forget.ts'
import type { KeyRange } from './key-range.ts'
import { inRange, prefixRange } from './key-range.ts'
import { attachedKeys, grantLease, revokeLease } from './lease-ops.ts'
import { range } from './range.ts'
import type { Store } from './store.ts'
import { changesSince, cloneStore, compact, newStore } from './store.ts'
import type { SimpleOp } from './txn.ts'
import { applyTxn, maxRequestBytes, maxTxnOps, validateTxn } from './txn.ts'

const putOp = (key: string, value: unknown, lease = 0): PutOp => ({ op: 'put', key, value, lease })
const always = (...ops: SimpleOp[]): TxnOp => ({ op: 'txn', compare: [], success: ops, failure: [] })

function apply(store: Store, ...ops: SimpleOp[]) {
  const result = applyTxn(store, always(...ops))
  if (!result.ok) throw new Error(result.error)
  return result.value.responses
}

function read(store: Store, query: Partial<RangeOp>) {
  const result = range(store, { key: '', end: '\0', ...query })
  if (!result.ok) return result.error
  const { kvs, count, more } = result.value
  return `${kvs.map(show).join(' ')} (${count}${more ? ', more' : ''})`
}

const show = (kv: KeyValue): string =>
  `${kv.key}=${String(kv.value)}@${kv.createRevision}/${kv.modRevision}v${kv.version}`

/** Revision 2: a. 3: b. 4: c and a anew. 5: b deleted. 6: b again. */
function story(): Store {
  const store = newStore()
  apply(store, putOp('k/a', 'a1'))
  apply(store, putOp('k/b', 'b1'))
  apply(store, putOp('k/c', 'c1'), putOp('k/a', 'a2'))
  apply(store, { op: 'delete', key: 'k/b' })
  apply(store, putOp('k/b', 'b2'))
  return store
}

test('an empty store has revision 1', () => {
  expect(newStore().revision).toBe(1)
})

describe('range', () => {
  test.each<[string, Partial<RangeOp>, string]>([
    ['all', {}, 'k/a=a2@2/4v2 k/b=b2@6/6v1 k/c=c1@4/4v1 (3)'],
    ['one key', { key: 'k/b', end: 'k/b\0' }, 'k/b=b2@6/6v1 (1)'],
    ['a prefix', prefixRange('k/'), 'k/a=a2@2/4v2 k/b=b2@6/6v1 k/c=c1@4/4v1 (3)'],
    ['another prefix', prefixRange('x/'), ' (0)'],
    ['an end is exclusive', { key: 'k/a', end: 'k/c' }, 'k/a=a2@2/4v2 k/b=b2@6/6v1 (2)'],
    ['a limit counts all', { limit: 2 }, 'k/a=a2@2/4v2 k/b=b2@6/6v1 (3, more)'],
    ['a limit that is enough', { limit: 3 }, 'k/a=a2@2/4v2 k/b=b2@6/6v1 k/c=c1@4/4v1 (3)'],
    ['only the count', { countOnly: true }, ' (3)'],
    ['before the first put', { revision: 1 }, ' (0)'],
    ['at 2', { revision: 2 }, 'k/a=a1@2/2v1 (1)'],
    ['at 3', { revision: 3 }, 'k/a=a1@2/2v1 k/b=b1@3/3v1 (2)'],
    ['at 3, limited', { revision: 3, limit: 1 }, 'k/a=a1@2/2v1 (2, more)'],
    ['at 4, both of the transaction', { revision: 4 }, 'k/a=a2@2/4v2 k/b=b1@3/3v1 k/c=c1@4/4v1 (3)'],
    ['at 5, without the deleted', { revision: 5 }, 'k/a=a2@2/4v2 k/c=c1@4/4v1 (2)'],
    ['at the newest', { revision: 6 }, 'k/a=a2@2/4v2 k/b=b2@6/6v1 k/c=c1@4/4v1 (3)'],
    ['in the future', { revision: 7 }, storeErrors.futureRevision],
  ])('%s', (_what, query, expected) => {
    expect(read(story(), query)).toBe(expected)
  })

  test('a single key needs no end', () => {
    const result = range(story(), { key: 'k/a' })
    expect(result.ok && result.value.kvs.map(show)).toEqual(['k/a=a2@2/4v2'])
  })
})

describe('txn', () => {
  const kvOf = { key: 'k/a', createRevision: 2, modRevision: 4, version: 2 }
  test.each<
    [target: 'mod' | 'create' | 'version', result: '=' | '!=' | '<' | '>', value: number, holds: boolean]
  >([
    ['mod', '=', kvOf.modRevision, true],
    ['mod', '=', 3, false],
    ['mod', '!=', 3, true],
    ['mod', '<', 5, true],
    ['mod', '<', 4, false],
    ['mod', '>', 3, true],
    ['mod', '>', 4, false],
    ['create', '=', kvOf.createRevision, true],
    ['version', '=', kvOf.version, true],
    ['version', '=', 0, false],
  ])('%s %s %i is %s', (target, result, value, holds) => {
    const done = applyTxn(story(), {
      op: 'txn',
      compare: [{ key: 'k/a', target, result, value }],
      success: [putOp('k/new', 1)],
      failure: [{ op: 'range', key: 'k/a' }],
    })
    expect(done.ok && done.value.succeeded).toBe(holds)
    expect(done.ok && done.value.responses[0]?.op).toBe(holds ? 'put' : 'range')
  })

  test('a key that is not there has revision and version 0, so that a create can demand it', () => {
    const store = story()
    const create: TxnOp = {
      op: 'txn',
      compare: [{ key: 'k/d', target: 'mod', result: '=', value: 0 }],
      success: [putOp('k/d', 'd1')],
      failure: [{ op: 'range', key: 'k/d' }],
    }
    expect(applyTxn(store, create)).toMatchObject({ ok: true, value: { succeeded: true } })
    expect(applyTxn(store, create)).toMatchObject({
      ok: true,
      value: { succeeded: false, responses: [{ kvs: [{ value: 'd1' }] }] },
    })
    expect(store.revision).toBe(7)
  })

  test('all changes share a revision and see each other; reading uses none up', () => {
    const store = story()
    const responses = apply(
      store,
      { op: 'range', key: 'k/', end: 'k0', revision: 6 },
      { op: 'delete', key: 'k/', end: 'k0' },
      { op: 'range', key: 'k/', end: 'k0' },
      putOp('x', 1),
      { op: 'range', key: 'x' },
      { op: 'range', key: 'k/', end: 'k0', revision: 6 },
    )
    expect(responses).toMatchObject([
      { count: 3 },
      { deleted: 3, previous: [{ key: 'k/a' }, { key: 'k/b' }, { key: 'k/c' }] },
      { count: 0 },
      { previous: null },
      { kvs: [{ modRevision: 7 }] },
      { count: 3 },
    ])
    expect(store.revision).toBe(7)
    apply(store, { op: 'range', key: 'x' }, { op: 'delete', key: 'not there' })
    expect(store.revision).toBe(7)
  })

  test.each<[string, SimpleOp[], string]>([
    ['an unknown lease', [putOp('x', 1), putOp('y', 1, 99)], storeErrors.leaseNotFound],
    [
      'a read of the future',
      [putOp('x', 1), { op: 'range', key: 'x', revision: 9 }],
      storeErrors.futureRevision,
    ],
  ])('%s fails as a whole', (_what, ops, error) => {
    const store = story()
    expect(applyTxn(store, always(...ops))).toEqual({ ok: false, error })
    expect(store.revision).toBe(6)
    expect(read(store, { key: 'x', end: 'y' })).toBe(' (0)')
  })

  const many = Array.from({ length: maxTxnOps + 1 }, (_, i) => putOp(`k${i}`, 1))
  test.each<[string, SimpleOp[], number, string | null]>([
    ['as many as allowed', many.slice(1), 0, null],
    ['too many', many, 0, storeErrors.tooManyOps],
    ['as large as allowed', [putOp('x', 1)], maxRequestBytes, null],
    ['too large', [putOp('x', 1)], maxRequestBytes + 1, storeErrors.requestTooLarge],
    ['no key', [putOp('', 1)], 0, storeErrors.emptyKey],
    ['put twice', [putOp('x', 1), putOp('x', 2)], 0, storeErrors.duplicateKey],
    [
      'put and deleted',
      [putOp('x/1', 1), { op: 'delete', ...prefixRange('x/') }],
      0,
      storeErrors.duplicateKey,
    ],
    ['put and deleted elsewhere', [putOp('y', 1), { op: 'delete', ...prefixRange('x/') }], 0, null],
  ])('is checked before: %s', (_what, ops, bytes, error) => {
    const result = validateTxn(always(...ops), bytes)
    expect(result.ok ? null : result.error).toBe(error)
  })
})

const eventsFrom = (store: Store, from: number, range: KeyRange): EtcdEvent[] =>
  changesSince(store, from - 1).filter(({ kv }) => inRange(kv.key, range))

describe('compaction', () => {
  test('keeps what is current at its revision and after, and nothing before', () => {
    const store = story()
    expect(compact(store, 4)).toEqual({ ok: true, value: null })
    expect(read(store, { revision: 3 })).toBe(storeErrors.compacted)
    expect(read(store, { revision: 4 })).toBe('k/a=a2@2/4v2 k/b=b1@3/3v1 k/c=c1@4/4v1 (3)')
    expect(read(store, {})).toBe('k/a=a2@2/4v2 k/b=b2@6/6v1 k/c=c1@4/4v1 (3)')
    expect(eventsFrom(store, 4, prefixRange('k/'))).toHaveLength(4)
  })

  test.each([
    [4, storeErrors.compacted],
    [3, storeErrors.compacted],
    [7, storeErrors.futureRevision],
  ])('to %i after 4 fails', (revision, error) => {
    const store = story()
    compact(store, 4)
    expect(compact(store, revision)).toEqual({ ok: false, error })
  })

  test('frees the history', () => {
    const store = newStore()
    for (let i = 0; i < 5000; i++) apply(store, putOp('k', i))
    const chunks = store.history.sealed.length
    expect(chunks).toBeGreaterThan(5)
    compact(store, 4500)
    expect(store.history.sealed.length).toBeLessThan(3)
    expect(read(store, { revision: 4500 })).toBe('k=4498@2/4500v4499 (1)')
  })
})

test('events can be had from any revision, however many there are', () => {
  const store = newStore()
  const puts = 1600
  for (let i = 0; i < puts; i++) apply(store, putOp('k', i), putOp(`k${i}`, i), putOp('x', i))
  for (let from = 2; from <= store.revision + 1; from++) {
    const events = eventsFrom(store, from, { key: 'k', end: 'l' })
    expect(events).toHaveLength(2 * (store.revision + 1 - from))
    if (from <= store.revision) expect(events[0]).toMatchObject({ kv: { key: 'k', modRevision: from } })
  }
})

test('events tell what happened, with what was there before', () => {
  const events = eventsFrom(story(), 4, { key: 'k/b' })
  expect(events.map(({ type, kv, previous }) => [type, show(kv), previous && show(previous)])).toEqual([
    ['delete', 'k/b=null@0/5v0', 'k/b=b1@3/3v1'],
    ['put', 'k/b=b2@6/6v1', null],
  ])
})

test('a copy goes its own way', () => {
  const store = story()
  const copy = cloneStore(store)
  apply(store, putOp('k/a', 'a3'), putOp('only/here', 1))
  grantLease(store, 7, 10)
  expect(read(copy, {})).toBe(read(story(), {}))
  expect(copy.revision).toBe(6)
  apply(copy, { op: 'delete', key: 'k/', end: 'k0' })
  expect(read(store, prefixRange('k/'))).toBe('k/a=a3@2/7v3 k/b=b2@6/6v1 k/c=c1@4/4v1 (3)')
  expect(eventsFrom(store, 7, prefixRange('k/'))).toMatchObject([{ type: 'put' }])
  expect(eventsFrom(copy, 7, prefixRange('k/'))).toHaveLength(3)
  expect(revokeLease(copy, 7)).toEqual({ ok: false, error: storeErrors.leaseNotFound })
})

describe('leases', () => {
  test('a revocation deletes all keys of the lease in one revision', () => {
    const store = newStore()
    expect(grantLease(store, 10, 60).ok).toBe(true)
    expect(grantLease(store, 11, 60).ok).toBe(true)
    apply(store, putOp('a', 1, 10))
    apply(store, putOp('b', 1, 10))
    apply(store, putOp('c', 1, 11))
    apply(store, putOp('d', 1))
    expect(attachedKeys(store, 10)).toEqual(['a', 'b'])
    expect(revokeLease(store, 10).ok).toBe(true)
    expect(store.revision).toBe(6)
    expect(read(store, {})).toBe('c=1@4/4v1 d=1@5/5v1 (2)')
    expect(revokeLease(store, 10)).toEqual({ ok: false, error: storeErrors.leaseNotFound })
  })

  test('a key hangs on the lease of its last put only', () => {
    const store = newStore()
    grantLease(store, 10, 60)
    grantLease(store, 11, 60)
    apply(store, putOp('a', 1, 10))
    apply(store, putOp('b', 1, 10))
    apply(store, putOp('c', 1, 10))
    apply(store, putOp('a', 2, 11))
    apply(store, putOp('b', 2))
    apply(store, { op: 'delete', key: 'c' })
    expect(attachedKeys(store, 10)).toEqual([])
    expect(attachedKeys(store, 11)).toEqual(['a'])
    revokeLease(store, 10)
    expect(read(store, {})).toBe('a=2@2/5v2 b=2@3/6v2 (2)')
  })

  test('without keys it uses no revision up', () => {
    const store = newStore()
    grantLease(store, 10, 60)
    revokeLease(store, 10)
    expect(store.revision).toBe(1)
  })

  test('is granted once, and not for centuries', () => {
    const store = newStore()
    grantLease(store, 10, 60)
    expect(grantLease(store, 10, 60)).toEqual({ ok: false, error: storeErrors.leaseExists })
    expect(grantLease(store, 11, 9_000_000_001)).toEqual({ ok: false, error: storeErrors.leaseTTLTooLarge })
  })
})

test('members that come to the same by themselves share it again', () => {
  const putIf = (store: Store, key: string, value: number): TxnOp => ({
    op: 'txn',
    compare: [{ key, target: 'mod', result: '=', value: store.live.get(key)?.modRevision ?? 0 }],
    success: [putOp(key, value)],
    failure: [],
  })
  const [leader, follower] = [newStore(), newStore()]
  const both = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const txn = putIf(leader, `k/${i % 500}`, leader.revision)
      for (const store of [leader, follower]) applyTxn(store, txn)
    }
  }
  both(1_000)
  expect(follower.live.version).toBe(leader.live.version)
  // As after going back to where one member was a write behind: what the other made of it is forgotten by now.
  const last = putIf(leader, 'k/7', 0)
  applyTxn(leader, last)
  forgetClusters()
  applyTxn(follower, last)
  expect(follower.live.version === leader.live.version).toBe(false)
  both(1)
  expect(follower.live.version === leader.live.version).toBe(true)
  // One that holds something else goes its own way for as long as it does.
  applyTxn(follower, putIf(follower, 'k/8', -1))
  applyTxn(leader, putIf(leader, 'k/8', -2))
  both(3)
  expect(follower.live.version === leader.live.version).toBe(false)
  expect([follower.live.get('k/8')?.value, leader.live.get('k/8')?.value]).toEqual([-1, -2])
  both(1_500)
  expect(follower.live.version === leader.live.version).toBe(true)
})
