// Breaking and mending things by mouse, and what the page then shows: the real errors, and record against reality.

import type { ClusterState } from '../src/worker/protocol.ts'
import type { VitrinePage } from './vitrine-page.ts'
import { expect, languages, literally, test } from './vitrine-page.ts'

const titles = {
  'host-down': { en: 'Cut the power', 'zh-CN': '断电' },
  'process-down': { en: 'Kill and keep down', 'zh-CN': '终止并保持停止' },
} as const

async function chooseInMenu(vitrine: VitrinePage, thing: string, item: RegExp): Promise<void> {
  await vitrine.clickThing(thing, 'right')
  const menu = vitrine.page.getByRole('menu')
  await menu.getByRole('menuitem', { name: item }).click()
  await expect(menu).toHaveCount(0)
}

interface Breakable {
  readonly what: string
  readonly thing: string
  readonly fault: keyof typeof titles
  readonly isUp: (state: ClusterState) => boolean | undefined
}

const breakables: readonly Breakable[] = [
  {
    what: 'a node',
    thing: 'node-2',
    fault: 'host-down',
    isUp: ({ hosts }) => hosts.find(({ name }) => name === 'node-2')?.up,
  },
  {
    what: 'an etcd member',
    thing: 'etcd-3',
    fault: 'process-down',
    isUp: ({ etcd }) => etcd.find(({ id }) => id === 'etcd-3')?.up,
  },
  {
    what: 'a process',
    thing: 'kube-scheduler-1',
    fault: 'process-down',
    isUp: ({ processes }) => processes.find(({ id }) => id === 'kube-scheduler-1')?.up,
  },
]

for (const { what, thing, fault, isUp } of breakables)
  for (const language of languages)
    test(`${what} is broken and restored from its context menu (${language})`, async ({ open }) => {
      const vitrine = await open({ language })
      const title = titles[fault][language]
      const nameBefore = await vitrine.thing(thing).getAttribute('aria-label')
      await chooseInMenu(vitrine, thing, literally(title))
      await expect.poll(async () => isUp(await vitrine.state())).toBe(false)
      await expect(vitrine.thing(thing)).not.toHaveAccessibleName(nameBefore ?? '')
      const active = await vitrine.state()
      expect(active.faults).toMatchObject([{ fault }])

      const restore = vitrine.texts.stage.restore(`${title} (${active.faults[0]?.target})`)
      await chooseInMenu(vitrine, thing, literally(restore))
      await expect.poll(async () => isUp(await vitrine.state())).toBe(true)
      expect((await vitrine.state()).faults).toEqual([])
    })

test('with two of three etcd members down the terminal shows what kubectl really says', async ({ open }) => {
  const vitrine = await open()
  for (const member of ['etcd-2', 'etcd-3'])
    await chooseInMenu(vitrine, member, literally(titles['process-down'].en))
  const output = await vitrine.kubectl('kubectl create configmap greeting --from-literal=hello=world')
  expect(output).toContain('error: failed to create configmap: etcdserver: request timed out')
  expect(output).toContain(vitrine.texts.kubectl.exit(1))

  await chooseInMenu(vitrine, 'etcd-2', /^Restore/)
  // A new leader is elected within a few seconds of virtual time.
  await vitrine.page.evaluate(async () => {
    const { now } = await window.vitrine!.state()
    await window.vitrine!.seek(now + 10_000_000)
  })
  const after = await vitrine.kubectl('kubectl create configmap greeting2 --from-literal=hello=world')
  expect(after).toContain('configmap/greeting2 created')
})

for (const language of languages)
  test(`after a power cut the page shows the record and reality apart (${language})`, async ({ open }) => {
    const vitrine = await open({ language, query: { step: '13.3' } })
    const { page, texts, stage } = vitrine
    await page.evaluate(async () => {
      const { now } = await window.vitrine!.state()
      await window.vitrine!.seek(now + 5_000_000)
    })
    const [pod] = (await vitrine.state()).pods
    const card = stage.getByRole('button', { name: new RegExp(`^Pod ${pod?.name}`) })
    await expect(card).toHaveAccessibleName(new RegExp(texts.stage.pod.running))
    await chooseInMenu(vitrine, pod?.node ?? '', literally(titles['host-down'][language]))

    await expect(card).toHaveAccessibleName(literally(texts.stage.pod.gap('Running')))
    await expect(card).toHaveAccessibleName(literally(texts.stage.pod.gapReal))
    expect((await vitrine.state()).pods).toMatchObject([{ phase: 'Running', ready: true }])
    await card.click()
    await expect(vitrine.inspector.getByText(texts.inspector.gap)).toBeVisible()
    await expect(vitrine.thing(pod?.node ?? '')).toHaveAccessibleName(literally(texts.stage.powerless))
  })

test('the list of faults names what is active, and mends it', async ({ open }) => {
  const vitrine = await open()
  const { page, texts } = vitrine
  await chooseInMenu(vitrine, 'kube-scheduler-1', literally(titles['process-down'].en))
  await vitrine.openTab(texts.faults.title)
  const active = page.getByRole('region', { name: texts.faults.active })
  await expect(active).toContainText('kube-scheduler-1')
  await active
    .getByRole('button', { name: texts.faults.restoreNamed(titles['process-down'].en, 'kube-scheduler-1') })
    .click()
  await expect(active).toContainText(texts.faults.none)
})
