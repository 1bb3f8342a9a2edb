// Raft's log matching: an entry of one index and term has the same content and the same predecessor in every log, so that
// logs which agree somewhere agree in all that comes before.
import type { RaftTransport } from '../sim/etcd/messages.ts'
import type { TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import type { Check, Complaints } from './check.ts'
import { fine } from './check.ts'

/** Logs differ only near their ends; what lies so far behind has long been agreed on. */
const ENTRIES_KEPT = 4096
const UNKNOWN = -1

interface Seen {
  readonly term: number
  readonly proposal: number
  previousTerm: number
  data: unknown
}

class Entries {
  readonly sees = ['raft', 'raft-entry']
  private readonly byIndex = new Map<number, Seen[]>()
  private last = 0

  see(event: TraceEvent): Complaints {
    if (!isMessage(event)) {
      if (event.type !== 'raft-entry') return fine
      return this.entry(event.process, event.index, event.term, event.proposal, UNKNOWN, undefined)
    }
    const { message } = event.message as RaftTransport
    if (message.type !== 'MsgApp' || message.entries.length === 0) return fine
    const found: string[] = []
    let { index, logTerm }: { index: number; logTerm: number } = message
    for (const entry of message.entries) {
      index++
      if (entry.index !== index)
        found.push(`${event.from} sends entry ${entry.index} in the place of ${index}`)
      found.push(
        ...this.entry(event.from, entry.index, entry.term, proposalOf(entry.data), logTerm, entry.data),
      )
      logTerm = entry.term
    }
    return found
  }

  private entry(
    member: string,
    index: number,
    term: number,
    proposal: number,
    previousTerm: number,
    data: unknown,
  ): Complaints {
    if (index <= this.last - ENTRIES_KEPT) return fine
    const sameIndex = this.byIndex.get(index)
    const seen = sameIndex?.find((other) => other.term === term)
    if (seen === undefined) {
      const entry: Seen = { term, proposal, previousTerm, data }
      if (sameIndex === undefined) this.byIndex.set(index, [entry])
      else sameIndex.push(entry)
      this.forgetBefore(index)
      return fine
    }
    const name = `entry ${index} of term ${term}`
    if (seen.proposal !== proposal || (seen.data !== undefined && data !== undefined && seen.data !== data))
      return [`${member} has another ${name} than a member before`]
    if (seen.previousTerm !== UNKNOWN && previousTerm !== UNKNOWN && seen.previousTerm !== previousTerm)
      return [
        `before ${name}, ${member} has term ${previousTerm} where a member had term ${seen.previousTerm}`,
      ]
    if (seen.previousTerm === UNKNOWN) seen.previousTerm = previousTerm
    if (seen.data === undefined) seen.data = data
    return fine
  }

  private forgetBefore(index: number): void {
    for (; this.last < index; this.last++) this.byIndex.delete(this.last + 1 - ENTRIES_KEPT)
  }
}

const proposalOf = (data: unknown): number => (data as { readonly cause?: number } | null)?.cause ?? 0

export const raftLogMatching: Check = {
  name: 'raft-log-matching',
  title: { en: 'Logs match', 'zh-CN': '日志匹配' },
  explains: {
    en: 'An entry with the same index and term is the same in every log, and so is everything before it. Replication compares only the last entry and rests on this.',
    'zh-CN':
      '索引和任期都相同的日志条目，在所有成员的日志中内容相同，它之前的条目也全部相同。复制时只比较最后一条，正是依靠这一点。',
  },
  start: () => new Entries(),
}
