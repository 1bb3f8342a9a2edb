// How the end-to-end tests run: against the built page, on a port of their own, in the Chromium that
// scripts/chromium.mjs finds. Chromium's own traffic is off: the page talks to nobody, and neither may the tests.

import { createServer } from 'node:net'
import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/chromium.mjs'

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

// The workers read this file again and must get the same answers, so both are kept in the environment.
process.env.VITRINE_E2E_PORT ??= String(await freePort())
const isWorker = process.env.TEST_WORKER_INDEX !== undefined
const chromium = isWorker ? process.env.VITRINE_CHROMIUM : findChromium()
if (chromium !== undefined) process.env.VITRINE_CHROMIUM = chromium

const address = `http://127.0.0.1:${process.env.VITRINE_E2E_PORT}`
const asRoot = process.getuid?.() === 0

const page = { browserName: 'chromium', viewport: { width: 1440, height: 900 } } as const
const measurements = '**/performance.spec.ts'

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  retries: 0,
  // Far more than any test takes: what is slow on a busy machine has not failed.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  outputDir: 'test-results',
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --strictPort --port ${process.env.VITRINE_E2E_PORT}`,
    url: address,
    reuseExistingServer: false,
    timeout: 60_000,
  },
  use: {
    baseURL: address,
    // Screenshots of every action would slow the page down that is looked at.
    trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
    locale: 'en-US',
    launchOptions: {
      ...(chromium === undefined || chromium === 'playwright' ? {} : { executablePath: chromium }),
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        ...(asRoot ? ['--no-sandbox'] : []),
      ],
    },
  },
  projects: [
    { name: 'chromium', use: page, testIgnore: measurements, teardown: 'performance' },
    // Measures, so it runs alone when all others are done, whether they passed or not.
    { name: 'performance', use: { ...page, trace: 'off' }, testMatch: measurements, workers: 1 },
  ],
})
