// Reversible time: steps, seeks, branches, and the same history everywhere.

import type { ClusterState, StepSize } from '../src/worker/protocol.ts'
import { playHeadless } from './headless.ts'
import type { VitrinePage } from './vitrine-page.ts'
import { expect, test } from './vitrine-page.ts'

/** Steps through the page's own API and answers what was seen after each: one call, so that many steps stay cheap. */
const stepAndLook = (vitrine: VitrinePage, size: StepSize, direction: 1 | -1, times: number) =>
  vitrine.page.evaluate(
    async ([each, way, count]) => {
      const states: ClusterState[] = []
      for (let step = 0; step < count; step++) {
        await window.vitrine!.step(each, way)
        states.push(await window.vitrine!.state())
      }
      return states
    },
    [size, direction, times] as const,
  )

test('fifty messages forward and fifty back give every state again, digest included', async ({ open }) => {
  const vitrine = await open()
  const before = await vitrine.state()
  const pictureBefore = await vitrine.stageSnapshot()
  const forward = await stepAndLook(vitrine, 'message', 1, 50)
  const moments = [before, ...forward].map(({ now }) => now)
  expect(moments).toEqual([...new Set(moments)].sort((a, b) => a - b))
  const pictureAfter = await vitrine.stageSnapshot()
  expect(pictureAfter).not.toBe(pictureBefore)

  const back = await stepAndLook(vitrine, 'message', -1, 50)
  expect(back).toEqual([before, ...forward.slice(0, -1)].reverse())
  expect(await vitrine.stageSnapshot()).toBe(pictureBefore)

  await vitrine.page.evaluate((at) => window.vitrine!.seek(at), moments.at(-1) ?? 0)
  expect(await vitrine.state()).toEqual(forward.at(-1))
  expect(await vitrine.stageSnapshot()).toBe(pictureAfter)
})

test('the buttons step by the chosen size, and the stage looks the same on the way back', async ({
  open,
}) => {
  const vitrine = await open()
  const { page, texts } = vitrine
  const { timeline } = texts
  const forward = vitrine.button(timeline.stepForward)
  const back = vitrine.button(timeline.stepBack)
  for (const size of ['write', 'chapter', 'until-quiet'] as const) {
    await page.getByRole('combobox', { name: timeline.stepSize }).selectOption(size)
    await vitrine.button(timeline.toStart).click()
    const pictures: string[] = []
    const moments: number[] = []
    const look = async (): Promise<void> => {
      moments.push((await vitrine.state()).now)
      pictures.push(await vitrine.stageSnapshot())
    }
    await look()
    for (let step = 0; step < (size === 'until-quiet' ? 1 : 3); step++) {
      await forward.click()
      await look()
    }
    expect(moments, size).toEqual([...new Set(moments)].sort((a, b) => a - b))
    for (let step = moments.length - 2; step >= 0; step--) {
      await back.click()
      await expect.poll(async () => (await vitrine.state()).now, size).toBe(moments[step])
      expect(await vitrine.stageSnapshot(), size).toBe(pictures[step])
    }
  }
})

test('a step by write stops at each write, a step by chapter at each chapter, until quiet at the end', async ({
  open,
}) => {
  const vitrine = await open()
  const writes = await stepAndLook(vitrine, 'write', 1, 6)
  const { rows } = await vitrine.events({ level: 'story', types: ['storage'], limit: 1000 })
  for (const { now } of writes) expect(rows.map(({ at }) => at)).toContain(now)

  await vitrine.page.evaluate(() => window.vitrine!.seek('start'))
  const chapters = await stepAndLook(vitrine, 'chapter', 1, 5)
  expect(chapters.map(({ milestones }) => milestones.at(-1)?.id)).toEqual(['1', '3', '6', '10', '13'])

  await vitrine.page.evaluate(() => window.vitrine!.seek('start'))
  const [quiet] = await stepAndLook(vitrine, 'until-quiet', 1, 1)
  expect(quiet?.milestones.at(-1)?.id).toBe('13.3')
  expect(quiet?.pods).toMatchObject([{ phase: 'Running', ready: true }])
})

test('the timeline is a slider: it is scrubbed by mouse, and a milestone on it is a moment to go to', async ({
  open,
}) => {
  const vitrine = await open({ query: { step: '13.3' } })
  const { page, timeline } = vitrine
  const box = (await timeline.boundingBox())!
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.9, y)
  await page.mouse.down()
  const values: number[] = []
  for (const share of [0.7, 0.5, 0.3, 0.1]) {
    await page.mouse.move(box.x + box.width * share, y)
    await expect
      .poll(async () => Math.abs(Number(await timeline.getAttribute('aria-valuenow')) - share * 1000))
      .toBeLessThan(30)
    values.push((await vitrine.state()).now)
  }
  await page.mouse.up()
  expect(values).toEqual([...values].sort((a, b) => b - a))
  expect(new Set(values).size).toBe(4)

  await page.getByRole('button', { name: /^10 · / }).click()
  await expect(vitrine.currentStep).toContainText('10')
  expect((await vitrine.state()).milestones.at(-1)?.id).toBe('10')
})

test('acting in the past makes a branch, and the old future can be gone back to', async ({ open }) => {
  const vitrine = await open({ query: { step: '13.3' } })
  const { page, texts } = vitrine
  const old = await vitrine.state()
  await vitrine.story.getByRole('button', { name: /^5 / }).click()
  await expect(vitrine.currentStep).toContainText('5')
  await vitrine.thing('kube-scheduler-1').click()
  await page.keyboard.press('k')
  const branches = page.getByRole('combobox', { name: texts.timeline.branches })
  await expect(branches.getByRole('option')).toHaveCount(2)
  await expect(branches).toHaveValue('branch-2')

  await page.evaluate((at) => window.vitrine!.seek(at), old.now)
  const now = await vitrine.state()
  expect(now.pods).toMatchObject([{ phase: 'Pending', node: null }])
  expect(now.digest).not.toBe(old.digest)

  await branches.selectOption({ label: texts.timeline.branchMain })
  await expect(branches).not.toHaveValue('branch-2')
  await page.evaluate((at) => window.vitrine!.seek(at), old.now)
  expect(await vitrine.state()).toEqual(old)
})

test('the browser and Node.js make the same history from the same seed, and another from another', async ({
  open,
}) => {
  const node = await playHeadless('pod-creation')
  const vitrine = await open({ query: { step: '13.3' } })
  const playedTo = async (page: VitrinePage, at: number): Promise<ClusterState> => {
    await page.page.evaluate((moment) => window.vitrine!.seek(moment), at)
    return page.state()
  }
  const browser = await playedTo(vitrine, node.virtualMicros)
  expect(browser.milestones).toEqual(node.milestones)
  expect(browser.digest).toBe(node.digest)

  const otherSeed = 12345
  const other = await playHeadless('pod-creation', otherSeed)
  expect(other.ok).toBe(true)
  expect(other.digest).not.toBe(node.digest)
  const seeded = await open({ query: { step: '13.3', seed: String(otherSeed) } })
  expect((await playedTo(seeded, other.virtualMicros)).digest).toBe(other.digest)
})
