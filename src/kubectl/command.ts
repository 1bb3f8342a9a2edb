// What a command is: its name, its flags, and the task that runs it.
import type { JsonObject } from '../sim/api/json.ts'
import type { Task } from '../sim/kernel/task.ts'
import { YAML_LIMITS } from './bounded-yaml.ts'
import { failure, usageError } from './failure.ts'
import type { FlagSpec, Flags } from './flags.ts'
import { MAX_OBJECTS, parseManifests } from './manifest.ts'

export interface Invocation {
  /** `kubectl rollout status`: for messages about usage. */
  readonly command: string
  readonly args: readonly string[]
  readonly flags: Flags
  /** What follows `--`; null where there is none. */
  readonly rest: readonly string[] | null
  readonly files: Readonly<Record<string, string>>
  readonly stdin: string | null
  readonly namespace: string
}

export interface Command {
  readonly name: string
  readonly aliases?: readonly string[]
  /** One line for `kubectl help`. */
  readonly summary: string
  readonly usage: string
  readonly flags: readonly FlagSpec[]
  readonly run?: (invocation: Invocation) => Task<void>
  readonly subcommands?: readonly Command[]
}

export interface Manifest {
  /** The name of the file that it came from. */
  readonly source: string
  readonly object: JsonObject
}

/** The objects of every `-f`; a folder is every file under its name. */
export function readManifests({ command, flags, files, stdin }: Invocation): readonly Manifest[] {
  const names = flags.list('filename')
  if (names.length === 0) throw usageError(command, 'must specify one of -f and -k')
  const named = names.flatMap((name) => filesNamed(name, files, stdin))
  const characters = named.reduce((sum, [, text]) => sum + text.length, 0)
  if (named.length > 1 && characters > YAML_LIMITS.characters)
    throw failure(`the files are longer than ${YAML_LIMITS.characters} characters in all`)
  const manifests = named.flatMap(([source, text]) => parse(source, text))
  if (manifests.length > MAX_OBJECTS) throw failure(`the files have more than ${MAX_OBJECTS} objects in all`)
  return manifests
}

function filesNamed(
  name: string,
  files: Readonly<Record<string, string>>,
  stdin: string | null,
): readonly (readonly [string, string])[] {
  if (name === '-') return [['STDIN', stdin ?? '']]
  if (/^https?:/.test(name))
    throw failure(`unable to read URL "${name}": the simulated cluster has no internet`)
  const text = Object.hasOwn(files, name) ? files[name] : undefined
  if (text !== undefined) return [[name, text]]
  const folder = name.endsWith('/') ? name : `${name}/`
  const within = Object.keys(files)
    .filter((path) => path.startsWith(folder) && /\.(ya?ml|json)$/.test(path))
    .sort()
  if (within.length === 0) throw failure(`the path "${name}" does not exist`)
  return within.map((path) => [path, files[path] ?? ''])
}

function parse(source: string, text: string): readonly Manifest[] {
  const parsed = parseManifests(text)
  if ('error' in parsed) {
    const { type, message, line } = parsed.error
    if (type === 'object')
      throw failure(
        `error validating "${source}": error validating data: ${message}; if you choose to ignore these errors, turn validation off with --validate=false`,
      )
    const place = line === 0 ? '' : `line ${line}: `
    throw failure(`error parsing ${source}: error converting YAML to JSON: yaml: ${place}${message}`)
  }
  if (parsed.objects.length === 0) throw failure('no objects passed to apply')
  return parsed.objects.map((object) => ({ source, object }))
}
