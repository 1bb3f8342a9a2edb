import { expect, test } from 'vitest'
import { podBoundOnce } from './pod-bound-once.ts'
import { terminatingNotReady } from './terminating-not-ready.ts'
import { History, object } from './testing/history.ts'
import { uidsUnique } from './uids-unique.ts'

const WEB = '/registry/pods/default/web'
const on = (node: string) => object('web', { spec: { nodeName: node } })

test('a Pod that keeps its node is fine, and so is another Pod of its name', () => {
  const history = new History(podBoundOnce)
  history
    .store(WEB, object('web', { spec: {} }))
    .store(WEB, on('node-1'))
    .store(WEB, on('node-1'))
  history.store(WEB, null).store(WEB, on('node-2'))
  expect(history.found).toEqual([])
})

test('a Pod that is bound again is found, once, however many members tell of it', () => {
  const history = new History(podBoundOnce).store(WEB, on('node-1')).store(WEB, on('node-2'))
  history.tell('etcd-2', history.lastRevision, WEB, on('node-2'), on('node-1'))
  expect(history.found).toEqual([`${WEB} was bound to node-1 and is now bound to node-2`])
})

test('uids: another one without a deletion, one of two objects, and one that comes back', () => {
  const a = '/registry/configmaps/default/a'
  const b = '/registry/configmaps/default/b'
  const uid = (value: string) => object('x', {}, { uid: value })
  const fine = new History(uidsUnique).store(a, uid('1')).store(a, uid('1')).store(a, null).store(a, uid('2'))
  expect(fine.found).toEqual([])
  expect(new History(uidsUnique).store(a, uid('1')).store(a, uid('2')).found).toEqual([
    `${a} had the uid 1 and has 2 without having been deleted`,
  ])
  expect(new History(uidsUnique).store(a, uid('1')).store(b, uid('1')).found).toEqual([
    `${b} has the uid 1, which is that of ${a}`,
  ])
  expect(new History(uidsUnique).store(a, uid('1')).store(a, null).store(b, uid('1')).found).toEqual([
    `${b} has the uid 1 of an object that was deleted`,
  ])
})

test('an endpoint that terminates is not ready, unless its Service publishes every address', () => {
  const slice = (conditions: object): object =>
    object(
      'web-1',
      { endpoints: [{ addresses: ['10.0.0.1'], conditions }] },
      { labels: { 'kubernetes.io/service-name': 'web' } },
    )
  const key = '/registry/endpointslices/default/web-1'
  const stored = (conditions: object, service: object = {}): History =>
    new History(terminatingNotReady)
      .store('/registry/services/specs/default/web', object('web', { spec: service }))
      .store(key, slice(conditions))
  expect(stored({ ready: true, terminating: false }).found).toEqual([])
  expect(stored({ ready: false, serving: true, terminating: true }).found).toEqual([])
  expect(stored({ ready: true, terminating: true }, { publishNotReadyAddresses: true }).found).toEqual([])
  expect(stored({ ready: true, terminating: true }).found).toEqual([
    `${key} says that 10.0.0.1 is ready while it terminates`,
  ])
})
