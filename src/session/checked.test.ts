// Every scenario under all checks, and the flagship story with something killed at many of its moments.
import { describe, expect, test } from 'vitest'
import type { Violation } from '../checks/index.ts'
import { CheckSuite } from '../checks/index.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { FaultSpec } from '../worker/protocol.ts'
import type { Branch } from './branch.ts'
import { playScenario } from './headless.ts'
import { loadLateParts } from './load-late-parts.ts'
import { findScenario, loadScenarios, scenarioNames } from './scenarios.ts'

await Promise.all([loadLateParts(), loadScenarios()])

const SECOND = 1_000_000
/** Longer than any time-out and back-off that follows a fault of a few minutes. */
const SETTLE_MICROS = 420 * SECOND

function runFor(branch: Branch, micros: number): void {
  const until = branch.head + micros
  for (let next = branch.kernel.nextAt(); next !== undefined && next <= until; next = branch.kernel.nextAt())
    branch.step()
  branch.stand(until)
}

/** Heals everything, lets the cluster settle, and judges the whole history. */
function judge(branch: Branch): readonly Violation[] {
  for (const { id } of branch.kernel.faults) branch.act({ do: 'heal', id }, false)
  runFor(branch, SETTLE_MICROS)
  const suite = new CheckSuite()
  for (const event of branch.recording.all()) suite.see(event)
  const { kernel } = branch
  suite.settled({ now: kernel.now, slots: () => kernel.slots(), stateOf: (id) => kernel.stateOf(id) })
  return suite.violations
}

test.each(scenarioNames())('nothing is violated in %s', { timeout: 120_000 }, (name) => {
  const { session } = playScenario(findScenario(name))
  expect(judge(session.branch)).toEqual([])
})

describe('the flagship story with something killed', () => {
  const { session } = playScenario(findScenario('pod-creation'))
  const { branch: reference, start } = session
  const moments = reference.recording
    .all()
    .filter((event, index) => isMessage(event) && event.at >= start && reference.isFollowed(index))
    .map(({ at }) => at)
  /** Every so many moments one is tried; `STRIKE_EVERY=1` tries all. */
  const every = Number(process.env.STRIKE_EVERY ?? 120)

  const strikes: readonly (readonly [string, readonly FaultSpec[]])[] = [
    ...[
      'etcd-1',
      'etcd-2',
      'etcd-3',
      'kube-apiserver-1',
      'kube-controller-manager-1',
      'kube-scheduler-1',
    ].map((target) => [target, [{ fault: 'process-down', target, for: '40s' }]] as const),
    ['two members', ['etcd-1', 'etcd-2'].map((target) => ({ fault: 'process-down', target, for: '40s' }))],
    ['node-1', [{ fault: 'host-down', target: 'node-1', for: '6m' }]],
    ['node-2, shortly', [{ fault: 'host-down', target: 'node-2', for: '20s' }]],
  ]

  test.each(strikes)('%s', { timeout: 600_000 }, (_name, faults) => {
    const found: unknown[] = []
    for (const at of moments.filter((_, index) => index % every === 0)) {
      const branch = reference.fork('struck', at, '')
      for (const spec of faults) branch.act({ do: 'fault', spec, as: null }, false)
      runFor(branch, 400 * SECOND)
      found.push(...judge(branch).map((violation) => ({ struck: at, ...violation })))
    }
    expect(found).toEqual([])
  })
})
