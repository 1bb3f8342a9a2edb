// The scenario file: its schema (published as JSON Schema), and parsing with errors that say what, where and how to
// mend it. A scenario is data: topology, chapters with operations, milestones, questions and expectations. The parser
// and the schema are large: a host loads them when a file of the user's own is opened.
import { parseAllDocuments } from 'yaml'
import * as z from 'zod'
import { ScenarioError } from './scenario-error.ts'

z.config({ jitless: true }) // No eval: the page's Content-Security-Policy forbids it.

const text = z.strictObject({ en: z.string(), 'zh-CN': z.string() }).describe('A text in both languages.')
const duration = z
  .string()
  .regex(/^(\d+(\.\d+)?(h|m|s|ms))+$/, 'is not a duration such as "40s" or "1m30s"')
  .describe('A duration of virtual time, such as "40s".')
const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'has to be lower-case letters, digits, "-" and "."')
const factPattern = z
  .record(z.string(), z.union([z.string(), z.array(z.string())]))
  .describe(
    'Facts of a trace event: each equals the text, is one of the texts, or matches /a regular expression/. In a milestone `$id.fact` is a fact of the event that reached milestone `id`.',
  )

const expectation = z.union([
  z.strictObject({ milestone: z.string() }),
  z.strictObject({
    pods: z.strictObject({
      namespace: z.string().default('default'),
      prefix: z.string().default(''),
      phase: z.string().optional(),
      ready: z.boolean().optional(),
      deleting: z.boolean().optional(),
      node: z
        .string()
        .optional()
        .describe('A node; `!name` is any other; `$nodeOf(prefix)` names one by a Pod.'),
      count: z.int().min(0).optional().describe('Exactly so many; absent: at least one.'),
    }),
  }),
  z.strictObject({ node: z.strictObject({ name: z.string(), ready: z.enum(['True', 'False', 'Unknown']) }) }),
  z.strictObject({ etcdLeader: z.boolean().describe('Whether a live member leads.') }),
  z.strictObject({
    output: z.strictObject({
      exitCode: z.int().optional(),
      stdout: z.string().optional().describe('A regular expression.'),
      stderr: z.string().optional().describe('A regular expression.'),
    }),
  }),
  z.strictObject({ event: factPattern.describe('An event that happens in this chapter.') }),
  z.strictObject({ quiet: z.literal(true).describe('Nothing is left to happen but heartbeats.') }),
])

const operation = z.union([
  z.strictObject({
    kubectl: z.string().describe('A command line, with or without the word kubectl.'),
    files: z.record(z.string(), z.string()).default({}),
    background: z.boolean().default(false).describe('Go on without waiting for the command to end.'),
  }),
  z.strictObject({
    fault: z.looseObject({ fault: z.string(), target: z.string(), for: duration.optional() }),
    as: identifier.optional().describe('A name, for `heal`.'),
  }),
  z.strictObject({ heal: identifier }),
  z.strictObject({ wait: duration }),
  z.strictObject({ until: z.array(expectation).min(1) }),
])

const milestone = z.strictObject({
  id: z
    .string()
    .regex(/^\d+(\.\d+)?$|^[a-z][a-z0-9-]*$/, 'has to be a number such as 13.1, or a lower-case word'),
  short: text,
  title: text,
  text: text.describe('Paragraphs, `code` and **bold**.'),
  on: z.union([factPattern, z.array(factPattern).min(1)]),
  from: z.string().optional().describe('The milestone whose event has to be among the causes.'),
  after: z
    .string()
    .optional()
    .describe(
      'The milestone that has to be reached before, for what no message causes: a time-out, an absence.',
    ),
})

const question = z.strictObject({
  id: identifier,
  after: z.string().describe('The milestone after which it is asked.'),
  ask: text,
  options: z.array(z.strictObject({ id: identifier, text, right: z.boolean(), because: text })).min(2),
})

const chapter = z.strictObject({
  id: identifier,
  title: text,
  intro: text,
  do: z.array(operation).default([]),
  milestones: z.array(milestone).default([]),
  questions: z.array(question).default([]),
  expect: z.array(expectation).default([]),
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
        nodes: z.int().min(1).max(5000).default(3),
      })
      .prefault({}),
    settle: duration
      .default('20s')
      .describe('How long the cluster has to come to rest before the story starts.'),
    chapters: z.array(chapter).min(1).max(64),
  })
  .describe('A Vitrine scenario.')

export type Scenario = z.infer<typeof scenarioFile>

export const scenarioSchema = (): unknown => z.toJSONSchema(scenarioFile, { io: 'input' })

/** A scenario file may be this long. */
const MAX_CHARACTERS = 512 * 1024
const MAX_ALIASES = 16

/** Throws `ScenarioError` with the path of what is wrong. */
export function parseScenario(source: string): Scenario {
  if (source.length > MAX_CHARACTERS)
    throw new ScenarioError(`the file is longer than ${MAX_CHARACTERS} characters`)
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
  const documents = parseAllDocuments(source, { uniqueKeys: true, version: '1.2' })
  const document = Array.isArray(documents) ? documents[0] : undefined
  if (document === undefined) throw new ScenarioError('the file is empty')
  const problem = document.errors[0]
  if (problem !== undefined) throw new ScenarioError(problem.message)
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (error) {
    throw new ScenarioError(error instanceof Error ? error.message : String(error))
  }
}

function checkReferences(scenario: Scenario): void {
  const ids = scenario.chapters.flatMap((one) => one.milestones.map(({ id }) => id))
  const known = new Set(ids)
  if (known.size !== ids.length) throw new ScenarioError('two milestones have the same id')
  for (const { id, milestones, questions, expect } of scenario.chapters) {
    const named = [
      ...milestones.flatMap(({ from, after }) => [from, after].filter((name) => name !== undefined)),
      ...questions.map((one) => one.after),
      ...expect.flatMap((one) => ('milestone' in one ? [one.milestone] : [])),
    ]
    const stranger = named.find((name) => !known.has(name))
    if (stranger !== undefined) throw new ScenarioError(`chapters.${id}: there is no milestone "${stranger}"`)
  }
}
