import { expect, test } from 'vitest'
import { clonePlain } from './copies.ts'
import { cowMap } from './cow-map.ts'
import { deepFreeze, hashPlain, PlainHasher } from './plain-data.ts'

const pod = (image: string): object => ({
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web', tier: 'front' } },
  spec: {
    containers: [
      { name: 'a', image, ports: [{ port: 1 }, { port: 2 }, { port: 70_000_000_000 }], tty: false },
    ],
    tolerations: [null, 0.5, -1, undefined, 'x', true, false, [], {}, [[]], 'y', 'z', 2, 3, 4, 5, 6, 7],
  },
})

test('the hash tells whether a value is the same, not whether it is frozen or was seen before', () => {
  const hasher = new PlainHasher()
  const once = hasher.hash(pod('nginx'), 1)
  const frozen = deepFreeze(pod('nginx'))
  expect(hasher.hash(frozen, 1)).toBe(once)
  expect(hasher.hash(frozen, 1)).toBe(once)
  expect(hasher.hash({ inside: frozen }, 1)).toBe(hashPlain({ inside: pod('nginx') }, 1))
  expect(hasher.hash(pod('httpd'), 1)).not.toBe(once)
  expect(hasher.hash(frozen, 2)).not.toBe(once)
})

test('a hash that was forgotten is found again', () => {
  const hasher = new PlainHasher()
  const value = deepFreeze(pod('nginx'))
  const once = hasher.hash(value, 1)
  const tokens = Array.from({ length: 30 }, (_, at) => at)
  for (let other = 0; other < 250_000; other++) hasher.hash(Object.freeze([other, tokens]), 1)
  expect(hasher.hash(value, 1)).toBe(once)
  expect(hasher.hash({ inside: value }, 1)).toBe(hashPlain({ inside: pod('nginx') }, 1))
})

test.each([
  ['a string and its number', '1', 1],
  ['an empty string and nothing', '', undefined],
  ['null and an empty record', null, {}],
  ['an empty list and an empty record', [], {}],
  ['nesting to the left and to the right', [[1], 2], [1, [2]]],
  ['one list of two and two lists of one', [[1, 2]], [[1], [2]]],
  ['a number and the one 2^32 above it', 5, 5 + 2 ** 32],
  ['a number and its negative', 5, -5],
  ['true and false', true, false],
  ['fields in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
  ['a map and an empty one', new Map([['a', 1]]), new Map()],
  ['an empty map and an empty record', new Map(), {}],
  [
    'maps with the same entries in another order',
    new Map([
      [1, 'a'],
      [2, 'b'],
    ]),
    new Map([
      [2, 'b'],
      [1, 'a'],
    ]),
  ],
  ['a field and one of its name moved into the value', { ab: 'c' }, { a: 'bc' }],
])('the hash tells apart %s', (_what, a, b) => {
  expect(hashPlain(a, 7)).not.toBe(hashPlain(b, 7))
})

test('fields that are undefined are not there', () => {
  expect(hashPlain({ a: 1, b: undefined }, 7)).toBe(hashPlain({ a: 1 }, 7))
})

test('what is not plain data is refused', () => {
  expect(() => hashPlain({ f: () => 1 }, 1)).toThrow('not plain data')
})

test('a clone shares what is frozen and nothing else', () => {
  const shared = deepFreeze({ big: [1, 2] })
  const map = cowMap<{ n: number }>([['k', { n: 1 }]])
  const original = { shared, list: [{ x: 1 }], map, none: null }
  const copy = clonePlain(original)
  expect(copy.shared).toBe(shared)
  expect(copy.list).toEqual(original.list)
  for (const item of copy.list) item.x = 2
  const entry = copy.map.get('k')
  if (entry !== undefined) entry.n = 2
  copy.map.set('other', { n: 3 })
  expect(original.list).toEqual([{ x: 1 }])
  expect(original.map.get('k')).toEqual({ n: 1 })
  expect(original.map.has('other')).toBe(false)
})

test('a clone of a Map keeps its order, shares what is frozen and copies the rest', () => {
  const frozen = deepFreeze({ big: [1, 2] })
  const original = new Map<number, unknown>([
    [2, { n: 1 }],
    [1, frozen],
    [3, 'text'],
    [4, null],
  ])
  const copy = clonePlain({ map: original }).map
  expect([...copy]).toEqual([...original])
  expect(copy).not.toBe(original)
  expect(copy.get(1)).toBe(frozen)
  expect(copy.get(2)).not.toBe(original.get(2))
  expect(hashPlain(copy, 7)).toBe(hashPlain(original, 7))
  expect(() => deepFreeze({ map: original }).map.set(5, 1)).not.toThrow()
})
