// The contracts for those who embed or drive the page: window.vitrine, its address, and links to a session.

import type { VitrineApi } from '../src/ui/automation.ts'
import { expect, test } from './vitrine-page.ts'

test('window.vitrine has what the documents promise', async ({ open }) => {
  const vitrine = await open()
  const promised: readonly (keyof VitrineApi)[] = [
    'kubectl',
    'step',
    'seek',
    'play',
    'pause',
    'fault',
    'heal',
    'state',
    'events',
    'digest',
  ]
  const kinds = await vitrine.page.evaluate(
    (names) => names.map((name) => typeof window.vitrine![name]),
    promised,
  )
  expect(kinds).toEqual(promised.map(() => 'function'))
  expect(await vitrine.page.evaluate(() => window.vitrine!.ready instanceof Promise)).toBe(true)
})

test('kubectl answers its output, and the page shows what it did', async ({ open }) => {
  const vitrine = await open()
  const { page, stage } = vitrine
  const nodes = await page.evaluate(() => window.vitrine!.kubectl('get nodes'))
  expect(nodes).toMatchObject({ stderr: '', exitCode: 0 })
  expect(nodes.stdout).toMatch(
    /^NAME\s+STATUS\s+ROLES\s+AGE\s+VERSION\n(node-\d\s+Ready\s+<none>\s+\S+\s+v1\.35\.\d+\n){3}$/,
  )
  expect(Object.keys(nodes).sort()).toEqual(['exitCode', 'stderr', 'stdout'])

  const refused = await page.evaluate(() => window.vitrine!.kubectl('kubectl delete pod nobody'))
  expect(refused.exitCode).toBe(1)
  expect(refused.stdout).toBe('')
  expect(refused.stderr).toBe('Error from server (NotFound): pods "nobody" not found\n')

  const created = await page.evaluate(() => window.vitrine!.kubectl('run hello --image=nginx'))
  expect(created).toEqual({ stdout: 'pod/hello created\n', stderr: '', exitCode: 0 })
  // The promise resolves when the page shows the result.
  expect(await stage.getByRole('button', { name: /^Pod hello/ }).count()).toBe(1)
})

test('state() has the published shape', async ({ open }) => {
  const vitrine = await open({ query: { step: '13.3' } })
  const { page } = vitrine
  // By then the kubelet has reported the address.
  await page.evaluate(async () => {
    const { now } = await window.vitrine!.state()
    await window.vitrine!.seek({ at: `${now + 5_000_000}us` })
  })
  const { id } = await page.evaluate(() =>
    window.vitrine!.fault({ fault: 'process-down', target: 'kube-scheduler-1', for: '2m' }),
  )
  const state = await vitrine.state()
  expect(Object.keys(state)).toEqual(
    expect.arrayContaining([
      ...['now', 'digest', 'hosts', 'processes', 'etcd', 'nodes', 'pods', 'faults', 'milestones', 'checks'],
    ]),
  )
  expect(state.now).toBeGreaterThan(20_000_000)
  expect(state.digest).toMatch(/^[0-9a-f]{8,}$/)
  expect(state.digest).toBe(await vitrine.digest())
  expect(state.hosts).toContainEqual({ name: 'node-1', role: expect.any(String), up: true })
  expect(state.processes).toContainEqual({
    id: 'kube-scheduler-1',
    kind: 'kube-scheduler',
    host: expect.any(String),
    up: false,
  })
  expect(state.etcd).toHaveLength(3)
  expect(state.etcd.filter(({ role }) => role === 'leader')).toHaveLength(1)
  for (const member of state.etcd)
    expect(member).toEqual({
      id: expect.stringMatching(/^etcd-\d$/),
      role: expect.stringMatching(/^(leader|follower)$/),
      term: expect.any(Number),
      commit: expect.any(Number),
      applied: expect.any(Number),
      up: true,
    })
  expect(state.nodes.map(({ name, ready }) => [name, ready]).sort()).toEqual(
    ['node-1', 'node-2', 'node-3'].map((name) => [name, true]),
  )
  expect(state.nodes.reduce((sum, { pods }) => sum + pods, 0)).toBe(1)
  expect(state.pods).toEqual([
    {
      namespace: 'default',
      name: expect.stringMatching(/^web-/),
      phase: expect.any(String),
      node: expect.stringMatching(/^node-\d$/),
      ip: expect.stringMatching(/^10\.244\./),
      ready: expect.any(Boolean),
    },
  ])
  expect(state.faults).toEqual([
    { id, fault: 'process-down', target: 'kube-scheduler-1', until: expect.any(Number) },
  ])
  expect(state.milestones).toContainEqual({ id: '13.2', at: expect.any(Number), seq: expect.any(Number) })

  await page.evaluate((fault) => window.vitrine!.heal(fault), id)
  expect((await vitrine.state()).faults).toEqual([])
})

test('a fault with a duration heals by itself', async ({ open }) => {
  const vitrine = await open()
  await vitrine.page.evaluate(async () => {
    await window.vitrine!.fault({ fault: 'process-down', target: 'etcd-2', for: '5s' })
    const { now } = await window.vitrine!.state()
    await window.vitrine!.seek(now + 4_000_000)
  })
  expect((await vitrine.state()).etcd.find(({ id }) => id === 'etcd-2')?.up).toBe(false)
  await vitrine.page.evaluate(async () => {
    const { now } = await window.vitrine!.state()
    await window.vitrine!.seek(now + 2_000_000)
  })
  expect((await vitrine.state()).etcd.find(({ id }) => id === 'etcd-2')?.up).toBe(true)
})

