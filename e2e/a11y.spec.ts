// Who uses the page and how: assistive technology, small and large windows, less motion, no network, a strict policy,
// any path of any server.

import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { contentSecurityMeta, securityHeaders } from '../scripts/content-security.mjs'
import type { VitrinePage } from './vitrine-page.ts'
import { expect, languages, test, VitrinePage as Vitrine, watchFaults } from './vitrine-page.ts'

/**
 * WCAG 2.2 excepts targets whose place and size carry the meaning, as pins on a map do; those that have an equal
 * elsewhere; and those that a line of text constrains. The stage is a picture that can be zoomed, a mark of the timeline
 * is a step of the story's list, and a fold stands in a line of YAML.
 */
const mayBeSmall = /data-stage-item=|class="mark |class="value-fold/

/** @param part looks only there: the rest of the page was looked at before, and a look takes seconds */
async function expectAccessible(vitrine: VitrinePage, part = 'html'): Promise<void> {
  await vitrine.settled()
  const { violations } = await new AxeBuilder({ page: vitrine.page })
    .include(part)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  const found = violations.flatMap(({ id, nodes }) =>
    nodes
      .filter(({ html }) => id !== 'target-size' || !mayBeSmall.test(html))
      .map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  )
  expect(found).toEqual([])
}

for (const language of languages)
  for (const colorScheme of ['light', 'dark'] as const)
    test(`axe finds nothing on the first screen (${language}, ${colorScheme})`, async ({ page, open }) => {
      await page.emulateMedia({ colorScheme })
      await expectAccessible(await open({ language }))
    })

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the middle of the story (${colorScheme})`, async ({ page, open }) => {
    await page.emulateMedia({ colorScheme })
    const vitrine = await open({ query: { step: '2' } })
    // On the way to the watchers: packets with labels, a ring that is half full.
    await page.evaluate(() => window.vitrine!.step('message', 1))
    await expect(vitrine.currentStep).toContainText('2')
    await expectAccessible(vitrine)
  })

  test(`axe finds nothing in the inspector, whatever it shows (${colorScheme})`, async ({ page, open }) => {
    await page.emulateMedia({ colorScheme })
    const vitrine = await open({ query: { step: '13.3' } })
    const { texts, stage, inspector } = vitrine
    const pod = stage.getByRole('button', { name: /^Pod web-/ })
    const workload = stage.getByRole('button', { name: /^ReplicaSet web/ })
    const event = page
      .getByRole('row')
      .filter({ hasText: texts.events.milestone('13.3') })
      .getByRole('button')
      .first()
    const looks = [
      () => pod.click(),
      () => workload.click(),
      () => vitrine.clickThing('etcd-1'),
      () => vitrine.clickThing('kube-apiserver-1'),
      () => vitrine.clickThing('node-3'),
      () => event.click(),
    ]
    for (const look of looks) {
      await look()
      await expect(inspector.getByRole('heading').first()).toBeVisible()
      await expect(inspector.getByText(texts.inspector.loading)).toHaveCount(0)
      await expectAccessible(vitrine, '.side-inspector')
    }
  })

  test(`axe finds nothing in the drawer's panels, a menu and the dialogs (${colorScheme})`, async ({
    page,
    open,
  }) => {
    await page.emulateMedia({ colorScheme })
    const vitrine = await open()
    const { texts } = vitrine
    for (const tab of [texts.kubectl.title, texts.yaml.title, texts.faults.title]) {
      await vitrine.openTab(tab)
      await expect(page.getByRole('tabpanel').getByText(texts.app.loadingPanel)).toHaveCount(0)
      await expectAccessible(vitrine, '[role="tabpanel"]')
    }
    await vitrine.clickThing('node-1', 'right')
    await expect(page.getByRole('menu')).toBeVisible()
    await expectAccessible(vitrine, '[role="menu"]')
    await page.keyboard.press('Escape')
    for (const dialog of [texts.app.help, texts.app.share]) {
      await vitrine.button(dialog).click()
      await expect(page.getByRole('dialog').getByRole('heading', { level: 3 }).first()).toBeVisible()
      await expectAccessible(vitrine, 'dialog')
      await page.keyboard.press('Escape')
    }
  })
}

test('axe finds nothing in front of a class, with a fault and a branch', async ({ open }) => {
  const vitrine = await open({ query: { step: '13.3', present: '1' } })
  const { page } = vitrine
  await page.evaluate(async () => {
    await window.vitrine!.seek('5')
    await window.vitrine!.fault({ fault: 'host-down', target: 'node-1' })
  })
  await expectAccessible(vitrine)
})

test('axe finds nothing on a fleet', async ({ open }) => {
  const vitrine = await open({ query: { scenario: 'hundred-nodes', step: 'unknown' } })
  await expectAccessible(vitrine)
})

const windows = [
  { width: 1024, height: 700 },
  { width: 390, height: 844 },
  { width: 1920, height: 1080 },
]

for (const viewport of windows)
  test(`the story can be played at ${viewport.width} × ${viewport.height}`, async ({ page, open }) => {
    await page.setViewportSize(viewport)
    const vitrine = await open()
    const { stage } = vitrine
    for (const name of ['kubectl', 'kube-apiserver-1', 'etcd-1', 'node-3']) {
      const box = (await vitrine.thing(name).boundingBox())!
      expect(box.x, name).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width, name).toBeLessThanOrEqual(viewport.width)
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await vitrine.play()
    await vitrine.pause()
    await page.evaluate(() => window.vitrine!.seek('13.3'))
    await expect(stage.getByRole('button', { name: /^Pod web-/ })).toBeVisible()
    await expect(vitrine.currentStep).toContainText('13.3')
    await expectAccessible(vitrine)
  })

