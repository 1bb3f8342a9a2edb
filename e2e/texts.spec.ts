// No text comes from outside the catalogues: in Chinese, nothing on the page is an English text of the catalogue, and
// no name that only assistive technology reads is English prose.

import { catalogues } from '../src/ui/i18n/catalogue.ts'
import type { VitrinePage } from './vitrine-page.ts'
import { expect, test } from './vitrine-page.ts'

type Tree = { readonly [key: string]: unknown }

/** Texts that differ between the languages; terms that stay in English are the same in both. */
function englishOnly(en: Tree, zh: Tree): readonly string[] {
  return Object.entries(en).flatMap(([key, value]) => {
    const other = zh[key]
    if (typeof value === 'string') return value !== other && /[a-z]{3}/i.test(value) ? [value] : []
    if (typeof value !== 'object' || value === null || typeof other !== 'object' || other === null) return []
    return englishOnly(value as Tree, other as Tree)
  })
}

const english = new Set(englishOnly(catalogues.en, catalogues['zh-CN']))

/** All that is visible or read aloud: texts, names, titles and placeholders; not YAML, code and output. */
const wordsOf = ({ page }: VitrinePage): Promise<string[]> =>
  page.evaluate(() => {
    const words = new Set<string>()
    const add = (text: string | null): void => {
      const trimmed = text?.trim() ?? ''
      if (trimmed !== '') words.add(trimmed)
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      if (node.parentElement?.closest('.value-line, .mono, code, pre, [lang="en"]:not(html)') === null)
        add(node.textContent)
    for (const element of document.body.querySelectorAll('*'))
      for (const attribute of [
        'aria-label',
        'aria-description',
        'aria-roledescription',
        'title',
        'placeholder',
        'alt',
      ])
        add(element.getAttribute(attribute))
    return [...words]
  })

/** Three English words in a row, the first of which is no Kubernetes term: prose that nobody translated. */
const prose = /^(?!kube-|etcd|kubectl)[A-Z][a-z]+ (?:[a-z]+ ){1,}[a-z]+/

async function expectChinese(vitrine: VitrinePage, where: string): Promise<void> {
  const words = await wordsOf(vitrine)
  expect(words.length, where).toBeGreaterThan(30)
  // The English switch is named in its own language; a host's role is a word of the protocol.
  const known = ['EN', 'node']
  const found = words.filter((text) => (english.has(text) && !known.includes(text)) || prose.test(text))
  expect(found, where).toEqual([])
}

test('in Chinese every text of the page is Chinese', async ({ open }) => {
  const vitrine = await open({ language: 'zh-CN' })
  const { page, texts } = vitrine
  expect(english.size).toBeGreaterThan(200)
  await expectChinese(vitrine, 'first screen')
  for (const tab of [texts.kubectl.title, texts.yaml.title, texts.faults.title]) {
    await vitrine.openTab(tab)
    await expect(page.getByText(texts.app.loadingPanel)).toHaveCount(0)
    await expectChinese(vitrine, tab)
  }
  await page.evaluate(() => window.vitrine!.seek('13.3'))
  await vitrine.openTab(texts.events.title)
  for (const thing of ['etcd-1', 'node-1', 'kube-apiserver-1']) {
    await vitrine.thing(thing).click()
    await expect(vitrine.inspector.getByRole('heading').first()).toBeVisible()
    await expectChinese(vitrine, thing)
  }
  await vitrine.stage.getByRole('button', { name: /^Pod web-/ }).click({ button: 'right' })
  await expect(page.getByRole('menu')).toBeVisible()
  await expectChinese(vitrine, 'menu')
  await page.keyboard.press('Escape')
  for (const dialog of [texts.app.help, texts.app.share]) {
    await vitrine.button(dialog).click()
    await expect(page.getByRole('dialog').getByRole('heading', { level: 3 }).first()).toBeVisible()
    await expectChinese(vitrine, dialog)
    await page.keyboard.press('Escape')
  }
})

test('the language is switched on the page, all at once, and is remembered', async ({ page, open }) => {
  const vitrine = await open()
  await vitrine.button('中文').click()
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expectChinese(vitrine, 'after the switch')
  await page.goto('./')
  await page.evaluate(() => window.vitrine!.ready)
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expect(page).toHaveTitle(new RegExp(catalogues['zh-CN'].app.tagline))
})
