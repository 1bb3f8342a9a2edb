// The cluster survives what it is built to survive, whenever it strikes: every message of a Pod's creation is tried.
import { expect, test } from 'vitest'
import type { Picture } from '../projections/picture.ts'
import type { PodView } from '../projections/stage-view.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Branch } from './branch.ts'
import { loadLateParts } from './load-late-parts.ts'
import { findScenario, loadScenarios } from './scenarios.ts'
import { Session } from './session.ts'
import { worldFor } from './world.ts'

await Promise.all([loadLateParts(), loadScenarios()])

const SECOND = 1_000_000

function createdPod(): { branch: Branch; moments: number[]; end: number } {
  const scenario = findScenario('pod-creation')
  const session = new Session({ scenario, seed: scenario.seed, world: worldFor(scenario, scenario.seed) })
  session.runChapter()
  const { branch, start } = session
  while (session.script.resultsOf(branch).length === 0) session.simulate(branch.head + 60 * SECOND)
  const result = session.script.resultsOf(branch)[0]
  expect(result?.failures).toEqual([])
  const end = result?.at ?? 0
  const times = new Set<number>()
  for (const event of branch.recording.all())
    if (isMessage(event) && event.at >= start && event.at <= end) times.add(event.at)
  return { branch, moments: [...times], end }
}

const stageOf = (branch: Branch): Picture => branch.stage.at(branch.recording.length)

const runningPods = (branch: Branch): PodView[] =>
  stageOf(branch)
    .pods.values()
    .filter((pod) => pod.recorded && pod.name.startsWith('web-') && pod.phase === 'Running' && pod.ready)

/** Simulates until the condition holds; false when it does not within `limit` seconds. */
function runUntil(branch: Branch, limit: number, holds: () => boolean): boolean {
  const end = branch.head + limit * SECOND
  while (branch.head < end) {
    if (holds()) return true
    const until = Math.min(end, branch.head + SECOND / 2)
    for (
      let next = branch.kernel.nextAt();
      next !== undefined && next <= until;
      next = branch.kernel.nextAt()
    )
      branch.step()
    branch.stand(until)
  }
  return holds()
}

const { branch: reference, moments } = createdPod()
const submit = reference.commands
  .map(({ command }) => command)
  .find((command) => command.do === 'kubectl') ?? { do: 'waited' as const }
const chosen = runningPods(reference)[0]?.node ?? ''

test('the reference run has messages to strike at, and a node that was chosen', () => {
  expect(moments.length).toBeGreaterThan(200)
  expect(chosen).toMatch(/^node-/)
})

test.each(['etcd-1', 'etcd-2', 'etcd-3'])(
  'killing %s at any message still ends with the Pod running',
  { timeout: 300_000 },
  (member) => {
    const failed: number[] = []
    for (const at of moments) {
      const branch = reference.fork('struck', at, '')
      branch.act({ do: 'fault', spec: { fault: 'process-down', target: member }, as: null }, false)
      if (!runUntil(branch, 120, () => runningPods(branch).length === 1)) failed.push(at)
    }
    expect(failed).toEqual([])
  },
)

test('killing two members stops writes within the real time-outs, and restoring one continues', {
  timeout: 300_000,
}, () => {
  const pairs = [
    ['etcd-1', 'etcd-2'],
    ['etcd-2', 'etcd-3'],
    ['etcd-3', 'etcd-1'],
  ] as const
  moments.forEach((at, index) => {
    const pair = pairs[index % 3] ?? pairs[0]
    const branch = reference.fork('struck', at, '')
    const faults = pair.map((target) =>
      String(branch.act({ do: 'fault', spec: { fault: 'process-down', target }, as: null }, false)),
    )
    // One write may have been committed and not yet told when the majority died.
    runUntil(branch, 1, () => false)
    const revision = stageOf(branch).counters.get('revision')
    const line = 'create configmap probe --from-literal=a=b --request-timeout=30s'
    const seq = Number(branch.act({ do: 'kubectl', line, files: {} }, false))
    const answer = (): string | undefined =>
      branch.recording
        .all()
        .filter(
          (event) =>
            event.type === 'output' && 'command' in event && event.command === seq && event.exitCode === 1,
        )
        .map((event) => ('stderr' in event ? event.stderr : ''))[0]
    expect(
      runUntil(branch, 35, () => answer() !== undefined),
      `no answer to a write at ${at}`,
    ).toBe(true)
    expect(stageOf(branch).counters.get('revision')).toBe(revision)
    branch.act({ do: 'heal', id: faults[0] ?? '' }, false)
    runUntil(branch, 30, () => false)
    // A user whose command was refused gives it again.
    if (stageOf(branch).workloads.get('replicasets/default/web') === undefined) branch.act(submit, false)
    expect(
      runUntil(branch, 240, () => runningPods(branch).length === 1),
      `struck at ${at}`,
    ).toBe(true)
  })
})

test('killing the chosen node at any message ends with the Pod running elsewhere', {
  timeout: 600_000,
}, () => {
  const failed: number[] = []
  for (const at of moments) {
    const branch = reference.fork('struck', at, '')
    branch.act({ do: 'fault', spec: { fault: 'host-down', target: chosen }, as: null }, false)
    const elsewhere = (): boolean => runningPods(branch).some((pod) => pod.node !== chosen)
    if (!runUntil(branch, 480, elsewhere)) failed.push(at)
  }
  expect(failed).toEqual([])
})
