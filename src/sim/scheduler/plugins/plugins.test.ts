// Tables for the default plugins. Score tables repeat figures of upstream's own tests.
import { expect, test } from 'vitest'
import type { Taint } from '../../api/objects.ts'
import type { Plugin } from '../framework/plugin.ts'
import { createFramework } from '../framework/registry.ts'
import type { NodeBuilder, PodBuilder } from '../testing/builders.ts'
import { makeNode, makePod, makeSnapshot } from '../testing/builders.ts'
import { imageLocality, imageScore, normalizedImageName } from './image-locality.ts'
import { defaultPlugins } from './index.ts'
import { nodeAffinity } from './node-affinity.ts'
import { nodeName } from './node-name.ts'
import { nodePorts } from './node-ports.ts'
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation.ts'
import { nodeResourcesFit } from './node-resources-fit.ts'
import { nodeUnschedulable } from './node-unschedulable.ts'
import { prioritySort } from './priority-sort.ts'
import { schedulingGates } from './scheduling-gates.ts'
import { taintToleration } from './taint-toleration.ts'

const noSchedule: Taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' }
const soft = (key: string): Taint => ({ key, value: '', effect: 'PreferNoSchedule' })

/** The reasons of the Filter, or 'skipped' where PreFilter had nothing to do. */
function verdict(
  plugin: Plugin,
  pod: PodBuilder,
  node: NodeBuilder,
  ...others: PodBuilder[]
): readonly string[] | string {
  const info = node.info(...others)
  const prepared = plugin.preFilter?.(pod.info, makeSnapshot([info]))
  if (prepared?.status?.code === 'Skip') return 'skipped'
  return plugin.filter?.(pod.info, info, prepared?.state)?.reasons ?? []
}

const pod = makePod('p')
const node = makeNode('n')

test.each<[string, Plugin, PodBuilder, NodeBuilder, PodBuilder[], readonly string[] | string]>([
  ['a cordoned node', nodeUnschedulable, pod, node.cordoned(), [], ['node(s) were unschedulable']],
  [
    'a cordoned node, tolerated',
    nodeUnschedulable,
    pod.tolerates({ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }),
    node.cordoned(),
    [],
    [],
  ],
  [
    'another node asked for',
    nodeName,
    pod.onNode('m'),
    node,
    [],
    ["node(s) didn't match the requested node name"],
  ],
  ['this node asked for', nodeName, pod.onNode('n'), node, [], []],
  ['a taint', taintToleration, pod, node.taints(noSchedule), [], ['node(s) had untolerated taint(s)']],
  [
    'a tolerated taint',
    taintToleration,
    pod.tolerates({ key: 'dedicated', value: 'db', effect: 'NoSchedule' }),
    node.taints(noSchedule),
    [],
    [],
  ],
  ['a soft taint', taintToleration, pod, node.taints(soft('a')), [], []],
  ['no affinity', nodeAffinity, pod, node, [], 'skipped'],
  [
    'a node selector that does not match',
    nodeAffinity,
    pod.nodeSelector({ disk: 'ssd' }),
    node.labels({ disk: 'hdd' }),
    [],
    ["node(s) didn't match Pod's node affinity/selector"],
  ],
  [
    'a node selector that matches',
    nodeAffinity,
    pod.nodeSelector({ disk: 'ssd' }),
    node.labels({ disk: 'ssd' }),
    [],
    [],
  ],
  ['no host ports', nodePorts, pod, node, [], 'skipped'],
  [
    'a host port that is taken',
    nodePorts,
    pod.hostPort(80),
    node,
    [makePod('q').hostPort(80, '127.0.0.1')],
    ["node(s) didn't have free ports for the requested pod ports"],
  ],
  [
    'the same port on another address',
    nodePorts,
    pod.hostPort(80, '10.0.0.1'),
    node,
    [makePod('q').hostPort(80, '10.0.0.2')],
    [],
  ],
  [
    'the same port of another protocol',
    nodePorts,
    pod.hostPort(53),
    node,
    [makePod('q').hostPort(53, '', 'UDP')],
    [],
  ],
  [
    'too much of everything',
    nodeResourcesFit,
    pod.request('cpu', '3').request('memory', '9Gi').request('example.com/gpu', '1'),
    node.allocatable({ pods: '1' }),
    [makePod('q').request('cpu', '2')],
    ['Too many pods', 'Insufficient cpu', 'Insufficient memory', 'Insufficient example.com/gpu'],
  ],
  [
    'exactly what is left',
    nodeResourcesFit,
    pod.request('cpu', '2'),
    node,
    [makePod('q').request('cpu', '2')],
    [],
  ],
  ['no requests', nodeResourcesFit, pod, node, [makePod('q').request('cpu', '4')], []],
])('filter: %s', (_name, plugin, incoming, on, others, expected) => {
  expect(verdict(plugin, incoming, on, ...others)).toEqual(expected)
})

