// The state of a node's containerd: what it is at, and the disk that outlives it.
import type { IdMap } from '../../kernel/id-map.ts'
import type { ProcessId } from '../../kernel/process.ts'
import type { TaskTable, Token } from '../../kernel/task.ts'
import type { Pull } from './image-pull.ts'
import type { StopWaiters } from './shim.ts'
import type { ContainerdDisk } from './store.ts'

export interface ContainerdConfig {
  readonly node: string
  readonly cni: ProcessId
  /** Images that are on the node from the start. */
  readonly images?: readonly string[]
}

export interface Caller {
  readonly from: ProcessId
  readonly id: number
}

export interface ContainerdState {
  readonly cni: ProcessId
  readonly tasks: TaskTable
  /** Who waits for the answer of a task, by the task's id. */
  readonly callers: IdMap<Caller>
  /** The id of what a task makes, by the task's id. */
  readonly making: IdMap<string>
  /** Tasks that wait for CNI, by the call's id. */
  readonly cniCalls: IdMap<Token>
  nextCniCall: number
  readonly pulls: Record<string, Pull>
  readonly stopWaiters: StopWaiters
  /** Who reads the stream of container events. */
  subscribers: readonly ProcessId[]
  readonly disk: ContainerdDisk
}
