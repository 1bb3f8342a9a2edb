// Whatever is wrong with an input is said clearly, and changes nothing.

import type { VitrinePage } from './vitrine-page.ts'
import { expect, languages, test } from './vitrine-page.ts'

/** Does something that must not change the session: same digest, same moment, before and after. */
async function changesNothing(vitrine: VitrinePage, act: () => Promise<void>): Promise<void> {
  const before = await vitrine.state()
  await act()
  expect(await vitrine.state()).toEqual(before)
}

const addresses: readonly {
  readonly what: string
  readonly query: Readonly<Record<string, string>>
  readonly says: readonly RegExp[]
}[] = [
  {
    what: 'an unknown scenario',
    query: { scenario: 'moon-landing' },
    says: [/moon-landing/, /pod-creation/, /rolling-update/],
  },
  { what: 'an unknown step', query: { step: '99' }, says: [/no step "99"/, /13\.3/] },
  { what: 'a bad seed', query: { seed: '-1' }, says: [/seed=-1/, /4294967295/] },
  { what: 'a seed that is no number', query: { seed: 'seven' }, says: [/seed=seven/] },
  { what: 'a bad time', query: { at: 'noon' }, says: [/at=noon/, /2\.5s/] },
  { what: 'a time beyond all bounds', query: { at: '9000h' }, says: [/9000|time/] },
  { what: 'a step and a time', query: { step: '3', at: '2s' }, says: [/at=2s/, /step/] },
  {
    what: 'a cluster elsewhere',
    query: { connect: 'http://127.0.0.1:1' },
    says: [/connect=http/, /cannot attach/],
  },
  { what: 'a bad flag', query: { present: 'yes' }, says: [/present=yes/] },
]

for (const { what, query, says } of addresses)
  test(`${what} in the address is said, and the page opens all the same`, async ({ open }) => {
    const vitrine = await open({ query })
    for (const words of says) await expect(vitrine.notices).toContainText(words)
    const state = await vitrine.state()
    expect(state.milestones[0]?.id).toBe('0')
    await vitrine.button(vitrine.texts.app.dismiss).first().click()
    await expect(vitrine.notices).toHaveText('')
  })

test('an unknown language in the address is said', async ({ page }) => {
  await page.goto('./?lang=tlh')
  await page.evaluate(() => window.vitrine!.ready)
  await expect(page.getByRole('alert')).toContainText('lang=tlh')
})

test('what is wrong with an address is said in Chinese as well', async ({ open }) => {
  const vitrine = await open({ language: 'zh-CN', query: { scenario: 'moon-landing' } })
  await expect(vitrine.notices).toContainText('没有名为“moon-landing”的场景')
})

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const session = { build: 2, scenario: 'pod-creation', seed: 11, cursor: 20_000_000, commands: [] }

const links: readonly { readonly what: string; readonly hash: string; readonly says: RegExp }[] = [
  { what: 'a damaged link', hash: '%%%not-base64%%%', says: /damaged/ },
  { what: 'a link that was cut off', hash: encode(session).slice(0, 40), says: /damaged/ },
  {
    what: 'a link with a field of the wrong type',
    hash: encode({ ...session, seed: 'x' }),
    says: /damaged \(seed\)/,
  },
  { what: 'a link of another build', hash: encode({ ...session, build: 999 }), says: /build 999/ },
  { what: 'a link to an unknown scenario', hash: encode({ ...session, scenario: 'gone' }), says: /gone/ },
  {
    what: 'a link whose commands do not fit the cluster',
    hash: encode({
      ...session,
      commands: [
        { at: 20_000_001, delivered: 3, scripted: false, command: { do: 'chapter', chapter: 'submit' } },
      ],
    }),
    says: /does not fit/,
  },
]

for (const { what, hash, says } of links)
  test(`${what} is refused with a reason, and the default opens`, async ({ open }) => {
    const vitrine = await open({ hash })
    await expect(vitrine.notices).toContainText(says)
    expect((await vitrine.state()).milestones.map(({ id }) => id)).toEqual(['0'])
  })

