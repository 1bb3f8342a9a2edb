// The pure parts of the inspector: phases, the scheduler's table, amounts.

import { expect, test } from 'vitest'
import type { DecisionView, NodeDecisionView, PhaseView } from '../../../worker/protocol.ts'
import { formatCpu, formatMemory } from './amounts.ts'
import { decisionTable, sortedByNode } from './decision-table.ts'
import { phaseLines } from './phases.ts'

const makePhase = (phase: string, ok = true): PhaseView => ({ phase, ok, notes: [], seq: 1 })
const states = (phases: readonly PhaseView[]): string[] =>
  phaseLines(phases).map(({ phase, state }) => `${phase} ${state}`)

test('a read has no admission, and misses none', () => {
  expect(states([makePhase('authentication'), makePhase('authorization'), makePhase('response')])).toEqual([
    'authentication passed',
    'authorization passed',
    'response passed',
  ])
})

test('after a refusal the other phases are not reached, and the answer still goes back', () => {
  const phases = [makePhase('authentication'), makePhase('authorization', false), makePhase('response')]
  expect(states(phases)).toEqual([
    'authentication passed',
    'authorization refused',
    'mutating-admission not-reached',
    'validation not-reached',
    'validating-admission not-reached',
    'storage not-reached',
    'response passed',
  ])
})

const makeNode = (node: string, change: Partial<NodeDecisionView>): NodeDecisionView => ({
  node,
  filters: [],
  feasible: true,
  scores: [],
  total: null,
  ...change,
})

test('filters and scores are rows, nodes are columns', () => {
  const passed = (plugin: string) => ({ plugin, ok: true, reason: '' })
  const decision: DecisionView = {
    seq: 1,
    at: 0,
    pod: 'default/web',
    attempt: 1,
    chosen: 'b',
    message: '',
    omitted: 0,
    nodes: [
      makeNode('a', {
        filters: [{ plugin: 'Taints', ok: false, reason: 'node had a taint' }],
        feasible: false,
      }),
      makeNode('b', {
        filters: [passed('Taints'), passed('Fit')],
        scores: [{ plugin: 'Taints', raw: 0, normalized: 100, weight: 3 }],
        total: 300,
      }),
    ],
  }
  const { filters, scores, reasons } = decisionTable(decision)
  expect(filters.map(({ plugin, cells }) => [plugin, ...cells.map(({ state }) => state)])).toEqual([
    ['Taints', 'refused', 'passed'],
    ['Fit', 'not-run', 'passed'],
  ])
  expect(scores).toEqual([
    { plugin: 'Taints', weight: 3, cells: [null, { raw: 0, normalized: 100, weighted: 300 }] },
  ])
  expect(reasons).toEqual([{ node: 'a', plugin: 'Taints', reason: 'node had a taint' }])
})

test('nodes stand in the order of their names', () => {
  const nodes = ['node-10', 'node-2', 'node-1'].map((name) => makeNode(name, {}))
  const decision = { seq: 1, at: 0, pod: '', attempt: 1, chosen: null, message: '', omitted: 0, nodes }
  expect(sortedByNode(decision).nodes.map(({ node }) => node)).toEqual(['node-1', 'node-2', 'node-10'])
})

test.each([
  [formatCpu(250), '250m'],
  [formatCpu(1500), '1.5'],
  [formatMemory(0), '0Ki'],
  [formatMemory(134_217_728), '128Mi'],
  [formatMemory(8_589_934_592), '8Gi'],
])('%s is written as Kubernetes does', (written, expected) => {
  expect(written).toBe(expected)
})
