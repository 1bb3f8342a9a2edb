// Input that means harm, through every door of the page: its API, messages, storage, address and files. It is refused with
// an error that says why, nothing changes, and the page answers all the same.

import { readFileSync } from 'node:fs'
import type { VitrinePage } from './vitrine-page.ts'
import { expect, test } from './vitrine-page.ts'

const scenarioFiles = 'src/session/corpus/scenarios'

declare global {
  interface Window {
    /** The page's worker, once a test keeps hold of it. */
    theWorker?: Worker
    readonly trustedTypes: { createPolicy(name: string, rules: object): void }
  }
}

/** Does something hostile; afterwards the session is what it was, and the page answers within a second. */
async function bearsIt(vitrine: VitrinePage, act: () => Promise<unknown>): Promise<void> {
  const before = await vitrine.state()
  await act()
  const after = await vitrine.page.evaluate(async () => {
    const started = performance.now()
    const state = await window.vitrine!.state()
    return { state, millis: performance.now() - started }
  })
  expect(after.state).toEqual(before)
  expect(after.millis).toBeLessThan(1_000)
}

const calls: readonly (readonly [what: string, script: string, says: RegExp])[] = [
  ['a function', 'vitrine.kubectl(() => 1)', /^kubectl: only plain data can be sent/],
  ['a symbol', "vitrine.heal(Symbol('x'))", /^heal: only plain data can be sent/],
  [
    'a proxy',
    "vitrine.fault(new Proxy({ fault: 'host-down', target: 'node-1' }, {}))",
    /^fault: only plain data/,
  ],
  [
    'a getter that throws',
    "vitrine.fault({ get fault() { throw new Error('trap') } })",
    /^fault: only plain data can be sent: trap/,
  ],
  ['a filter whose getter throws', "vitrine.events({ get level() { throw new Error('trap') } })", /trap/],
  [
    'a cycle',
    "(() => { const a = { fault: 'host-down', target: 'node-1' }; a.self = a; return vitrine.fault(a) })()",
    /no parameter "self"/,
  ],
  [
    'a prototype as a parameter',
    `vitrine.fault(JSON.parse('{"fault":"host-down","target":"node-1","__proto__":1}'))`,
    /no parameter|Unrecognized|fault/,
  ],
  ['a page element', 'vitrine.heal(document.body)', /^heal: only plain data/],
  ['ten million characters', "vitrine.kubectl('x'.repeat(1e7))", /^kubectl: line: .*8192/],
  ['a list of a million', 'vitrine.fault(new Array(1e6).fill(0))', /^fault: /],
  ['a file that is no text', "vitrine.kubectl('apply -f a', { a: 1 })", /^kubectl: files\.a: /],
  ['a big integer', 'vitrine.seek(10n)', /^seek/],
  ['a time far in the future', 'vitrine.seek({ at: 24 * 3600e6 })', /two hours ahead at most/],
  ['a number as a filter', 'vitrine.events(42)', /^events/],
  ['one argument too many for state', 'vitrine.state(1)', /^state: takes no arguments; leave the other out$/],
  ['one argument too many for digest', 'vitrine.digest({})', /^digest: takes no arguments/],
  ['one argument too many for pause', 'vitrine.pause(new Event("x").type)', /^pause: takes no arguments/],
  ['one argument too many for kubectl', "vitrine.kubectl('get pods', {}, 3)", /^kubectl: takes one argument/],
]

test('hostile arguments to window.vitrine are refused with an Error that has a name and a code', async ({
  open,
}) => {
  const vitrine = await open({ query: { step: '3' } })
  for (const [what, script, says] of calls)
    await bearsIt(vitrine, async () => {
      const error = await vitrine.page.evaluate(
        `(async () => { try { await ${script}; return null } catch (error) { return { isError: error instanceof Error, name: error.name, code: error.code, message: error.message } } })()`,
      )
      expect(error, what).toMatchObject({ isError: true, message: expect.stringMatching(says) })
      if (!says.source.startsWith('trap'))
        expect(error, what).toMatchObject({
          name: 'CallRefused',
          code: expect.stringMatching(/^Bad/),
        })
    })
})

test('messages of unknown shape, to the page or to its worker, are ignored', async ({ page, open }) => {
  await page.addInitScript(() => {
    const Original = Worker
    window.Worker = class extends Original {
      constructor(...args: ConstructorParameters<typeof Worker>) {
        super(...args)
        Object.defineProperty(window, 'theWorker', { value: this })
      }
    }
  })
  const vitrine = await open()
  await bearsIt(vitrine, () =>
    page.evaluate(() => {
      const messages: readonly unknown[] = [
        null,
        1,
        'kubectl delete pods --all',
        [],
        {},
        { type: 'call' },
        { type: 'call', id: 1 },
        { id: '1', name: 'digest' },
        { type: 'call', id: 1e9, name: 'digest', arguments: null },
        { type: 'frame', frame: { reset: true } },
        { type: 'answer', id: 1, answer: 'x' },
        { type: 'error', id: 1 },
        { type: 'call', id: 1e9, name: '__proto__', arguments: [] },
        new Map([['type', 'call']]),
        new ArrayBuffer(8),
      ]
      for (const message of messages) {
        window.theWorker?.postMessage(message)
        window.postMessage(message, '*')
      }
    }),
  )
  expect(await vitrine.kubectl('kubectl get nodes')).toContain('node-1')
})

