// Faults with parameters and durations: from a thing's menu, by keys, on a phone, in the past, and by script.

import type { VitrinePage } from './vitrine-page.ts'
import { expect, languages, literally, test } from './vitrine-page.ts'

const titles = {
  latency: { en: 'Slow the network', 'zh-CN': '网络变慢' },
  'node-memory-pressure': { en: 'Use up the memory', 'zh-CN': '内存压力' },
  'process-frozen': { en: 'Freeze', 'zh-CN': '冻结' },
  'disk-slow': { en: 'Slow the disk', 'zh-CN': '磁盘变慢' },
  'probe-failing': { en: 'Fail the probes', 'zh-CN': '探针失败' },
  'container-crash': { en: 'Crash the container', 'zh-CN': '容器崩溃' },
} as const
const milliseconds = { en: 'Extra delay, in milliseconds', 'zh-CN': '额外延迟（毫秒）' }

/** Lets so much virtual time pass. */
const pass = (vitrine: VitrinePage, seconds: number): Promise<void> =>
  vitrine.page.evaluate(async (micros) => {
    const { now } = await window.vitrine!.state()
    await window.vitrine!.seek(now + micros)
  }, seconds * 1_000_000)

for (const language of languages)
  test(`a fault is made with parameters for a time, and heals by itself (${language})`, async ({ open }) => {
    const vitrine = await open({ language })
    const { page, texts } = vitrine
    await vitrine.clickThing('node-2', 'right')
    await page.getByRole('menuitem', { name: texts.stage.chooseFault }).click()
    const form = page.getByRole('region', { name: texts.faults.catalogue })
    const fault = form.getByRole('combobox', { name: texts.faults.fault })
    await expect(fault).toBeFocused()
    await fault.selectOption({ label: titles.latency[language] })
    await expect(form.getByLabel(texts.faults.target, { exact: true })).toHaveValue('node-2')
    await form.getByLabel(texts.faults.between, { exact: true }).fill('control-plane-1')
    await form.getByLabel(milliseconds[language]).fill('300')
    await form.getByLabel(texts.faults.duration, { exact: true }).fill('30s')
    await form.getByRole('button', { name: texts.faults.inject }).click()

    const active = page.getByRole('region', { name: texts.faults.active })
    await expect(active).toContainText(titles.latency[language])
    await expect(active).toContainText(texts.faults.left(30))
    await expect(vitrine.thing('node-2')).toHaveAccessibleName(
      literally(texts.stage.faulted(titles.latency[language])),
    )
    expect((await vitrine.state()).faults).toMatchObject([
      { fault: 'latency', target: 'node-2~control-plane-1' },
    ])
    await pass(vitrine, 12)
    await expect(active).toContainText(texts.faults.left(18))
    await pass(vitrine, 19)
    await expect(active).toContainText(texts.faults.none)
    await expect(vitrine.thing('node-2')).not.toHaveAccessibleName(literally(titles.latency[language]))
  })

test('a parameter that does not fit is refused in words, and nothing is broken', async ({ open }) => {
  const vitrine = await open()
  const { page, texts } = vitrine
  await vitrine.openTab(texts.faults.title)
  const form = page.getByRole('region', { name: texts.faults.catalogue })
  await form.getByRole('combobox', { name: texts.faults.fault }).selectOption({ label: titles.latency.en })
  await form.getByLabel(texts.faults.target, { exact: true }).fill('node-2,node-7')
  await form.getByRole('button', { name: texts.faults.inject }).click()
  await expect(form.getByRole('alert')).toContainText('no host "node-7"; there are etcd-1')
  expect((await vitrine.state()).faults).toEqual([])
})

test('a fault is chosen from the menu with the keyboard alone', async ({ open }) => {
  const vitrine = await open()
  const { page, texts } = vitrine
  const scheduler = vitrine.thing('kube-scheduler-1')
  await scheduler.focus()
  await page.keyboard.press('Shift+F10')
  const item = page.getByRole('menuitem', { name: texts.stage.chooseFault })
  for (let presses = 0; presses < 20; presses++) {
    if (await item.evaluate((element) => element === document.activeElement)) break
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
  const fault = page.getByRole('combobox', { name: texts.faults.fault })
  await expect(fault).toBeFocused()
  // Typing chooses in a list.
  await page.keyboard.type(titles['process-frozen'].en)
  await expect(fault.getByRole('option', { name: titles['process-frozen'].en })).toHaveJSProperty(
    'selected',
    true,
  )
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: texts.faults.inject })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(scheduler).toHaveAccessibleName(literally(texts.stage.faulted(titles['process-frozen'].en)))
  expect((await vitrine.state()).faults).toMatchObject([
    { fault: 'process-frozen', target: 'kube-scheduler-1' },
  ])
})

