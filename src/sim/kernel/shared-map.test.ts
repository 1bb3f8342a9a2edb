import { describe, expect, test } from 'vitest'
import { advanceStream, hashString, streamValue } from './random.ts'
import type { SharedMap } from './shared-map.ts'
import { sharedMap } from './shared-map.ts'

interface Item {
  readonly key: string
  readonly n: number
}

const item = (key: string, n: number): Item => Object.freeze({ key, n })
const byKey = (a: Item, b: Item): number => (a.key < b.key ? -1 : 1)

// Each two have the same hash.
const COLLIDING = ['costarring', 'liquid', 'declinate', 'macallums', 'altarage', 'zinke']

describe('a shared map', () => {
  test('the words that stand for collisions do collide', () => {
    expect(hashString('costarring')).toBe(hashString('liquid'))
    expect(hashString('declinate')).toBe(hashString('macallums'))
    expect(hashString('altarage')).toBe(hashString('zinke'))
  })

  test.each([1, 2, 3])('does what a plain map does, and so does each of its copies (seed %i)', (seed) => {
    let stream = seed
    const below = (count: number): number => {
      stream = advanceStream(stream)
      return Math.floor(streamValue(stream) * count)
    }
    // Each version with the plain map that it has to equal.
    const versions: [SharedMap<Item>, Map<string, Item>][] = [[sharedMap<Item>(), new Map()]]
    for (let step = 0; step < 6_000; step++) {
      const version = versions[below(versions.length)]
      if (version === undefined) continue
      const [map, oracle] = version
      const key = below(10) < 3 ? (COLLIDING[below(6)] ?? '') : `/registry/pods/${below(400)}`
      const deed = below(200)
      if (deed < 90) {
        const value = item(key, step)
        expect(map.set(key, value)).toBe(!oracle.has(key))
        oracle.set(key, value)
      } else if (deed < 130) expect(map.delete(key)).toBe(oracle.delete(key))
      else if (deed < 160) expect(map.get(key)).toBe(oracle.get(key))
      else if (deed < 180) expect(map.has(key)).toBe(oracle.has(key))
      else if (deed < 184) expect(map.minKey()).toBe([...oracle.keys()].sort()[0])
      else if (deed < 188) expect(map.maxKey()).toBe([...oracle.keys()].sort().at(-1))
      else if (deed < 190) expect(map.valuesArray()).toEqual([...oracle.values()].sort(byKey))
      else if (deed < 191 && versions.length < 6) versions.push([map.clone(), new Map(oracle)])
      else if (deed < 192 && versions.length > 4) versions.splice(below(versions.length), 1)
      expect(map.size).toBe(oracle.size)
      expect(map.anyValue() === undefined).toBe(oracle.size === 0)
    }
    for (const [map, oracle] of versions) {
      expect(map.keysArray()).toEqual([...oracle.keys()].sort())
      expect(map.valuesArray()).toEqual([...oracle.values()].sort(byKey))
    }
  })

  test('those who make the same changes share all of it, one after the other', () => {
    const [first, second] = [sharedMap<Item>(), sharedMap<Item>()]
    const third = first.clone()
    const items = Array.from({ length: 100 }, (_, i) => item(`k${i}`, i))
    for (const map of [first, third, second]) {
      for (const one of items) map.set(one.key, one)
      for (let i = 0; i < 20; i++) map.delete(`k${i}`)
    }
    expect([second.version, third.version]).toEqual([first.version, first.version])
    expect(second.version === first.version && third.version === first.version).toBe(true)
    third.set('k1', item('k1', 1))
    expect(third.version).not.toBe(first.version)
    expect([first.has('k1'), third.has('k1')]).toEqual([false, true])
  })

  test('one that holds the same but came to it by itself does not end what the others share', () => {
    const [first, second, stray] = [sharedMap<Item>(), sharedMap<Item>(), sharedMap<Item>()]
    const items = Array.from({ length: 100 }, (_, i) => item(`k${i}`, i))
    for (const map of [first, second]) for (const one of items) map.set(one.key, one)
    for (const one of items) stray.set(one.key, item(one.key, one.n))
    expect(second.version === first.version && stray.version !== first.version).toBe(true)
    for (let i = 0; i < 50; i++) {
      const next = item(`k${i}`, -i)
      for (const map of [first, stray, second]) map.set(next.key, next)
      expect(second.version === first.version && stray.version !== first.version).toBe(true)
    }
    expect(stray.toArray().length).toBe(100)
  })

  test('a range ends before its end, or where a visit says so', () => {
    const map = sharedMap<Item>()
    for (let i = 0; i < 100; i++) map.set(String.fromCharCode(32 + i), item(String.fromCharCode(32 + i), i))
    const seen: number[] = []
    expect(map.forRange('A', 'E', false, (_key, { n }) => void seen.push(n))).toBe(4)
    expect(map.forRange('A', 'E', true)).toBe(5)
    expect(seen).toEqual([33, 34, 35, 36])
    expect(map.forRange('A', 'E', true, (key) => (key === 'C' ? { break: 7 } : undefined))).toBe(7)
    map.clear()
    expect([map.size, map.minKey(), map.get('A')]).toEqual([0, undefined, undefined])
  })

  test('what changes a lot while nobody asks for order is in order all the same', () => {
    const map = sharedMap<Item>()
    for (let i = 0; i < 1_000; i++) map.set(`${i}`, item(`${i}`, i))
    expect(map.minKey()).toBe('0')
    for (let i = 0; i < 5_000; i++) {
      map.set(`${i + 1_000}`, item(`${i + 1_000}`, i))
      map.delete(`${i}`)
      if (i % 1_000 === 7) expect(map.keysArray()).toHaveLength(1_000)
    }
    expect([map.size, map.minKey(), map.maxKey()]).toEqual([1_000, '5000', '5999'])
  })
})
