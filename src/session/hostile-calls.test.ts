// Calls as no page makes them: anything that a message can carry, for every call there is. A call that is refused says
// why and changes nothing, and the host goes on answering.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { processorTime } from '../sim/kernel/testing/processor-time.ts'
import type { CallName } from '../worker/protocol.ts'
import { errorOf, SessionHost } from './host.ts'

const NAMES = [
  'open',
  'scenarios',
  'catalogue',
  'play',
  'pause',
  'step',
  'seek',
  'runChapter',
  'answer',
  'kubectl',
  'fault',
  'heal',
  'state',
  'events',
  'inspect',
  'digest',
  'switchBranch',
  'share',
  'export',
] as const satisfies readonly CallName[]

const cycle: Record<string, unknown> = {}
cycle.self = cycle
const deep = Array.from({ length: 5_000 }).reduce<unknown>((inner) => [inner], 'x')

/** What structured cloning lets through, and a little more. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    NaN,
    Infinity,
    -0,
    1e308,
    -1,
    0.5,
    2 ** 53,
    10n,
    true,
    '',
    'constructor',
    '__proto__',
    'x'.repeat(1_000_000),
    [],
    {},
    cycle,
    deep,
    new Map([['a', 1]]),
    new Set([1]),
    new Date(0),
    /x/,
    new Error('x'),
    new Uint8Array(4),
    Object.create(null),
    JSON.parse('{"__proto__":{"polluted":1}}'),
    { constructor: { prototype: { polluted: 1 } } },
    () => 1,
    Symbol('x'),
    [[[[]]]],
    { length: 1e9 },
  ),
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withSparseArray: true,
  }),
)

/** Near misses: right fields, wrong values. */
const field = fc.constantFrom(
  'at',
  'step',
  'seq',
  'end',
  'scenario',
  'seed',
  'position',
  'shared',
  'file',
  'speed',
  'mode',
  'size',
  'direction',
  'question',
  'option',
  'line',
  'files',
  'fault',
  'target',
  'for',
  'level',
  'process',
  'types',
  'text',
  'chain',
  'offset',
  'limit',
  'future',
  'kind',
  'key',
  'uid',
  'id',
  'name',
  'from',
  'to',
  '__proto__',
  'constructor',
  'toString',
)
const value = fc.oneof(
  { weight: 2, arbitrary: strange },
  {
    weight: 5,
    arbitrary: fc.constantFrom<unknown>(
      'host-down',
      'node-1',
      'process-down',
      'story',
      'noise',
      'teaching',
      'message',
      'chapter',
      'until-quiet',
      'head',
      'start',
      1,
      0,
      99,
      20_000_001,
      1e12,
      9e15,
      '40s',
      '-1s',
      'kubectl get pods',
      'pod-creation',
      'event',
      'object',
      'pod',
      'member',
      'process',
      'host',
      'link',
      'constructor',
      'ndjson',
      'mermaid',
    ),
  },
)
const nearMiss = fc.array(fc.tuple(field, value), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs))
const argument = fc.oneof(
  nearMiss,
  strange,
  fc.constantFrom<unknown>('main', 'constructor', 'fault-1', 'ndjson'),
)

const SLOW = 5_000
const RUNS = Number(process.env.RUNS ?? 300)
const SEED = Number(process.env.SEED ?? 1)

test('whatever is asked is answered or refused, and what is refused changes nothing', {
  timeout: 600_000,
}, async () => {
  const host = new SessionHost()
  const open = { scenario: 'pod-creation', seed: 3 }
  await host.prepare('open', [open])
  host.call('open', [open])
  await host.prepare('state', [])
  const refusals = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...NAMES, 'fly', 'constructor', '__proto__'),
      fc.array(argument, { maxLength: 2 }),
      async (name, args) => {
        const before = host.call('state', [])
        const spent = processorTime()
        try {
          await host.prepare(name, args)
          host.call(name as CallName, args as never)
          host.frame()
        } catch (error) {
          const { code, message } = errorOf(error)
          expect(['Unexpected', 'Failure'], `${name}: ${message}`).not.toContain(code)
          expect(message.length, message.slice(0, 200)).toBeLessThan(2_000)
          expect(host.call('state', []), name).toEqual(before)
          refusals.set(code, (refusals.get(code) ?? 0) + 1)
        }
        expect(spent(), name).toBeLessThan(SLOW)
        expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
      },
    ),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  )
  expect(refusals.get('BadArguments')).toBeGreaterThan(RUNS / 4)
})

test.each<readonly [name: CallName, args: readonly unknown[], code: string, says: RegExp]>([
  ['state', [1], 'BadArguments', /^state: takes no arguments; leave the other out$/],
  ['digest', [1, 2], 'BadArguments', /^digest: takes no arguments; leave the others out$/],
  [
    'kubectl',
    [{ line: 'get pods' }, 1],
    'BadArguments',
    /^kubectl: takes one argument; leave the other out$/,
  ],
  ['kubectl', [{ line: 'x'.repeat(100_000) }], 'BadArguments', /^kubectl: line: .*8192/],
  ['kubectl', [{ line: 'x', files: { a: null } }], 'BadArguments', /^kubectl: files\.a: /],
  [
    'kubectl',
    [{ line: 'x', files: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`${i}`, ''])) }],
    'BadArguments',
    /files: are more than 64/,
  ],
  [
    'kubectl',
    [
      {
        line: 'x',
        files: Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`${i}`, 'x'.repeat(500_000)])),
      },
    ],
    'BadArguments',
    /longer than 2097152 characters in all/,
  ],
  ['seek', [{ at: 1e15 }], 'BadPosition', /two hours ahead at most/],
  ['heal', ['constructor'], 'NoSuchFault', /no active fault "constructor"; none is active/],
  ['switchBranch', ['__proto__'], 'NoSuchBranch', /no branch/],
  [
    'fault',
    [{ fault: 'host-down', target: 'node-1', constructor: 1 }],
    'BadParameter',
    /no parameter "constructor"/,
  ],
  ['open', [{ scenario: '__proto__' }], 'UnknownScenario', /there is no scenario "__proto__"/],
  ['open', [{ scenario: 'file', file: 'x'.repeat(1_100_000) }], 'BadArguments', /open: file: .*1048576/],
])('%s of %j is refused as %s', async (name, args, code, says) => {
  const host = new SessionHost()
  await host.prepare('open', [{ scenario: 'pod-creation' }])
  host.call('open', [{ scenario: 'pod-creation' }])
  await host.prepare(name, args)
  const before = host.call('state', [])
  let refused: unknown
  try {
    host.call(name, args as never)
  } catch (error) {
    refused = error
  }
  expect(errorOf(refused).code).toBe(code)
  expect(errorOf(refused).message).toMatch(says)
  expect(host.call('state', [])).toEqual(before)
})