const podNamed = (name: string, rest = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\nspec:\n  containers:\n    - name: app\n      image: nginx\n${rest}`

const manifests: readonly {
  readonly what: string
  readonly yaml: string
  readonly says: readonly RegExp[]
}[] = [
  {
    what: 'YAML that cannot be read',
    yaml: 'apiVersion: v1\nkind: [Pod\n',
    says: [/error/i, /line 2|line 3/],
  },
  {
    what: 'an unknown kind',
    yaml: 'apiVersion: v1\nkind: Pony\nmetadata:\n  name: p\n',
    says: [/no matches for kind "Pony" in version "v1"/],
  },
  {
    what: 'an invalid object',
    yaml: podNamed('Big_Name'),
    says: [/The Pod "Big_Name" is invalid: metadata\.name: Invalid value: "Big_Name"/],
  },
  {
    what: 'a field of the wrong value',
    yaml: podNamed('web', '  restartPolicy: Sometimes\n'),
    says: [/spec\.restartPolicy: Unsupported value: "Sometimes"/],
  },
  {
    what: 'a field that does not exist',
    yaml: podNamed('web', '  colour: red\n'),
    says: [/unknown field "spec\.colour"/],
  },
]

for (const language of languages)
  for (const { what, yaml, says } of manifests)
    test(`the YAML panel tells ${what} as the apiserver does (${language})`, async ({ open }) => {
      const vitrine = await open({ language })
      const { page, texts } = vitrine
      await vitrine.openTab(texts.yaml.title)
      const editor = page.getByRole('textbox', { name: texts.yaml.editor('web.yaml') })
      await editor.fill(yaml)
      const pods = (await vitrine.state()).pods
      await vitrine.button(texts.yaml.apply).click()
      const panel = page.getByRole('tabpanel', { name: texts.yaml.title })
      await expect(panel.getByText(texts.yaml.failed)).toBeVisible()
      for (const words of says) await expect(panel).toContainText(words)
      expect((await vitrine.state()).pods).toEqual(pods)
    })

const lines: readonly (readonly [line: string, says: RegExp])[] = [
  ['kubectl get ponies', /error: the server doesn't have a resource type "ponies"/],
  ['kubectl frobnicate', /unknown command "frobnicate" for "kubectl"/],
  ['kubectl get pods --colour=red', /unknown flag: --colour/],
  ['kubectl get pod nothing-here', /Error from server \(NotFound\): pods "nothing-here" not found/],
  ['kubectl apply -f missing.yaml', /the path "missing\.yaml" does not exist/],
  ['kubectl get "pods', /unexpected end of line while looking for matching "/],
  ['rm -rf /', /rm/],
]

test('the terminal answers nonsense as kubectl does, and what fails does not change the cluster', async ({
  open,
}) => {
  const vitrine = await open()
  const { pods, nodes } = await vitrine.state()
  for (const [line, says] of lines) expect(await vitrine.kubectl(line), line).toMatch(says)
  expect(await vitrine.state()).toMatchObject({ pods, nodes })
})

const wrongCalls: readonly (readonly [what: string, script: string, says: RegExp])[] = [
  ['a step of unknown size', "vitrine.step('mile', 1)", /step: .*size/],
  ['a step in no direction', "vitrine.step('message', 0)", /step: .*direction/],
  ['a seek to an unknown step', "vitrine.seek('99')", /no step "99"/],
  ['a seek to no time', 'vitrine.seek(NaN)', /seek|time/],
  [
    'a seek to a time in words',
    "vitrine.seek({ at: 'soon' })",
    /expected a milestone or chapter, microseconds/,
  ],
  ['a seek to before the beginning', 'vitrine.seek(-5)', /-5 is not a time/],
  ['a seek to nothing', 'vitrine.seek(null)', /seek/],
  ['a seek to an unknown event', 'vitrine.seek({ seq: 999999999 })', /no event has the seq 999999999/],
  ['a speed below zero', 'vitrine.play(-1)', /play: .*speed/],
  ['a speed that is a word', "vitrine.play('fast')", /play: .*speed/],
  [
    'an unknown fault',
    "vitrine.fault({ fault: 'meteor', target: 'node-1' })",
    /unknown fault "meteor"; there are host-down/,
  ],
  ['a fault on nothing', "vitrine.fault({ fault: 'host-down', target: 'node-9' })", /node-9/],
  [
    'a fault for no time',
    "vitrine.fault({ fault: 'host-down', target: 'node-1', for: 'ages' })",
    /"ages" is not a duration/,
  ],
  ['no fault at all', 'vitrine.fault()', /fault/],
  ['healing what is not broken', "vitrine.heal('fault-7')", /no active fault "fault-7"/],
  ['a command that is no text', 'vitrine.kubectl(42)', /kubectl: .*line/],
  ['events by an unknown level', "vitrine.events({ level: 'loud' })", /events: .*level/],
  ['too many events', 'vitrine.events({ limit: 1e9 })', /events: .*limit/],
]

test('wrong arguments to window.vitrine are refused one by one, and change nothing', async ({ open }) => {
  const vitrine = await open({ query: { step: '6' } })
  for (const [what, script, says] of wrongCalls)
    await changesNothing(vitrine, async () => {
      const answer = await vitrine.page.evaluate(
        `(async () => { try { await ${script}; return 'was taken' } catch (error) { return error.message } })()`,
      )
      expect(answer, what).toMatch(says)
    })
})
