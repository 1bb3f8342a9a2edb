// A quick search finds what a full cycle finds, whatever changed in between.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assumePod, createCache, forgetPod, removeNode, setNode, setPod, snapshotOf } from '../cache/cache.ts'
import { defaultPlugins } from '../plugins/index.ts'
import type { PodBuilder } from '../testing/builders.ts'
import { makeNode, makePod } from '../testing/builders.ts'
import * as tables from './closer-look.ts'
import type { CycleResult } from './cycle.ts'
import { fullCycle, scheduleCycle } from './cycle.ts'
import type { CycleInput } from './findings.ts'
import { closerLook } from './late-closer-look.ts'
import type { Plugin } from './plugin.ts'
import { createFramework } from './registry.ts'
import { quickSearch } from './verdicts.ts'

const framework = createFramework(defaultPlugins)
const NODES = 12

/** Pods that differ in everything that plugins look at. */
const traits: readonly ((pod: PodBuilder) => PodBuilder)[] = [
  (pod) => pod,
  (pod) => pod.request('cpu', '1'),
  (pod) => pod.request('cpu', '1').request('memory', '2Gi'),
  (pod) => pod.request('example.com/gpu', '1'),
  (pod) => pod.hostPort(80),
  (pod) => pod.image('big:1'),
  (pod) => pod.nodeSelector({ disk: 'ssd' }),
  (pod) => pod.tolerates({ key: 'a', operator: 'Exists' }),
  (pod) => pod.onNode('n1'),
  (pod) =>
    pod.affinity({
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 7, preference: { matchExpressions: [{ key: 'disk', operator: 'Exists' }] } },
        ],
      },
    }),
]

const nodes: readonly ((name: string) => ReturnType<typeof makeNode>)[] = [
  (name) => makeNode(name),
  (name) => makeNode(name).allocatable({ cpu: '2', 'example.com/gpu': '2' }),
  (name) => makeNode(name).labels({ disk: 'ssd' }),
  (name) => makeNode(name).taints({ key: 'a', value: '', effect: 'NoSchedule' }),
  (name) => makeNode(name).taints({ key: 'b', value: '', effect: 'PreferNoSchedule' }),
  (name) => makeNode(name).cordoned(),
  (name) => makeNode(name).images({ names: ['big:1'], sizeBytes: 600_000_000 }),
  (name) => makeNode(name).images({ names: ['big:1'], sizeBytes: 300_000_000 }),
]

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('pod' as const), trait: fc.nat(traits.length - 1) }) },
  fc.record({ do: fc.constant('node' as const), at: fc.nat(NODES + 3), kind: fc.nat(nodes.length - 1) }),
  fc.record({ do: fc.constant('drop' as const), at: fc.nat(NODES - 1) }),
  fc.record({ do: fc.constant('forget' as const), at: fc.nat(30) }),
)

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

/** An even draw that both searches repeat. */
function draws(seed: number): () => number {
  let state = seed + 1
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x7fffffff
  }
}

const outcome = ({ decision, nextStart, rejectors }: CycleResult) => {
  const { chosen, ties, evaluated, feasible, startNode, skippedFilters, skippedScores, message } = decision
  const found = { chosen, ties, evaluated, feasible, startNode, skippedFilters, skippedScores, message }
  // What rejected other nodes is of no use where one was found.
  return { ...found, nextStart, rejectors: chosen === null ? rejectors : [] }
}

