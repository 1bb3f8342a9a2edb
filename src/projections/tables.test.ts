import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Table } from './tables.ts'

type Edit = readonly [key: string, value: number | null]

const edits = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 90 }).map((number) => `key-${number}`),
    fc.option(fc.integer({ min: 0, max: 5 })),
  ),
  { maxLength: 400 },
)

const edited = (table: Table<number>, [key, value]: Edit): Table<number> =>
  value === null ? table.remove(key) : table.put(key, value)

const changed = (map: Map<string, number>, [key, value]: Edit): Map<string, number> => {
  const copy = new Map(map)
  if (value === null) copy.delete(key)
  else copy.set(key, value)
  return copy
}

test('a table is a map: same keys, same values, same order, and older tables stay as they were', () => {
  fc.assert(
    fc.property(edits, (all) => {
      let table = Table.of<number>()
      let map = new Map<string, number>()
      const history: [Table<number>, Map<string, number>][] = []
      for (const edit of all) {
        table = edited(table, edit)
        map = changed(map, edit)
        history.push([table, map])
      }
      for (const [then, wanted] of history) {
        expect(then.entries()).toEqual([...wanted])
        expect(then.size).toBe(wanted.size)
      }
      for (let number = 0; number <= 90; number++)
        expect(table.get(`key-${number}`)).toBe(map.get(`key-${number}`))
    }),
    { numRuns: 100 },
  )
})

test('what changed between two tables makes one of the other, forward and back', () => {
  fc.assert(
    fc.property(edits, edits, (first, second) => {
      const before = first.reduce(edited, Table.of<number>())
      const after = second.reduce(edited, before)
      for (const [from, to] of [
        [before, after],
        [after, before],
      ] as const) {
        const { set, gone } = to.changesSince(from)
        const map = new Map(from.entries())
        for (const key of gone) map.delete(key)
        for (const [key, value] of set) map.set(key, value)
        expect(Object.fromEntries(map)).toEqual(Object.fromEntries(to.entries()))
        expect(gone.filter((key) => to.has(key))).toEqual([])
        expect(set.length).toBeLessThanOrEqual(second.length + from.size)
      }
    }),
    { numRuns: 200 },
  )
})

test('many more keys than one level holds', () => {
  const table = Table.of(Array.from({ length: 5_000 }, (_, number) => [`k${number}`, number] as const))
  expect(table.values()).toEqual(Array.from({ length: 5_000 }, (_, number) => number))
  const next = table.put('k4321', -1).remove('k17').put('new', 1)
  expect(next.changesSince(table)).toEqual({
    set: [
      ['k4321', -1],
      ['new', 1],
    ],
    gone: ['k17'],
  })
})

test('what is put again as it was is no change, and neither is removing what is not there', () => {
  const table = Table.of([['a', 1] as const])
  expect(table.put('a', 1).changesSince(table)).toEqual({ set: [], gone: [] })
  expect(table.remove('b')).toBe(table)
})
