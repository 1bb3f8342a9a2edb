// Raft's leader completeness: what was committed in a term is in the log of every leader of a later term. Also what it
// rests on: a leader commits by counting only what it proposed itself in its own term (Raft's figure 8).
import type { RaftTransport } from '../sim/etcd/messages.ts'
import type { MsgApp } from '../sim/etcd/raft/messages.ts'
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'

const ENTRIES_KEPT = 4096

interface Committed {
  readonly term: number
  /** The term of the leader that committed it. */
  readonly inTerm: number
}

interface Leader {
  readonly term: number
  /** What was already committed when it was elected. */
  readonly inherited: number
  /** What it took for committed by being elected; more than it inherited is wrong, unless it is of its own term. */
  readonly claimed: number
}

class Commits {
  readonly sees = ['raft', 'raft-state', 'raft-entry', 'process']
  private readonly committed = new Map<number, Committed>()
  private readonly leaders = new Map<string, Leader>()
  /** What each member last said that it knows as committed. */
  private readonly commits = new Map<string, number>()
  private last = 0

  see(event: TraceEvent): Complaints {
    if (isMessage(event)) {
      const { message } = event.message as RaftTransport
      return message.type === 'MsgApp' ? this.append(event.from, message) : fine
    }
    if (event.type === 'raft-state') return this.state(event)
    if (event.type === 'process' && event.step === 'down') this.commits.delete(event.target)
    return event.type === 'raft-entry' && event.step === 'committed' ? this.commit(event) : fine
  }

  private commit({ process, index, term }: RecordedEvent & { type: 'raft-entry' }): Complaints {
    const leader = this.leaders.get(process)
    const inTerm = leader?.term ?? term
    if (this.committed.get(index) === undefined) this.committed.set(index, { term, inTerm })
    for (; this.last < index; this.last++) this.committed.delete(this.last + 1 - ENTRIES_KEPT)
    if (leader === undefined || index <= leader.inherited || index > leader.claimed) return fine
    return this.counted(process, leader.term, index - 1, index)
  }

  private state({
    process,
    role,
    term,
    lastIndex,
    commit,
  }: RecordedEvent & { type: 'raft-state' }): Complaints {
    const known = this.leaders.get(process)
    const before = this.commits.get(process) ?? commit
    this.commits.set(process, commit)
    if (role !== 'leader') {
      this.leaders.delete(process)
      return fine
    }
    if (known?.term !== term) {
      this.leaders.set(process, { term, inherited: before, claimed: commit })
      return [...this.elected(process, term, lastIndex), ...this.counted(process, term, before, commit)]
    }
    const entry = this.committed.get(commit)
    if (commit <= known.inherited || entry === undefined || entry.inTerm !== term || entry.term === term)
      return fine
    return [
      `${process}, leader of term ${term}, commits entry ${commit} of term ${entry.term} by counting, without one of its own`,
    ]
  }

  /** Nothing of older terms is committed by being elected alone. */
  private counted(member: string, term: number, after: number, upTo: number): Complaints {
    for (let index = after + 1; index <= upTo; index++) {
      const entry = this.committed.get(index)
      if (entry === undefined || entry.term === term) continue
      return [`${member} commits entry ${index} of term ${entry.term} by becoming leader of term ${term}`]
    }
    return fine
  }

  private elected(member: string, term: number, lastIndex: number): Complaints {
    const missing = this.committed.get(this.last)
    if (missing === undefined || missing.inTerm >= term || lastIndex >= this.last) return fine
    return [
      `${member} leads in term ${term} with a log up to ${lastIndex}, though entry ${this.last} was committed in term ${missing.inTerm}`,
    ]
  }

  private append(leader: string, message: MsgApp): Complaints {
    const wrong = this.differs(leader, message.term, message.index, message.logTerm)
    if (wrong !== fine) return wrong
    for (const { index, term } of message.entries) {
      const found = this.differs(leader, message.term, index, term)
      if (found !== fine) return found
    }
    return fine
  }

  private differs(leader: string, inTerm: number, index: number, term: number): Complaints {
    const entry = this.committed.get(index)
    if (entry === undefined || entry.inTerm >= inTerm || entry.term === term) return fine
    return [
      `${leader} leads in term ${inTerm} with an entry ${index} of term ${term}, where one of term ${entry.term} was committed`,
    ]
  }
}

export const raftLeaderCompleteness: Check = {
  name: 'raft-leader-completeness',
  title: { en: 'Leaders have all that was committed', 'zh-CN': '领导者拥有全部已提交的条目' },
  explains: {
    en: 'Whatever was committed is in the log of every later leader, and a leader commits older entries only along with one of its own. A leader without them would undo writes that clients were told of.',
    'zh-CN':
      '凡已提交的条目，之后每个领导者的日志里都有；旧任期的条目只随本任期的条目一起提交。缺了它们的领导者会撤销客户端已得到确认的写入。',
  },
  start: () => new Commits(),
}
