// The arguments of calls, validated once where they enter: a page, an embedding script or another host may send anything.
import * as z from 'zod'
import type { CallName } from '../worker/protocol.ts'
import { CommandError } from './commands.ts'
import { LIMITS } from './limits.ts'

const nothing = z.tuple([])
const position = z.union(
  [
    z.strictObject({ at: z.number() }),
    z.strictObject({ step: z.string().max(64) }),
    z.strictObject({ seq: z.int() }),
    z.strictObject({ end: z.enum(['start', 'head']) }),
  ],
  {
    error:
      'expected a milestone or chapter, microseconds, {at: "40s"}, {step: "3"}, {seq: 120} or {end: "start" | "head"}',
  },
)
const files = z
  .record(z.string().max(LIMITS.name), z.string().max(LIMITS.file))
  .refine((given) => Object.keys(given).length <= LIMITS.files, `are more than ${LIMITS.files}`)
  .refine(
    (given) => Object.values(given).reduce((sum, text) => sum + text.length, 0) <= LIMITS.allFiles,
    `are longer than ${LIMITS.allFiles} characters in all`,
  )

const list = (most: number) => z.array(z.string().max(LIMITS.name)).max(most)

const schemas: Readonly<Record<CallName, z.ZodType>> = {
  open: z.tuple([
    z.strictObject({
      scenario: z.string().max(64),
      seed: z.int().min(0).max(4294967295).optional(),
      nodes: z.int().min(1).max(LIMITS.nodes).optional(),
      position: position.optional(),
      shared: z.string().max(LIMITS.link).optional(),
      file: z.string().max(LIMITS.file).optional(),
    }),
  ]),
  scenarios: nothing,
  catalogue: nothing,
  checks: nothing,
  play: z.tuple([
    z.strictObject({
      speed: z.number().min(0.05).max(10_000).optional(),
      mode: z.enum(['teaching', 'real']).optional(),
    }),
  ]),
  pause: nothing,
  step: z.tuple([
    z.strictObject({
      size: z.enum(['message', 'write', 'chapter', 'until-quiet']),
      direction: z.literal([1, -1]),
    }),
  ]),
  seek: z.tuple([position]),
  runChapter: nothing,
  answer: z.tuple([z.strictObject({ question: z.string().max(64), option: z.string().max(64) })]),
  kubectl: z.tuple([z.strictObject({ line: z.string().max(LIMITS.line), files: files.optional() })]),
  fault: z.tuple([
    z.looseObject({
      fault: z.string().max(64),
      target: z.string().max(1024),
      for: z.string().max(32).optional(),
    }),
  ]),
  heal: z.tuple([z.string().max(64)]),
  state: nothing,
  focus: z.tuple([z.strictObject({ nodes: list(LIMITS.focus), pods: list(LIMITS.focus) })]),
  events: z.tuple([
    z.strictObject({
      level: z.enum(['story', 'detail', 'noise']),
      process: z.string().max(256).optional(),
      types: z.array(z.string().max(64)).max(64).optional(),
      text: z.string().max(256).optional(),
      chain: z.int().optional(),
      offset: z.int().optional(),
      limit: z.int().min(0).max(1_000),
      future: z.boolean().optional(),
    }),
  ]),
  inspect: z.tuple([
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('event'), seq: z.int() }),
      z.strictObject({ kind: z.literal('object'), key: z.string().max(1024) }),
      z.strictObject({ kind: z.literal('pod'), uid: z.string().max(256) }),
      z.strictObject({ kind: z.literal('member'), id: z.string().max(256) }),
      z.strictObject({ kind: z.literal('process'), id: z.string().max(256) }),
      z.strictObject({ kind: z.literal('host'), name: z.string().max(256) }),
      z.strictObject({ kind: z.literal('link'), from: z.string().max(256), to: z.string().max(256) }),
    ]),
  ]),
  digest: nothing,
  switchBranch: z.tuple([z.string().max(64)]),
  share: nothing,
  export: z.tuple([z.enum(['ndjson', 'chrome-trace', 'mermaid', 'scenario'])]),
}

/** Throws `CommandError` when the arguments are not of the call's shape. */
export function checkCall(name: string, args: readonly unknown[]): void {
  const schema = Object.hasOwn(schemas, name) ? schemas[name as CallName] : undefined
  if (schema === undefined)
    throw new CommandError(
      'UnknownCall',
      `there is no call "${name}"; there are ${Object.keys(schemas).join(', ')}`,
    )
  const result = schema.safeParse(args)
  if (result.success) return
  const issue = result.error.issues[0]
  const where = issue === undefined ? '' : issue.path.slice(1).join('.')
  const extra = args.length - mostOf(schema)
  const what =
    extra > 0
      ? `takes ${mostOf(schema) === 0 ? 'no arguments' : 'one argument'}; leave the other${extra > 1 ? 's' : ''} out`
      : (issue?.message ?? 'wrong arguments')
  throw new CommandError('BadArguments', `${name}${where === '' ? '' : `: ${where}`}: ${what}`)
}

const mostOf = (schema: z.ZodType): number => (schema === nothing ? 0 : 1)
