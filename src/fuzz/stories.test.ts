// Stories are made from their seeds alone, mean the same as scenarios, and are made small without losing what they show.
import { expect, test } from 'vitest'
import type { Violation } from '../checks/check.ts'
import { playScenario } from '../session/headless.ts'
import { loadLateParts } from '../session/load-late-parts.ts'
import { parseScenario } from '../session/scenario-file.ts'
import { faults } from '../sim/faults/index.ts'
import { causesOf } from './explain.ts'
import { generateStory } from './generate.ts'
import { playStory } from './play.ts'
import { profiles } from './profiles.ts'
import { scenarioText } from './scenario-text.ts'
import { shrink } from './shrink.ts'
import type { Story } from './story.ts'
import { healedAt } from './story.ts'

await loadLateParts()

const TEN_MINUTES = 600_000_000
const all = profiles.get('all')!
const story = (seed: number, profile = all): Story => generateStory(seed, profile, TEN_MINUTES)

test.each([...profiles.values()].map((profile) => [profile.name, profile] as const))(
  'stories of profile %s stay within it, and everything heals in time',
  (_name, profile) => {
    for (let seed = 1; seed <= 15; seed++) {
      const one = story(seed, profile)
      expect(story(seed, profile)).toEqual(one)
      const { nodes, etcd } = one.topology
      expect(profile.members).toContain(etcd)
      expect(nodes >= profile.nodes[0] && nodes <= profile.nodes[1]).toBe(true)
      expect(one.steps.map(({ at }) => at)).toEqual(one.steps.map(({ at }) => at).sort((a, b) => a - b))
      const own = one.steps.filter(({ mends }) => mends === undefined)
      expect(one.end - healedAt({ steps: own })).toBeGreaterThanOrEqual(420_000)
      expect((one.settle + one.end) * 1000).toBeLessThanOrEqual(TEN_MINUTES)
      expect(one.steps.filter(({ deed }) => 'fault' in deed).length).toBeLessThanOrEqual(profile.count[1])
    }
  },
)

test('every fault of the catalogue is chosen sooner or later, but for those that have to be aimed', () => {
  const chosen = new Set<string>()
  for (let seed = 1; seed <= 200; seed++)
    for (const { deed } of story(seed).steps) if ('fault' in deed) chosen.add(deed.fault.fault)
  const aimed = ['message-dropped', 'watch-event-lost']
  expect([...chosen, ...aimed].sort()).toEqual([...faults.keys()].sort())
})

test.each([2, 6, 14])(
  'seed %i is the same history played alone and as a scenario',
  { timeout: 300_000 },
  (seed) => {
    const whole = story(seed)
    const short: Story = {
      ...whole,
      steps: whole.steps.filter(({ at }) => at < 20_000),
      end: 25_000,
      settled: false,
    }
    const { digest, refused, violation } = playStory(short, { digests: true })
    expect(violation).toBeUndefined()
    const told: Story = { ...short, steps: short.steps.filter((_, index) => !refused.includes(index)) }
    const text = scenarioText(told, { check: 'none', at: 0, seq: 0, message: 'nothing' })
    const { result } = playScenario(parseScenario(text))
    expect(result.failures).toEqual([])
    expect(result.digest).toBe(digest)
  },
)

test('what nobody reads changes nothing', { timeout: 300_000 }, () => {
  const steps = story(2).steps.filter(({ at }) => at < 5_000)
  const short: Story = { ...story(2), steps, end: 10_000, settled: false }
  const read = playStory(short, { digests: true, onEvent: () => {} })
  expect(read.digest).not.toBeNull()
  expect(playStory(short, { digests: true })).toEqual(read)
})

test('what led to a violation is told from the user’s act on', () => {
  const create = { kubectl: 'create deployment web --image=nginx:1.29' }
  const short: Story = {
    ...story(1),
    ...{ topology: { controlPlanes: 1, etcd: 1, nodes: 1 }, steps: [{ at: 0, deed: create }] },
    ...{ end: 10_000, settled: false },
  }
  let shown: Violation = { check: 'none', at: 0, seq: 0, message: '' }
  playStory(short, {
    onEvent: (event) => {
      const isPod = event.type === 'storage' && 'key' in event && event.key.includes('/pods/default/web-')
      if (isPod) shown = { ...shown, at: event.at, seq: event.seq }
    },
  })
  const causes = causesOf(short, shown)
  expect(causes[0]).toContain('kubectl create deployment web')
  expect(causes.at(-1)).toContain('/registry/pods/default/web-')
  expect(causes.length).toBeGreaterThan(5)
})

test('a failing story is made small while the same check fails', () => {
  const violation = (at: number): Violation => ({ check: 'broken', at, seq: 1, message: 'it broke' })
  const isGuilty = ({ deed }: Story['steps'][number]): boolean =>
    'kubectl' in deed ? deed.kubectl === 'guilty' : deed.fault.target === 'guilty'
  const play = ({ steps, topology, settle, end }: Story) => {
    const guilty = steps.filter(isGuilty)
    const last = guilty[1]
    const broken = guilty.length > 1 && topology.etcd >= 3 && last !== undefined && end >= last.at
    return { violation: broken ? violation((settle + last.at) * 1000) : undefined, refused: [] }
  }
  const steps: Story['steps'] = Array.from({ length: 40 }, (_, index) => ({
    at: 1000 + index * 1000,
    deed:
      index === 7
        ? { kubectl: 'guilty' }
        : index === 29
          ? { fault: { fault: 'partition', target: 'guilty', for: '5s' } }
          : { kubectl: `get pods -l app=a${index}` },
  }))
  const big: Story = { ...story(1), topology: { controlPlanes: 1, etcd: 5, nodes: 4 }, steps, end: 90_000 }
  const small = shrink(big, violation(50_000_000), { play })
  expect(small.story.steps.map(({ deed }) => deed)).toEqual([steps[7]?.deed, steps[29]?.deed])
  expect(small.story.topology).toEqual({ controlPlanes: 1, etcd: 3, nodes: 1 })
  expect(small.story.end).toBeLessThan(1_000)
  expect(small.story.settled).toBe(false)
  expect(small.violation.check).toBe('broken')
  expect(small.tries).toBeLessThanOrEqual(150)
})
