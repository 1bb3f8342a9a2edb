// What a large cluster costs the page's worker, headless: `npm run bench:large -- --nodes 1000 --pods 2000`. Frames are
// measured in the bytes of their structured clone, which is what both threads have to pay for.

import { parseArgs } from 'node:util'
import { serialize } from 'node:v8'
import { loadLateParts } from '../src/session/load-late-parts.ts'
import { Player } from '../src/session/player.ts'
import { parseScenario } from '../src/session/scenario-file.ts'
import { Screen } from '../src/session/screen.ts'
import { Session } from '../src/session/session.ts'
import { clusterState } from '../src/session/state.ts'
import { worldFor } from '../src/session/world.ts'
import type { Timing } from './measure.ts'
import { cpuOf, summary, time } from './measure.ts'

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '1000' },
    pods: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '10' },
  },
})
const nodes = Number(values.nodes)
const pods = Number(values.pods)

const scenarioFile = `
name: large
title: { en: Large, zh-CN: Large }
about: { en: Large, zh-CN: Large }
seed: 1
topology: { controlPlanes: 1, etcd: 3, nodes: ${nodes} }
settle: 20s
chapters:
  - id: rest
    title: { en: Rest, zh-CN: Rest }
    intro: { en: Rest, zh-CN: Rest }
`

const say = (what: string, figure: string): void => console.log(`| ${what} | ${figure} |`)
const millis = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`
const inWords = ({ median, p95, longest }: Timing): string =>
  `median ${millis(median)}, 95th percentile ${millis(p95)}, longest ${millis(longest)}`
const heap = (): string => {
  globalThis.gc?.()
  return `${Math.round(process.memoryUsage().heapUsed / 1024 / 1024)} MiB`
}

/** Real time at speed 1, a tick each 16 ms of the screen, as the worker does it. */
function measurePlay(
  session: Session,
  player: Player,
  screen: Screen,
  ticks: number,
): Record<string, string> {
  const ticked: number[] = []
  const framed: number[] = []
  const bytes: number[] = []
  player.play(1, 'real')
  for (let tick = 0; tick < ticks; tick++) {
    ticked.push(cpuOf(() => void player.tick(16)))
    let frame: unknown
    framed.push(
      cpuOf(() => {
        frame = screen.frame()
      }),
    )
    bytes.push(serialize(frame).length)
    if (!player.playing) player.play(1, 'real')
  }
  player.pause()
  return {
    'a tick of 16 ms': inWords(summary(ticked)),
    'a frame': inWords(summary(framed)),
    "a frame's size": `median ${(summary(bytes).median / 1024).toFixed(1)} KiB, longest ${(summary(bytes).longest / 1024).toFixed(0)} KiB`,
    'virtual time': `${(session.cursor / 1e6).toFixed(1)} s`,
  }
}

await loadLateParts()
const scenario = parseScenario(scenarioFile)
let session: Session | undefined
const opening = cpuOf(() => {
  session = new Session({ scenario, seed: 1, world: worldFor(scenario, 1) })
})
if (session === undefined) throw new Error('there is no session')
const opened = session
say(`${nodes} nodes: until they are at rest`, `${millis(opening)} CPU`)
say('heap', heap())
const player = new Player(opened)
const screen = new Screen(opened, player)
let first: unknown
const firstFrame = (): Timing =>
  time(1, () => {
    first = screen.frame()
  })
say('the first frame', millis(firstFrame().median))
say('its size', `${(serialize(first).length / 1024).toFixed(0)} KiB`)
say('state()', inWords(time(3, () => void clusterState(opened))))
const ticks = (Number(values.seconds) * 1000) / 16
for (const [what, figure] of Object.entries(measurePlay(opened, player, screen, ticks)))
  say(`at rest: ${what}`, figure)
if (pods > 0) {
  opened.kubectl(`create deployment web --image=nginx:1.28 --replicas=${pods}`, {})
  for (const [what, figure] of Object.entries(measurePlay(opened, player, screen, ticks)))
    say(`while Pods come: ${what}`, figure)
  say(`${pods} Pods, 60 s`, `${millis(cpuOf(() => opened.goTo(opened.branch.head + 60_000_000)))} CPU`)
  say('the frame after that', millis(firstFrame().median))
  say('its size', `${(serialize(first).length / 1024).toFixed(0)} KiB`)
  say('state()', inWords(time(3, () => void clusterState(opened))))
}
say('heap', heap())
say(
  'a checkpoint',
  inWords(
    time(20, () => {
      for (let delivery = 0; delivery < 200; delivery++) opened.branch.step()
      opened.branch.kernel.checkpoint()
    }),
  ),
)
const end = opened.branch.head
opened.goTo(end)
for (const share of [0.99, 0.9, 0.5]) {
  const at = Math.round(opened.start + (end - opened.start) * share)
  say(
    `a seek to ${share} of the session, and its frame`,
    inWords(
      time(1, () => {
        opened.goTo(at)
        screen.frame()
      }),
    ),
  )
  say(
    `a branch from ${share} of the session`,
    inWords(time(1, () => void opened.branch.fork('twin', at, 'bench'))),
  )
}
say('heap', heap())
