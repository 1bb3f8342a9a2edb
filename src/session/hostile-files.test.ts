// A corpus of texts that mean harm: manifests, scenario files and links. Each is refused in words, at once, the same in
// every engine; what merely looks bad and is fine is taken.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { YAML_LIMITS } from '../kubectl/bounded-yaml.ts'
import { parseManifests } from '../kubectl/manifest.ts'
import { processorTime } from '../sim/kernel/testing/processor-time.ts'
import { errorOf, SessionHost } from './host.ts'
import { LIMITS } from './limits.ts'
import { loadLateParts } from './load-late-parts.ts'
import { patternProblem } from './pattern-cost.ts'
import { parseScenario } from './scenario-file.ts'

/** Of the processor, tests on the other thread included: on a slow machine the longest takes half of it. */
const MOMENT = 4_000

const corpus = join(import.meta.dirname, 'corpus')
/** The first line of each file says how it is refused: `# refused: words`, or `# taken`. */
const filesIn = (folder: string): readonly (readonly [name: string, verdict: string, text: string])[] =>
  readdirSync(join(corpus, folder))
    .sort()
    .map((name) => {
      const text = readFileSync(join(corpus, folder, name), 'utf8')
      return [name, text.slice(0, text.indexOf('\n')).trim(), text]
    })

function refusalOf(text: string): string | null {
  const parsed = parseManifests(text)
  return 'error' in parsed ? parsed.error.message : null
}

