// The page as the end-to-end tests use it: opened by address, driven by role and accessible name in either language.
// Every test also fails on what nobody should ever see: an error in the console, a request to another host.

import type { Locator, Page } from '@playwright/test'
import { test as base, expect } from '@playwright/test'
import type { VitrineApi } from '../src/ui/automation.ts'
import { catalogues } from '../src/ui/i18n/catalogue.ts'
import type { ClusterState, Language, RowPage, RowQuery } from '../src/worker/protocol.ts'

export const languages: readonly Language[] = ['en', 'zh-CN']

declare global {
  interface Window {
    vitrine?: VitrineApi
  }
}

/** A regular expression that takes the text as it stands. */
export const literally = (text: string): RegExp =>
  new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))

export class VitrinePage {
  readonly page: Page
  readonly language: Language

  constructor(page: Page, language: Language) {
    this.page = page
    this.language = language
  }

  get texts(): (typeof catalogues)[Language] {
    return catalogues[this.language]
  }

  get stage(): Locator {
    return this.page.getByRole('region', { name: this.texts.stage.stage, exact: true })
  }

  get story(): Locator {
    return this.page.getByRole('complementary', { name: this.texts.app.story })
  }

  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: this.texts.app.inspector })
  }

  get playback(): Locator {
    return this.page.getByRole('region', { name: this.texts.timeline.controls })
  }

  get timeline(): Locator {
    return this.page.getByRole('slider', { name: this.texts.timeline.timeline })
  }

  get notices(): Locator {
    return this.page.getByRole('alert')
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name, exact: true })
  }

  /** A thing of the stage, whose accessible name begins with its own name. */
  thing(name: string): Locator {
    return this.stage.getByRole('button', { name: new RegExp(`^${literally(name).source}(?=[,，]|$)`) })
  }

  /** Clicks a thing at its top, where its name is: what stands inside it has clicks of its own. */
  async clickThing(name: string, button: 'left' | 'right' = 'left'): Promise<void> {
    await this.thing(name).click({ button, position: { x: 20, y: 9 } })
  }

  /** Waits until nothing enters or leaves any more: what is half faded in has half its contrast. */
  async settled(): Promise<void> {
    await this.page.waitForFunction(() =>
      document
        .getAnimations()
        .every(
          (animation) =>
            animation.effect?.getTiming().iterations === Infinity || animation.playState === 'finished',
        ),
    )
  }

  /** Options of the question that waits for an answer. */
  get options(): Locator {
    return this.page
      .getByRole('region', { name: this.texts.story.guess })
      .getByRole('button')
      .and(this.page.locator('[aria-pressed="false"]:enabled'))
  }

  get currentStep(): Locator {
    return this.story.locator('[aria-current="step"]')
  }

  state(): Promise<ClusterState> {
    return this.page.evaluate(() => window.vitrine!.state())
  }

  digest(): Promise<string> {
    return this.page.evaluate(() => window.vitrine!.digest())
  }

  events(filter: Partial<RowQuery> = {}): Promise<RowPage> {
    return this.page.evaluate((query) => window.vitrine!.events(query), filter)
  }

  /** What a screen reader would be told of the stage, once nothing enters or leaves it any more. */
  async stageSnapshot(): Promise<string> {
    let before = ''
    let picture = await this.stage.ariaSnapshot()
    while (picture !== before) {
      // Longer than a thing takes to fade out.
      await this.page.evaluate(async () => {
        const started = performance.now()
        while (performance.now() - started < 300) await new Promise(requestAnimationFrame)
      })
      before = picture
      picture = await this.stage.ariaSnapshot()
    }
    return picture
  }

  async setSpeed(speed: number): Promise<void> {
    const { speed: label, times } = this.texts.timeline
    await this.page.getByRole('combobox', { name: label }).selectOption({ label: times(String(speed)) })
  }

  /** Presses play and waits until the story runs, or stands at its next stop: a busy machine may not show what is between. */
  async play(): Promise<void> {
    await this.button(this.texts.timeline.play).click()
    await this.playing()
  }

  async playing(): Promise<void> {
    const { pause, stopped } = this.texts.timeline
    const stop = this.options.first().or(this.page.getByText(stopped.end))
    await expect(this.button(pause).or(stop).first()).toBeVisible()
  }

  pause(): Promise<void> {
    return this.page.evaluate(() => window.vitrine!.pause())
  }

  /** Waits for `until`, and answers the questions that stop the story on the way; returns how many there were. */
  async answerUntil(until: Locator, timeout = 90_000): Promise<number> {
    const option = this.options.first()
    let answered = 0
    for (;;) {
      await expect(option.or(until).first()).toBeVisible({ timeout })
      if (await until.isVisible()) return answered
      await option.click()
      await this.page.getByRole('button', { name: this.texts.story.goOn }).click()
      answered++
    }
  }

  async openTab(name: string): Promise<void> {
    await this.tab(name).click()
    await expect(this.tab(name)).toHaveAttribute('aria-selected', 'true')
  }

  /** Types a line into the terminal, runs it, and waits for its answer. */
  async kubectl(line: string): Promise<string> {
    await this.openTab(this.texts.kubectl.title)
    const input = this.page.getByRole('textbox', { name: this.texts.kubectl.input })
    const output = this.page.getByRole('log', { name: this.texts.kubectl.output })
    await input.fill(line)
    await input.press('Enter')
    await expect(output).toContainText(line)
    await expect(output.getByText(this.texts.kubectl.running)).toHaveCount(0, { timeout: 30_000 })
    return output.innerText()
  }
}

export interface Opening {
  readonly language?: Language
  readonly query?: Readonly<Record<string, string>>
  readonly hash?: string
  /** Default: the page of the test. */
  readonly page?: Page
}

type Open = (opening?: Opening) => Promise<VitrinePage>

interface Fixtures {
  /** Opens the page and waits until the cluster is shown. */
  readonly open: Open
  /** Messages of the console that a test expects, as parts of their text. */
  readonly expectedErrors: string[]
  readonly watched: undefined
}

/** Collects what no page may do, for as long as the page lives. */
export function watchFaults(page: Page, origin: string): string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`console ${message.type()}: ${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin !== origin && !['blob:', 'data:'].includes(url.protocol))
      faults.push(`request to another host: ${request.url()}`)
  })
  return faults
}

export const test = base.extend<Fixtures>({
  expectedErrors: async ({ baseURL: _ }, use) => {
    await use([])
  },
  watched: [
    async ({ page, baseURL, expectedErrors }, use) => {
      const faults = watchFaults(page, new URL(baseURL ?? '').origin)
      await use(undefined)
      const unexpected = faults.filter((fault) => !expectedErrors.some((known) => fault.includes(known)))
      expect(unexpected, 'what the console said and the network saw').toEqual([])
    },
    { auto: true },
  ],
  open: async ({ page }, use) => {
    await use(async ({ language = 'en', query = {}, hash = '', page: other = page } = {}) => {
      const search = new URLSearchParams({ lang: language, ...query })
      await other.goto(`./?${search}${hash === '' ? '' : `#${hash}`}`)
      await other.evaluate(() => window.vitrine!.ready)
      return new VitrinePage(other, language)
    })
  },
})

export { expect } from '@playwright/test'
