// From a line of text to a command that runs: words, the command and its subcommand, flags, help. Unknown commands are
// refused in kubectl's words.
import type { Task } from '../sim/kernel/task.ts'
import type { Command, Invocation } from './command.ts'
import { COMMANDS } from './commands/index.ts'
import { print, printError } from './effects.ts'
import { CommandFailure, failure } from './failure.ts'
import type { FlagSpec } from './flags.ts'
import { GLOBAL_FLAGS, parseFlags } from './flags.ts'
import { alignTabs, DESCRIBE_TABS } from './print/tab-writer.ts'
import { splitWords } from './shell.ts'

export interface CommandLine {
  readonly line: string
  readonly files: Readonly<Record<string, string>>
  readonly stdin: string | null
}

const NOT_HERE = [
  'exec',
  'attach',
  'port-forward',
  'proxy',
  'cp',
  'edit',
  'debug',
  'top',
  'auth',
  'config',
  'replace',
  'diff',
  'autoscale',
  'certificate',
  'kustomize',
  'plugin',
  'completion',
]

/** Runs one line to its end. The result is the exit code. */
export function* runLine(commandLine: CommandLine): Task<number> {
  try {
    yield* runWords(commandLine)
    return 0
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    if (error.stderr !== '') yield* printError(error.stderr)
    return error.exitCode
  }
}

function* runWords({ line, files, stdin }: CommandLine): Task<void> {
  const split = splitWords(line)
  if ('error' in split) throw new CommandFailure(`${split.error}\n`, 2)
  const [first, ...others] = split.words
  if (first === undefined) return
  const words = first === 'kubectl' || first === 'k' ? others : split.words
  if (
    first !== 'kubectl' &&
    first !== 'k' &&
    findCommand(COMMANDS, first) === undefined &&
    !NOT_HERE.includes(first) &&
    first !== 'help' &&
    !first.startsWith('-')
  )
    throw new CommandFailure(`${first}: command not found (only kubectl runs here)\n`, 127)
  const { names, rest } = leadingFlags(words)
  const [verb, ...more] = rest
  if (verb === undefined || verb === 'help' || verb === '--help' || verb === '-h') {
    yield* help(verb === 'help' ? more : [])
    return
  }
  const command = findCommand(COMMANDS, verb)
  if (command === undefined) throw unknownCommand(verb)
  yield* runCommand(command, [...more, ...names], files, stdin)
}

/** `kubectl -n web get pods`: flags may come before the command. */
function leadingFlags(words: readonly string[]): {
  readonly names: readonly string[]
  readonly rest: readonly string[]
} {
  const names: string[] = []
  let at = 0
  for (; at < words.length; at++) {
    const word = words[at] ?? ''
    if (!word.startsWith('-') || word === '-h' || word === '--help') break
    names.push(word)
    const bare = word.replace(/^--?/, '')
    const spec = GLOBAL_FLAGS.find((candidate) => candidate.name === bare || candidate.short === bare)
    if (spec !== undefined && spec.type !== 'bool') names.push(words[++at] ?? '')
  }
  return { names, rest: words.slice(at) }
}

function unknownCommand(verb: string): CommandFailure {
  if (NOT_HERE.includes(verb)) return failure(`"kubectl ${verb}" is not available in this cluster`)
  const near = COMMANDS.filter((command) => isNear(command.name, verb)).map(
    (command) => `\t${command.name}\n`,
  )
  const hint = near.length === 0 ? '' : `\nDid you mean this?\n${near.join('')}`
  return new CommandFailure(`error: unknown command "${verb}" for "kubectl"\n${hint}`)
}

function isNear(name: string, typed: string): boolean {
  return name.startsWith(typed) || distance(name, typed) <= 2
}

/** How many letters must change, as command libraries measure it to make suggestions. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same))
    }
    row = next
  }
  return row[b.length] ?? 0
}

function findCommand(commands: readonly Command[], name: string): Command | undefined {
  return commands.find((command) => command.name === name || command.aliases?.includes(name) === true)
}

function* runCommand(
  command: Command,
  words: readonly string[],
  files: Readonly<Record<string, string>>,
  stdin: string | null,
  path = 'kubectl',
): Task<void> {
  const full = `${path} ${command.name}`
  const [first, ...more] = words
  const subcommand = first === undefined ? undefined : findCommand(command.subcommands ?? [], first)
  if (subcommand !== undefined) {
    yield* runCommand(subcommand, more, files, stdin, full)
    return
  }
  const { args, flags, rest } = parseFlags(full, words, command.flags)
  if (flags.bool('help') || (command.run === undefined && args.length === 0)) {
    yield* print(commandHelp(command, full))
    return
  }
  if (command.run === undefined)
    throw failure(`unknown command "${args.join(' ')}"\nSee '${full} -h' for help and examples`)
  const namespace = flags.text('namespace') || 'default'
  const invocation: Invocation = { command: full, args, flags, rest, files, stdin, namespace }
  yield* command.run(invocation)
}

function* help(words: readonly string[]): Task<void> {
  let commands: readonly Command[] = COMMANDS
  let command: Command | undefined
  let path = 'kubectl'
  for (const word of words) {
    command = findCommand(commands, word)
    if (command === undefined) throw failure(`unknown help topic "${words.join(' ')}"`)
    commands = command.subcommands ?? []
    path = `${path} ${command.name}`
  }
  yield* print(command === undefined ? generalHelp() : commandHelp(command, path))
}

function generalHelp(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name}\t${summary}\n`)
  return `kubectl controls the Kubernetes cluster manager.\n\nCommands:\n${alignTabs(lines.join(''), DESCRIBE_TABS)}\nUsage:\n  kubectl [flags] [options]\n\nUse "kubectl <command> --help" for more information about a given command.\n`
}

function commandHelp(command: Command, path: string): string {
  const subcommands = (command.subcommands ?? []).map(({ name, summary }) => `  ${name}\t${summary}\n`)
  const flags = [...command.flags, ...GLOBAL_FLAGS].map(flagText)
  return [
    `${command.summary}.\n\n`,
    subcommands.length === 0
      ? ''
      : `Available Commands:\n${alignTabs(subcommands.join(''), DESCRIBE_TABS)}\n`,
    `Options:\n${flags.join('')}\n`,
    `Usage:\n  ${command.usage}\n`,
    subcommands.length === 0
      ? ''
      : `\nUse "${path} <command> --help" for more information about a given command.\n`,
  ].join('')
}

function flagText({ name, short, type }: FlagSpec): string {
  const value = type === 'bool' ? '' : type === 'number' ? '=N' : "=''"
  return `    ${short === undefined ? '' : `-${short}, `}--${name}${value}\n`
}
