// What every entry of the catalogue has to be, whatever it does: named, explained, planned without touching anything.
import { expect, test } from 'vitest'
import { processId } from '../kernel/process.ts'
import { faults } from './index.ts'
import type { Fault, Machines } from './runtime/fault.ts'
import { checkParameters } from './runtime/fault.ts'

const process = (id: string, kind: string, host = id) => ({ id, kind, host, up: true })
const machines: Machines = {
  hosts: ['etcd-1', 'etcd-2', 'etcd-3', 'control-plane-1', 'node-1'].map((name) => ({
    name,
    role: name.startsWith('node') ? 'node' : 'etcd',
    up: true,
  })),
  processes: [
    process('etcd-1', 'etcd'),
    process('etcd-2', 'etcd'),
    process('etcd-3', 'etcd'),
    process('kube-apiserver-1', 'kube-apiserver', 'control-plane-1'),
    process('kube-scheduler-1', 'kube-scheduler', 'control-plane-1'),
    process('node-1/kubelet', 'kubelet', 'node-1'),
    process('node-1/containerd', 'containerd', 'node-1'),
    process('node-1/cni', 'cni', 'node-1'),
  ],
  isInFlight: (message) => message === 7,
  messagesInFlight: () => [7],
  podNames: () => Array.from({ length: 20 }, (_, index) => `default/web-${index}`),
  hasLostDisk: (member) => member === 'etcd-3',
  findPod: (name) =>
    name === 'default/web'
      ? {
          uid: 'u',
          runtime: processId('node-1/containerd'),
          kubelet: processId('node-1/kubelet'),
          running: ['nginx'],
        }
      : undefined,
}
const targets = [
  'node-1',
  'etcd-1',
  'etcd-1~etcd-2',
  'node-1/kubelet',
  'kube-apiserver-1',
  'default/web',
  '7',
]

const all = [...faults.values()].map((fault): [string, Fault] => [fault.name, fault])

test.each(all)('%s has its texts in both languages and defaults that fit', (_name, fault) => {
  for (const text of [
    fault.title,
    fault.explains,
    ...Object.values(fault.parameters).map(({ description }) => description),
  ])
    for (const words of [text.en, text['zh-CN']]) expect(words.length).toBeGreaterThan(1)
  expect(fault.explains['zh-CN']).toMatch(/[\u4e00-\u9fff]/)
  const defaults = Object.fromEntries(
    Object.entries(fault.parameters).map(([name, { default: value }]) => [name, value]),
  )
  expect(checkParameters(fault, { fault: fault.name, target: 'x', for: '2m', ...defaults })).toBeUndefined()
  expect(checkParameters(fault, { surely: 1 })).toMatch(/has no parameter "surely"/)
})

test.each(all)('%s finds a target, heals what it pulls, and refuses what is not there', (name, fault) => {
  const planned = targets.map((target) => fault.plan(target, {}, machines)).filter(({ ok }) => ok)
  // One disk of three is lost already.
  expect(planned.length).toBeGreaterThan(name === 'disk-lost' ? -1 : 0)
  for (const plan of planned) {
    if (!plan.ok) continue
    const ids = (levers: readonly object[]) =>
      levers.flatMap((lever) => ('id' in lever ? [String(lever.id)] : [])).sort()
    expect(ids(plan.heal)).toEqual(ids(plan.levers))
  }
  for (const nothing of ['', 'nowhere', 'a~b~c', '99', 'default/nothing']) {
    const plan = fault.plan(nothing, {}, machines)
    expect(plan.ok ? '' : plan.error).not.toBe('')
  }
})

test.each([
  ['message-dropped', '8', /no message 8 is on its way.*; on their way are 7$/],
  ['probe-failing', 'default/nothing', /there are default\/web-0, .*default\/web-11 and 8 more$/],
  ['host-down', 'nowhere', /no host "nowhere"; there are etcd-1, etcd-2, etcd-3, control-plane-1, node-1/],
  ['process-frozen', 'nobody', /no process "nobody"; there are etcd-1, .*node-1\/cni$/],
  ['disk-lost', 'etcd-1', /a majority would be lost/],
  ['apiserver-overload', 'kube-scheduler-1', /is for kube-apiserver-1/],
  ['partition', 'kube-apiserver-1~kube-scheduler-1', /both ends are on control-plane-1/],
  ['message-duplication', 'node-1~etcd-1', /no Raft messages/],
  ['container-crash', 'default/web/sidecar', /no container "sidecar" runs in default\/web; there are nginx$/],
  ['cni-failing', 'etcd-1', /runs no cni/],
])('%s at %s is refused in words', (name, target, error) => {
  const plan = faults.get(name)?.plan(target, {}, machines)
  expect(plan?.ok === false ? plan.error : '').toMatch(error)
})

test.each([
  ['latency', { milliseconds: 0 }, /at least 1/],
  ['latency', { oneWay: 'yes' }, /has to be a boolean/],
  ['probe-failing', { probe: 'all' }, /has to be one of "any"/],
  ['watch-event-lost', { kind: 'x'.repeat(300) }, /at most 256/],
])('%s with %j is refused in words', (name, parameters, error) => {
  const fault = faults.get(name)
  expect(fault === undefined ? '' : checkParameters(fault, parameters)).toMatch(error)
})
