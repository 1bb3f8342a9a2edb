import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadLateParts } from '../session/load-late-parts.ts'
import { loadScenarios } from '../session/scenarios.ts'
import { runCommandLine } from './command-line.ts'
import { terminalOf } from './terminal.ts'

await Promise.all([loadLateParts(), loadScenarios()])

const directory = mkdtempSync(join(tmpdir(), 'cli-'))
afterAll(() => rmSync(directory, { recursive: true }))

async function vitrine(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr', isTTY: boolean) => ({
    isTTY,
    write: (text: string) => {
      output[name] += text
    },
  })
  const terminal = terminalOf({ stdout: stream('stdout', false), stderr: stream('stderr', false) })
  const code = await runCommandLine(args, terminal)
  return { code, ...output }
}

const scenario = (expectation: string): string => `
name: tiny
title: { en: Tiny, zh-CN: 小 }
about: { en: Tiny, zh-CN: 小 }
topology: { etcd: 1, nodes: 1 }
chapters:
  - id: look
    title: { en: Look, zh-CN: 看 }
    intro: { en: Look, zh-CN: 看 }
    within: 1m
    do:
      - kubectl: get namespaces
    expect:
      - output: { stdout: ${expectation} }
`

function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

test.each([
  [[], 2, 'Usage: vitrine COMMAND'],
  [['--help'], 0, ''],
  [['help', 'run'], 0, ''],
  [['run', '--help'], 0, ''],
  [['bench', '--help'], 0, ''],
  [['fuzz', '--help'], 0, ''],
  [['fuzz', '--profile', 'sea'], 2, 'there is no profile "sea"; there are all, raft, '],
  [['fuzz', '--planted', 'weed'], 2, 'there is no planted bug "weed"; there are all, raft-'],
  [['fuzz', '--planted', 'pod-bound-twice'], 2, 'has to be built in'],
  [['fuzz', '--duration', '5m'], 2, '--duration: at least 470s'],
  [['fuzz', '--from', '4294967295', '--seeds', '2'], 2, 'the last seed would be beyond 4294967295'],
  [['fuzz', 'me'], 2, 'unexpected "me"'],
  [['run', 'pod-creation', '--check', 'twice'], 2, '--check: "twice" is neither "history" nor "rest"'],
  [['fly'], 2, 'there is no command "fly"'],
  [['serve'], 2, 'vitrine serve is not part of this version yet'],
  [['run'], 2, 'which scenario? There are pod-creation, '],
  [['run', 'pod-creatoin'], 2, 'there is no scenario of this name either: pod-creation, '],
  [['run', 'nowhere/a.yaml'], 2, 'cannot read nowhere/a.yaml (ENOENT)\n'],
  [['run', 'pod-creation', '--seed', '-1'], 2, "'--seed"],
  [['run', 'pod-creation', '--seed', '4294967296'], 2, 'expected a whole number from 0 to 4294967295'],
  [['run', 'pod-creation', '--until', 'soon'], 2, '--until soon: expected a duration such as 40s or 1h30m'],
  [['run', 'pod-creation', '--sed', '1'], 2, "'--sed'"],
  [['run', 'a.yaml', 'b.yaml', '--trace', 'x'], 2, '--trace takes one scenario'],
  [['bench', '--nodes', '1', '--pods', '111'], 2, '111 pods do not fit on 1 nodes'],
  [['bench', '--deployments', '1001'], 2, '--deployments 1001: expected a whole number from 1 to 1000'],
  [['bench', '--steady', 'soon'], 2, '--steady soon: expected a duration'],
  [['bench', 'me'], 2, 'unexpected "me"'],
])('%j exits %i', async (args, code, complaint) => {
  const result = await vitrine(...args)
  expect(result.code).toBe(code)
  expect(result.stderr).toContain(complaint)
  expect(result.stdout.startsWith('Usage: vitrine') || result.stdout.startsWith('Vitrine:')).toBe(code === 0)
})

test('a file that is no scenario is refused with what is wrong and where', async () => {
  const { code, stderr } = await vitrine(
    'run',
    file('bad.yaml', scenario('default').replace('nodes: 1', 'nodes: 0')),
  )
  expect(code).toBe(2)
  expect(stderr).toContain('topology.nodes: ')
})

