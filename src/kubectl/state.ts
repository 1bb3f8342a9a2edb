// The state of the kubectl process: its client, its running commands and their watches.
import type { ClientState } from '../sim/client/index.ts'
import type { ProcessId } from '../sim/kernel/process.ts'
import type { TaskTable, Token } from '../sim/kernel/task.ts'
import type { NextEvent } from './effects.ts'

export interface KubectlConfig {
  readonly apiserver: ProcessId
  readonly user: string
}

/** A command line to run. Its output is recorded under the `seq` of the command that brought it. */
export interface KubectlMessage {
  readonly type: 'kubectl'
  readonly line: string
  /** What `-f name` reads, by name. */
  readonly files: Readonly<Record<string, string>>
  /** What `-f -` reads. */
  readonly stdin?: string
}

/** ^C for a running command. */
export interface InterruptMessage {
  readonly type: 'interrupt'
  readonly command: number
}

/** A watch of a running command. */
export interface OpenWatch {
  readonly id: number
  readonly task: number
  readonly seq: number
  /** Null once the head of the response is there. */
  opening: Token | null
  waiting: Token | null
  /** What came and was not read yet. */
  readonly events: NextEvent[]
}

export interface KubectlState {
  readonly client: ClientState
  readonly tasks: TaskTable
  /** For each running task the command whose output it prints. */
  readonly commands: Record<string, number>
  readonly watches: Record<string, OpenWatch>
}