for (const language of languages)
  test(`whatever is hit wears a mark until it is restored (${language})`, async ({ open }) => {
    const vitrine = await open({ language, query: { step: '13.3' } })
    const { texts } = vitrine
    await pass(vitrine, 5)
    const [pod] = (await vitrine.state()).pods
    const podName = `${pod?.namespace}/${pod?.name}`
    const hits = [
      ['process-frozen', 'kube-scheduler-1', vitrine.thing('kube-scheduler-1')],
      ['node-memory-pressure', 'node-2', vitrine.thing('node-2')],
      ['disk-slow', 'etcd-3', vitrine.thing('etcd-3')],
    ] as const
    for (const [fault, target, thing] of hits) {
      const { id } = await vitrine.page.evaluate((spec) => window.vitrine!.fault(spec), {
        fault,
        target,
        for: '10m',
      })
      const mark = literally(texts.stage.faulted(titles[fault][language]))
      await expect(thing).toHaveAccessibleName(mark)
      await vitrine.page.evaluate((healed) => window.vitrine!.heal(healed), id)
      await expect(thing).not.toHaveAccessibleName(mark)
    }
    await vitrine.page.evaluate(
      (target) => window.vitrine!.fault({ fault: 'container-crash', target }),
      podName,
    )
    await pass(vitrine, 3)
    expect(await vitrine.kubectl('kubectl get pods')).toMatch(/web-\S+ +1\/1 +Running +1 \(\d+s ago\)/)
  })

test('a fault in the past makes a branch, and the old future has none', async ({ open }) => {
  const vitrine = await open({ query: { step: '13.3' } })
  const { page, texts } = vitrine
  await page.evaluate(() => window.vitrine!.seek({ step: '4' }))
  await vitrine.clickThing('node-2', 'right')
  await page.getByRole('menuitem', { name: titles['node-memory-pressure'].en }).click()
  const branches = page.getByRole('combobox', { name: texts.timeline.branches })
  await expect(branches.getByRole('option')).toHaveCount(2)
  await expect
    .poll(async () => (await vitrine.state()).faults)
    .toMatchObject([{ fault: 'node-memory-pressure', target: 'node-2' }])
  await branches.selectOption({ label: texts.timeline.branchMain })
  await expect.poll(async () => (await vitrine.state()).faults).toEqual([])
})

test('on a phone the form is a dialog', async ({ open, page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  const vitrine = await open()
  const { texts } = vitrine
  await vitrine.thing('kube-scheduler-1').focus()
  await page.keyboard.press('Shift+F10')
  await page.getByRole('menuitem', { name: texts.stage.chooseFault }).click()
  const dialog = page.getByRole('dialog', { name: texts.faults.title })
  await dialog
    .getByRole('combobox', { name: texts.faults.fault })
    .selectOption({ label: titles['process-frozen'].en })
  await dialog.getByRole('button', { name: texts.faults.inject }).click()
  await expect(dialog.getByRole('region', { name: texts.faults.active })).toContainText('kube-scheduler-1')
  expect((await vitrine.state()).faults).toMatchObject([
    { fault: 'process-frozen', target: 'kube-scheduler-1' },
  ])
})

const refused: readonly (readonly [string, object, RegExp])[] = [
  ['a host', { fault: 'host-down', target: 'node-9' }, /no host "node-9"; there are .*node-1/],
  [
    'a process',
    { fault: 'process-frozen', target: 'kubelet' },
    /no process "kubelet"; there are .*kube-apiserver-1/,
  ],
  [
    'a kind of process',
    { fault: 'apiserver-overload', target: 'etcd-1' },
    /is for kube-apiserver-1; not for/,
  ],
  ['a Pod', { fault: 'container-oom', target: 'default/nothing' }, /no Pod "default\/nothing"/],
  ['a message', { fault: 'message-dropped', target: '1' }, /no message 1 is on its way/],
  [
    'a parameter',
    { fault: 'latency', target: 'node-1', seconds: 3 },
    /latency has no parameter "seconds"; it has milliseconds, oneWay/,
  ],
  [
    'a value',
    { fault: 'latency', target: 'node-1', milliseconds: 'many' },
    /parameter "milliseconds" of latency: has to be an integer/,
  ],
  [
    'a choice',
    { fault: 'probe-failing', target: 'default/web', probe: 'all' },
    /has to be one of "any", "readiness", "liveness", "startup"/,
  ],
]

test('a script is told what there is when it names what there is not, and nothing changes', async ({
  open,
}) => {
  const vitrine = await open()
  const before = await vitrine.digest()
  for (const [what, spec, error] of refused) {
    const said = await vitrine.page.evaluate(
      (given) =>
        window.vitrine!.fault(given as { fault: string; target: string }).then(
          () => 'accepted',
          (reason: unknown) => String(reason),
        ),
      spec,
    )
    expect(said, what).toMatch(error)
  }
  expect(await vitrine.digest()).toBe(before)
  expect((await vitrine.state()).faults).toEqual([])
})