test('a scenario that comes out as expected exits 0 and prints one line of JSON, and its trace', async () => {
  const trace = join(directory, 'trace.ndjson')
  const { code, stdout, stderr } = await vitrine(
    'run',
    file('good.yaml', scenario('default')),
    '--json',
    '--trace',
    trace,
  )
  expect([code, stderr]).toEqual([0, ''])
  const result = JSON.parse(stdout)
  expect(Object.keys(result)).toEqual([
    ...['scenario', 'seed', 'ok', 'digest', 'virtualMicros', 'events', 'milestones', 'failures'],
  ])
  expect(result).toMatchObject({ scenario: 'tiny', seed: 1, ok: true, milestones: [], failures: [] })
  expect(result.digest).toMatch(/^[0-9a-f]{8}$/)
  const lines = readFileSync(trace, 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(result.events)
  for (const field of ['seq', 'at', 'process', 'cause', 'type'])
    expect(JSON.parse(lines[0]!)).toHaveProperty(field)
})

test('one that does not exits 1, and says what was expected and what was there', async () => {
  const { code, stdout } = await vitrine('run', file('other.yaml', scenario('elsewhere')))
  expect(code).toBe(1)
  expect(stdout).toMatch(/^FAIL tiny {2}seed 1 /)
  expect(stdout).toContain('look: expected {"output":{"stdout":"elsewhere"}}')
})

test('--until ends a run there, and a chapter without a result by then has failed', async () => {
  const { code, stdout } = await vitrine(
    'run',
    file('late.yaml', scenario('elsewhere')),
    '--until',
    '25s',
    '--json',
  )
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    virtualMicros: 25_000_000,
    failures: [{ chapter: 'look', expected: 'the chapter has its result' }],
  })
})

test('--check judges the history by all checks, and whether it has come to rest', async () => {
  // The story ends before its Pod has come up.
  const early = scenario('created').replace('get namespaces', 'run web --image=nginx:1.29')
  const run = ['run', file('early.yaml', early), '--json', '--check']
  const history = await vitrine(...run, 'history')
  expect([history.code, JSON.parse(history.stdout).failures]).toEqual([0, []])
  const rest = await vitrine(...run, 'rest')
  expect(rest.code).toBe(1)
  expect(rest.stdout).toContain('"expected":"the check desired-state holds"')
})

test('fuzz plays its seeds and prints what it found', async () => {
  const { code, stdout } = await vitrine(
    ...['fuzz', '--seeds', '1', '--jobs', '1', '--profile', 'calm', '--duration', '480s', '--json'],
  )
  const report = JSON.parse(stdout)
  expect(report).toEqual({
    seeds: 1,
    virtualSeconds: expect.any(Number),
    wallSeconds: expect.any(Number),
    violations: [],
  })
  expect(report.virtualSeconds).toBeGreaterThan(400)
  expect(code).toBe(0)
})

test('bench prints what it measured', async () => {
  const asked = ['--nodes', '2', '--pods', '5', '--deployments', '2', '--runs', '2', '--steady', '10s']
  const { code, stdout } = await vitrine('bench', ...asked, '--json')
  expect(code).toBe(0)
  const measured = JSON.parse(stdout)
  const figure = expect.any(Number)
  const restFigures = { wallSeconds: figure, timesRealTime: figure, deliveries: figure, checkpointMs: figure }
  expect(measured).toEqual({
    ...{ nodes: 2, pods: 5, deployments: 2, apiQps: null, runs: 2 },
    ...{ wallSeconds: figure, cpuSeconds: figure, cpuMsPerPod: figure, firstCpuMsPerPod: figure },
    ...{ peakRssMiB: figure, deliveries: figure, virtualSeconds: figure },
    steady: { virtualSeconds: 10, ...restFigures },
  })
  expect(measured.deliveries).toBeGreaterThan(100)
  expect(measured.steady.deliveries).toBeGreaterThan(100)
})

test('progress is for people: one line that is replaced, and nothing where nobody watches', async () => {
  let written = ''
  const stderr = { isTTY: true, columns: 10, write: (text: string) => (written += text) }
  const terminal = terminalOf({ stdout: { write: () => '' }, stderr })
  terminal.progress('twelve letters')
  terminal.progress('')
  expect(written).toBe('twelve le\r\u001b[K')
})
