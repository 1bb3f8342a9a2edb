import { expect, test } from 'vitest'
import type { FaultEntry, StageView } from '../../worker/protocol.ts'
import { emptyStage } from '../store/view.ts'
import { activeFaults, faultsOn } from './fault-targets.ts'
import { faultsFor, killOf } from './stage-menu.ts'

const entry = (name: string, targets: FaultEntry['targets']): FaultEntry => ({
  name,
  title: { en: name, 'zh-CN': name },
  explains: { en: name, 'zh-CN': name },
  targets,
  parameters: {},
})
const catalogue = [
  entry('host-down', ['host', 'node']),
  entry('process-down', ['process']),
  entry('link-cut', ['link']),
  entry('message-drop', ['message']),
]
const stage: StageView = {
  ...emptyStage,
  processes: {
    'etcd-1': {
      id: 'etcd-1',
      kind: 'etcd',
      host: 'etcd-host-1',
      up: true,
      frozen: false,
      leader: null,
      says: null,
      saysSeq: 0,
    },
  },
}

test.each([
  [{ kind: 'host', name: 'node-1' } as const, ['host-down node-1']],
  [{ kind: 'process', id: 'node-1/kubelet' } as const, ['process-down node-1/kubelet']],
  [{ kind: 'member', id: 'etcd-1' } as const, ['process-down etcd-1', 'host-down etcd-host-1']],
  [{ kind: 'link', from: 'a', to: 'b' } as const, ['link-cut a~b']],
  [{ kind: 'event', seq: 7 } as const, ['message-drop 7']],
  [{ kind: 'pod', uid: 'u' } as const, []],
])('what can be done to %j', (subject, faults) => {
  expect(
    faultsFor(subject, stage, catalogue).map(({ entry: { name }, target }) => `${name} ${target}`),
  ).toEqual(faults)
})

test('K takes the power of a node and kills the process of a member', () => {
  expect(killOf({ kind: 'host', name: 'node-1' }, stage, catalogue)?.entry.name).toBe('host-down')
  expect(killOf({ kind: 'member', id: 'etcd-1' }, stage, catalogue)?.entry.name).toBe('process-down')
  expect(killOf({ kind: 'pod', uid: 'u' }, stage, catalogue)).toBeNull()
})

test('what is broken can be restored, and not be broken again', () => {
  const fault = { id: 'f1', fault: 'host-down', target: 'node-1', since: 0, until: null }
  const broken: StageView = { ...stage, faults: { f1: fault } }
  const subject = { kind: 'host', name: 'node-1' } as const
  expect(activeFaults(subject, broken)).toEqual([fault])
  expect(faultsFor(subject, broken, catalogue)).toEqual([])
  expect(killOf(subject, broken, catalogue)).toBeNull()
})

test('a cut is found from either end of the link', () => {
  const fault = { id: 'f1', fault: 'link-cut', target: 'a~b', since: 0, until: null }
  expect(activeFaults({ kind: 'link', from: 'b', to: 'a' }, { ...stage, faults: { f1: fault } })).toEqual([
    fault,
  ])
})

test.each([
  ['node-1~control-plane-1', { kind: 'host', name: 'node-1' } as const, true],
  ['node-1,node-2~*', { kind: 'host', name: 'node-2' } as const, true],
  ['node-1,node-2~*', { kind: 'host', name: 'node-3' } as const, false],
  ['etcd-host-1~b', { kind: 'link', from: 'b', to: 'etcd-1' } as const, true],
  ['etcd-host-1~b', { kind: 'link', from: 'a', to: 'etcd-1' } as const, false],
  ['etcd-host-1~*', { kind: 'link', from: 'a', to: 'etcd-1' } as const, true],
  ['default/web/nginx', { kind: 'pod', uid: 'u' } as const, true],
  ['default/web-2', { kind: 'pod', uid: 'u' } as const, false],
])('whether a fault of %s hits %j: %s', (target, subject, hits) => {
  const pod = { uid: 'u', namespace: 'default', name: 'web' } as StageView['pods'][string]
  const faults = { f1: { id: 'f1', fault: 'x', target, since: 0, until: null } }
  expect(faultsOn(subject, { ...stage, faults, pods: { u: pod } })).toHaveLength(hits ? 1 : 0)
})

test('a fault for certain kinds of processes is offered for those alone, and for the node of a kubelet', () => {
  const certificate = { ...entry('expired', ['node', 'process']), kinds: ['kubelet'] }
  const of = (subject: Parameters<typeof faultsFor>[0]) =>
    faultsFor(subject, { ...stage, nodes: { 'node-1': {} as StageView['nodes'][string] } }, [certificate])
  expect(of({ kind: 'host', name: 'node-1' })).toHaveLength(1)
  expect(of({ kind: 'member', id: 'etcd-1' })).toHaveLength(0)
})
