// One scheduling cycle with the default profile: decisions and the texts of failures.
import { expect, test } from 'vitest'
import { defaultPlugins } from '../plugins/index.ts'
import type { NodeBuilder, PodBuilder } from '../testing/builders.ts'
import { makeNode, makePod, makeSnapshot } from '../testing/builders.ts'
import type { CycleResult } from './cycle.ts'
import { scheduleCycle } from './cycle.ts'
import type { SchedulableNode } from './node-info.ts'
import { createFramework } from './registry.ts'
import { feasibleNodesToFind, selectBest } from './search.ts'

const framework = createFramework(defaultPlugins)

function cycle(
  pod: PodBuilder,
  nodes: readonly SchedulableNode[],
  start = 0,
  random = () => 0.5,
): CycleResult {
  return scheduleCycle(framework, {
    tables: true,
    pod: pod.info,
    snapshot: makeSnapshot(nodes),
    names: nodes.map((node) => node.name),
    start,
    percentageOfNodesToScore: null,
    random,
    attempt: 1,
    trigger: 'PodAdd',
    queuedMicros: 0,
  })
}

const tainted = (name: string): NodeBuilder =>
  makeNode(name).taints({ key: 'a', value: '', effect: 'NoSchedule' })
const full = (name: string): SchedulableNode => makeNode(name).info(makePod(`on-${name}`).request('cpu', '4'))

test.each<[string, PodBuilder, readonly SchedulableNode[], string]>([
  [
    'one tainted, two full',
    makePod('p').request('cpu', '1'),
    [tainted('a').info(), full('b'), full('c')],
    '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
  ],
  [
    'all tainted',
    makePod('p'),
    [tainted('a').info(), tainted('b').info()],
    '0/2 nodes are available: 2 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
  ],
  [
    'larger than any node',
    makePod('p').request('cpu', '100').request('memory', '100Gi'),
    [makeNode('a').info()],
    '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
  ],
  [
    'no preemption wanted',
    makePod('p').request('cpu', '1').spec({ preemptionPolicy: 'Never' }),
    [full('a')],
    '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
  ],
  ['no nodes', makePod('p'), [], 'no nodes available to schedule pods'],
  [
    'bound by name to a node that is not there',
    makePod('p').affinity({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['z'] }] }],
        },
      },
    }),
    [makeNode('a').info()],
    "0/1 nodes are available: 1 node(s) didn't satisfy plugin(s) [NodeAffinity]. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
  ],
])('the text of a failure: %s', (_name, pod, nodes, text) => {
  const { decision } = cycle(pod, nodes)
  expect(decision.message).toBe(text)
  expect(decision.chosen).toBeNull()
})

test('the decision has every verdict and every score', () => {
  const small = makeNode('small').allocatable({ cpu: '1' })
  const nodes = [tainted('a').info(), makeNode('b').info(), small.info()]
  const { decision, rejectors, nextStart } = cycle(
    makePod('p').request('cpu', '500m').request('memory', '1Gi'),
    nodes,
  )
  expect(decision).toMatchObject({
    allNodes: 3,
    evaluated: 3,
    feasible: 2,
    nodes: ['a', 'b', 'small'],
    moreNodes: 0,
    skippedFilters: ['NodeAffinity', 'NodePorts'],
    rejectedBy: [decision.filters.indexOf('TaintToleration'), -1, -1],
    reasons: [['node(s) had untolerated taint(s)'], [], []],
    skippedScores: ['NodeAffinity'],
    totals: [null, 300 + 87 + 100, 300 + 68 + 81],
    ties: 1,
    chosen: 'b',
    message: '',
  })
  expect(decision.scores).toEqual([
    { plugin: 'TaintToleration', weight: 3, raw: [null, 0, 0], normalized: [null, 100, 100] },
    { plugin: 'NodeResourcesFit', weight: 1, raw: [null, 87, 68], normalized: [null, 87, 68] },
    {
      plugin: 'NodeResourcesBalancedAllocation',
      weight: 1,
      raw: [null, 100, 81],
      normalized: [null, 100, 81],
    },
    { plugin: 'ImageLocality', weight: 1, raw: [null, 0, 0], normalized: [null, 0, 0] },
  ])
  expect(rejectors).toEqual(['TaintToleration'])
  expect(nextStart).toBe(0)
})

test('a single feasible node is taken without scores', () => {
  const { decision } = cycle(makePod('p'), [tainted('a').info(), makeNode('b').info()])
  expect(decision).toMatchObject({ chosen: 'b', scores: [], totals: [] })
})

test('in a large cluster the search stops early and goes on from there', () => {
  const nodes = Array.from({ length: 500 }, (_, i) => makeNode(`n${i}`).info())
  const first = cycle(makePod('p'), nodes)
  expect(first.decision).toMatchObject({ evaluated: 230, feasible: 230, startNode: 'n0' })
  expect(first.decision.nodes.slice(0, 100)).toEqual(nodes.slice(0, 100).map((node) => node.name))
  expect(first.decision.nodes).toContain(first.decision.chosen)
  expect(first.nextStart).toBe(230)
  expect(cycle(makePod('p'), nodes, first.nextStart).decision.startNode).toBe('n230')
})

test.each([
  [10, null, 10],
  [99, null, 99],
  [100, null, 100],
  [1000, null, 420],
  [5000, null, 500],
  [6000, null, 300],
  [1000, 40, 400],
  [1000, 100, 1000],
  [200, 1, 100],
])('of %i nodes with %s per cent, %i are looked for', (nodes, percentage, expected) => {
  expect(feasibleNodesToFind(nodes, percentage)).toBe(expected)
})

test('each of the best has the same chance', () => {
  const draws = [0.1, 0.9, 0.3]
  const chosen = draws.map((draw) => selectBest([7, 9, 9, 3], () => draw))
  expect(chosen.map(({ best }) => best)).toEqual([2, 1, 2])
  expect(chosen[0]?.ties).toBe(2)
})