test.each([
  ['more than the node has: preemption cannot help', '5', 'UnschedulableAndUnresolvable'],
  ['more than is left', '3', 'Unschedulable'],
])('fit: %s', (_name, cpu, code) => {
  const on = node.info(makePod('q').request('cpu', '2'))
  expect(nodeResourcesFit.filter?.(pod.request('cpu', cpu).info, on, undefined)?.code).toBe(code)
})

function scores(
  plugin: Plugin,
  incoming: PodBuilder,
  nodes: [NodeBuilder, ...PodBuilder[]][],
): readonly number[] | string {
  const infos = nodes.map(([builder, ...others]) => builder.info(...others))
  const prepared = plugin.preScore?.(incoming.info, makeSnapshot(infos))
  if (prepared?.status?.code === 'Skip') return 'skipped'
  const raw = infos.map((info) => plugin.score?.(incoming.info, info, prepared?.state) ?? -1)
  return plugin.normalizeScores?.(raw) ?? raw
}

const sized = (name: string, cpu: string, memory: string): NodeBuilder =>
  makeNode(name).allocatable({ cpu, memory })
const using = (name: string, cpu: string, memory: string): PodBuilder =>
  makePod(name).request('cpu', cpu).request('memory', memory)

// As in least_allocated_test.go: 3000m and 5000 bytes requested.
test('least allocated', () => {
  const incoming = using('p', '3000m', '5000')
  expect(
    scores(nodeResourcesFit, incoming, [[sized('a', '4000m', '10000')], [sized('b', '6000m', '10000')]]),
  ).toEqual([37, 50])
  const busy: [NodeBuilder, ...PodBuilder[]][] = [
    [sized('a', '10000m', '20000'), using('x', '3000m', '0'), using('y', '3000m', '0')],
    [sized('b', '10000m', '20000'), using('x', '3000m', '0'), using('y', '3000m', '5000')],
  ]
  expect(scores(nodeResourcesFit, using('p', '0', '0'), busy)).toEqual([70, 57])
})

test('a Pod without requests counts as 100m and 200Mi when scored', () => {
  expect(scores(nodeResourcesFit, makePod('p'), [[sized('a', '1', '2000Mi')]])).toEqual([90])
})

// As in balanced_allocation_test.go: shares of 75 % and 50 %, then 50 % and 50 %.
test('balanced allocation', () => {
  const incoming = using('p', '3000m', '5000')
  const nodes: [NodeBuilder][] = [[sized('a', '4000m', '10000')], [sized('b', '6000m', '10000')]]
  expect(scores(nodeResourcesBalancedAllocation, incoming, nodes)).toEqual([87, 100])
  expect(scores(nodeResourcesBalancedAllocation, makePod('p'), nodes)).toBe('skipped')
})

test('taints of the soft kind, fewer are better', () => {
  const nodes: [NodeBuilder][] = [
    [makeNode('a')],
    [makeNode('b').taints(soft('x'))],
    [makeNode('c').taints(soft('x'), soft('y'))],
  ]
  expect(scores(taintToleration, pod, nodes)).toEqual([100, 50, 0])
  expect(scores(taintToleration, pod.tolerates({ key: 'x', operator: 'Exists' }), nodes)).toEqual([
    100, 100, 0,
  ])
  expect(scores(taintToleration, pod, [[makeNode('a')], [makeNode('b')]])).toEqual([100, 100])
})