test('on a phone what is looked into takes the place of the story, and a question is above the edge', async ({
  page,
  open,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  const vitrine = await open()
  const { story, stage, inspector, texts } = vitrine
  const high = async (): Promise<number> => (await stage.boundingBox())?.height ?? 0
  const before = await high()
  await vitrine.thing('kube-apiserver-1').click()
  await expect(inspector.getByRole('heading', { name: 'kube-apiserver-1' })).toBeVisible()
  await expect(story).toBeHidden()
  expect(await high()).toBeGreaterThan(before * 0.9)
  await vitrine.button(texts.app.hideInspector).click()
  await expect(story).toBeVisible()

  await page.evaluate(() => window.vitrine!.play(2000))
  await expect(vitrine.options.first()).toBeInViewport({ ratio: 1 })
})

test('who asked for less motion sees packets wait on their lines instead of flying', async ({
  page,
  open,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const vitrine = await open()
  await vitrine.button(vitrine.texts.timeline.play).click()
  const seen = await page.evaluate(async () => {
    const places = new Set<string>()
    let frames = 0
    const started = performance.now()
    while (performance.now() - started < 4000) {
      await new Promise(requestAnimationFrame)
      frames++
      for (const packet of document.querySelectorAll('.packets .packet:not(.is-spare)'))
        places.add(packet.getAttribute('transform') ?? '')
    }
    return { places: places.size, frames }
  })
  expect(seen.places).toBeGreaterThan(0)
  expect(seen.places).toBeLessThan(30)
})

test('the live transcript says in words what the picture shows', async ({ open }) => {
  const vitrine = await open()
  await vitrine.page.evaluate(() => window.vitrine!.seek('1'))
  const transcript = vitrine.page.getByRole('log', { name: vitrine.texts.app.transcript })
  await expect(transcript).toContainText('kubectl → kube-apiserver-1: POST')
  await expect(transcript).toHaveAttribute('aria-live', 'polite')
})

test('nothing is asked of another host, and the page goes on without a network', async ({
  page,
  context,
  baseURL,
  open,
}) => {
  const foreign: string[] = []
  const origin = new URL(baseURL ?? '').origin
  await context.route(
    (url) => url.origin !== origin,
    async (route) => {
      foreign.push(route.request().url())
      await route.abort()
    },
  )
  const vitrine = await open()
  const { texts } = vitrine
  // Everything that is loaded when it is wanted.
  await vitrine.thing('etcd-1').click()
  for (const tab of [texts.kubectl.title, texts.yaml.title, texts.faults.title]) await vitrine.openTab(tab)
  await vitrine.button(texts.app.help).click()
  await expect(page.getByRole('dialog').getByText(texts.help.glossary)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(vitrine.inspector.getByText(texts.inspector.log, { exact: true }).first()).toBeVisible()
  await context.setOffline(true)
  await page.evaluate(() => window.vitrine!.seek('13.3'))
  await expect(vitrine.stage.getByRole('button', { name: /^Pod web-/ })).toBeVisible()
  expect(foreign).toEqual([])
})

test('a strict policy stands in the header and in the page, and nothing breaks it', async ({
  page,
  open,
}) => {
  await page.addInitScript(() => {
    const broken: string[] = []
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      broken.push(`${violatedDirective} ${blockedURI}`)
    })
    Object.defineProperty(window, 'brokenPolicies', { value: broken })
  })
  const answer = page.waitForResponse((response) => response.request().isNavigationRequest())
  const vitrine = await open({ query: { step: '13.3' } })
  expect((await answer).headers()['content-security-policy']).toBe(securityHeaders['Content-Security-Policy'])
  expect(contentSecurityMeta).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:|\*/)
  await expect(page.locator('meta[http-equiv="Content-Security-Policy"]')).toHaveAttribute(
    'content',
    contentSecurityMeta,
  )
  await vitrine.stage.getByRole('button', { name: /^Pod web-/ }).click()
  await expect(vitrine.inspector.getByRole('heading').first()).toBeVisible()
  expect(await page.evaluate('brokenPolicies')).toEqual([])
})

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

test('the built files work from any sub-path of any server', async ({ browser }) => {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname))
    const inside = path.startsWith('/x/y/') ? path.slice('/x/y/'.length) || 'index.html' : null
    if (inside === null) {
      response.writeHead(404).end()
      return
    }
    readFile(join('dist', inside)).then(
      (body) => response.writeHead(200, { 'content-type': types[extname(inside)] ?? 'text/plain' }).end(body),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const context = await browser.newContext()
  const page = await context.newPage()
  const faults = watchFaults(page, `http://127.0.0.1:${port}`)
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`)
  })
  await page.goto(`http://127.0.0.1:${port}/x/y/?lang=en&step=6`)
  await page.evaluate(() => window.vitrine!.ready)
  const vitrine = new Vitrine(page, 'en')
  await expect(vitrine.currentStep).toContainText('6')
  await vitrine.openTab(vitrine.texts.kubectl.title)
  await expect(page.getByRole('textbox', { name: vitrine.texts.kubectl.input })).toBeVisible()
  expect(faults).toEqual([])
  await context.close()
  await new Promise((resolve) => {
    server.close(resolve)
  })
})
