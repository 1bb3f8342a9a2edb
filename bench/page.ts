// What a large cluster costs the page in Chromium: `npm run build && npx tsx bench/page.ts --nodes 5000 --pods 20000`. Opens
// the built page, has Deployments of a hundred Pods each created, and prints how evenly its own thread draws meanwhile.

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
/** To ask costs the worker some time: the answer holds every Pod. */
const LOOK_AGAIN_MILLIS = 10_000

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
  deployment(`web-${index + 1}`, Math.min(PODS_OF_A_DEPLOYMENT, pods - index * PODS_OF_A_DEPLOYMENT)),
).join('---\n')

/** Plays for so long, and moves the picture about meanwhile where asked to. */
async function timePlay(page: Page, what: string): Promise<void> {
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
  const { median, p95, longest } = summary(frames)
  const { now, ready } = await page.evaluate(async () => {
    const state = await window.vitrine?.state()
    return { now: state?.now ?? 0, ready: state?.pods.filter((pod) => pod.ready).length ?? 0 }
  })
  say(
    what,
    `frames: median ${median.toFixed(1)} ms, 95th percentile ${p95.toFixed(1)} ms, longest ${longest.toFixed(0)} ms; longest task ${Math.max(...tasks).toFixed(0)} ms; at ${(now / 1e6).toFixed(0)} s of virtual time, ${ready} Pods ready`,
  )
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
await timePlay(page, 'at rest')
const created = await page.evaluate(
  (file) => window.vitrine?.kubectl('create -f many.yaml', { 'many.yaml': file }),
  manifest,
)
if (created?.exitCode !== 0) throw new Error(created?.stderr)
const begun = performance.now()
await timePlay(page, 'while Pods come')
let left = pods
while (left > 0 && performance.now() - begun < Number(values.patience) * 60_000) {
  await page.waitForTimeout(LOOK_AGAIN_MILLIS)
  const { now, ready } = await page.evaluate(async () => {
    const state = await window.vitrine?.state()
    await window.vitrine?.play()
    return { now: state?.now ?? 0, ready: state?.pods.filter((pod) => pod.ready).length ?? 0 }
  })
  left = pods - ready
  console.error(
    `${((performance.now() - begun) / 1000).toFixed(0)} s: ${ready} Pods ready at ${(now / 1e6).toFixed(0)} s`,
  )
}
const waited = `${((performance.now() - begun) / 1000).toFixed(0)} s`
say('until the Pods are ready', left > 0 ? `given up after ${waited}: ${left} are not` : waited)
await timePlay(page, 'at rest with the Pods')
if (values.screenshot !== undefined) await page.screenshot({ path: values.screenshot })
const acted = await page.evaluate(async () => {
  await window.vitrine?.pause()
  const state = await window.vitrine?.state()
  await window.vitrine?.seek({ at: (state?.now ?? 0) - 2_000_000 })
  const started = performance.now()
  await window.vitrine?.fault({ fault: 'host-down', target: 'node-1' })
  return performance.now() - started
})
say('acting two seconds back', `${(acted / 1000).toFixed(2)} s`)
await browser.close()
await server.close()
