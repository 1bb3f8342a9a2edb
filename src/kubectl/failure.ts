// How a command ends early, and how errors of the API are worded. Models kubectl/pkg/cmd/util's checkErr.
import type { FailureStatus } from '../sim/client/index.ts'

/** Thrown inside a command's task, and caught where commands are run. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  readonly stderr: string
  readonly exitCode: number

  constructor(stderr: string, exitCode = 1) {
    super(stderr)
    this.stderr = stderr
    this.exitCode = exitCode
  }
}

/** `error: …`, for what kubectl itself finds wrong. */
export const failure = (message: string): CommandFailure => new CommandFailure(`error: ${message}\n`)

export const usageError = (command: string, message: string): CommandFailure =>
  failure(`${message}\nSee '${command} -h' for help and examples`)

/** An answer of the server that is no success. `doing` says what failed: `error when creating "pod.yaml"`. */
export const apiFailure = (status: FailureStatus, doing = ''): CommandFailure =>
  new CommandFailure(`${apiErrorText(status, doing)}\n`)

interface Selectors {
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

/** A list that was refused says what was looked for. Models cli-runtime/pkg/resource/selector.go. */
export function listFailure(
  status: FailureStatus,
  {
    group,
    version,
    resource,
  }: { readonly group: string; readonly version: string; readonly resource: string },
  { labelSelector = '', fieldSelector = '' }: Selectors,
): FailureStatus {
  if (status.reason !== 'BadRequest' && status.reason !== 'NotFound') return status
  const what = `"${group}/${version}, Resource=${resource}"`
  const sought =
    labelSelector === '' && fieldSelector === ''
      ? `Unable to list ${what}`
      : `Unable to find ${what} that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}`
  return { ...status, message: `${sought}: ${status.message ?? ''}` }
}

export function apiErrorText(status: FailureStatus, doing = ''): string {
  const message = status.message ?? 'unknown'
  const text = doing === '' ? message : `${doing}: ${message}`
  switch (status.reason) {
    case 'ConnectionRefused': {
      const address = /https:\/\/([^/"]+)/.exec(message)?.[1] ?? 'apiserver'
      return `The connection to the server ${address} was refused - did you specify the right host or port?`
    }
    case 'ConnectionReset':
    case 'DialTimeout':
    case 'ClientTimeout':
      return `Unable to connect to the server: ${message.replace(/^\w+ "[^"]*": /, '')}`
    case 'Unauthorized':
      return `error: You must be logged in to the server (${text})`
    case 'Invalid':
      return invalidText(status, message)
    default:
      if (status.reason === undefined) return `Error from server: ${text}`
      return `Error from server (${status.reason}): ${text}`
  }
}

function invalidText(status: FailureStatus, message: string): string {
  const { kind = '', name = '', causes = [] } = status.details ?? {}
  if (kind === '') return `Error from server (Invalid): ${message}`
  const head = `The ${kind} "${name}" is invalid`
  const lines = causes.map(({ field = '', message: text = '' }) =>
    field === '' ? text : `${field}: ${text}`,
  )
  if (lines.length === 0) return head
  return lines.length === 1
    ? `${head}: ${lines[0]}`
    : `${head}: \n${lines.map((line) => `* ${line}`).join('\n')}`
}
