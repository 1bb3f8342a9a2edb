// The flagship story from the first screen to a running Pod, in both languages.

import type { VitrinePage } from './vitrine-page.ts'
import { expect, languages, test } from './vitrine-page.ts'

const milestones = [...Array.from({ length: 14 }, (_, index) => String(index)), '13.1', '13.2', '13.3']

for (const language of languages) {
  test(`a newcomer sees a cluster at rest, presses play, and watches a Pod come to run (${language})`, async ({
    open,
  }) => {
    const vitrine = await open({ language })
    const { texts, page, stage, story } = vitrine

    await expect(page.locator('html')).toHaveAttribute('lang', language)
    for (const name of ['kubectl', 'kube-apiserver-1', 'kube-scheduler-1', 'etcd-1', 'etcd-2', 'etcd-3'])
      await expect(vitrine.thing(name)).toBeVisible()
    for (const node of ['node-1', 'node-2', 'node-3']) await expect(vitrine.thing(node)).toBeVisible()
    await expect(stage.getByRole('button', { name: /^Pod / })).toHaveCount(0)
    await expect(story.getByText('kubectl create -f web.yaml')).toBeVisible()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    expect((await vitrine.state()).milestones.map(({ id }) => id)).toEqual(['0'])
    await expect(vitrine.currentStep).toContainText('0')

    await vitrine.setSpeed(8)
    const titles = await rememberTitles(vitrine)
    await vitrine.play()
    await vitrine.answerUntil(page.getByText(texts.timeline.stopped.end))

    const state = await vitrine.state()
    expect(state.milestones.map(({ id }) => id)).toEqual(milestones)
    const times = state.milestones.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(state.pods).toHaveLength(1)
    const [pod] = state.pods
    expect(pod).toMatchObject({ phase: 'Running', ready: true, namespace: 'default' })
    expect(pod?.ip).toMatch(/^10\.244\.\d+\.\d+$/)

    const card = stage.getByRole('button', { name: new RegExp(`^Pod ${pod?.name}`) })
    await expect(card).toHaveAccessibleName(
      texts.stage.podName(pod?.name ?? '', texts.stage.pod.running, texts.stage.onNode(pod?.node ?? '')),
    )
    await expect(card).toContainText(pod?.ip ?? 'no address')

    const steps = story.getByRole('list', { name: texts.story.steps }).getByRole('listitem')
    for (const id of milestones) {
      const step = steps.filter({ has: page.getByText(id, { exact: true }) })
      await expect(step).toContainText(id === '13.3' ? texts.story.now : texts.story.done)
    }
    await expect(vitrine.currentStep).toContainText('13.3')
    // The steps had their turns in the story, in order; a busy machine may leave out the frames of a few at this speed.
    const told = await steps
      .filter({ has: page.locator('.story-number') })
      .locator('.story-title')
      .allInnerTexts()
    const shown = await titles.evaluate((list) => list)
    expect(shown).toEqual(told.filter((title) => shown.includes(title)))
    expect(shown.length).toBeGreaterThan(12)
  })
}

/** The titles that the story shows from now on, in order. */
const rememberTitles = (vitrine: VitrinePage) =>
  vitrine.story.getByRole('heading', { level: 2 }).evaluateHandle((heading) => {
    const shown: string[] = []
    const look = (): void => {
      const title = heading.textContent ?? ''
      if (shown.at(-1) !== title) shown.push(title)
    }
    look()
    new MutationObserver(look).observe(heading, { childList: true, characterData: true, subtree: true })
    return shown
  })

test('each step can be gone to, and is then the one that is told', async ({ open }) => {
  const vitrine = await open({ query: { step: '13.3' } })
  const steps = vitrine.story.getByRole('list', { name: vitrine.texts.story.steps }).getByRole('listitem')
  for (const id of milestones) {
    const step = steps.filter({ has: vitrine.page.getByText(id, { exact: true }) })
    await step.getByRole('button').click()
    await expect(step, `step ${id}`).toHaveAttribute('aria-current', 'step')
  }
})