test('preferred node affinity adds the weights of what matches', () => {
  const prefer = (weight: number, key: string) => ({
    weight,
    preference: { matchExpressions: [{ key, operator: 'Exists' }] },
  })
  const preferredDuringSchedulingIgnoredDuringExecution = [prefer(2, 'fast'), prefer(5, 'near')]
  const incoming = pod.affinity({ nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution } })
  const nodes: [NodeBuilder][] = [
    [makeNode('a').labels({ fast: '' })],
    [makeNode('b').labels({ fast: '', near: '' })],
    [makeNode('c')],
  ]
  expect(scores(nodeAffinity, incoming, nodes)).toEqual([28, 100, 0])
  expect(scores(nodeAffinity, pod, nodes)).toBe('skipped')
})

test.each([
  ['In', 'zone', ['a', 'b'], true],
  ['NotIn', 'zone', ['a'], false],
  ['Exists', 'zone', [], true],
  ['DoesNotExist', 'gpu', [], true],
  ['Gt', 'cores', ['3'], true],
  ['Lt', 'cores', ['4'], false],
])('required node affinity: %s %s', (operator, key, values, matches) => {
  const nodeSelectorTerms = [{ matchExpressions: [{ key, operator, values }] }]
  const incoming = pod.affinity({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  })
  const on = makeNode('n').labels({ zone: 'a', cores: '4' })
  expect(verdict(nodeAffinity, incoming, on)).toHaveLength(matches ? 0 : 1)
})

test('affinity by name narrows the search before any filter runs', () => {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }]
  const incoming = pod.affinity({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  })
  expect(nodeAffinity.preFilter?.(incoming.info, makeSnapshot([])).nodeNames).toEqual(['n'])
})

// As in image_locality_test.go: 40 MiB and 300 MiB on one of two nodes each, 250 MiB.
test('image locality', () => {
  const mebibytes = (count: number): number => count * 1024 * 1024
  const withImage = (name: string, image: string, size: number): NodeBuilder =>
    makeNode(name).images({ names: [image], sizeBytes: mebibytes(size) })
  const nodes = [
    withImage('a', 'gcr.io/40:latest', 40).info(),
    withImage('b', 'gcr.io/2000:latest', 2000).info(),
  ]
  const snapshot = makeSnapshot(nodes, { 'gcr.io/40:latest': 1, 'gcr.io/2000:latest': 1 })
  const incoming = makePod('p').image('gcr.io/2000').info
  const prepared = imageLocality.preScore?.(incoming, snapshot)?.state
  expect(prepared).toBeDefined()
  if (prepared === undefined) return
  expect(nodes.map((info) => imageLocality.score?.(incoming, info, prepared))).toEqual([0, 100])
  expect(imageScore(mebibytes(20), 1)).toBe(0)
  expect(imageScore(mebibytes(300), 2)).toBe(14)
})

test.each([
  ['nginx', 'nginx:latest'],
  ['nginx:1.29', 'nginx:1.29'],
  ['localhost:5000/a', 'localhost:5000/a:latest'],
  ['localhost:5000/a@sha256:ab', 'localhost:5000/a@sha256:ab'],
])('the image name %s', (name, normalized) => {
  expect(normalizedImageName(name)).toBe(normalized)
})

test('the active queue takes the higher priority first, then who came first', () => {
  const key = (priority: number, timestamp: number) =>
    prioritySort.queueSortKey?.({ pod: makePod('p').priority(priority).pod, timestamp }) ?? ''
  const expected = [key(2_000_000_000, 9), key(5, 1), key(0, 1), key(0, 20), key(-5, 0)]
  expect([...expected].reverse().sort()).toEqual(expected)
})

test('a gated Pod does not enter the queue', () => {
  expect(
    schedulingGates.preEnqueue?.(pod.spec({ schedulingGates: [{ name: 'quota' }] }).pod)?.reasons,
  ).toEqual(['waiting for scheduling gates: [quota]'])
  expect(schedulingGates.preEnqueue?.(pod.pod)).toBeNull()
})

test('a duplicate name throws', () => {
  const twice = [...defaultPlugins, { plugin: nodeName, weight: 0 }]
  expect(() => createFramework(twice)).toThrow('NodeName exists already')
})

test('a plugin is one file and one line: it takes part in the next cycle', () => {
  const never: Plugin = { name: 'Never', filter: () => ({ code: 'Unschedulable', reasons: ['never'] }) }
  const framework = createFramework([...defaultPlugins, { plugin: never, weight: 0 }])
  expect(framework.filterNames.at(-1)).toBe('Never')
})
