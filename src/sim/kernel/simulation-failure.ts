// How the simulation ends when one of its processes breaks a promise: visibly, and so that it can be seen again.
import type { ProcessId } from './process.ts'

/** A bug in a process, with what is needed to see it again. */
export class SimulationFailure extends Error {
  override readonly name = 'SimulationFailure'
  readonly seed: number
  readonly seq: number
  readonly process: ProcessId

  constructor(seed: number, seq: number, process: ProcessId, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.seed = seed
    this.seq = seq
    this.process = process
  }
}
