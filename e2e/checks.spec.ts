// The checks on the page: a light in the header, and the list that says what each one promises.

import { AxeBuilder } from '@axe-core/playwright'
import { expect, languages, test } from './vitrine-page.ts'

const light = {
  en: (total: number) => `Checks: nothing is violated (${total} checks)`,
  'zh-CN': (total: number) => `检查：没有违反（共 ${total} 项）`,
}

for (const language of languages)
  test(`every check is listed, holds, and explains itself (${language})`, async ({ page, open }) => {
    const vitrine = await open({ language })
    const { checks } = await vitrine.state()
    expect(checks.length).toBeGreaterThan(20)
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    await page.getByRole('button', { name: light[language](checks.length) }).click()
    await expect(vitrine.tab(vitrine.texts.app.checks)).toHaveAttribute('aria-selected', 'true')
    await expect(page.locator('.checks').getByRole('listitem')).toHaveCount(checks.length)
    const { violations } = await new AxeBuilder({ page })
      .include('.checks')
      .include('.checks-light')
      .analyze()
    expect(violations).toEqual([])
  })

/** The first event of every history, which makes the cluster. Other numbers may be those of timers, which are no events. */
const FIRST_EVENT = 1

/** Makes the page believe that its host told of a violation by the event with this `seq`. */
const pretendViolation = (seq: number): void => {
  const listen = Worker.prototype.addEventListener
  Worker.prototype.addEventListener = function (this: Worker, type: string, listener: unknown) {
    const hear = listener as (event: Event) => void
    listen.call(this, type, (event: Event) => {
      const frame = (event as MessageEvent<{ frame?: { checks?: object } }>).data?.frame
      const broken = [{ name: 'pod-bound-once', times: 2, message: 'web moved', at: 20_000_000, seq }]
      if (frame?.checks) frame.checks = { ...frame.checks, broken }
      hear(event)
    })
  }
}

test('a violation is first in the list, in words, and leads to the event that shows it', async ({
  page,
  open,
}) => {
  await page.addInitScript(pretendViolation, FIRST_EVENT)
  const vitrine = await open()
  const { now: start } = await vitrine.state()
  await page.getByRole('button', { name: 'Checks: 1 violated' }).click()
  const first = page.locator('.checks').getByRole('listitem').first()
  await expect(first).toContainText('A Pod is bound once')
  await expect(first).toContainText('violated 2 times')
  await expect(first).toContainText('web moved')
  const { violations } = await new AxeBuilder({ page }).include('.checks').include('.checks-light').analyze()
  expect(violations).toEqual([])
  await first.getByRole('button', { name: 'Go to the event that violated “A Pod is bound once”' }).click()
  await expect.poll(async () => (await vitrine.state()).now).toBeLessThan(start)
})
