import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pod } from '../../api/objects.ts'
import { asUid } from '../../api/objects.ts'
import { cowMap } from '../../kernel/cow-map.ts'
import { isActive, isReady, isTerminating } from '../runtime/pod-state.ts'
import { makePod } from '../testing/builders.ts'
import type { Tally } from './tally.ts'
import { countChange, sumOf, tallyKey } from './tally.ts'

const OWNERS = ['', 'a', 'b'] as const

interface Shape {
  readonly owner: (typeof OWNERS)[number]
  readonly label: string
  readonly phase: 'Pending' | 'Running' | 'Failed'
  readonly ready: boolean
  readonly deleted: boolean
}

function podOf(name: string, { owner, label, phase, ready, deleted }: Shape): Pod {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }]
  const reference = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: owner,
    uid: asUid(owner),
    controller: true,
  }
  return makePod(name)
    .status({ phase, conditions })
    .meta({
      labels: { app: label },
      ...(owner === '' ? {} : { ownerReferences: [reference] }),
      ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    })
    .build()
}

const shape: fc.Arbitrary<Shape> = fc.record({
  owner: fc.constantFrom(...OWNERS),
  label: fc.constantFrom('web', 'other'),
  phase: fc.constantFrom('Pending', 'Running', 'Failed'),
  ready: fc.boolean(),
  deleted: fc.boolean(),
})
const change = fc.record({ name: fc.constantFrom('p', 'q', 'r', 's'), shape: fc.option(shape) })

test('counts that follow every change equal a count of what is there', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const memory = cowMap<unknown>()
      const there = new Map<string, Pod>()
      for (const { name, shape: next } of changes) {
        const previous = there.get(name)
        const now = next === null ? undefined : podOf(name, next)
        countChange(memory, previous, now)
        if (now === undefined) there.delete(name)
        else there.set(name, now)
      }
      for (const owner of ['a', 'b']) {
        const own = [...there.values()].filter(({ metadata }) => metadata.ownerReferences?.[0]?.uid === owner)
        const groups = (memory.get(tallyKey(owner)) ?? []) as Tally
        expect(sumOf(groups)).toEqual({
          total: own.length,
          active: own.filter(isActive).length,
          ready: own.filter((pod) => isActive(pod) && isReady(pod)).length,
          terminating: own.filter(isTerminating).length,
        })
        const labels = new Set(own.map(({ metadata }) => metadata.labels?.app))
        expect(new Set(groups.map((group) => group.labels.app))).toEqual(labels)
      }
    }),
  )
})
