// What a command's task can do besides requests: print, read the clock, and follow a watch line by line.
import type { WatchEvent } from '../sim/api/http.ts'
import type { ApiResult } from '../sim/client/index.ts'
import type { Effect, Task } from '../sim/kernel/task.ts'
import { perform } from '../sim/kernel/task.ts'

export interface PrintEffect extends Effect {
  readonly effect: 'print'
  readonly stdout: string
  readonly stderr: string
}

export interface NowEffect extends Effect {
  readonly effect: 'now'
}

export interface OpenWatchEffect extends Effect {
  readonly effect: 'open-watch'
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
}

export interface NextEventEffect extends Effect {
  readonly effect: 'next-event'
  readonly watch: number
  /** Virtual time after which nobody waits any more; null: for ever. */
  readonly deadline: number | null
}

export interface CloseWatchEffect extends Effect {
  readonly effect: 'close-watch'
  readonly watch: number
}

export type KubectlEffect = PrintEffect | NowEffect | OpenWatchEffect | NextEventEffect | CloseWatchEffect

/** A line of the watch, or why there is none: the server ended it (or is gone), or the deadline is over. */
export type NextEvent = WatchEvent | { readonly type: 'END' } | { readonly type: 'DEADLINE' }

export const print = (stdout: string): Task<void> => perform(printEffect(stdout, ''))
export const printError = (stderr: string): Task<void> => perform(printEffect('', stderr))
const printEffect = (stdout: string, stderr: string): PrintEffect => ({ effect: 'print', stdout, stderr })

/** Virtual time, in microseconds. */
export const now = (): Task<number> => perform<number>({ effect: 'now' })

export function openWatch(
  path: string,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Task<ApiResult<number>> {
  const effect: OpenWatchEffect = { effect: 'open-watch', path, query: { ...query, watch: 'true' }, headers }
  return perform(effect)
}

export function nextEvent(watch: number, deadline: number | null): Task<NextEvent> {
  const effect: NextEventEffect = { effect: 'next-event', watch, deadline }
  return perform(effect)
}

export function closeWatch(watch: number): Task<void> {
  const effect: CloseWatchEffect = { effect: 'close-watch', watch }
  return perform(effect)
}
