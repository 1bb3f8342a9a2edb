// Raft's leader append-only: while it leads, a leader neither overwrites nor deletes an entry of its log.
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'

interface Leadership {
  readonly term: number
  lastIndex: number
  /** The last entry that it proposed; null: none yet. */
  proposed: number | null
}

class Leaders {
  readonly sees = ['raft-state', 'raft-entry', 'process']
  private readonly leading = new Map<string, Leadership>()

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) return fine
    switch (event.type) {
      case 'raft-state':
        return this.state(event)
      case 'raft-entry':
        return event.step === 'proposed' ? this.proposed(event.process, event.index, event.term) : fine
      case 'process':
        if (event.step === 'down') this.leading.delete(event.target)
        return fine
      default:
        return fine
    }
  }

  private state({ process, role, term, lastIndex }: RecordedEvent & { type: 'raft-state' }): Complaints {
    const known = this.leading.get(process)
    if (role !== 'leader') {
      this.leading.delete(process)
      return fine
    }
    if (known?.term !== term) {
      this.leading.set(process, { term, lastIndex, proposed: null })
      return fine
    }
    const before = known.lastIndex
    known.lastIndex = lastIndex
    if (lastIndex >= before) return fine
    return [`${process}, leader of term ${term}, cut its log from ${before} to ${lastIndex}`]
  }

  private proposed(member: string, index: number, term: number): Complaints {
    // What it proposes comes before the first word of its leadership.
    const known = this.leading.get(member)
    if (known === undefined) return fine
    const { proposed } = known
    known.proposed = index
    if (term > known.term)
      return [`${member}, leader of term ${known.term}, proposes an entry of term ${term}`]
    if (proposed === null || index === proposed + 1) return fine
    return [`${member}, leader of term ${known.term}, proposes entry ${index} after entry ${proposed}`]
  }
}

export const raftLeaderAppendOnly: Check = {
  name: 'raft-leader-append-only',
  title: { en: 'A leader only appends', 'zh-CN': '领导者只追加' },
  explains: {
    en: 'A leader never overwrites or deletes entries of its own log: it only adds at the end.',
    'zh-CN': '领导者从不覆盖或删除自己日志中的条目，只在末尾追加。',
  },
  start: () => new Leaders(),
}