describe('manifests', () => {
  test.each(filesIn('manifests'))('%s: %s', (_name, verdict, text) => {
    const refusal = refusalOf(text)
    if (verdict === '# taken') expect(refusal).toBeNull()
    else expect(refusal).toContain(verdict.replace('# refused: ', ''))
  })

  const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'
  const { depth, tokens, documents, characters } = YAML_LIMITS
  test.each<readonly [what: string, text: string, says: string]>([
    ['a hundred thousand lists in each other', '['.repeat(100_000), `nested deeper than ${depth} levels`],
    ['as many mappings', '{a: '.repeat(100_000), `nested deeper than ${depth} levels`],
    ['as many list marks', '- '.repeat(100_000), `nested deeper than ${depth} levels`],
    ['as many key marks', '? '.repeat(100_000), `nested deeper than ${depth} levels`],
    [
      'stairs',
      Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}k:\n`).join(''),
      `nested deeper than ${depth}`,
    ],
    [
      'a mapping of a hundred thousand keys',
      Array.from({ length: 100_000 }, (_, i) => `k${i}: v\n`).join(''),
      `more than ${tokens} words`,
    ],
    ['a million comments', '#\n'.repeat(1_000_000), `more than ${tokens} words`],
    ['documents by the thousand', `---\n${head}`.repeat(documents + 1), `more than ${documents} documents`],
    [
      'a List of too many',
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: Array.from({ length: 5_001 }, () => ({})) }),
      'more than 5000 objects',
    ],
    ['a text without end', 'x'.repeat(characters + 1), `longer than ${characters} characters`],
    [
      'a long text, many times',
      `${head}data: {a: &a ${'x'.repeat(100_000)}, b: [${'*a,'.repeat(60)}]}\n`,
      'its aliases make it longer',
    ],
    ['a million brackets that close nothing', '{}'.repeat(1_000_000), 'Unexpected flow-map-start'],
    ['half a character', `${head}data: {a: "\ud800"}\n`, 'control characters are not allowed'],
    ['a zero', `${head}data: {a: "\0"}\n`, 'control characters are not allowed'],
    ['a byte order mark inside', `${head}data: {a: "\ufeff"}\n`, 'control characters are not allowed'],
    [
      'a number of a million digits',
      `${head}a: ${'9'.repeat(1_000_000)}\n`,
      'not a number that JSON can hold',
    ],
  ])('%s', (_what, text, says) => {
    const spent = processorTime()
    expect(refusalOf(text)).toContain(says)
    expect(spent()).toBeLessThan(MOMENT)
  })

  test('a byte order mark in front and line ends of Windows are fine', () => {
    expect(refusalOf(`\ufeff${head.replaceAll('\n', '\r\n')}`)).toBeNull()
  })
})

describe('scenario files', () => {
  test.each(filesIn('scenarios'))('%s: %s', (_name, verdict, text) => {
    if (verdict === '# taken') expect(parseScenario(text).name).toMatch(/./)
    else expect(() => parseScenario(text)).toThrow(verdict.replace('# refused: ', ''))
  })

  test.each([
    ['(a+)+$', 'repeats a group'],
    ['(a|a)*$', 'repeats a group'],
    ['(?:a?){30}', 'repeats a group'],
    ['a*a*b', 'more than one repetition'],
    [`${'a?'.repeat(30)}${'a'.repeat(30)}`, 'too many alternatives'],
    ['(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)', 'too many alternatives'],
    ['(a)\\1', 'refers back'],
    ['(?=a)b', 'lookaround'],
    ['(', 'not a regular expression'],
    ['x'.repeat(201), 'longer than 200'],
  ])('the pattern %s is refused', (source, why) => expect(patternProblem(source)).toContain(why))

  test.each([
    '^default/web-',
    ' Running ',
    '^(web|api)-.*$',
    'a\\*b\\+c\\?',
    '[*+?(){}]+',
    '(?:a|b)c',
    '\\(\\?x',
  ])('the pattern %s is fine, and quick', (source) => {
    expect(patternProblem(source)).toBeUndefined()
    const spent = processorTime()
    for (const text of ['a'.repeat(4_096), '*'.repeat(4_096), 'web-'.repeat(1_000)])
      new RegExp(source).test(text)
    expect(spent()).toBeLessThan(MOMENT)
  })
})

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const session = { build: 2, scenario: 'pod-creation', seed: 11, cursor: 20_000_000, commands: [] }
const command = { at: 20_000_001, delivered: 3, scripted: false, command: { do: 'waited' } }

test.each<readonly [what: string, link: string, code: string]>([
  ['noise', '%%%', 'BadLink'],
  ['half of it', encode(session).slice(0, 40), 'BadLink'],
  ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x80]).toString('base64url'), 'BadLink'],
  ['a list', encode([session]), 'BadLink'],
  ['a strange field', encode({ ...session, extra: 1 }), 'BadLink'],
  [
    'a prototype',
    encode(session).replace(/.*/, () =>
      Buffer.from(`{"__proto__":{"build":1},${JSON.stringify(session).slice(1)}`).toString('base64url'),
    ),
    'BadLink',
  ],
  ['another build', encode({ ...session, build: 1 }), 'OtherBuild'],
  ['a cursor in ten thousand years', encode({ ...session, cursor: Number.MAX_SAFE_INTEGER }), 'BadLink'],
  [
    'a command that waits for ever',
    encode({ ...session, commands: [{ ...command, delivered: Number.MAX_SAFE_INTEGER }] }),
    'BadLink',
  ],
  [
    'a command in ten thousand years',
    encode({ ...session, commands: [{ ...command, at: 9e15 }] }),
    'BadLink',
  ],
  [
    'commands by the thousand',
    encode({ ...session, commands: Array.from({ length: LIMITS.linkCommands + 1 }, () => 1) }),
    'BadLink',
  ],
  ['a text nested without end', Buffer.from('['.repeat(30_000)).toString('base64url'), 'BadLink'],
])('a link with %s is refused, and what was open stays', async (_what, shared, code) => {
  await loadLateParts()
  const host = new SessionHost()
  const open = { scenario: 'pod-creation' }
  await host.prepare('open', [open])
  host.call('open', [open])
  const before = host.call('state', [])
  const wanted = { ...open, shared }
  await host.prepare('open', [wanted])
  const spent = processorTime()
  let refused: unknown
  try {
    host.call('open', [wanted])
  } catch (error) {
    refused = error
  }
  expect(errorOf(refused).code).toBe(code)
  expect(spent()).toBeLessThan(2 * MOMENT)
  expect(host.call('state', [])).toEqual(before)
})
