// A large cluster: tiles and squares that are painted, and still pointed at, walked through, chosen and broken like
// anything else on the stage.

import type { VitrinePage } from './vitrine-page.ts'
import { expect, languages, test } from './vitrine-page.ts'

const query = { scenario: 'hundred-nodes' } as const
const readyAt = { ...query, step: 'all-ready' } as const

const tile = ({ stage }: VitrinePage, name: string) =>
  stage.getByRole('button', { name: new RegExp(`^${name},`) })

for (const language of languages)
  test(`a fleet says how it is, in one line (${language})`, async ({ open }) => {
    const { stage, texts } = await open({ language, query: readyAt })
    await expect(stage).toContainText(texts.stage.fleetNodes(100))
    await expect(stage).toContainText(texts.stage.fleetPods(200, 200))
    await expect(stage).toContainText(texts.stage.watches(500))
  })

test('a node and a Pod of a fleet are one click away', async ({ page, open }) => {
  const vitrine = await open({ query: readyAt })
  const { stage, inspector } = vitrine
  const first = (await tile(vitrine, 'node-1').boundingBox())!
  await page.mouse.move(first.x + first.width * 0.8, first.y + first.height * 0.85)
  await expect(stage.getByText('2 Pods', { exact: false }).first()).toBeVisible()
  await page.mouse.click(first.x + first.width * 0.8, first.y + first.height * 0.85)
  await expect(inspector.getByRole('heading', { name: 'node-1' })).toBeVisible()
  // Its first square.
  const square = { x: first.x + first.width * 0.12, y: first.y + first.height * 0.42 }
  await page.mouse.move(square.x, square.y)
  await expect(stage.getByRole('button', { name: /^Pod web-/ })).toBeVisible()
  await page.mouse.click(square.x, square.y)
  await expect(inspector.getByRole('heading', { name: /web-/ }).first()).toBeVisible()
})

test('a fleet is walked through with the arrow keys, and a node is cut off from its menu', async ({
  page,
  open,
}) => {
  const vitrine = await open({ query })
  await tile(vitrine, 'node-1').focus()
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft']) await page.keyboard.press(key)
  await expect(tile(vitrine, 'node-2')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(vitrine.inspector.getByRole('heading', { name: 'node-2' })).toBeVisible()
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: 'Cut the power' }).click()
  await expect
    .poll(async () => (await vitrine.state()).hosts.find(({ name }) => name === 'node-2')?.up)
    .toBe(false)
  await expect(tile(vitrine, 'node-2')).toHaveAccessibleName(new RegExp(vitrine.texts.stage.powerless))
})

test('a story is told in a cluster of another size, which the header offers', async ({ page, open }) => {
  const vitrine = await open({ query: { scenario: 'node-down', nodes: '40' } })
  const { stage, texts } = vitrine
  await expect(stage).toContainText(texts.stage.fleetNodes(40))
  await expect(page.getByRole('combobox', { name: texts.scale.size })).toHaveValue('40')
  await page.getByRole('combobox', { name: texts.scale.size }).selectOption(texts.scale.sizeOf(3))
  await expect(stage).not.toContainText(texts.stage.fleetNodes(40))
  expect((await vitrine.state()).nodes).toHaveLength(3)
})

test('a wrong number of nodes is reported, and the page opens without it', async ({ open }) => {
  const vitrine = await open({ query: { nodes: '5001' } })
  await expect(vitrine.notices.first()).toContainText('5001')
  expect((await vitrine.state()).nodes).toHaveLength(3)
})