for (const [what, stored] of [
  ['no JSON', '{{{'],
  ['a list', '[1,2]'],
  ['null', 'null'],
  ['wrong types', '{"language":["en"],"theme":{},"stepSize":9,"sizes":"x","collapsed":[]}'],
  [
    'prototypes',
    '{"__proto__":{"language":"tlh"},"constructor":1,"sizes":{"__proto__":{"story":-1},"story":1e308}}',
  ],
  ['a megabyte', 'x'.repeat(1_000_000)],
] as const)
  test(`with ${what} in its storage the page opens as if it were empty`, async ({ page, open }) => {
    await page.addInitScript((text) => localStorage.setItem('vitrine.settings', text), stored)
    const vitrine = await open()
    await expect(vitrine.stage).toBeVisible()
    expect((await vitrine.state()).nodes).toHaveLength(3)
  })

const long = '1'.repeat(6_000)
for (const [what, opening] of [
  ['a time of six thousand digits and a letter', { query: { at: `${long}x` } }],
  ['a seed of six thousand digits', { query: { seed: long } }],
  ['a scenario that is a prototype', { query: { scenario: '__proto__' } }],
  ['a scenario of six thousand signs', { query: { scenario: long } }],
  ['markup for a scenario', { query: { scenario: '<img src=x onerror=alert(1)>' } }],
  ['a step that is markup', { query: { step: '<script>alert(1)</script>' } }],
  ['half a character', { query: { scenario: '\ud800' } }],
  ['a fragment that is far too long', { hash: 'a'.repeat(200_000) }],
  ['a fragment of escapes', { hash: '%00%ff%u0000' }],
] as const)
  test(`with ${what} in its address the page says so and opens`, async ({ open }) => {
    const vitrine = await open(opening)
    await expect(vitrine.notices).not.toHaveText('')
    expect((await vitrine.notices.innerText()).length).toBeLessThan(1_000)
    expect((await vitrine.state()).milestones[0]?.id).toBe('0')
    await expect(vitrine.page.locator('img[src="x"]')).toHaveCount(0)
  })

test('no text from outside becomes HTML, a script or the address of one', async ({ page, open, baseURL }) => {
  // Chromium itself watches every place that takes markup or code: a text that comes to one is reported here.
  await page.route(`${baseURL}/?*`, async (route) => {
    const response = await route.fetch()
    const headers = response.headers()
    const policy = `${headers['content-security-policy']}; require-trusted-types-for 'script'; trusted-types default`
    await route.fulfill({ response, headers: { ...headers, 'content-security-policy': policy } })
  })
  await page.addInitScript(() => {
    const reported: string[] = []
    Object.defineProperty(window, 'reported', { value: reported })
    const report = (text: string): string => {
      reported.push(text)
      return text
    }
    window.trustedTypes.createPolicy('default', {
      createHTML: report,
      createScript: report,
      createScriptURL: (url: string) =>
        new URL(url, location.href).origin === location.origin ? url : report(url),
    })
  })
  const vitrine = await open()
  const { texts } = vitrine
  await page.evaluate(async () => {
    const line = 'kubectl create configmap evil --from-literal=a="<img src=x onerror=alert(1)>"'
    await window.vitrine!.kubectl(line)
    await window.vitrine!.kubectl('kubectl annotate node node-1 evil="<svg onload=alert(1)>"')
  })
  expect(await vitrine.kubectl('kubectl get configmap evil -o yaml')).toContain(
    '<img src=x onerror=alert(1)>',
  )
  await vitrine.clickThing('node-1')
  for (const tab of [texts.yaml.title, texts.faults.title]) await vitrine.openTab(tab)
  await vitrine.button(texts.app.share).click()
  await page.locator('.share input[type=file]').setInputFiles({
    name: '<img src=x onerror=alert(1)>.yaml',
    mimeType: 'text/yaml',
    buffer: readFileSync(`${scenarioFiles}/markup.yaml`),
  })
  await expect(page.getByRole('dialog').getByRole('status').filter({ hasText: 'onerror' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(vitrine.story).toContainText('<script>alert(1)</script>')
  await expect(page.locator('img[src="x"], svg[onload], .story script')).toHaveCount(0)
  await page.evaluate(() => {
    document.createElement('p').innerHTML = 'what a report looks like'
  })
  expect(await page.evaluate('reported')).toEqual(['what a report looks like'])
})

test('scenario files that mean harm are refused in words, and the session goes on', async ({ open }) => {
  const vitrine = await open({ query: { step: '3' } })
  const { page, texts } = vitrine
  await vitrine.button(texts.app.share).click()
  const panel = page.getByRole('dialog')
  const files: readonly (readonly [name: string, text: string, says: RegExp])[] = [
    ['slow.yaml', readFileSync(`${scenarioFiles}/slow-pattern.yaml`, 'utf8'), /repeats a group/],
    ['fault.yaml', readFileSync(`${scenarioFiles}/unknown-fault.yaml`, 'utf8'), /there is no fault "meteor"/],
    ['deep.yaml', '['.repeat(200_000), /nested deeper than 64 levels/],
    ['wide.yaml', Array.from({ length: 120_000 }, (_, i) => `${i}:\n`).join(''), /words and marks/],
    ['zero.yaml', 'name: "\0"', /control characters are not allowed/],
    ['big.yaml', 'x'.repeat(1_100_000), /big\.yaml is larger than 1 MiB/],
  ]
  for (const [name, text, says] of files)
    await bearsIt(vitrine, async () => {
      const buffer = Buffer.from(text)
      await page.locator('.share input[type=file]').setInputFiles({ name, mimeType: 'text/yaml', buffer })
      await expect(panel.getByRole('alert')).toContainText(says)
    })
})
