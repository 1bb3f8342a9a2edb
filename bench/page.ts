// What a large cluster costs the page in Chromium: `npm run build && npx tsx bench/page.ts --nodes 5000 --pods 20000`. Opens
// the built page, has Deployments of a hundred Pods each created, and prints how evenly its own thread draws meanwhile, how
// much memory the largest tab on the machine has, and how long it takes to go back and to act there.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Page } from '@playwright/test'
import { chromium } from '@playwright/test'
import { preview } from 'vite'
import { findChromium } from '../scripts/chromium.mjs'
import type { VitrineApi } from '../src/ui/automation.ts'
import { summary } from './measure.ts'

declare global {
  interface Window {
    vitrine?: VitrineApi
  }
}

const { values } = parseArgs({
  options: {
    nodes: { type: 'string', default: '1000' },
    pods: { type: 'string', default: '5000' },
    /** Of each measured stretch, in seconds of the screen's time. */
    seconds: { type: 'string', default: '15' },
    speed: { type: 'string', default: '1' },
    screenshot: { type: 'string' },
    /** When to stop waiting for the Pods, in minutes. */
    patience: { type: 'string', default: '15' },
  },
})
const nodes = Number(values.nodes)
const pods = Number(values.pods)
const PODS_OF_A_DEPLOYMENT = 100

const say = (what: string, figure: string): void => console.log(`| ${what} | ${figure} |`)

const deployment = (name: string, replicas: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers: [{ name: web, image: nginx:1.28 }]
`

const manifest = Array.from({ length: Math.ceil(pods / PODS_OF_A_DEPLOYMENT) }, (_, index) =>
  deployment(`many-${index + 1}`, Math.min(PODS_OF_A_DEPLOYMENT, pods - index * PODS_OF_A_DEPLOYMENT)),
).join('---\n')

interface Stretch {
  readonly frames: readonly number[]
  readonly longestTask: number
  /** Pods that were ready in the end, and when that was in the cluster. */
  readonly ready: number
  readonly at: string
}

/** Plays for so long. */
async function play(page: Page): Promise<Stretch> {
  const { frames, tasks } = await page.evaluate(
    async ({ millis, speed }) => {
      const tasks: number[] = [0]
      const observer = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration)
      })
      observer.observe({ entryTypes: ['longtask'] })
      await window.vitrine?.play(speed)
      const frames: number[] = []
      const started = performance.now()
      let last = started
      while (last - started < millis) {
        const now = await new Promise<number>(requestAnimationFrame)
        frames.push(now - last)
        last = now
      }
      observer.disconnect()
      return { frames: frames.slice(2), tasks }
    },
    { millis: Number(values.seconds) * 1_000, speed: Number(values.speed) },
  )
  const { now, ready } = await page.evaluate(async () => {
    const state = await window.vitrine?.state()
    return {
      now: state?.now ?? 0,
      ready: state?.pods.filter(({ name, ready }) => ready && name.startsWith('many-')).length ?? 0,
    }
  })
  return { frames, longestTask: Math.max(...tasks), ready, at: `${(now / 1e6).toFixed(0)} s` }
}

function inWords(stretches: readonly Stretch[]): string {
  const { median, p95, longest } = summary(stretches.flatMap(({ frames }) => frames))
  const task = Math.max(...stretches.map(({ longestTask }) => longestTask))
  const last = stretches.at(-1)
  return `frames: median ${median.toFixed(1)} ms, 95th percentile ${p95.toFixed(1)} ms, longest ${longest.toFixed(0)} ms; longest task ${task.toFixed(0)} ms; at ${last?.at} of virtual time, ${last?.ready} Pods ready`
}

/** What the machine gives the tab's process, in MiB; 0 where /proc does not tell. */
function memoryOfTab(): number {
  if (!existsSync('/proc')) return 0
  const sizes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return 0
        return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
      } catch {
        return 0
      }
    })
  return Math.round(Math.max(0, ...sizes) / 1024)
}

const server = await preview({ preview: { port: 0, host: '127.0.0.1' }, logLevel: 'error' })
const address = server.resolvedUrls?.local[0] ?? ''
const found = findChromium()
const browser = await chromium.launch({
  ...(found === undefined || found === 'playwright' ? {} : { executablePath: found }),
  args: ['--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
})
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
page.setDefaultTimeout(1_200_000)
const opening = performance.now()
await page.goto(`${address}?scenario=hundred-nodes&nodes=${nodes}`)
await page.waitForFunction(() => window.vitrine !== undefined)
await page.evaluate(() => window.vitrine?.ready)
say(`opening ${nodes} nodes`, `${((performance.now() - opening) / 1000).toFixed(1)} s`)
// The story's own chapters run meanwhile: two hundred Pods, five nodes that go dark and come back.
await page.evaluate((speed) => window.vitrine?.play(speed), Number(values.speed))
await page.locator('.story-option').first().click()
say('while the story has two hundred Pods made', inWords([await play(page)]))
const created = await page.evaluate(
  (file) => window.vitrine?.kubectl('create -f many.yaml', { 'many.yaml': file }),
  manifest,
)
if (created?.exitCode !== 0) throw new Error(created?.stderr)
const begun = performance.now()
const first = await play(page)
say('in the first seconds after creating them', inWords([first]))
const rest: Stretch[] = []
let left = pods - first.ready
while (left > 0 && performance.now() - begun < Number(values.patience) * 60_000) {
  const stretch = await play(page)
  rest.push(stretch)
  left = pods - stretch.ready
  const seconds = ((performance.now() - begun) / 1000).toFixed(0)
  console.error(`${seconds} s, ${memoryOfTab()} MiB: ${inWords([stretch])}`)
}
if (rest.length > 0) say('while the others come', inWords(rest))
const waited = `${((performance.now() - begun) / 1000).toFixed(0)} s`
say('until the Pods are ready', left > 0 ? `given up after ${waited}: ${left} are not` : waited)
say('with the Pods', inWords([await play(page)]))
say('memory of the process', `${memoryOfTab()} MiB`)
if (values.screenshot !== undefined) await page.screenshot({ path: values.screenshot })
// Each starts from the head of the branch that the one before made.
for (const seconds of [2, 2, 4, 10]) {
  const took = await page.evaluate(async (back) => {
    await window.vitrine?.pause()
    await window.vitrine?.seek('head')
    const end = (await window.vitrine?.state())?.now ?? 0
    const times = [performance.now()]
    await window.vitrine?.seek({ at: end - back * 1_000_000 })
    await new Promise(requestAnimationFrame)
    times.push(performance.now())
    await window.vitrine?.fault({ fault: 'host-down', target: 'node-1' })
    times.push(performance.now())
    return times.slice(1).map((time, index) => `${((time - (times[index] ?? 0)) / 1000).toFixed(2)} s`)
  }, seconds)
  say(`going ${seconds} seconds back; acting there`, took.join('; '))
}
await browser.close()
await server.close()
