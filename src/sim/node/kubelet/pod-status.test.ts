import { expect, test } from 'vitest'
import type { Pod, PodStatus } from '../../api/objects.ts'
import { seconds } from '../../kernel/micros.ts'
import { container, makeContainer, makePod, runtime } from '../testing/runtime-builders.ts'
import type { PodRuntime } from './pod-runtime.ts'
import type { StatusFacts } from './pod-status.ts'
import { generatePodStatus } from './pod-status.ts'
import { mergePodStatus, podStatusPatch } from './status-patch.ts'

const facts = (rest: Partial<StatusFacts> = {}): StatusFacts => ({
  now: seconds(5),
  hostIP: '10.0.0.1',
  startTime: '2026-01-01T00:00:01Z',
  previous: {},
  finished: false,
  problems: {},
  isReady: () => true,
  isStarted: () => true,
  ...rest,
})

const proxy = { ...makeContainer('proxy'), restartPolicy: 'Always' }
const job = { initContainers: [proxy], restartPolicy: 'Never' }
const service = { initContainers: [proxy] }
const two = { containers: [makeContainer('a'), makeContainer('b')] }
const crash = { app: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } }

test.each([
  ['nothing yet', {}, runtime([], []), facts(), 'Pending'],
  ['running', {}, runtime([container('app', 'running')]), facts(), 'Running'],
  ['one of two', two, runtime([container('a', 'running')]), facts(), 'Pending'],
  ['one of two ended', two, runtime([container('a', 'running'), container('b', 1)]), facts(), 'Running'],
  ['ended, to be restarted', {}, runtime([container('app', 1)]), facts(), 'Running'],
  ['crash loop', {}, runtime([container('app', 1)]), facts({ problems: crash }), 'Running'],
  ['done', { restartPolicy: 'Never' }, runtime([container('app', 0)]), facts(), 'Succeeded'],
  ['failed', { restartPolicy: 'Never' }, runtime([container('app', 2)]), facts(), 'Failed'],
  ['retried', { restartPolicy: 'OnFailure' }, runtime([container('app', 2)]), facts(), 'Running'],
  ['stopped well', {}, runtime([container('app', 0)]), facts({ finished: true }), 'Succeeded'],
  ['killed', {}, runtime([container('app', 137)]), facts({ finished: true }), 'Failed'],
  ['a sidecar starts', service, runtime([container('proxy', 'running')]), facts(), 'Pending'],
  [
    'a sidecar starts up',
    service,
    runtime([container('app', 'created'), container('proxy', 'running')]),
    facts({ isStarted: () => false }),
    'Pending',
  ],
  [
    'a sidecar beside',
    service,
    runtime([container('app', 'running'), container('proxy', 'running')]),
    facts(),
    'Running',
  ],
  [
    'a sidecar starts again',
    service,
    runtime([container('app', 'running'), container('proxy', 'running', 1)]),
    facts({ isStarted: ({ name }) => name === 'app' }),
    'Running',
  ],
  [
    'a sidecar ended',
    service,
    runtime([container('app', 'running'), container('proxy', 1)]),
    facts({ problems: { proxy: crash.app } }),
    'Running',
  ],
  [
    'done, but for its sidecar',
    job,
    runtime([container('app', 0), container('proxy', 'running')]),
    facts(),
    'Running',
  ],
  [
    'failed, but for its sidecar',
    job,
    runtime([container('app', 1), container('proxy', 'running')]),
    facts(),
    'Running',
  ],
  [
    'done, and its sidecar',
    job,
    runtime([container('app', 0), container('proxy', 137)]),
    facts(),
    'Succeeded',
  ],
  ['failed, and its sidecar', job, runtime([container('app', 1), container('proxy', 0)]), facts(), 'Failed'],
  ['over is over', {}, runtime([], []), facts({ previous: { phase: 'Succeeded' } }), 'Succeeded'],
] as [string, Partial<Pod['spec']>, PodRuntime, StatusFacts, string][])(
  'phase: %s',
  (_name, spec, has, given, phase) => {
    expect(generatePodStatus(makePod(spec), has, given).phase).toBe(phase)
  },
)

test('a container that waits in a crash loop shows its last end', () => {
  const status = generatePodStatus(makePod(), runtime([container('app', 1, 2)]), facts({ problems: crash }))
  expect(status.containerStatuses?.[0]).toMatchObject({
    ready: false,
    started: false,
    restartCount: 2,
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
    lastState: { terminated: { exitCode: 1, reason: 'Error' } },
  })
  expect(status.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'False',
    reason: 'ContainersNotReady',
    message: 'containers with unready status: [app]',
  })
})

test('the patch names what changed, and keeps the order of conditions', () => {
  const before = generatePodStatus(makePod(), runtime([], []), facts())
  const after = generatePodStatus(
    makePod(),
    runtime([container('app', 'running')]),
    facts({ previous: before, now: seconds(7) }),
  )
  const patch = podStatusPatch('u1', before, after)
  expect(podStatusPatch('u1', after, after)).toBeNull()
  expect(Object.keys((patch?.status ?? {}) as object).sort()).toEqual([
    '$setElementOrder/conditions',
    '$setElementOrder/podIPs',
    'conditions',
    'containerStatuses',
    'phase',
    'podIP',
    'podIPs',
  ])
  const { conditions } = patch!.status as { conditions: { type: string; message?: null }[] }
  expect(conditions.map(({ type }) => type)).toEqual([
    'PodReadyToStartContainers',
    'Ready',
    'ContainersReady',
  ])
  // What a condition no longer says has to be taken away, or the merge keeps it.
  expect(conditions[1]).toMatchObject({ status: 'True', message: null, reason: null })
})

test('an address that changed replaces the old one in a list that is merged', () => {
  const from: PodStatus = { podIPs: [{ ip: '10.0.0.1' }] }
  const to: PodStatus = { podIPs: [{ ip: '10.0.0.2' }] }
  expect(podStatusPatch('u1', from, to)).toEqual({
    metadata: { uid: 'u1' },
    status: {
      '$setElementOrder/podIPs': [{ ip: '10.0.0.2' }],
      podIPs: [{ $patch: 'delete', ip: '10.0.0.1' }, { ip: '10.0.0.2' }],
    },
  })
})

test('an end is not reported while containers may run, and conditions of others are kept', () => {
  const stored: PodStatus = { phase: 'Running', conditions: [{ type: 'example.com/gate', status: 'True' }] }
  const own: PodStatus = { phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'False' }] }
  expect(mergePodStatus(stored, own, true)).toMatchObject({ phase: 'Running' })
  expect(mergePodStatus(stored, own, false)).toEqual({
    phase: 'Succeeded',
    conditions: [
      { type: 'example.com/gate', status: 'True' },
      { type: 'Ready', status: 'False' },
    ],
  })
})
