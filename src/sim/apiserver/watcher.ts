// One open watch: who watches, what, from where, and until when.
import type { Micros } from '../kernel/micros.ts'
import type { ProcessId } from '../kernel/process.ts'
import type { Selection } from './selection.ts'

export interface Watcher {
  /** By what it is indexed, its client and its id: see `watchers.ts`. */
  readonly key: string
  readonly client: ProcessId
  readonly id: number
  /** The `seq` of the request that opened it. */
  readonly request: number
  readonly selection: Selection
  /** Events up to here are not sent: the client has seen them. */
  readonly from: number
  readonly bookmarks: boolean
  readonly deadline: Micros
  readonly form: ObjectForm
  /** Of a watch in table rows: the columns went out with its first event, and are not sent again. */
  readonly headed: boolean
}

/** How objects are written: as they are, without spec and status, or as rows that hold so much of the object. */
export type ObjectForm = 'object' | 'metadata' | 'table None' | 'table Metadata' | 'table Object'