test('each milestone leads back to the command that the user gave', async ({ open }) => {
  const vitrine = await open({ query: { step: '13.3' } })
  const state = await vitrine.state()
  expect(state.milestones.map(({ id }) => id)).toEqual(milestones)
  for (const { id, seq } of state.milestones) {
    // The components had started to watch before anybody gave a command.
    if (id === '0') continue
    const { rows } = await vitrine.events({ chain: seq, level: 'noise', limit: 1000 })
    const bySeq = new Map(rows.map((row) => [row.seq, row]))
    const chain = []
    for (let row = bySeq.get(seq); row !== undefined; row = bySeq.get(row.cause)) chain.push(row)
    expect(chain[0]?.milestone, `milestone ${id}`).toBe(id)
    const origin = chain.at(-1)
    expect(origin, `milestone ${id}`).toMatchObject({ type: 'command', cause: 0 })
    expect(`${origin?.label} ${origin?.detail}`, `milestone ${id}`).toContain('create -f web.yaml')
  }
})

test('the inspector shows the way back to the command, row by row', async ({ open }) => {
  const vitrine = await open({ query: { step: '13.3' } })
  const { texts, page, inspector } = vitrine
  const row = page.getByRole('row').filter({ hasText: texts.events.milestone('13.3') })
  await row.getByRole('button').first().click()
  await page.keyboard.press('w')
  const why = inspector.getByRole('list', { name: texts.inspector.why })
  await expect(why.getByRole('listitem').last()).toContainText('create -f web.yaml')
})

test('of the apiserver the inspector says who watches, of a client whom it watches', async ({ open }) => {
  const vitrine = await open()
  const watches = vitrine.inspector.getByRole('table')
  const client = { name: vitrine.texts.inspector.client }
  await vitrine.clickThing('kube-apiserver-1')
  await expect(watches.getByRole('columnheader', client)).toBeVisible()
  await expect(watches.getByRole('row').filter({ hasText: 'kube-scheduler-1' })).toHaveCount(2)
  await vitrine.clickThing('kube-scheduler-1')
  await expect(vitrine.inspector.getByRole('heading', { name: 'kube-scheduler-1' })).toBeVisible()
  await expect(watches.getByRole('columnheader', client)).toHaveCount(0)
  await expect(watches.getByRole('row').filter({ hasText: 'kube-apiserver-1' })).toHaveCount(2)
})

test('at speed 1 packets travel along the lines, each a message of the simulation', async ({ open }) => {
  const vitrine = await open()
  const { page, texts } = vitrine
  // What is watched is the drawing itself: it is hidden from assistive technology, so it has no role to be found by.
  const watchPackets = (millis: number) =>
    page.evaluate(async (time) => {
      const places = new Set<string>()
      const labels = new Set<string>()
      const started = performance.now()
      while (performance.now() - started < time) {
        await new Promise(requestAnimationFrame)
        for (const packet of document.querySelectorAll('.packets .packet:not(.is-spare)'))
          places.add(packet.getAttribute('transform') ?? '')
        for (const label of document.querySelectorAll('.packets .pill:not(.is-spare)'))
          labels.add(label.textContent ?? '')
      }
      return { places: places.size, labels: [...labels] }
    }, millis)

  expect(await watchPackets(300)).toEqual({ places: 0, labels: [] })
  // The story's first stop is far off yet, so the button is there to be pressed on a busy machine, too.
  await vitrine.button(texts.timeline.play).click()
  await vitrine.button(texts.timeline.pause).click()
  await expect(vitrine.button(texts.timeline.play)).toBeVisible()
  await vitrine.button(texts.timeline.play).click()
  const playing = await watchPackets(4000)
  expect(playing.places).toBeGreaterThan(60)
  await vitrine.pause()
  await expect(vitrine.button(texts.timeline.play)).toBeVisible()
  expect((await watchPackets(300)).places).toBeLessThan(10)

  expect(playing.labels.length).toBeGreaterThan(2)
  const { rows } = await vitrine.events({ level: 'story', limit: 1000, future: true })
  const messages = rows.filter(({ deliveredAt }) => deliveredAt !== null)
  for (const text of playing.labels) {
    const [said = '', about = ''] = text.replace(/ ×\d+$/, '').split(' · ')
    const found = messages.some(
      ({ type, label, detail }) =>
        detail.includes(about) &&
        (type === 'raft'
          ? said.startsWith(label) && detail.includes(said.slice(label.length + 1))
          : label === said),
    )
    expect(found, text).toBe(true)
  }
})
