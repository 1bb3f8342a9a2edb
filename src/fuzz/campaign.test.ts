// The example that spreads a campaign over a cluster: its Pods cover all seeds once, its Pod is one that the simulated
// cluster takes, and what they find is added up.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { fuzz } from '../cli/fuzz.ts'
import { loadLateParts } from '../session/load-late-parts.ts'
import { playStory } from './play.ts'
import type { Story } from './story.ts'

await loadLateParts()

const example = join(import.meta.dirname, '../../examples/fuzz-campaign')
const job = parse(readFileSync(join(example, 'job.yaml'), 'utf8'))
const pod = job.spec.template.spec
const [container] = pod.containers

/** The words that the program gets in the Pod of an index. */
function wordsOf(index: number): string[] {
  const values = container.env.map(({ name, value }: { name: string; value: string }) => [name, value])
  const env = { ...process.env, ...Object.fromEntries(values), JOB_COMPLETION_INDEX: String(index) }
  const script = container.args[0].replace('exec node /vitrine/main.js', 'printf "%s\\n"')
  return execFileSync('sh', ['-c', script], { env, encoding: 'utf8' }).trimEnd().split('\n')
}

test('an Indexed Job whose Pods take one range of seeds after the other', () => {
  expect(job).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job', spec: { completionMode: 'Indexed' } })
  let next = 1
  for (const index of [0, 1, 2, job.spec.completions - 1]) {
    const words = wordsOf(index)
    expect(words[0]).toBe('fuzz')
    for (const option of words.filter((word) => word.startsWith('--'))) expect(fuzz.help).toContain(option)
    const value = (option: string): number => Number(words[words.indexOf(option) + 1])
    if (index < 3) expect(value('--from')).toBe(next)
    next = value('--from') + value('--seeds')
  }
  expect(next).toBe(10_001)
  expect(job.spec.maxFailedIndexes).toBe(job.spec.completions)
})

test('the simulated cluster takes its Pod', () => {
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'fuzz', ...job.spec.template.metadata },
    spec: pod,
  }
  const files = { 'pod.json': JSON.stringify(manifest) }
  const story: Story = {
    ...{ seed: 1, profile: 'calm', settle: 20_000, end: 5_000, settled: false },
    topology: { controlPlanes: 1, etcd: 1, nodes: 1 },
    steps: [{ at: 0, deed: { kubectl: 'create -f pod.json', files } }],
  }
  const printed: unknown[] = []
  playStory(story, {
    onEvent: (event) => {
      if (event.type === 'output' && 'stdout' in event) printed.push(event.stdout, event.stderr)
    },
  })
  expect(printed.join('')).toBe('pod/fuzz created\n')
})

test('logs of all Pods make one result', () => {
  const gather = (input: string) => {
    const { status, stdout } = spawnSync(process.execPath, [join(example, 'gather.mjs')], {
      input,
      encoding: 'utf8',
    })
    return { status, stdout }
  }
  const report = (seeds: number, ...violations: object[]): string =>
    JSON.stringify({ seeds, virtualSeconds: 3600, wallSeconds: 9, violations })
  const violation = { seed: 7, check: 'etcd-durable', message: 'it is lost', again: 'vitrine fuzz --from 7' }
  expect(gather(`${report(10)}\n[pod/fuzz-1] ${report(20)}\n`)).toEqual({
    status: 0,
    stdout: '2 reports, 30 seeds, 2.0 h of virtual time in 18 s of computing: 0 violations\n',
  })
  expect(gather(report(10, violation))).toEqual({
    status: 1,
    stdout: expect.stringContaining('FAIL seed 7  etcd-durable: it is lost\n     vitrine fuzz --from 7\n'),
  })
  expect(gather('Error from server\n').status).toBe(2)
})
