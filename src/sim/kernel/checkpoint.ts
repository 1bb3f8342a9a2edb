// What a checkpoint holds. Slots are shared with the kernel that took it (see `slot.ts`), so taking one costs next to
// nothing.
import type { ConnectionTimes } from './connections.ts'
import type { ActiveFault, Host } from './machine-room.ts'
import type { Micros } from './micros.ts'
import type { Delivery } from './process.ts'
import type { Slot } from './slot.ts'

/** Everything the simulation is, at one moment between two deliveries. Never changes once taken. */
export interface Checkpoint {
  readonly now: Micros
  readonly seq: number
  readonly delivered: number
  readonly digest: number
  /** As the queue has them: see `event-queue.ts`. */
  readonly queue: readonly Delivery[]
  readonly slots: readonly Slot[]
  readonly hosts: readonly Host[]
  readonly connections: ConnectionTimes
  readonly networkState: unknown
  readonly stranded: readonly Delivery[]
  readonly faults: readonly ActiveFault[]
  readonly nextFault: number
}
