import { expect, test } from 'vitest'
import { Connections } from './connections.ts'
import { micros } from './micros.ts'

test('what is ordered arrives after what was sent before, each way by itself', () => {
  const connections = new Connections()
  expect(connections.send(0, 1, micros(100), true)).toBe(100)
  expect(connections.send(0, 1, micros(90), true)).toBe(101)
  expect(connections.send(1, 0, micros(50), true)).toBe(50)
  // What is lost, or may overtake, holds nothing up.
  expect(connections.send(0, 1, micros(70), false)).toBe(70)
  expect(connections.lastArrival(0, 1)).toBe(101)
})

test('a message joins both sides, and each forgets by itself', () => {
  const connections = new Connections()
  connections.send(0, 2, micros(5), true)
  expect([connections.peersOf(0), connections.peersOf(2), connections.peersOf(1)]).toEqual([[2], [0], []])
  expect([connections.lastArrival(2, 0), connections.has(2, 0), connections.has(2, 1)]).toEqual([
    0,
    true,
    false,
  ])
  connections.forget(0, 2)
  connections.forget(0, 7)
  expect([connections.has(0, 2), connections.has(2, 0)]).toEqual([false, true])
  expect(connections.send(0, 2, micros(3), true)).toBe(3)
})

test('kernels that go on from one checkpoint know nothing of each other', () => {
  const first = new Connections()
  first.send(0, 1, micros(10), true)
  const checkpoint = first.times()
  const second = new Connections(checkpoint)
  first.send(0, 1, micros(20), true)
  first.send(0, 3, micros(20), true)
  second.send(0, 2, micros(30), true)
  second.forget(0, 1)
  expect(first.peersOf(0)).toEqual([1, 3])
  expect(second.peersOf(0)).toEqual([2])
  expect(checkpoint).toEqual({ ends: [0, 1, 1, 0], arrivals: [10, 0] })
  expect(new Connections(checkpoint).times()).toEqual(checkpoint)
})

test('there may be any number of them', () => {
  const connections = new Connections()
  for (let peer = 1; peer <= 5_000; peer++) connections.send(peer, 0, micros(peer), true)
  expect(connections.peersOf(0)).toHaveLength(5_000)
  expect(connections.lastArrival(4_321, 0)).toBe(4_321)
})
