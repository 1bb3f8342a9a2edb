import { expect, test } from 'vitest'
import type { Pod } from '../../api/objects.ts'
import { container, makeContainer, makePod, runtime, sandbox } from '../testing/runtime-builders.ts'
import type { ProbeFindings } from './pod-actions.ts'
import { computePodActions } from './pod-actions.ts'
import type { PodRuntime } from './pod-runtime.ts'

const NO_FINDINGS: ProbeFindings = { failed: {}, starting: {} }
const never: Partial<Pod['spec']> = { restartPolicy: 'Never' }
const onFailure: Partial<Pod['spec']> = { restartPolicy: 'OnFailure' }
const dead = [sandbox({ state: 'SANDBOX_NOTREADY' })]
const withInit: Partial<Pod['spec']> = { initContainers: [makeContainer('one'), makeContainer('two')] }
const sidecar: Partial<Pod['spec']> = {
  initContainers: [
    { ...makeContainer('proxy'), restartPolicy: 'Always' } as ReturnType<typeof makeContainer>,
  ],
}

/** `pod` killed, `sandbox` created, `+name` started, `-name` killed. */
function actionsOf(spec: Partial<Pod['spec']>, has: PodRuntime, findings = NO_FINDINGS): string {
  const actions = computePodActions(makePod(spec), has, findings)
  return [
    ...(actions.killPod ? ['pod'] : []),
    ...(actions.createSandbox ? [`sandbox${actions.attempt}`] : []),
    ...actions.toKill.map(({ name }) => `-${name}`),
    ...actions.initToStart.map(({ name }) => `+${name}`),
    ...actions.toStart.map(({ name }) => `+${name}`),
  ].join(' ')
}

test.each([
  ['nothing is there', {}, runtime([], []), 'pod sandbox0 +app'],
  ['only the sandbox', {}, runtime(), '+app'],
  ['all runs', {}, runtime([container('app', 'running')]), ''],
  ['it exited', {}, runtime([container('app', 0)]), '+app'],
  ['it was created and never started', {}, runtime([container('app', 'created')]), '+app'],
  ['it exited well, OnFailure', onFailure, runtime([container('app', 0)]), 'pod'],
  ['it failed, OnFailure', onFailure, runtime([container('app', 1)]), '+app'],
  ['it failed, Never', never, runtime([container('app', 1)]), 'pod'],
  ['the sandbox died', {}, runtime([container('app', 255)], dead), 'pod sandbox1 +app'],
  ['the sandbox died, Never', never, runtime([container('app', 255)], dead), 'pod'],
  ['the sandbox died, OnFailure, done', onFailure, runtime([container('app', 0)], dead), 'pod'],
  ['the sandbox has no address', {}, runtime([], [sandbox({ ip: '' })]), 'pod sandbox1 +app'],
  ['init first', withInit, runtime([], []), 'pod sandbox0 +one'],
  ['init goes on', withInit, runtime([container('one', 0)]), '+two'],
  ['init runs', withInit, runtime([container('one', 'running')]), ''],
  ['init failed', withInit, runtime([container('one', 1)]), '+one'],
  ['init failed, Never', { ...withInit, ...never }, runtime([container('one', 1)]), 'pod'],
  ['init is done', withInit, runtime([container('two', 0), container('one', 0)]), '+app'],
  [
    'after init',
    withInit,
    runtime([container('app', 'running'), container('two', 0), container('one', 0)]),
    '',
  ],
  ['a sidecar starts first', sidecar, runtime(), '+proxy'],
  ['a sidecar runs beside', sidecar, runtime([container('proxy', 'running')]), '+app'],
  [
    'a sidecar is restarted',
    sidecar,
    runtime([container('proxy', 1), container('app', 'running')]),
    '+proxy',
  ],
  [
    'a changed image',
    { containers: [makeContainer('app', { image: 'nginx:2' })] },
    runtime([container('app', 'running')]),
    '-app +app',
  ],
] as const)('%s', (_name, spec, has, expected) => {
  expect(actionsOf(spec, has)).toBe(expected)
})

test.each([
  ['Always', '-app +app'],
  ['Never', '-app'],
])('a failed liveness probe with restartPolicy %s', (restartPolicy, expected) => {
  const findings: ProbeFindings = { failed: { app: 'liveness' }, starting: {} }
  const others = { containers: [makeContainer('app'), makeContainer('other')], restartPolicy }
  const has = runtime([container('app', 'running'), container('other', 'running')])
  expect(actionsOf(others, has, findings)).toBe(expected)
})
