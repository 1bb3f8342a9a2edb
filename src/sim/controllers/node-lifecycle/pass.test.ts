import { expect, test } from 'vitest'
import type { Lease, Node } from '../../api/objects.ts'
import { deepFreeze } from '../../kernel/plain-data.ts'
import { makeLease, makeNode } from '../testing/builders.ts'
import type { NodeHealth } from './pass.ts'
import { observeAll } from './pass.ts'

function lease(name: string, renewTime: string, namespace = 'kube-node-lease'): Lease {
  return deepFreeze(makeLease(name, namespace, { renewTime }))
}

const nodes = (...names: string[]): Node[] => names.map((name) => makeNode(name))
const namesOf = (healths: readonly NodeHealth[]): string[] => healths.map(({ name }) => name)

test('every node is with its own Lease, whoever has none and whoever else holds one', () => {
  const leases = [
    lease('a', 'old', 'default'),
    ...['a', 'b', 'c'].map((name) => lease(name, `by ${name}`)),
    lease('d', 'old', 'kube-system'),
  ]
  const { healths } = observeAll([], nodes('a', 'aa', 'c', 'd'), leases, 0)
  expect(healths.map(({ name, renewed }) => [name, renewed])).toEqual([
    ['a', 'by a'],
    ['aa', null],
    ['c', 'by c'],
    ['d', null],
  ])
})

test('nodes that come and go are told once', () => {
  const [a, b, c] = nodes('a', 'b', 'c')
  const first = observeAll([], [a!, c!], [], 0)
  const second = observeAll(first.healths, [b!, c!], [], 5)
  const third = observeAll(second.healths, [], [], 10)
  expect([first, second, third].map(({ fresh, gone }) => [namesOf(fresh), namesOf(gone)])).toEqual([
    [['a', 'c'], []],
    [['b'], ['a']],
    [[], ['b', 'c']],
  ])
})

test('what did not change is taken over, and a newer Lease is news', () => {
  const [a, b] = nodes('a', 'b')
  const leases = [lease('a', '1'), lease('b', '1')]
  const first = observeAll([], [a!, b!], leases, 0)
  const second = observeAll(first.healths, [a!, b!], [leases[0]!, lease('b', '2')], 5)
  expect(second.healths[0]).toBe(first.healths[0])
  expect(second.healths[1]).toMatchObject({ renewed: '2', probedAt: 5, lease: { spec: { renewTime: '2' } } })
  const third = observeAll(second.healths, [makeNode('a'), b!], [leases[0]!, lease('b', '1')], 10)
  expect(third.healths.map(({ probedAt }) => probedAt)).toEqual([0, 5])
})
