// Where each member's log on disk ends, from what it tells: as runs of entries of one term, so that it stays small.
import type { RecordedEvent } from '../sim/kernel/trace.ts'

export interface Place {
  readonly index: number
  readonly term: number
}

interface Run {
  readonly term: number
  readonly first: number
  last: number
}

const EMPTY: Place = Object.freeze({ index: 0, term: 0 })
const RUNS_KEPT = 64

/** Raft's order of logs: the later last term wins, then the longer log. */
export const isNewer = (one: Place, other: Place): boolean =>
  one.term > other.term || (one.term === other.term && one.index > other.index)

export class PersistedLogs {
  private readonly logs = new Map<string, Run[]>()

  entry({ process, step, index, term }: RecordedEvent & { readonly type: 'raft-entry' }): void {
    if (step !== 'persisted') return
    const runs = this.cut(process, index - 1)
    const last = runs[runs.length - 1]
    if (last?.term === term) last.last = index
    else runs.push({ term, first: index, last: index })
    if (runs.length > RUNS_KEPT) runs.shift()
  }

  /** A log that is shorter than it was has been cut, or was lost with its disk. */
  state({ process, lastIndex }: RecordedEvent & { readonly type: 'raft-state' }): void {
    this.cut(process, lastIndex)
  }

  /** The last entry of an earlier term than this one. */
  lastBefore(member: string, term: number): Place {
    const runs = this.logs.get(member) ?? []
    for (let i = runs.length - 1; i >= 0; i--) {
      const run = runs[i]
      if (run !== undefined && run.term < term) return { index: run.last, term: run.term }
    }
    return EMPTY
  }

  private cut(member: string, lastIndex: number): Run[] {
    const known = this.logs.get(member)
    const runs = known ?? []
    if (known === undefined) this.logs.set(member, runs)
    for (let run = runs[runs.length - 1]; run !== undefined && run.last > lastIndex; ) {
      if (run.first <= lastIndex) run.last = lastIndex
      else runs.pop()
      run = runs[runs.length - 1]
    }
    return runs
  }
}
