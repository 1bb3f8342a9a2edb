// How fast the page is: frames a second while it plays, and seeks in a long session. Runs when the other tests are done,
// alone. What is measured is printed and kept with the test's result.

import type { VitrinePage } from './vitrine-page.ts'
import { expect, test } from './vitrine-page.ts'

const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function report(what: string, figures: Readonly<Record<string, number>>): void {
  const text = Object.entries(figures)
    .map(([name, value]) => `${name} ${value.toFixed(1)}`)
    .join(', ')
  test.info().annotations.push({ type: what, description: text })
  console.log(`      ${what}: ${text}`)
}

/** The lengths of the frames from now until the page stops playing, in milliseconds. */
const framesOfPlay = ({ page, texts }: VitrinePage) =>
  page.evaluate(async (name) => {
    const pause = document.querySelector('.play')
    const lengths: number[] = []
    let last = performance.now()
    while (pause?.getAttribute('aria-label') === name) {
      const now = await new Promise(requestAnimationFrame)
      lengths.push(now - last)
      last = now
    }
    return lengths.slice(2)
  }, texts.timeline.pause)

test('pod-creation plays at more than 50 frames a second, without a stall', async ({ open }) => {
  test.setTimeout(480_000)
  // A machine that does something else for a moment may spoil a play, not three in a row.
  for (let attempt = 1; ; attempt++) {
    const vitrine = await open()
    const { page, texts } = vitrine
    const end = page.getByText(texts.timeline.stopped.end)
    const option = vitrine.options.first()
    await vitrine.button(texts.timeline.play).click()
    const frames: number[] = []
    for (;;) {
      await vitrine.playing()
      frames.push(...(await framesOfPlay(vitrine)))
      await expect(option.or(end).first()).toBeVisible()
      if (await end.isVisible()) break
      await option.click()
      await page.getByRole('button', { name: texts.story.goOn }).click()
    }
    const longest = Math.max(...frames)
    const median = 1000 / quantile(frames, 0.5)
    const total = frames.reduce((sum, length) => sum + length, 0)
    report(`play ${attempt}`, {
      seconds: total / 1000,
      'median frames/s': median,
      'mean frames/s': (1000 * frames.length) / total,
      'frames over 20 ms, %': (100 * frames.filter((length) => length > 20).length) / frames.length,
      '99th percentile, ms': quantile(frames, 0.99),
      'longest frame, ms': longest,
    })
    const isSmooth = median >= 50 && longest <= 250
    if (attempt < 3 && !isSmooth) continue
    expect({ isSmooth, median, longest }).toMatchObject({ isSmooth: true })
    return
  }
})

/** Milliseconds from the call until the moment is applied and painted, for moments all over the session. */
const timeSeeks = ({ page }: VitrinePage, from: number, to: number, count: number) =>
  page.evaluate(
    async ([first, last, times]) => {
      let random = 1
      const lengths: number[] = []
      for (let seek = 0; seek < times; seek++) {
        // The minimal standard generator: the same moments in every run.
        random = (random * 48271) % 2147483647
        const at = Math.round(first + ((last - first) * random) / 2147483647)
        const started = performance.now()
        await window.vitrine!.seek(at)
        lengths.push(performance.now() - started)
      }
      return lengths
    },
    [from, to, count] as const,
  )

const tenMinutes = 600_000_000

for (const scenario of ['pod-creation', 'node-down'])
  test(`a seek to anywhere in ten minutes of ${scenario} takes less than 100 ms`, async ({ open }) => {
    const vitrine = await open({ query: { scenario } })
    const { now } = await vitrine.state()
    const last = { 'pod-creation': '13.3', 'node-down': 'elsewhere' }[scenario] ?? ''
    await vitrine.page.evaluate((step) => window.vitrine!.seek(step), last)
    const end = now + tenMinutes
    await vitrine.page.evaluate((at) => window.vitrine!.seek(at), end)
    for (let attempt = 1; ; attempt++) {
      const lengths = await timeSeeks(vitrine, now, end, 150)
      const p95 = quantile(lengths, 0.95)
      report(`seek ${attempt}`, {
        'median ms': quantile(lengths, 0.5),
        '95th percentile ms': p95,
        'longest ms': Math.max(...lengths),
      })
      if (attempt < 3 && p95 >= 100) continue
      expect(p95).toBeLessThan(100)
      return
    }
  })

test('memory does not grow with the number of seeks', async ({ page, open }) => {
  const vitrine = await open({ query: { step: '13.3' } })
  const { now } = await vitrine.state()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('HeapProfiler.enable')
  const used = async (): Promise<number> => {
    await devtools.send('HeapProfiler.collectGarbage')
    return (await devtools.send('Runtime.getHeapUsage')).usedSize / 1024 / 1024
  }
  await timeSeeks(vitrine, 20_000_000, now, 50)
  const before = await used()
  await timeSeeks(vitrine, 20_000_000, now, 200)
  const after = await used()
  report('heap of the page', { 'MiB before': before, 'MiB after 200 seeks': after })
  expect(after - before).toBeLessThan(8)
})

/** Frames and long tasks of the page's own thread while it plays for so long. */
const timePlay = ({ page }: VitrinePage, millis: number) =>
  page.evaluate(async (length) => {
    const tasks: number[] = [0]
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration)
    })
    observer.observe({ entryTypes: ['longtask'] })
    const frames: number[] = []
    const started = performance.now()
    await window.vitrine!.play(1)
    let last = performance.now()
    while (last - started < length) {
      const now = await new Promise(requestAnimationFrame)
      frames.push(now - last)
      last = now
    }
    await window.vitrine!.pause()
    observer.disconnect()
    return { frames: frames.slice(2), longestTask: Math.max(...tasks) }
  }, millis)

test('a thousand nodes run without a hitch of the page', async ({ open }) => {
  const vitrine = await open({ query: { scenario: 'hundred-nodes', nodes: '1000' } })
  await expect(vitrine.stage).toContainText(vitrine.texts.stage.fleetNodes(1000))
  await vitrine.page.evaluate(() => window.vitrine!.seek('first-choice'))
  for (let attempt = 1; ; attempt++) {
    const { frames, longestTask } = await timePlay(vitrine, 5_000)
    const median = quantile(frames, 0.5)
    const p95 = quantile(frames, 0.95)
    report(`a thousand nodes ${attempt}`, {
      'median frame, ms': median,
      '95th percentile, ms': p95,
      'longest task, ms': longestTask,
    })
    // What is aimed at is 17, 33 and 100 ms; bench/results.md has what a quiet machine measures. This notices a hitch that a
    // change brings, also where the machine does something else meanwhile.
    const isSmooth = median <= 20 && p95 <= 50 && longestTask <= 200
    if (attempt < 3 && !isSmooth) continue
    expect({ isSmooth, median, p95, longestTask }).toMatchObject({ isSmooth: true })
    return
  }
})
