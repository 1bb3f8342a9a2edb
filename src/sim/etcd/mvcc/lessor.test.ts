import { expect, test } from 'vitest'
import { seconds } from '../../kernel/micros.ts'
import { attach, leaseKey, newLeases } from './leases.ts'
import { expiredLeases, forgetLease, newLessor, renewLease, startLease } from './lessor.ts'

function lessorWith(...leases: [lease: number, ttlSeconds: number][]) {
  const lessor = newLessor(newLeases(), seconds(0), seconds(1))
  for (const [lease, ttl] of leases) startLease(lessor, lease, ttl, seconds(0))
  return lessor
}

test('leases expire when their time is over, and not before', () => {
  const lessor = lessorWith([2, 20], [1, 10], [3, 10])
  expect(expiredLeases(lessor, seconds(9.999))).toEqual([])
  expect(expiredLeases(lessor, seconds(10))).toEqual([1, 3])
  forgetLease(lessor, 1)
  forgetLease(lessor, 3)
  expect(expiredLeases(lessor, seconds(19))).toEqual([])
  expect(expiredLeases(lessor, seconds(21))).toEqual([2])
})

test('a revocation that does not happen is asked for again', () => {
  const lessor = lessorWith([1, 10])
  expect(expiredLeases(lessor, seconds(10))).toEqual([1])
  expect(expiredLeases(lessor, seconds(12))).toEqual([])
  expect(expiredLeases(lessor, seconds(13))).toEqual([1])
})

test('a keepalive in time gives the full time again; one too late finds no lease', () => {
  const lessor = lessorWith([1, 10])
  expect(renewLease(lessor, 1, 10, seconds(8))).toBe(true)
  expect(expiredLeases(lessor, seconds(17))).toEqual([])
  expect(renewLease(lessor, 1, 10, seconds(18))).toBe(false)
  expect(expiredLeases(lessor, seconds(18))).toEqual([1])
  expect(renewLease(lessor, 99, 10, seconds(18))).toBe(false)
})

test('a new leader gives every lease its full time and an election time-out', () => {
  const leases = newLeases()
  leases.granted.set(leaseKey(5), 10)
  attach(leases, 5, 'a', 2)
  const lessor = newLessor(leases, seconds(100), seconds(1))
  expect(expiredLeases(lessor, seconds(110.5))).toEqual([])
  expect(expiredLeases(lessor, seconds(111))).toEqual([5])
})

test('the shortest lease is 2 seconds', () => {
  const lessor = lessorWith([1, 1])
  expect(expiredLeases(lessor, seconds(1.5))).toEqual([])
  expect(expiredLeases(lessor, seconds(2))).toEqual([1])
})

test('at most 500 are revoked at a time', () => {
  const lessor = lessorWith(...Array.from({ length: 700 }, (_, i): [number, number] => [i + 1, 10]))
  expect(expiredLeases(lessor, seconds(11))).toHaveLength(500)
  expect(expiredLeases(lessor, seconds(11.5))).toHaveLength(200)
})
