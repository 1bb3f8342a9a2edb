// The scenario file: its schema (published as JSON Schema), and parsing with errors that say what, where and how to
// mend it. A scenario is data: topology, chapters with operations, milestones, questions and expectations. The parser
// and the schema are large: a host loads them when a file of the user's own is opened.
import * as z from 'zod'
import { readYaml, YamlRefusal } from '../kubectl/bounded-yaml.ts'
import { parseDuration } from '../sim/api/duration.ts'
import { faults } from '../sim/faults/index.ts'
import { checkParameters } from '../sim/faults/runtime/fault.ts'
import { LIMITS } from './limits.ts'
import { patternProblem } from './pattern-cost.ts'
import { ScenarioError } from './scenario-error.ts'

z.config({ jitless: true }) // No eval: the page's Content-Security-Policy forbids it.

const prose = z.string().max(LIMITS.text)
const name = z.string().max(LIMITS.name)
const text = z.strictObject({ en: prose, 'zh-CN': prose }).describe('A text in both languages.')
/** A list as long as a person reads. */
const list = <Item extends z.ZodType>(item: Item) => z.array(item).max(LIMITS.entries)
const durationOf = (mostMicros: number, most: string) =>
  z
    .string()
    .max(32)
    .regex(/^(\d+(\.\d+)?(h|m|s|ms))+$/, 'is not a duration such as "40s" or "1m30s"')
    .refine((written) => (parseDuration(written) ?? 0) <= mostMicros, `is longer than ${most}`)
    .describe(`A duration of virtual time, such as "40s"; ${most} at most.`)
const duration = durationOf(LIMITS.waitMicros, '2h')
/** A regular expression that no text can keep busy. */
const regularExpression = z.string().check((context) => refusePattern(context, context.value))
const fact = z
  .string()
  .max(LIMITS.pattern + 2)
  .check((context) => {
    const { value } = context
    if (value.length > 1 && value.startsWith('/') && value.endsWith('/'))
      refusePattern(context, value.slice(1, -1))
  })

function refusePattern(context: z.core.ParsePayload<string>, source: string): void {
  const problem = patternProblem(source)
  if (problem !== undefined)
    context.issues.push({
      code: 'custom',
      input: context.value,
      message: `the pattern ${problem}`,
      // The rest of the shape fits: of several shapes this is the one that was meant.
      continue: true,
    })
}
const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'has to be lower-case letters, digits, "-" and "."')
const factPattern = z
  .record(name, z.union([fact, list(fact)]))
  .describe(
    'Facts of a trace event: each equals the text, is one of the texts, or matches /a regular expression/. In a milestone `$id.fact` is a fact of the event that reached milestone `id`.',
  )

const expectation = z.union([
  z.strictObject({ milestone: name }),
  z.strictObject({
    pods: z.strictObject({
      namespace: name.default('default'),
      prefix: name.default(''),
      phase: name.optional(),
      ready: z.boolean().optional(),
      deleting: z.boolean().optional(),
      node: name.optional().describe('A node; `!name` is any other; `$nodeOf(prefix)` names one by a Pod.'),
      count: z.int().min(0).optional().describe('Exactly so many; absent: at least one.'),
    }),
  }),
  z.strictObject({ node: z.strictObject({ name, ready: z.enum(['True', 'False', 'Unknown']) }) }),
  z.strictObject({ etcdLeader: z.boolean().describe('Whether a live member leads.') }),
  z.strictObject({
    output: z.strictObject({
      exitCode: z.int().optional(),
      stdout: regularExpression.optional().describe('A regular expression.'),
      stderr: regularExpression.optional().describe('A regular expression.'),
    }),
  }),
  z.strictObject({ event: factPattern.describe('An event that happens in this chapter.') }),
  z.strictObject({ quiet: z.literal(true).describe('Nothing is left to happen but heartbeats.') }),
])

const operation = z.union([
  z.strictObject({
    kubectl: z.string().max(LIMITS.line).describe('A command line, with or without the word kubectl.'),
    files: z.record(name, z.string().max(LIMITS.file)).default({}),
    background: z.boolean().default(false).describe('Go on without waiting for the command to end.'),
  }),
  z.strictObject({
    fault: z.looseObject({ fault: name, target: name, for: duration.optional() }),
    as: identifier.optional().describe('A name, for `heal`.'),
  }),
  z.strictObject({ heal: identifier }),
  z.strictObject({ wait: duration }),
  z.strictObject({ until: list(expectation).min(1) }),
])