test('step, seek, play and pause resolve when the page shows their result', async ({ open }) => {
  const vitrine = await open()
  const { page, texts } = vitrine
  await page.evaluate(() => window.vitrine!.seek('6'))
  expect(await vitrine.currentStep.innerText()).toContain('6')
  await page.evaluate(() => window.vitrine!.step('chapter', 1))
  expect(await vitrine.currentStep.innerText()).toContain('10')
  await page.evaluate(() => window.vitrine!.step('chapter', -1))
  expect(await vitrine.currentStep.innerText()).toContain('6')
  // A moment where no question stops the story.
  await page.evaluate(() => window.vitrine!.seek('2'))
  await page.evaluate(() => window.vitrine!.play(0.25))
  expect(await vitrine.button(texts.timeline.pause).count()).toBe(1)
  await page.evaluate(() => window.vitrine!.pause())
  expect(await vitrine.button(texts.timeline.play).count()).toBe(1)
})

test('events can be filtered, and each names its cause', async ({ open }) => {
  const vitrine = await open({ query: { step: '6' } })
  const all = await vitrine.events({ level: 'noise', limit: 10 })
  expect(all.total).toBeGreaterThan(1000)
  expect(all.rows).toHaveLength(10)
  const requests = await vitrine.events({ types: ['request'], process: 'kubectl', limit: 10 })
  expect(requests.rows).toMatchObject([
    { type: 'request', from: 'kubectl', to: 'kube-apiserver-1', label: 'POST replicasets', level: 'story' },
  ])
  const found = await vitrine.events({ text: '/registry/replicasets/default/web', limit: 50 })
  expect(found.rows.length).toBeGreaterThan(0)
  for (const row of found.rows) expect(JSON.stringify(row)).toContain('/registry/replicasets/default/web')
})

test('a shared link opens the same session, with faults and branches, in another browser', async ({
  open,
  browser,
  baseURL,
}) => {
  const vitrine = await open({ query: { step: '5' } })
  const { page, texts } = vitrine
  await page.evaluate(async () => {
    await window.vitrine!.fault({ fault: 'process-down', target: 'etcd-2' })
    await window.vitrine!.kubectl('create configmap greeting --from-literal=hello=world')
    await window.vitrine!.step('message', 1)
  })
  const state = await vitrine.state()
  await vitrine.button(texts.app.share).click()
  const field = page.getByRole('dialog').getByRole('textbox', { name: texts.share.link })
  await expect(field).toHaveValue(/#/)
  const link = await field.inputValue()
  expect(new URL(link).origin).toBe(new URL(baseURL ?? '').origin)

  const context = await browser.newContext()
  const other = await context.newPage()
  await other.goto(link)
  await other.evaluate(() => window.vitrine!.ready)
  expect(await other.evaluate(() => window.vitrine!.state())).toEqual(state)
  await expect(other.getByRole('alert')).toHaveText('')
  await context.close()
})

test('the address says scenario, seed, moment and language', async ({ open }) => {
  const vitrine = await open({
    language: 'zh-CN',
    query: { scenario: 'etcd-member-down', seed: '7', at: '2.5s' },
  })
  expect((await vitrine.state()).now).toBe(2_500_000)
  await expect(vitrine.page.getByText(/seed 7$/)).toBeVisible()
  await expect(vitrine.page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  const again = await open({ query: { scenario: 'etcd-member-down', seed: '7', at: '2.5s' } })
  expect(again.language).toBe('en')
})

test('?present=1 shows stage and story, larger; ?embed=1 the stage and its time alone', async ({ open }) => {
  const presented = await open({ query: { present: '1' } })
  await expect(presented.stage).toBeVisible()
  await expect(presented.story).toBeVisible()
  await expect(presented.inspector).toHaveCount(0)
  await expect(presented.page.getByRole('tablist')).toHaveCount(0)
  await expect(presented.button(presented.texts.app.endPresent)).toBeVisible()

  const embedded = await open({ query: { embed: '1', step: '3' } })
  await expect(embedded.stage).toBeVisible()
  await expect(embedded.timeline).toBeVisible()
  await expect(embedded.story).toHaveCount(0)
  await expect(embedded.page.getByRole('banner')).toHaveCount(0)
  expect((await embedded.state()).milestones.at(-1)?.id).toBe('3')
})

test('the session can be taken along as files', async ({ open }) => {
  const vitrine = await open({ query: { step: '13.3' } })
  const { page, texts } = vitrine
  await vitrine.button(texts.app.share).click()
  const dialog = page.getByRole('dialog')
  for (const format of Object.values(texts.share.formats)) {
    const downloading = page.waitForEvent('download')
    await dialog.getByRole('listitem').filter({ hasText: format }).getByRole('button').click()
    const download = await downloading
    expect(download.suggestedFilename()).toMatch(/^[\w.-]+$/)
    const chunks: Buffer[] = []
    for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk))
    expect(Buffer.concat(chunks).length, format).toBeGreaterThan(100)
  }
})
