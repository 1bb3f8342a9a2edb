import { expect, test } from 'vitest'
import { clonePlain, snapshot } from './copies.ts'
import { cowMap, isCowMap, orderedCowMap } from './cow-map.ts'
import { IdMap } from './id-map.ts'
import { deepFreeze } from './plain-data.ts'
import { advanceStream, streamValue } from './random.ts'

/** Something of a state, made up: each kind of collection, nested, some of it frozen. */
function madeUp(below: (count: number) => number, depth: number): unknown {
  const kind = below(depth > 0 ? 11 : 4)
  const part = (): unknown => madeUp(below, depth - 1)
  const parts = (): [number, unknown][] => Array.from({ length: below(4) }, (_, i) => [i, part()])
  // Few keys, and more than a map keeps in a table alone.
  const keys = (value: unknown): [string, unknown][] =>
    Array.from({ length: below(4) * below(12) }, (_, i) => [`n${i}`, value])
  if (kind === 0) return null
  if (kind === 1) return undefined
  if (kind < 4) return below(5)
  if (kind === 4) return deepFreeze({ frozen: below(3) })
  if (kind === 5) return parts().map(([, one]) => one)
  if (kind === 6) return new Map(parts().map(([key, one]) => [`k${(key * 7) % 4}`, one]))
  if (kind === 7) return (below(2) ? cowMap : orderedCowMap)<unknown>(keys(deepFreeze({ n: below(3) })))
  if (kind === 8) return cowMap<unknown>(keys({ n: below(3) }).map(([key]) => [key, { n: below(3) }]))
  if (kind === 9) {
    const map = new IdMap<unknown>()
    for (const [id, one] of parts()) map.set(id * 3, one)
    return map
  }
  return Object.fromEntries(parts().map(([key, one]) => [`f${key}`, one]))
}

/** Every collection in a value that can change, with where it is. */
function* changeable(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  yield value
  if (value instanceof Map || value instanceof IdMap) for (const one of value.values()) yield* changeable(one)
  else if (isCowMap(value)) for (const one of value.valuesArray()) yield* changeable(one)
  else for (const one of Object.values(value)) yield* changeable(one)
}

function change(value: object, below: (count: number) => number): void {
  const part = madeUp(below, 2)
  if (Array.isArray(value)) {
    if (below(3) === 0) value.pop()
    else if (below(4) === 0) delete value[below(value.length + 1)]
    else value[below(value.length + 2)] = part
  } else if (value instanceof Map) {
    const key = `k${below(4)}`
    if (below(2) === 0) value.delete(key)
    if (below(3) > 0) value.set(key, part)
  } else if (value instanceof IdMap) {
    if (below(3) === 0) value.delete(below(4) * 3)
    else value.set(below(4) * 3, part)
  } else if (isCowMap(value)) {
    const first = value.anyValue()
    const mutable = typeof first === 'object' && first !== null && !Object.isFrozen(first)
    if (below(3) === 0) value.delete(value.minKey() ?? '')
    else value.set(`n${below(40)}`, mutable ? { n: below(9) } : deepFreeze({ n: below(9) }))
  } else {
    const record = value as Record<string, unknown>
    const key = `f${below(4)}`
    if (below(3) === 0) delete record[key]
    record[key] = part
  }
}

/** The value as text in which also places that hold nothing, `undefined` and the order of keys are seen. */
function spelled(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const mark = Object.isFrozen(value) ? '!' : ''
  const pairs = (entries: Iterable<readonly [unknown, unknown]>): string =>
    [...entries].map(([key, one]) => `${String(key)}=${spelled(one)}`).join()
  if (Array.isArray(value)) return `${mark}[${value.length};${pairs(Object.entries(value))}]`
  if (value instanceof Map) return `Map{${pairs(value)}}`
  if (value instanceof IdMap) return `IdMap{${pairs(value)}}`
  if (isCowMap(value)) return `CowMap{${pairs(value.toArray())}}`
  return `${mark}{${pairs(Object.entries(value))}}`
}

test.each([1, 2, 3, 4])(
  'a snapshot equals a clone, shares nothing that changes, and keeps (seed %i)',
  (seed) => {
    let stream = seed
    const below = (count: number): number => {
      stream = advanceStream(stream)
      return Math.floor(streamValue(stream) * count)
    }
    for (let story = 0; story < 60; story++) {
      const state = { a: madeUp(below, 3), b: madeUp(below, 3), c: { d: madeUp(below, 4) } }
      const taken: { copy: typeof state; text: string }[] = []
      for (let step = 0; step < 12; step++) {
        const parts = [...changeable(state)].filter((part) => part !== state)
        const changes = below(3)
        for (let times = changes; times > 0; times--) change(parts[below(parts.length)] ?? state.c, below)
        const text = spelled(state)
        const last = taken.at(-1)
        const copy = snapshot(state, last?.copy)
        expect(spelled(copy)).toBe(text)
        if (changes === 0 && last !== undefined) expect(copy).toBe(last.copy)
        const own = new Set(changeable(state))
        for (const part of changeable(copy)) expect(own.has(part)).toBe(false)
        taken.push({ copy, text })
        // Whoever goes on from a snapshot has a clone of it.
        for (const part of changeable(clonePlain(copy))) if (below(9) === 0) change(part, below)
        for (const one of taken) expect(spelled(one.copy)).toBe(one.text)
      }
    }
  },
)

test("what has not changed since the last snapshot is that one's", () => {
  const state = {
    quiet: { list: [{ n: 1 }], map: new Map([['k', { n: 1 }]]) },
    busy: { n: 1 },
    keys: cowMap([['a', 1]]),
  }
  const first = snapshot(state, undefined)
  state.busy.n = 2
  const second = snapshot(state, first)
  expect(second).not.toBe(first)
  expect(second.quiet).toBe(first.quiet)
  expect(second.keys).toBe(first.keys)
  expect(second.busy).toEqual({ n: 2 })
  state.keys.set('b', 2)
  expect(snapshot(state, second).keys.size).toBe(2)
  expect(first.keys.size).toBe(1)
})

test('a key may have any name', () => {
  const named = (value: number): object => JSON.parse(`{"__proto__": {"n": ${value}}, "constructor": []}`)
  const state = { labels: named(1) }
  const first = snapshot(state, undefined)
  expect(Object.keys(first.labels)).toEqual(['__proto__', 'constructor'])
  expect(snapshot(state, first)).toBe(first)
  state.labels = named(2)
  expect(JSON.stringify(snapshot(state, first))).toBe(JSON.stringify(state))
  expect(JSON.stringify(clonePlain(state))).toBe(JSON.stringify(state))
})