const milestone = z.strictObject({
  id: z
    .string()
    .regex(/^\d+(\.\d+)?$|^[a-z][a-z0-9-]*$/, 'has to be a number such as 13.1, or a lower-case word'),
  short: text,
  title: text,
  text: text.describe('Paragraphs, `code` and **bold**.'),
  on: z.union([factPattern, list(factPattern).min(1)]),
  from: name.optional().describe('The milestone whose event has to be among the causes.'),
  after: name
    .optional()
    .describe(
      'The milestone that has to be reached before, for what no message causes: a time-out, an absence.',
    ),
})

const question = z.strictObject({
  id: identifier,
  after: name.describe('The milestone after which it is asked.'),
  ask: text,
  options: list(z.strictObject({ id: identifier, text, right: z.boolean(), because: text })).min(2),
})

const chapter = z.strictObject({
  id: identifier,
  title: text,
  intro: text,
  do: list(operation).default([]),
  milestones: list(milestone).default([]),
  questions: list(question).default([]),
  expect: list(expectation).default([]),
  within: duration.default('10m').describe('How long the expectations may take.'),
})

const scenarioFile = z
  .strictObject({
    name: identifier,
    title: text,
    about: text,
    seed: z.int().min(0).max(4294967295).default(1),
    topology: z
      .strictObject({
        controlPlanes: z.int().min(1).max(1).default(1),
        etcd: z.literal([1, 3, 5, 7]).default(3),
        nodes: z.int().min(1).max(LIMITS.nodes).default(3),
      })
      .prefault({}),
    settle: durationOf(LIMITS.settleMicros, '10m')
      .default('20s')
      .describe('How long the cluster has to come to rest before the story starts.'),
    chapters: z.array(chapter).min(1).max(64),
  })
  .describe('A Vitrine scenario.')

export type Scenario = z.infer<typeof scenarioFile>

export const scenarioSchema = (): unknown => z.toJSONSchema(scenarioFile, { io: 'input' })

/** Throws `ScenarioError` with the path of what is wrong. */
export function parseScenario(source: string): Scenario {
  if (source.length > LIMITS.file)
    throw new ScenarioError(`the file is longer than ${LIMITS.file} characters`)
  const value = parseYaml(source)
  const result = scenarioFile.safeParse(value)
  if (!result.success) {
    const problems = result.error.issues
      .slice(0, 5)
      .map((issue) => `${issue.path.join('.') || 'scenario'}: ${issue.message}`)
    throw new ScenarioError(problems.join('\n'))
  }
  checkReferences(result.data)
  return result.data
}

function parseYaml(source: string): unknown {
  try {
    const [first, second] = Array.from(readYaml(source, { version: '1.2' }))
    if (first === undefined) throw new ScenarioError('the file is empty')
    if (second !== undefined) throw new ScenarioError('the file has more than one document')
    return first.value
  } catch (error) {
    if (!(error instanceof YamlRefusal)) throw error
    const place = error.line === 0 ? '' : `line ${error.line}, column ${error.column}: `
    throw new ScenarioError(`${place}${error.message}`)
  }
}

function checkReferences(scenario: Scenario): void {
  const { chapters } = scenario
  const known = unique(
    'milestones',
    chapters.flatMap((one) => one.milestones.map(({ id }) => id)),
  )
  unique(
    'chapters',
    chapters.map(({ id }) => id),
  )
  unique(
    'questions',
    chapters.flatMap((one) => one.questions.map(({ id }) => id)),
  )
  const injected = new Set<string>()
  for (const { id, milestones, questions, expect, do: operations } of chapters) {
    const named = [
      ...milestones.flatMap(({ from, after }) => [from, after].filter((name) => name !== undefined)),
      ...questions.map((one) => one.after),
      ...expect.flatMap((one) => ('milestone' in one ? [one.milestone] : [])),
    ]
    const stranger = named.find((name) => !known.has(name))
    if (stranger !== undefined) throw new ScenarioError(`chapters.${id}: there is no milestone "${stranger}"`)
    for (const operation of operations) {
      if ('fault' in operation) {
        checkFaultOf(id, operation.fault)
        if (operation.as !== undefined) injected.add(operation.as)
      } else if ('heal' in operation && !injected.has(operation.heal))
        throw new ScenarioError(`chapters.${id}: no fault before this is named "${operation.heal}"`)
    }
  }
}

function unique(what: string, ids: readonly string[]): ReadonlySet<string> {
  const known = new Set(ids)
  if (known.size !== ids.length) throw new ScenarioError(`two ${what} have the same id`)
  return known
}

/** Whether the target exists is known only when the cluster runs. */
function checkFaultOf(chapter: string, spec: Readonly<Record<string, unknown>> & { fault: string }): void {
  const fault = faults.get(spec.fault)
  const problem =
    fault === undefined
      ? `there is no fault "${spec.fault}"; there are ${[...faults.keys()].join(', ')}`
      : checkParameters(fault, spec)
  if (problem !== undefined) throw new ScenarioError(`chapters.${chapter}: ${problem}`)
}
