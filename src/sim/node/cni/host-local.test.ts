import { expect, test } from 'vitest'
import { addressAt, hostLocal, release, reserve } from './host-local.ts'

test('addresses go round, and one that was freed waits its turn', () => {
  const state = { ...hostLocal(), podCIDR: '10.244.1.0/29' }
  expect(['a', 'b', 'c'].map((id) => reserve(state, id))).toEqual(['10.244.1.2', '10.244.1.3', '10.244.1.4'])
  expect(release(state, 'a')).toBe('10.244.1.2')
  expect(reserve(state, 'd')).toBe('10.244.1.5')
  expect(reserve(state, 'e')).toBe('10.244.1.6')
  expect(reserve(state, 'f')).toBe('10.244.1.2')
  expect(reserve(state, 'g')).toBeNull()
})

test('asking twice gives the same address, and freeing twice does nothing', () => {
  const state = { ...hostLocal(), podCIDR: '10.244.1.0/24' }
  expect(reserve(state, 'a')).toBe(reserve(state, 'a'))
  expect(release(state, 'a')).toBe('10.244.1.2')
  expect(release(state, 'a')).toBeNull()
})

test('a range may span octets', () => {
  expect(addressAt('10.244.0.0/16', 300)).toBe('10.244.1.44')
})
