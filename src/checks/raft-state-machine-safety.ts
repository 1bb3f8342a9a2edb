// Raft's state machine safety: all members apply the same changes in the same order. It shows in what they store: every
// member has the same change at a revision, and tells of revisions in order.
import { deepEqual } from '../sim/api/json.ts'
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'
import type { StorageEvent } from './recorded.ts'

const REVISIONS_KEPT = 4096

interface Applied {
  readonly op: string
  readonly object: unknown
}

/** The changes of one revision, as the first member told them. */
interface Revision {
  readonly teller: string
  readonly byKey: Map<string, Applied>
}

class Stores {
  readonly sees = ['storage', 'raft-entry', 'process']
  private readonly changes = new Map<number, Revision>()
  private readonly reached = new Map<string, number>()
  private readonly committed = new Map<number, { readonly term: number; readonly proposal: number }>()

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) return fine
    switch (event.type) {
      case 'storage':
        return this.stored(event)
      case 'raft-entry':
        return event.step === 'committed' ? this.commit(event) : fine
      case 'process':
        if (event.step === 'down') this.reached.delete(event.target)
        return fine
      default:
        return fine
    }
  }

  private stored({ process, revision, key, op, object }: StorageEvent): Complaints {
    const before = this.reached.get(process) ?? 0
    this.reached.set(process, revision)
    if (revision < before) return [`${process} applied revision ${revision} after revision ${before}`]
    const same = this.changes.get(revision)
    if (same === undefined) {
      this.changes.set(revision, { teller: process, byKey: new Map([[key, { op, object }]]) })
      this.changes.delete(revision - REVISIONS_KEPT)
      return fine
    }
    const other = same.byKey.get(key)
    if (other === undefined) {
      same.byKey.set(key, { op, object })
      // The first teller told of all keys of its transaction at once.
      return process === same.teller ? fine : [differs(process, revision, key)]
    }
    return other.op === op && deepEqual(other.object, object) ? fine : [differs(process, revision, key)]
  }

  private commit({ process, index, term, proposal }: RecordedEvent & { type: 'raft-entry' }): Complaints {
    const other = this.committed.get(index)
    if (other === undefined) {
      this.committed.set(index, { term, proposal })
      this.committed.delete(index - REVISIONS_KEPT)
      return fine
    }
    if (other.term === term && other.proposal === proposal) return fine
    return [
      `${process} committed another entry ${index} than a leader before (term ${term}, and ${other.term})`,
    ]
  }
}

const differs = (member: string, revision: number, key: string): string =>
  `at revision ${revision}, ${member} stored something else under ${key} than a member before`

export const raftStateMachineSafety: Check = {
  name: 'raft-state-machine-safety',
  title: { en: 'Members apply the same', 'zh-CN': '各成员应用相同的变更' },
  explains: {
    en: 'All etcd members apply the same changes in the same order, so that each has the same store at the same revision.',
    'zh-CN': '所有 etcd 成员按相同的顺序应用相同的变更，因此在同一修订版本上，各成员的存储完全一致。',
  },
  start: () => new Stores(),
}
