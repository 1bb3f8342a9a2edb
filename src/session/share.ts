// A session as a link: what was done and where the cursor stands. Images are never stored, since they break when code
// changes; a link replays the commands instead.
import * as z from 'zod'
import type { StampedCommand } from './commands.ts'
import { CommandError } from './commands.ts'
import { LIMITS } from './limits.ts'
import type { Session } from './session.ts'

/** Raised when a change of the simulation makes old links lead elsewhere. */
const BUILD = 2

const stamped = z.strictObject({
  at: z.int().min(0).max(LIMITS.linkMicros),
  delivered: z.int().min(0),
  scripted: z.boolean(),
  command: z.discriminatedUnion('do', [
    z.strictObject({
      do: z.literal('kubectl'),
      line: z.string().max(LIMITS.line),
      files: z.record(z.string(), z.string()),
    }),
    z.strictObject({
      do: z.literal('fault'),
      spec: z.looseObject({ fault: z.string(), target: z.string(), for: z.string().optional() }),
      as: z.string().nullable(),
    }),
    z.strictObject({ do: z.literal('heal'), id: z.string() }),
    z.strictObject({ do: z.literal('chapter'), chapter: z.string() }),
    z.strictObject({ do: z.literal('waited') }),
  ]),
})

const sharedSession = z.strictObject({
  build: z.int(),
  scenario: z.string(),
  seed: z.int().min(0).max(4294967295),
  nodes: z.int().min(1).max(LIMITS.nodes).optional(),
  cursor: z.int().min(0).max(LIMITS.linkMicros),
  commands: z.array(stamped).max(LIMITS.linkCommands),
})

export interface SharedSession {
  readonly build: number
  readonly scenario: string
  readonly seed: number
  /** Where it is not the scenario's own size. */
  readonly nodes?: number
  readonly cursor: number
  readonly commands: readonly StampedCommand[]
}

export function share({ scenario, seed, cursor, branch, ownNodes }: Session): string {
  const { nodes } = scenario.topology
  const size = nodes === ownNodes ? {} : { nodes }
  const commands = branch.commands.filter((command) => command.at <= cursor)
  return encode(JSON.stringify({ build: BUILD, scenario: scenario.name, seed, ...size, cursor, commands }))
}

/** Throws `CommandError` for a link that is damaged or from another build. */
export function readShared(fragment: string): SharedSession {
  const damaged = (why: string): CommandError =>
    new CommandError(
      'BadLink',
      `this link is damaged (${why}); ask for it again, or open the scenario without it`,
    )
  if (fragment.length > LIMITS.link) throw damaged('it is too long')
  let value: unknown
  try {
    value = JSON.parse(decode(fragment))
  } catch {
    throw damaged('it cannot be decoded')
  }
  const result = sharedSession.safeParse(value)
  if (!result.success) throw damaged(result.error.issues[0]?.path.join('.') ?? 'its shape is wrong')
  if (result.data.build !== BUILD) {
    throw new CommandError(
      'OtherBuild',
      `this link was made with build ${result.data.build} of Vitrine; this is build ${BUILD}`,
    )
  }
  return result.data as SharedSession
}

/** UTF-8 as base64url. */
function encode(text: string): string {
  let binary = ''
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function decode(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return new TextDecoder('utf-8', { fatal: true }).decode(
    Uint8Array.from(binary, (unit) => unit.charCodeAt(0)),
  )
}
