// What a command of the command line is, and how its options are read and refused.
import type { ParseArgsConfig } from 'node:util'
import { parseArgs } from 'node:util'
import { parseDuration } from '../sim/api/duration.ts'
import type { Terminal } from './terminal.ts'

export interface Command {
  readonly name: string
  /** One line for the overview. */
  readonly summary: string
  readonly help: string
  /** Returns the exit code. Throws `UsageError` before it has done anything. */
  run(args: readonly string[], terminal: Terminal): number | Promise<number>
}

/** The command line is wrong: what, and how to mend it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

type Options = NonNullable<ParseArgsConfig['options']>

/** Throws `UsageError` for an option that there is not, or one without its value. */
export function readArguments<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

export function readInteger(option: string, text: string, minimum: number, maximum: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= minimum && value <= maximum))
    throw new UsageError(`${option} ${text}: expected a whole number from ${minimum} to ${maximum}`)
  return value
}

/** Microseconds. */
export function readDuration(option: string, text: string): number {
  const value = parseDuration(text)
  if (value === undefined || value <= 0)
    throw new UsageError(`${option} ${text}: expected a duration such as 40s or 1h30m`)
  return value
}
