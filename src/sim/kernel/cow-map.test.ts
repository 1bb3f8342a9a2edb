import { describe, expect, test } from 'vitest'
import type { CowMap } from './cow-map.ts'
import { cowMap, orderedCowMap } from './cow-map.ts'
import { advanceStream, streamValue } from './random.ts'

const byKey = ([a]: [string, number], [b]: [string, number]): number => (a < b ? -1 : 1)

function contents(map: CowMap<number>): [string, number][] {
  const found: [string, number][] = []
  map.forEachPair((key, value) => void found.push([key, value]))
  return found
}

const kinds = { cowMap, orderedCowMap }

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('%s', (kind) => {
  test.each([1, 2, 3])('does what a plain map does, and so does each of its copies (seed %i)', (seed) => {
    let stream = seed
    const below = (count: number): number => {
      stream = advanceStream(stream)
      return Math.floor(streamValue(stream) * count)
    }
    // Each version with the plain map that it has to equal.
    const versions: [CowMap<number>, Map<string, number>][] = [[kinds[kind]<number>(), new Map()]]
    for (let step = 0; step < 4_000; step++) {
      const version = versions[below(versions.length)]
      if (version === undefined) continue
      const [map, oracle] = version
      const key = `/registry/pods/${below(150)}`
      const deed = below(200)
      if (deed < 80) {
        expect(map.set(key, step)).toBe(!oracle.has(key))
        oracle.set(key, step)
      } else if (deed < 120) expect(map.delete(key)).toBe(oracle.delete(key))
      else if (deed < 160) expect(map.get(key)).toBe(oracle.get(key))
      else if (deed < 180) expect(map.has(key)).toBe(oracle.has(key))
      else if (deed < 184) expect(map.minKey()).toBe([...oracle.keys()].sort()[0])
      else if (deed < 188) expect(map.maxKey()).toBe([...oracle.keys()].sort().at(-1))
      else if (deed < 190) expect(contents(map)).toEqual([...oracle].sort(byKey))
      else if (deed < 191 && versions.length < 6) versions.push([map.clone(), new Map(oracle)])
      else if (deed < 192 && versions.length > 4) versions.splice(below(versions.length), 1)
      expect(map.size).toBe(oracle.size)
    }
    for (const [map, oracle] of versions) {
      expect(map.keysArray()).toEqual([...oracle.keys()].sort())
      expect(contents(map)).toEqual([...oracle].sort(byKey))
    }
  })

  test('a range ends before its end, or where a visit says so', () => {
    const map = kinds[kind]<number>()
    for (let i = 0; i < 100; i++) map.set(String.fromCharCode(32 + i), i)
    const seen: number[] = []
    expect(map.forRange('A', 'E', false, (_key, value) => void seen.push(value))).toBe(4)
    expect(map.forRange('A', 'E', true)).toBe(5)
    expect(seen).toEqual([33, 34, 35, 36])
    expect(map.forRange('A', 'E', true, (key) => (key === 'C' ? { break: 7 } : undefined))).toBe(7)
  })

  test('what is deleted one by one stays deleted, for whoever asks for order and for copies', () => {
    const map = kinds[kind]<number>()
    const keys = Array.from({ length: 100 }, (_, i) => `k${String(i).padStart(2, '0')}`)
    for (const [i, key] of keys.entries()) map.set(key, i)
    for (const key of keys) map.get(key)
    for (const key of keys) expect(map.delete(key)).toBe(true)
    expect(map.size).toBe(0)
    expect(map.keysArray()).toEqual([])
    expect(map.clone().size).toBe(0)
  })

  test('what comes and goes does not pile up, and an emptied map is empty', () => {
    const map = kinds[kind]<number>()
    for (let i = 0; i < 1_000; i++) map.set(`${i}`, i)
    for (let i = 0; i < 100_000; i++) {
      map.set(`${i + 1_000}`, i)
      map.delete(`${i}`)
    }
    expect(map.size).toBe(1_000)
    expect(map.minKey()).toBe('100000')
    map.clear()
    expect([map.size, map.minKey(), map.get('100000')]).toEqual([0, undefined, undefined])
  })
})
