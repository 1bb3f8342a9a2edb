// Each scenario plays through to its end on the page, in both languages, and reaches what it reaches headless.

import type { RunResult } from '../src/session/headless.ts'
import { playHeadless } from './headless.ts'
import { expect, languages, test } from './vitrine-page.ts'

const scenarios = [
  'pod-creation',
  'node-down',
  'etcd-member-down',
  'etcd-majority-down',
  'rolling-update',
  'hundred-nodes',
]

/** Each scenario is played headless once in a worker of the tests. */
const results = new Map<string, Promise<RunResult>>()

function headless(scenario: string): Promise<RunResult> {
  const known = results.get(scenario)
  if (known !== undefined) return known
  const result = playHeadless(scenario)
  results.set(scenario, result)
  return result
}

for (const scenario of scenarios)
  for (const language of languages)
    test(`${scenario} plays to its end (${language})`, async ({ open }) => {
      test.setTimeout(300_000)
      const expected = await headless(scenario)
      expect(expected.failures).toEqual([])
      const vitrine = await open({ language, query: { scenario } })
      const { page, texts } = vitrine
      const { stopped } = texts.timeline
      const end = page.getByText(stopped.end)
      const quiet = page.getByText(stopped.quiet)
      await page.evaluate(() => window.vitrine!.play(2000))
      for (;;) {
        await vitrine.answerUntil(end.or(quiet))
        if (await end.isVisible()) break
        // The next chapter's command is ready.
        const { now } = await vitrine.state()
        await vitrine.button(texts.timeline.play).click()
        await expect.poll(async () => (await vitrine.state()).now).toBeGreaterThan(now)
      }
      await expect(vitrine.notices.filter({ hasText: /\S/ })).toHaveCount(0)
      const { milestones } = await vitrine.state()
      expect(milestones.map(({ id }) => id)).toEqual(expected.milestones.map(({ id }) => id))
      const told = vitrine.story.getByRole('list', { name: texts.story.steps })
      await expect(told.getByText(texts.story.next, { exact: true })).toHaveCount(0)
    })

test('seeking through a scenario with several chapters makes the history of the headless run', async ({
  open,
}) => {
  const expected = await headless('etcd-member-down')
  const vitrine = await open({ query: { scenario: 'etcd-member-down' } })
  for (const position of [expected.milestones.at(-1)?.id ?? '', expected.virtualMicros])
    await vitrine.page.evaluate((to) => window.vitrine!.seek(to), position)
  const state = await vitrine.state()
  expect(state.milestones).toEqual(expected.milestones)
  expect(state.digest).toBe(expected.digest)
})

test('another scenario is chosen in the header', async ({ open }) => {
  const vitrine = await open()
  const { page, texts } = vitrine
  await page.getByRole('combobox', { name: texts.app.scenario }).selectOption('node-down')
  await expect(vitrine.story.getByRole('button', { name: /power/i }).first()).toBeVisible()
  expect((await vitrine.state()).pods).toEqual([])
})
