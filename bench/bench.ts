// What the simulation and its views cost, headless: `npm run bench`, or `npm run bench -- --write` to keep the results
// in bench/results.md. What the page costs in a browser is measured by e2e/performance.spec.ts.

import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { emptyStage, foldStage } from '../src/projections/stage.ts'
import { loadLateParts } from '../src/session/load-late-parts.ts'
import { Player } from '../src/session/player.ts'
import { parseScenario } from '../src/session/scenario-file.ts'
import { Screen } from '../src/session/screen.ts'
import { Session } from '../src/session/session.ts'
import { worldFor } from '../src/session/world.ts'
import { Kernel } from '../src/sim/kernel/kernel.ts'
import type { Timing } from './measure.ts'
import { cpuOf, shares, summary, time } from './measure.ts'

const tenMinutes = 600_000_000
const seeks = 300

function open(name: string): Session {
  const file = new URL(`../src/scenarios/${name}.yaml`, import.meta.url)
  const scenario = parseScenario(readFileSync(file, 'utf8'))
  return new Session({ scenario, seed: scenario.seed, world: worldFor(scenario, scenario.seed) })
}

type Row = readonly [what: string, figure: string]

const millis = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`
const inWords = ({ median, p95, longest }: Timing): string =>
  `median ${millis(median)}, 95th percentile ${millis(p95)}, longest ${millis(longest)}`

/** A 3-node cluster at rest for ten minutes after a Pod was created: what heartbeats cost, with everything recorded. */
function measureRest(): Row[] {
  const session = open('pod-creation')
  session.seek({ step: '13.3' })
  const { branch } = session
  const eventsBefore = branch.recording.length
  const perSecond: number[] = []
  for (let minute = 0; minute < 10; minute++)
    perSecond.push(cpuOf(() => session.goTo(branch.head + tenMinutes / 10)) / 60)
  const events = branch.recording.length - eventsBefore
  return [
    [
      'a simulated second of 3 nodes and 3 etcd members at rest',
      `median ${millis(summary(perSecond).median)} CPU`,
    ],
    ['events recorded in that second', (events / 600).toFixed(0)],
  ]
}

/** Moving about in ten minutes of history: the whole way of a seek but for the page's own drawing. */
function measureMoves(name: string, step: string): Row[] {
  const session = open(name)
  session.seek({ step })
  const end = session.start + tenMinutes
  session.goTo(end)
  const screen = new Screen(session, new Player(session))
  screen.frame()
  const moments = shares(seeks).map((share) => Math.round(session.start + tenMinutes * share))
  const seek = time(seeks, (call) => {
    session.seek({ at: moments[call] ?? end })
    screen.frame()
  })
  const lengths = shares(seeks).map((share) => Math.floor(session.branch.recording.length * share))
  const fold = time(seeks, (call) => void session.branch.stage.at(lengths[call] ?? 0))
  session.goTo(end)
  const forward = time(30, () => {
    session.step('message', 1)
    screen.frame()
  })
  return [
    [`${name}: a seek and its frame, anywhere in ten minutes`, inWords(seek)],
    [`${name}: the stage at any event, folded from the nearest keyframe`, inWords(fold)],
    [`${name}: a message step and its frame`, inWords(forward)],
  ]
}

/** One pass over all events, as opening a long recording does. */
function measureFold(): Row[] {
  const session = open('pod-creation')
  session.goTo(session.start + tenMinutes)
  const { kernel, recording } = session.branch
  const events = recording.all()
  const all = time(5, () => {
    let stage = emptyStage({ hosts: kernel.hosts(), processes: kernel.slots() })
    for (const event of events) stage = foldStage(stage, event)
  })
  return [['folding one event into the stage', `${((all.median * 1000) / events.length).toFixed(2)} µs`]]
}

function measureCheckpoints(): Row[] {
  const session = open('pod-creation')
  session.seek({ step: '13.3' })
  const { kernel } = session.branch
  const taken = time(200, () => {
    // Something has to happen in between: what did not change is shared with the checkpoint before.
    for (let delivery = 0; delivery < 50; delivery++) kernel.step()
    kernel.checkpoint()
  })
  const steps = time(200, () => {
    for (let delivery = 0; delivery < 50; delivery++) kernel.step()
  })
  const checkpoint = kernel.checkpoint()
  const { options } = worldFor(session.scenario, session.seed)
  const restored = time(100, () => void Kernel.restore(options, checkpoint))
  const forked = time(20, () => void session.branch.fork('twin', session.cursor, 'bench'))
  return [
    [
      'a checkpoint each 50 deliveries, beyond the deliveries',
      millis(Math.max(0, taken.median - steps.median)),
    ],
    ['restoring a kernel from a checkpoint', inWords(restored)],
    ['a branch from a moment in the past', inWords(forked)],
  ]
}

await loadLateParts()
const rows: Row[] = [
  ...measureRest(),
  ...measureMoves('pod-creation', '13.3'),
  ...measureMoves('node-down', 'elsewhere'),
  ...measureFold(),
  ...measureCheckpoints(),
]
const table = [
  '| what | figure |',
  '|---|---|',
  ...rows.map(([what, figure]) => `| ${what} | ${figure} |`),
].join('\n')
console.log(table)
if (process.argv.includes('--write')) {
  const file = new URL('results.md', import.meta.url)
  const machine = `Node.js ${process.versions.node} on ${availableParallelism()} cores.`
  const kept = /\n## [\s\S]*/.exec(readFileSync(file, 'utf8'))?.[0] ?? ''
  writeFileSync(
    file,
    `# Measured\n\n${machine} \`npm run bench -- --write\` writes this table.\n\n${table}\n${kept}`,
  )
}