/** Has Pods scheduled while nodes come, change and go, as `check` finds it; each input that it asks for draws the same. */
function play(
  steps: readonly Step[],
  size: number,
  first: (at: number) => number,
  check: (input: () => CycleInput) => CycleResult,
): void {
  const cache = createCache()
  for (let i = 0; i < size; i++) setNode(cache, nodes[first(i)]?.(`n${i}`).node ?? makeNode('n').node)
  let start = steps.length % size
  steps.forEach((one, count) => {
    if (one.do === 'node') setNode(cache, nodes[one.kind]?.(`n${one.at}`).node ?? makeNode('n').node)
    else if (one.do === 'drop') removeNode(cache, makeNode(`n${one.at}`).node)
    else if (one.do === 'forget') forgetPod(cache, `uid-p${one.at}`)
    else {
      const pod = traits[one.trait]?.(makePod(`p${count}`)) ?? makePod(`p${count}`)
      const input = (): CycleInput => ({
        tables: true,
        pod: pod.info,
        snapshot: snapshotOf(cache),
        names: cache.names,
        start: start % Math.max(1, cache.names.length),
        percentageOfNodesToScore: null,
        random: draws(count),
        attempt: 1,
        trigger: 'PodAdd',
        queuedMicros: 0,
      })
      const found = check(input)
      start = found.nextStart
      const { chosen } = found.decision
      if (chosen !== null && one.trait % 2 === 0) assumePod(cache, pod.info, chosen)
      else if (chosen !== null) setPod(cache, pod.onNode(chosen).pod)
    }
  })
}

const steps = fc.array(step, { maxLength: 60 })

test('with and without the tables of the decision, the outcome is the same', () => {
  fc.assert(
    fc.property(steps, (steps) => {
      play(
        steps,
        NODES,
        () => 0,
        (input) => {
          const quick = scheduleCycle(framework, { ...input(), tables: false })
          expect(outcome(quick)).toEqual(outcome(fullCycle(framework, input())))
          return quick
        },
      )
    }),
  )
})

test('in a large cluster the tables are those of a cycle that looks at every node', () => {
  closerLook.bring(tables)
  const kinds = fc.array(fc.nat(nodes.length - 1), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(steps, kinds, fc.integer({ min: 95, max: 260 }), (steps, kinds, size) => {
      play(
        steps,
        size,
        (at) => kinds[at % kinds.length] ?? 0,
        (input) => {
          const found = scheduleCycle(framework, input())
          const full = fullCycle(framework, input())
          expect(found.decision).toEqual(full.decision)
          expect(found.nextStart).toBe(full.nextStart)
          return found
        },
      )
    }),
  )
})

test('a node that did not change is judged once for Pods of one signature', () => {
  let judged = 0
  const counting: Plugin = {
    name: 'Counting',
    sign: ({ pod }) => pod.spec.schedulerName ?? '',
    filter() {
      judged++
      return null
    },
  }
  const counted = createFramework([...defaultPlugins, { plugin: counting, weight: 0 }])
  const cache = createCache()
  for (const name of ['a', 'b', 'c']) setNode(cache, makeNode(name).node)
  const search = (pod: PodBuilder) => ({
    pod: pod.info,
    snapshot: snapshotOf(cache),
    start: 0,
    percentageOfNodesToScore: null,
    random: () => 0.5,
  })
  expect(quickSearch(counted, search(makePod('p')))).toMatchObject({ evaluated: 3, feasible: 3 })
  expect(judged).toBe(3)
  assumePod(cache, makePod('p').info, 'b')
  expect(quickSearch(counted, search(makePod('q')))).toMatchObject({ evaluated: 3, feasible: 3 })
  expect(judged).toBe(4)
  quickSearch(counted, search(makePod('r').spec({ schedulerName: 'other' })))
  expect(judged).toBe(7)
})

test('a plugin without a signature has every node looked at in a full cycle', () => {
  const unsigned = createFramework([
    ...defaultPlugins,
    { plugin: { name: 'Unsigned', filter: () => null }, weight: 0 },
  ])
  const cache = createCache()
  setNode(cache, makeNode('a').node)
  const pod = makePod('p').info
  const search = { pod, snapshot: snapshotOf(cache), start: 0, percentageOfNodesToScore: null }
  expect(quickSearch(unsigned, { ...search, random: () => 0.5 })).toBeNull()
  expect(quickSearch(framework, { ...search, random: () => 0.5 })).not.toBeNull()
})
