// Everything without a mouse: the flagship story, and breaking and mending a part of the cluster.

import type { Locator, Page } from '@playwright/test'
import { expect, test } from './vitrine-page.ts'

/** Presses Tab until the thing has the focus, as somebody without a mouse would. */
async function tabTo(page: Page, thing: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(thing).toBeVisible()
  for (let presses = 0; presses < 120; presses++) {
    if (await thing.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  await expect(thing, 'reached by Tab').toBeFocused()
}

test('the flagship story from the first screen to its end with the keyboard alone', async ({ open }) => {
  const vitrine = await open()
  const { page, texts } = vitrine
  for (let press = 0; press < 3; press++) await page.keyboard.press(']')
  await expect(page.getByRole('combobox', { name: texts.timeline.speed })).toHaveValue('8')
  await page.keyboard.press(' ')
  await vitrine.playing()

  const end = page.getByText(texts.timeline.stopped.end)
  const asks = page.getByText(texts.timeline.stopped.question)
  const option = vitrine.options.first()
  for (;;) {
    await expect(option.or(end).first()).toBeVisible({ timeout: 90_000 })
    if (await end.isVisible()) break
    await expect(asks).toBeVisible()
    await tabTo(page, option)
    await page.keyboard.press('Enter')
    // The answer's next thing to do has the focus by itself.
    await expect(page.getByRole('button', { name: texts.story.goOn })).toBeFocused()
    await expect(asks).toBeHidden()
    await page.keyboard.press('Enter')
  }
  const state = await vitrine.state()
  expect(state.milestones.at(-1)?.id).toBe('13.3')
  expect(state.pods).toMatchObject([{ phase: 'Running', ready: true }])
})

test('keys go through time', async ({ open }) => {
  const vitrine = await open({ query: { step: '6' } })
  const { page } = vitrine
  const at = async (): Promise<number> => (await vitrine.state()).now
  const six = await at()
  await page.keyboard.press('ArrowRight')
  const later = await at()
  expect(later).toBeGreaterThan(six)
  await page.keyboard.press('ArrowLeft')
  expect(await at()).toBe(six)
  await page.keyboard.press('PageDown')
  await expect(vitrine.currentStep).toContainText('7')
  await page.keyboard.press('PageUp')
  await expect(vitrine.currentStep).toContainText('6')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(vitrine.currentStep).toContainText('10')
  await page.keyboard.press('Shift+ArrowLeft')
  expect(await at()).toBe(six)
  await page.keyboard.press('Control+ArrowRight')
  await expect(vitrine.currentStep).toContainText('13.3')
  await page.keyboard.press('Home')
  await expect(vitrine.currentStep).toContainText('0')
  await page.keyboard.press('End')
  await expect(vitrine.currentStep).toContainText('13.3')
})

test('an etcd member is killed with K and restored from its menu', async ({ open }) => {
  const vitrine = await open({ query: { step: '13.3' } })
  const { page, texts, stage } = vitrine
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: texts.app.skipToStage })).toBeFocused()
  await page.keyboard.press('Enter')
  const leader = stage.getByRole('button', { name: new RegExp(`, ${texts.stage.roles.leader},`) })
  // The stage is one stop of Tab; arrow keys go on from there.
  await tabTo(page, stage.locator('[data-stage-item][tabindex="0"]'))
  for (let presses = 0; presses < 4; presses++) {
    if (await leader.evaluate((element) => element === document.activeElement)) break
    await page.keyboard.press('ArrowRight')
  }
  await expect(leader).toBeFocused()
  const name = (await leader.getAttribute('aria-label'))?.split(',')[0] ?? ''
  const member = vitrine.thing(name)
  await page.keyboard.press('Enter')
  await expect(member).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('k')
  await expect(member).toHaveAccessibleName(new RegExp(texts.stage.roles.dead))
  expect((await vitrine.state()).etcd.find(({ id }) => id === name)?.up).toBe(false)

  await expect(member).toBeFocused()
  await page.keyboard.press('Shift+F10')
  const menu = page.getByRole('menu')
  await expect(menu.getByRole('menuitem').first()).toBeFocused()
  const restore = menu.getByRole('menuitem', { name: /^Restore/ })
  for (let presses = 0; presses < 10; presses++) {
    if (await restore.evaluate((element) => element === document.activeElement)) break
    await page.keyboard.press('ArrowDown')
  }
  await expect(restore).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(menu).toHaveCount(0)
  await expect(member).toBeFocused()
  await expect(member).not.toHaveAccessibleName(new RegExp(texts.stage.roles.dead))
  expect((await vitrine.state()).faults).toEqual([])
})

test('the arrow keys go from thing to thing on the stage, and do not step', async ({ open }) => {
  const vitrine = await open({ query: { step: '6' } })
  const { now } = await vitrine.state()
  await vitrine.thing('node-1').focus()
  await vitrine.page.keyboard.press('ArrowRight')
  await expect(vitrine.thing('node-1')).not.toBeFocused()
  const focused = vitrine.stage.locator('[data-stage-item]:focus')
  await expect(focused).toHaveCount(1)
  expect((await vitrine.state()).now).toBe(now)
})

test('no key acts while somebody types in the terminal', async ({ open }) => {
  const vitrine = await open({ query: { step: '6' } })
  const { page, texts } = vitrine
  const before = await vitrine.state()
  await vitrine.thing('node-1').click()
  await page.keyboard.press('/')
  const input = page.getByRole('textbox', { name: texts.kubectl.input })
  await expect(input).toBeFocused()
  await input.fill('')
  await page.keyboard.type('k w x b . [ ] p ? / v')
  for (const key of ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageDown', 'Escape'])
    await page.keyboard.press(key)
  await expect(input).toHaveValue('k w x b . [ ] p ? / v')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(vitrine.button(texts.app.present)).toBeVisible()
  await expect(vitrine.button(texts.timeline.play)).toBeVisible()
  await expect(page.getByRole('combobox', { name: texts.timeline.speed })).toHaveValue('1')
  expect(await vitrine.state()).toEqual(before)
})

test('? opens the help, Escape closes it and gives the focus back', async ({ open }) => {
  const vitrine = await open()
  const { page, texts } = vitrine
  await vitrine.thing('etcd-1').focus()
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: texts.app.help })
  await expect(help).toBeVisible()
  await expect(help.getByText(texts.help.key.kill)).toBeVisible()
  const { now } = await vitrine.state()
  await page.keyboard.press('ArrowRight')
  expect((await vitrine.state()).now).toBe(now)
  await page.keyboard.press('Escape')
  await expect(help).toHaveCount(0)
  await expect(vitrine.thing('etcd-1')).toBeFocused()
})

test('presenting, blanking and coming back', async ({ open }) => {
  const vitrine = await open()
  const { page, texts } = vitrine
  await page.keyboard.press('p')
  await expect(vitrine.inspector).toHaveCount(0)
  await page.keyboard.press('b')
  await expect(page.getByRole('status', { name: texts.app.blank })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('status', { name: texts.app.blank })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(vitrine.inspector).toBeVisible()
})
