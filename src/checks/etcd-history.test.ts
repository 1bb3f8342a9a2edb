import { describe, expect, test } from 'vitest'
import type { EtcdOp, EtcdRequest, EtcdResponse, KeyValue, OpResult, TxnOp } from '../sim/etcd/messages.ts'
import { cowMap } from '../sim/kernel/cow-map.ts'
import { etcdDurable } from './etcd-durable.ts'
import { etcdLinearizable } from './etcd-linearizable.ts'
import { etcdWatch } from './etcd-watch.ts'
import { History, object } from './testing/history.ts'

const KEY = '/registry/pods/default/web'
const API = 'kube-apiserver-1'

const kv = (key: string, modRevision: number, value: unknown): KeyValue => ({
  ...{ key, value, createRevision: 1, modRevision, version: 1, lease: 0 },
})

const cas = (expected: number, value: unknown): TxnOp => ({
  op: 'txn',
  compare: [{ key: KEY, target: 'mod', result: '=', value: expected }],
  success: [value === null ? { op: 'delete', key: KEY } : { op: 'put', key: KEY, value }],
  failure: [{ op: 'range', key: KEY }],
})
const READ: EtcdOp = { op: 'range', key: KEY }

const found = (...kvs: KeyValue[]): OpResult => ({ op: 'range', kvs, count: kvs.length, more: false })
const WRITTEN: OpResult = { op: 'txn', succeeded: true, responses: [{ op: 'put', previous: null }] }
const refused = (...kvs: KeyValue[]): OpResult => ({
  op: 'txn',
  succeeded: false,
  responses: [found(...kvs)],
})

const ask = (history: History, id: number, request: EtcdOp, member = 'etcd-1'): History =>
  history.send(API, member, { type: 'etcd-request', id, request } satisfies EtcdRequest)

const answer = (
  history: History,
  id: number,
  revision: number,
  result: OpResult | null,
  member = 'etcd-1',
  error: string | null = null,
): History =>
  history.send(member, API, {
    ...{ type: 'etcd-response', id, revision, raftTerm: 2, result, error },
  } satisfies EtcdResponse)

describe('linearizability', () => {
  test('one operation after the other', () => {
    const history = new History(etcdLinearizable)
    answer(ask(history, 1, READ), 1, 1, found())
    answer(ask(history, 2, cas(0, 'a')), 2, 2, WRITTEN)
    answer(ask(history, 3, READ, 'etcd-2'), 3, 2, found(kv(KEY, 2, 'a')), 'etcd-2')
    answer(ask(history, 4, cas(0, 'b')), 4, 2, refused(kv(KEY, 2, 'a')))
    answer(ask(history, 5, cas(2, null)), 5, 3, WRITTEN)
    answer(ask(history, 6, READ), 6, 3, found())
    expect(history.found).toEqual([])
  })

  test('a key that was given up as too busy is not begun anew by an old answer that found nothing', () => {
    const history = new History(etcdLinearizable)
    for (let id = 1; id <= 70; id++) ask(history, id, READ)
    ask(history, 71, cas(0, 'a'))
    answer(history, 1, 1, found())
    answer(history, 71, 2, WRITTEN)
    answer(ask(history, 72, READ), 72, 2, found(kv(KEY, 2, 'a')))
    expect(history.found).toEqual([])
  })

  test('operations that overlap may take effect in either order', () => {
    for (const seen of [found(), found(kv(KEY, 2, 'a'))]) {
      const history = ask(ask(new History(etcdLinearizable), 1, cas(0, 'a')), 2, READ)
      answer(answer(history, 1, 2, WRITTEN), 2, 2, seen)
      expect(history.found).toEqual([])
    }
  })

  test('a write without an answer may take effect at any later time, or never', () => {
    const lost = () => {
      const history = answer(
        ask(new History(etcdLinearizable), 1, cas(0, 'a')),
        1,
        1,
        null,
        'etcd-1',
        'timed out',
      )
      return answer(ask(history, 2, READ), 2, 1, found())
    }
    const applied = answer(ask(lost(), 3, cas(0, 'b')), 3, 2, refused(kv(KEY, 2, 'a')))
    expect(applied.found).toEqual([])
    expect(answer(ask(applied, 4, READ), 4, 2, found(kv(KEY, 2, 'a'))).found).toEqual([])
    expect(answer(ask(lost(), 3, cas(0, 'b')), 3, 2, WRITTEN).found).toEqual([])
    // Once it has been seen, it stays.
    expect(answer(ask(applied, 5, READ), 5, 2, found()).found).toHaveLength(1)
  })

  test.each<readonly [string, (history: History) => History, RegExp]>([
    [
      'a read of the past',
      (h) => answer(ask(h, 9, READ, 'etcd-2'), 9, 1, found(), 'etcd-2'),
      /revision 1, though/,
    ],
    ['a read that misses a write', (h) => answer(ask(h, 9, READ), 9, 2, found()), /does not exist/],
    ['a read of what nobody wrote', (h) => answer(ask(h, 9, READ), 9, 2, found(kv(KEY, 2, 'z'))), /no order/],
    [
      'a write on a version that was replaced',
      (h) => answer(ask(h, 9, cas(0, 'b')), 9, 3, WRITTEN),
      /no order/,
    ],
    [
      'a refusal of a write that fits',
      (h) => answer(ask(h, 9, cas(2, 'b')), 9, 2, refused(kv(KEY, 2, 'a'))),
      /no order/,
    ],
    ['a revision for two writes', (h) => answer(ask(h, 9, cas(2, 'b')), 9, 2, WRITTEN), /two writes/],
  ])('%s is found', (_name, act, message) => {
    const history = answer(ask(new History(etcdLinearizable), 1, cas(0, 'a')), 1, 2, WRITTEN)
    expect(history.found).toEqual([])
    expect(act(history).found[0]).toMatch(message)
  })

  test('what a member that is gone was asked counts as unanswered, and numbers may be used again', () => {
    const history = ask(new History(etcdLinearizable), 1, cas(0, 'a'))
    history.event('kernel', { type: 'process', step: 'down', target: API, reason: 'crash' })
    answer(ask(history, 1, READ), 1, 2, found(kv(KEY, 2, 'a')))
    expect(history.found).toEqual([])
  })
})

