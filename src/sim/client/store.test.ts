// An index that is made when somebody first asks for it says what one would that was kept from the start.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KubeObject } from '../api/objects.ts'
import { asResourceVersion, asUid, objectKey } from '../api/objects.ts'
import { clonePlain } from '../kernel/copies.ts'
import type { Indexes, Store } from './store.ts'
import { countIndexed, createStore, indexed, put, remove } from './store.ts'

const indexes: Indexes = {
  colour: ({ metadata: { labels = {} } }) => Object.values(labels),
  namespace: ({ metadata }) => [metadata.namespace ?? ''],
}
const COLOURS = ['blue', 'red', 'reddish'] as const

function objectOf(name: string, colours: readonly string[]): KubeObject {
  const labels = Object.fromEntries(colours.map((colour, index) => [`label-${index}`, colour]))
  const metadata = {
    name,
    namespace: 'default',
    uid: asUid(name),
    resourceVersion: asResourceVersion(1),
    creationTimestamp: '',
    labels,
  }
  return Object.freeze({ apiVersion: 'v1', kind: 'Thing', metadata })
}

const act = fc.record({
  name: fc.constantFrom('a', 'aa', 'b', 'c'),
  colours: fc.option(fc.uniqueArray(fc.constantFrom(...COLOURS))),
  asks: fc.boolean(),
  copies: fc.boolean(),
})

test('what an index finds is what is there, whenever it was first asked for', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      let store: Store = createStore()
      const there = new Map<string, KubeObject>()
      for (const { name, colours, asks, copies } of acts) {
        const object = objectOf(name, colours ?? [])
        const key = objectKey(object)
        if (colours === null) {
          expect(remove(store, key, indexes)).toBe(there.get(key))
          there.delete(key)
        } else {
          expect(put(store, object, indexes)).toBe(there.get(key))
          there.set(key, object)
        }
        if (copies) store = clonePlain(store)
        if (!asks) continue
        for (const colour of COLOURS) {
          const wanted = [...there.keys()]
            .sort()
            .map((one) => there.get(one))
            .filter((one) => Object.values(one?.metadata.labels ?? {}).includes(colour))
          expect(indexed(store, indexes, 'colour', colour)).toEqual(wanted)
          expect(countIndexed(store, indexes, 'colour', colour)).toBe(wanted.length)
        }
      }
    }),
  )
})

test('nobody pays for an index that nobody asked for', () => {
  const store = createStore()
  expect(indexed(store, indexes, 'colour', 'red')).toEqual([])
  put(store, objectOf('a', ['red']), indexes)
  expect(Object.keys(store.indexes)).toEqual([])
  expect(indexed(store, indexes, 'namespace', 'default')).toHaveLength(1)
  expect(Object.keys(store.indexes)).toEqual(['namespace'])
})
