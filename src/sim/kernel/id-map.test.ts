import { expect, test } from 'vitest'
import { clonePlain } from './copies.ts'
import { IdMap } from './id-map.ts'
import { hashPlain } from './plain-data.ts'
import { advanceStream, streamValue } from './random.ts'

test('does what a Map does, in the order of its keys', () => {
  let stream = 7
  const random = (): number => {
    stream = advanceStream(stream)
    return streamValue(stream)
  }
  const map = new IdMap<string>()
  const model = new Map<number, string>()
  for (let turn = 0; turn < 20_000; turn++) {
    const id = Math.floor(random() * 60)
    const value = `v${turn}`
    if (random() < 0.5) {
      map.set(id, value)
      model.set(id, value)
    } else expect(map.delete(id)).toBe(model.delete(id))
    expect(map.get(id)).toBe(model.get(id))
    expect(map.has(id + 1)).toBe(model.has(id + 1))
    expect(map.size).toBe(model.size)
    if (turn % 500 > 0) continue
    const sorted = [...model].sort(([a], [b]) => a - b)
    expect([...map]).toEqual(sorted)
    expect(map.keys()).toEqual(sorted.map(([id]) => id))
    expect(map.values()).toEqual(sorted.map(([, value]) => value))
  }
})

test('what is deleted while it is visited is visited, and what is added is not', () => {
  const map = new IdMap<string>()
  for (const id of [3, 1, 2]) map.set(id, `v${id}`)
  const seen: number[] = []
  for (const [id] of map) {
    seen.push(id)
    map.delete(2)
    map.set(id + 10, 'new')
  }
  expect(seen).toEqual([1, 2, 3])
  expect(map.keys()).toEqual([1, 3, 11, 12, 13])
})

test('a copy shares nothing that can change, and hashes alike', () => {
  const map = new IdMap<{ count: number }>()
  map.set(1, { count: 1 })
  map.set(2, { count: 2 })
  map.delete(1)
  const copy = clonePlain({ map }).map
  const value = copy.get(2)
  if (value !== undefined) value.count = 3
  copy.set(5, { count: 5 })
  expect([...map]).toEqual([[2, { count: 2 }]])
  expect([...copy]).toEqual([
    [2, { count: 3 }],
    [5, { count: 5 }],
  ])
  expect(hashPlain(copy, 1)).not.toBe(hashPlain(map, 1))
  expect(hashPlain(clonePlain(map), 1)).toBe(hashPlain(map, 1))
})