describe('watches of etcd', () => {
  const PODS = { key: '/registry/pods/', end: '/registry/pods0' }
  const open = (history: History, startRevision: number): History =>
    history.send(API, 'etcd-1', { type: 'etcd-watch-create', id: 7, ...PODS, startRevision }).wait(1)
  const tell = (
    history: History,
    revision: number,
    ...events: readonly (readonly [string, number])[]
  ): History =>
    history.send('etcd-1', API, {
      type: 'etcd-watch',
      id: 7,
      revision,
      events: events.map(([key, at]) => ({ type: 'put', kv: kv(key, at, object(key)), previous: null })),
      cancelled: null,
      compactRevision: 0,
    })
  const pod = (name: string): string => `/registry/pods/default/${name}`
  const stored = (...names: string[]): History => {
    const history = open(new History(etcdWatch), 2)
    for (const name of names) history.store(pod(name), object(pod(name)))
    return history
  }

  test('everything once, in order, and progress after it', () => {
    const history = stored('a', 'b', 'c')
    tell(tell(tell(history, 2, [pod('a'), 2]), 4, [pod('b'), 3], [pod('c'), 4]), 4)
    expect(history.found).toEqual([])
  })

  test.each<readonly [string, (history: History) => History, RegExp]>([
    [
      'an event twice',
      (h) => tell(tell(h, 2, [pod('a'), 2]), 2, [pod('a'), 2]),
      /revision 2 .* after revision 2/,
    ],
    [
      'events out of order',
      (h) => tell(h, 3, [pod('b'), 3], [pod('a'), 2]),
      /revision 2 .* after revision 3/,
    ],
    ['an event left out', (h) => tell(tell(h, 2, [pod('a'), 2]), 4, [pod('c'), 4]), /leaves out revision 3/],
    ['progress that is not true', (h) => tell(tell(h, 2, [pod('a'), 2]), 4), /without .*b of revision 3/],
    ['what nobody stored', (h) => tell(h, 9, [pod('a'), 2], [pod('x'), 9]), /which no member has stored/],
  ])('%s is found', (_name, act, message) => {
    expect(act(stored('a', 'b', 'c')).found[0]).toMatch(message)
  })

  test('another object than was stored is found', () => {
    const history = tell(stored('a').store(pod('b'), object('other')), 3, [pod('a'), 2], [pod('b'), 3])
    expect(history.found).toEqual([
      'etcd-1 sends another /registry/pods/default/b than was stored at revision 3',
    ])
  })

  test('a refusal to resume is found where nothing is compacted', () => {
    const refuse = (compactRevision: number): History =>
      tell(stored('a', 'b'), 2, [pod('a'), 2]).send('etcd-1', API, {
        ...{ type: 'etcd-watch', id: 7, revision: 3, events: [], cancelled: 'compacted', compactRevision },
      })
    expect(refuse(4).found).toEqual([])
    expect(refuse(3).found).toHaveLength(1)
  })

  test('what a partition held up is the same message again', () => {
    const history = tell(stored('a'), 2, [pod('a'), 2])
    const message = {
      type: 'etcd-watch',
      id: 7,
      revision: 3,
      events: [],
      cancelled: null,
      compactRevision: 0,
    }
    history.store(pod('b'), object(pod('b')))
    const event = {
      ...message,
      events: [{ type: 'put', kv: kv(pod('b'), 3, object(pod('b'))), previous: null }],
    }
    history.send('etcd-1', API, event)
    history.event('kernel', { type: 'lost', message: history.lastSeq, reason: 'partition' })
    history.send('etcd-1', API, event)
    expect(history.found).toEqual([])
  })
})

test('an acknowledged write that no member stored, or that a member lacks in the end, is found', () => {
  const write = (history: History, revision: number): History =>
    answer(ask(history, 1, cas(0, 'a')), 1, revision, WRITTEN)
  const member = (revision: number, ...kvs: KeyValue[]) => ({
    'etcd-1': {
      kind: 'etcd',
      state: { store: { revision, live: cowMap(kvs.map((one) => [one.key, one])) } },
    },
  })
  const stored = (): History => write(new History(etcdDurable).store(KEY, object('web')), 2)
  expect(stored().settle(member(2, kv(KEY, 2, 'a'))).found).toEqual([])
  expect(write(new History(etcdDurable), 2).found).toHaveLength(1)
  expect(stored().settle(member(1)).found).toEqual([
    'etcd-1 is at revision 1, though revision 2 was acknowledged',
  ])
  expect(stored().settle(member(2)).found).toEqual([`etcd-1 has ${KEY} as of revision 0, where 2 was stored`])
  expect(stored().settle(member(2, kv(KEY, 2, 'a'), kv('/x', 2, 'b'))).found).toEqual([
    'etcd-1 has 2 keys, though only 1 are stored',
  ])
})
