// What becomes of a Pod when a plugin between the decision and the binding says no.
import { expect, test } from 'vitest'
import { micros } from '../kernel/micros.ts'
import type { Context } from '../kernel/process.ts'
import { hostName, processId } from '../kernel/process.ts'
import { bind, bindingFailed } from './binding.ts'
import { isAssumed, setNode } from './cache/cache.ts'
import type { Plugin } from './framework/plugin.ts'
import { createFramework } from './framework/registry.ts'
import { runPreBind } from './framework/reservation.ts'
import type { Status } from './framework/status.ts'
import { unschedulable } from './framework/status.ts'
import type { SchedulerHost } from './host.ts'
import { defaultPlugins } from './plugins/index.ts'
import type { QueuedPod } from './queue/queued-pod.ts'
import { scheduler } from './scheduler.ts'
import { makeNode, makePod } from './testing/builders.ts'

const FAILED: Status = { code: 'Error', reasons: ['the disk is on fire'] }
const pod = makePod('web')
const queued: QueuedPod = {
  info: pod.info,
  place: 'active',
  timestamp: 0,
  attempts: 1,
  unschedulableCount: 0,
  errorCount: 0,
  rejectors: [],
  backoffUntil: 0,
  trigger: 'UnscheduledPodAdd',
  cause: 1,
  orderKey: '',
}

/** A scheduler with one more plugin, and what it was made to do. */
function trial(plugin: Omit<Plugin, 'name'>) {
  const did: string[] = []
  const quota: Plugin = {
    name: 'Quota',
    reserve: () => null,
    unreserve: () => void did.push('unreserved'),
    ...plugin,
  }
  const state = scheduler.init(
    processId('kube-scheduler-1'),
    { apiserver: processId('kube-apiserver-1') },
    { disk: undefined, boot: true, again: false, now: micros(0) },
  )
  setNode(state.cache, makeNode('node-1').node)
  const host: SchedulerHost = {
    framework: createFramework([...defaultPlugins, { plugin: quota, weight: 0 }]),
    latestPod: () => pod.pod,
    startTask: (_state, name) => void did.push(name),
    event: (_state, _pod, _type, reason, message) => void did.push(`${reason}: ${message}`),
  }
  const context: Context = {
    now: micros(0),
    clock: micros(0),
    cause: 1,
    self: processId('kube-scheduler-1'),
    host: hostName('control-plane-1'),
    send: () => 0,
    timer: () => 0,
    random: () => 0,
    impairment: () => undefined,
    trace: () => 0,
    reads: () => true,
    traceUnread: () => 0,
    exit: () => {},
  }
  return { did, state, host, context }
}

const UNAVAILABLE = 'FailedScheduling: 0/1 nodes are available: 1 no quota left.'

test.each<
  [name: string, plugin: Omit<Plugin, 'name'>, did: readonly string[], queue: 'unschedulable' | 'backoff']
>([
  [
    'Reserve rejects',
    { reserve: () => unschedulable('no quota left') },
    ['unreserved', UNAVAILABLE, 'reportFailure'],
    'unschedulable',
  ],
  [
    'Reserve fails',
    { reserve: () => FAILED },
    ['unreserved', 'FailedScheduling: running Reserve plugin "Quota": the disk is on fire', 'reportFailure'],
    'backoff',
  ],
  [
    'Permit rejects',
    { permit: () => unschedulable('no quota left') },
    ['unreserved', UNAVAILABLE, 'reportFailure'],
    'unschedulable',
  ],
  [
    'Permit waits',
    { permit: () => ({ code: 'Wait', reasons: [] }) },
    [
      'unreserved',
      'FailedScheduling: running Permit plugin "Quota": waiting on permit is not modelled',
      'reportFailure',
    ],
    'backoff',
  ],
])('%s: everything is taken back, and the Pod is queued again', (_name, plugin, did, queue) => {
  const { state, host, context, did: done } = trial(plugin)
  bind(state, queued, 'node-1', host, context)
  expect(done).toEqual(did)
  expect(isAssumed(state.cache, pod.pod.metadata.uid)).toBe(false)
  expect(state.queue.unschedulable.size).toBe(queue === 'unschedulable' ? 1 : 0)
  expect(state.queue.pods.size).toBe(1)
})

test('where all agree the Pod is assumed and its binding begins', () => {
  const { state, host, context, did } = trial({ permit: () => null, preBind: () => null })
  bind(state, queued, 'node-1', host, context)
  expect(did).toEqual(['bindingCycle'])
  expect(isAssumed(state.cache, pod.pod.metadata.uid)).toBe(true)
})

test('a refusal of PreBind, or of the apiserver, forgets the assumed Pod', () => {
  const { state, host, context, did } = trial({ preBind: () => FAILED })
  bind(state, queued, 'node-1', host, context)
  const refusal = runPreBind(host.framework, queued.info, 'node-1')
  expect(refusal).toMatchObject({ point: 'PreBind', plugin: 'Quota' })
  if (refusal === null) return
  bindingFailed(state, queued, 'node-1', refusal, host, context)
  expect(did).toEqual([
    'bindingCycle',
    'unreserved',
    'FailedScheduling: running PreBind plugin "Quota": the disk is on fire',
    'reportFailure',
  ])
  expect(isAssumed(state.cache, pod.pod.metadata.uid)).toBe(false)
})
