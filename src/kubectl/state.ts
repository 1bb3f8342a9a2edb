// The state of the kubectl process: its client, its running commands and their watches.
import type { ClientState } from '../sim/client/index.ts'
import type { ProcessId } from '../sim/kernel/process.ts'
import type { TaskTable } from '../sim/kernel/task.ts'
import type { OpenWatch } from './watches.ts'

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

export interface KubectlState {
  readonly client: ClientState
  readonly tasks: TaskTable
  /** For each running task the command whose output it prints. */
  readonly commands: Record<string, number>
  readonly watches: Record<string, OpenWatch>
}
