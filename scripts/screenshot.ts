// `npm run screenshot`: takes the pictures of the READMEs from the real page, at the moment when the app container
// has started and its status goes back. The simulation is deterministic, so the pictures change only when the page does.
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { build, preview } from 'vite'
import { findChromium } from './chromium.mjs'
import { root } from './install.mjs'

const VIEW = { width: 1440, height: 900 }
const STEP = '13.3'
/** Longer than a thing takes to enter the stage. */
const ENTER_MILLIS = 800

const browserPath = findChromium()
if (browserPath === undefined) throw new Error('There is no Chromium. Run npm test once, which installs one.')
await build({ root, logLevel: 'warn' })
const server = await preview({ root, logLevel: 'warn', preview: { port: 0 } })
const address = server.httpServer.address()
if (address === null || typeof address === 'string') throw new Error('The server has no port.')
const browser = await chromium.launch({
  ...(browserPath === 'playwright' ? {} : { executablePath: browserPath }),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
try {
  for (const [language, file] of [
    ['en', 'stage-en.png'],
    ['zh-CN', 'stage-zh.png'],
  ] as const) {
    const page = await browser.newPage({ viewport: VIEW, reducedMotion: 'reduce', colorScheme: 'light' })
    await page.goto(`http://127.0.0.1:${address.port}/?scenario=pod-creation&step=${STEP}&lang=${language}`)
    await page.evaluate('window.vitrine.ready')
    await page.evaluate('document.fonts.ready')
    await page.evaluate("window.vitrine.step('write', 1)")
    await page.evaluate("window.vitrine.step('message', 1)")
    await page.waitForTimeout(ENTER_MILLIS)
    await page.screenshot({ path: join(root, 'docs', 'images', file), animations: 'disabled' })
    await page.close()
  }
} finally {
  await browser.close()
  await server.close()
}
