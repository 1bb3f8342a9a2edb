// The store against the simplest thing that could be right: a whole copy of all keys for every revision.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KeyValue } from '../messages.ts'
import { storeErrors } from './errors.ts'
import { lastKey } from './key-range.ts'
import { range } from './range.ts'
import type { Store } from './store.ts'
import { changesSince, cloneStore, compact, newStore } from './store.ts'
import { applyTxn } from './txn.ts'

interface Model {
  /** By revision; the first is revision 1. */
  readonly past: Map<string, KeyValue>[]
  compacted: number
}

const key = fc.integer({ min: 0, max: 11 }).map((n) => `k${n.toString(12)}`)
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      keys: fc.uniqueArray(key, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), from: key, end: key }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('compact' as const), revision: fc.integer({ min: 0, max: 60 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('copy' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

function perform(store: Store, model: Model, step: Step): Store {
  const now = model.past[model.past.length - 1]!
  const revision = model.past.length + 1
  switch (step.do) {
    case 'put': {
      const next = new Map(now)
      for (const k of step.keys) {
        const old = now.get(k)
        const [createRevision, version] = old ? [old.createRevision, old.version + 1] : [revision, 1]
        next.set(k, { key: k, value: revision, createRevision, modRevision: revision, version, lease: 0 })
      }
      model.past.push(next)
      const success = step.keys.map((k) => ({ op: 'put' as const, key: k, value: revision }))
      applyTxn(store, { op: 'txn', compare: [], success, failure: [] })
      return store
    }
    case 'delete': {
      const next = new Map([...now].filter(([k]) => k < step.from || k >= step.end))
      if (next.size < now.size) model.past.push(next)
      const success = [{ op: 'delete' as const, key: step.from, end: step.end }]
      applyTxn(store, { op: 'txn', compare: [], success, failure: [] })
      return store
    }
    case 'compact': {
      const possible = step.revision > model.compacted && step.revision <= model.past.length
      if (possible) model.compacted = step.revision
      expect(compact(store, step.revision).ok).toBe(possible)
      return store
    }
    case 'copy': {
      const copy = cloneStore(store)
      applyTxn(store, {
        op: 'txn',
        compare: [],
        success: [{ op: 'delete', key: '', end: lastKey }],
        failure: [],
      })
      return copy
    }
  }
}

test('every revision reads as it was, and events lead from each to the next', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 50 }),
      key,
      key,
      fc.nat({ max: 5 }),
      (steps, from, end, limit) => {
        const model: Model = { past: [new Map()], compacted: 0 }
        let store = newStore()
        for (const one of steps) store = perform(store, model, one)
        expect(store.revision).toBe(model.past.length)
        for (let revision = 1; revision <= model.past.length; revision++) {
          const result = range(store, { key: from, end, limit, revision })
          if (revision < model.compacted) {
            expect(result).toEqual({ ok: false, error: storeErrors.compacted })
            continue
          }
          const kvs = [...model.past[revision - 1]!.values()]
            .filter((kv) => kv.key >= from && kv.key < end)
            .sort((a, b) => (a.key < b.key ? -1 : 1))
          const shown = limit > 0 ? kvs.slice(0, limit) : kvs
          expect(result).toEqual({
            ok: true,
            value: { op: 'range', kvs: shown, count: kvs.length, more: shown.length < kvs.length },
          })
        }
        const start = Math.max(model.compacted, 1)
        expect(replay(model.past[start - 1]!, store, start)).toEqual(model.past[model.past.length - 1])
      },
    ),
    { numRuns: 300, seed: 42 },
  )
})

function replay(from: Map<string, KeyValue>, store: Store, revision: number): Map<string, KeyValue> {
  const state = new Map(from)
  for (const { type, kv, previous } of changesSince(store, revision)) {
    expect(previous ?? undefined).toEqual(state.get(kv.key))
    if (type === 'put') state.set(kv.key, kv)
    else state.delete(kv.key)
  }
  return state
}
